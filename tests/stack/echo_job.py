"""A job for the tests of the stack: says how it was called, then runs a Python map."""

import json
import sys

from pyflink.common import Types
from pyflink.datastream import StreamExecutionEnvironment

print("CLIENT", json.dumps({"arguments": sys.argv[1:], "python": sys.executable}), flush=True)


def where(number: int) -> str:
    # The worker's Python has the project and its packages.
    import pydantic

    import tidegate

    return f"{number} {tidegate.__file__} {pydantic.__file__}"


environment = StreamExecutionEnvironment.get_execution_environment()
numbers = environment.from_collection(list(range(3)), Types.INT())
numbers.map(where, Types.STRING()).name("where").uid("where").print().name("out").uid("out")
environment.execute_async("echo")
