"""The main job: events in, patterns matched, windows scored, alerts out.

    flink run -py jobs/detect.py -- --pipeline pipelines/cobot.yaml

The pipeline is compiled to a plan, everything it needs is looked for, tables are created or
grown, and the graph is built in the JVM around one Python map: the scorer.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from pyflink.common import JobClient, Types
from pyflink.datastream import DataStream, StreamExecutionEnvironment

from connectors.iceberg import ensure_tables, open_catalog
from connectors.tables import tables_of_plan
from jobs import java
from jobs.preflight import preflight
from jobs.score import ScoreFrames
from tidegate.errors import OptionError, TidegateError
from tidegate.options import count
from tidegate.pipeline import load_pipeline
from tidegate.plan import Plan, compile_plan


def main(arguments: Sequence[str]) -> None:
    """Submit the job; the last line that is printed is its id."""
    try:
        options = _options(arguments)
        job = submit(options)
        if options.attached:
            job.get_job_execution_result().result()
        print(job.get_job_id(), flush=True)
    except TidegateError as error:
        java.fail(error)


def submit(options: argparse.Namespace) -> JobClient:
    """Compile, check, create what is to be created, and start the job.

    Raises:
        TidegateError: when the pipeline is wrong or something that it needs is missing.
    """
    plan = compile_plan(load_pipeline(options.pipeline, settings=options.set))
    plan_json = plan.to_json()
    environment = StreamExecutionEnvironment.get_execution_environment()
    if options.parallelism is not None:
        environment.set_parallelism(options.parallelism)
    if options.preflight:
        preflight(environment, plan.document, plan_json, options.create_topics)
    if (model := plan.document["model"]) is not None:
        print(
            f"model {model['name']} {model['version']}, {model['file']}, sha256 {model['sha256']}"
        )
    if options.create_topics:
        _create_topics(plan_json)
    _create_tables(plan)
    build(environment, plan, plan_json, options.close)
    configuration = environment._j_stream_execution_environment.getConfiguration().toMap()
    options.attached = configuration.get("execution.attached") == "true"
    with java.java_errors(f"pipeline {plan.name}"):
        return environment.execute_async(f"tidegate {plan.name}")


def build(environment: StreamExecutionEnvironment, plan: Plan, plan_json: str, close: bool) -> None:
    """Lay the job's graph into `environment`.

    Raises:
        ClusterError: when the JVM refuses the plan, a table or an option, with the reason.
    """
    document = plan.document
    with java.java_errors(f"pipeline {plan.name}"):
        package = java.package().job
        history = package.RulesLogReader.history(plan_json)
        job = package.DetectJob.build(
            environment._j_stream_execution_environment, plan_json, history, close
        )
        requests = job.requests()
        job.finish(None if requests is None else _scored(DataStream(requests), document))


def _scored(requests: DataStream, plan: Any) -> Any:
    """The Java stream of what the scorer answers."""
    model, window = plan["model"], plan["window"]
    domains = None if model["domains"] is None else model["domains"]["sha256"]
    scorer = ScoreFrames(model["path"], model["sha256"], window["channels"], domains)
    frames = Types.PRIMITIVE_ARRAY(Types.BYTE())
    scored = requests.map(scorer, frames).uid("score").name("score")
    # A task of its own: patterns and decisions go on while it waits for Python. What it has scored
    # is a whole batch, which does not wait in a network buffer for more.
    return scored.disable_chaining().set_buffer_timeout(0)._j_data_stream


def _create_topics(plan_json: str) -> None:
    with java.java_errors("topics"):
        checks = java.package().job.TopicChecks(plan_json)
        try:
            created = list(checks.create())
        finally:
            checks.close()
    for topic in created:
        print(f"created topic {topic}")


def _create_tables(plan: Plan) -> None:
    sink = plan.document["sinks"]["iceberg"]
    if sink is None:
        return
    with closing(open_catalog(sink["catalog"], sink["properties"])) as catalog:
        for change in ensure_tables(catalog, sink["namespace"], tables_of_plan(plan.document)):
            print(change)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, the way every other mistake is said."""

    def error(self, message: str) -> Any:
        raise OptionError(f"jobs/detect.py: {message}; --help shows the options")


def _parallelism(text: str) -> int:
    try:
        return count(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text}: {error}") from error


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    """The job's options.

    Raises:
        OptionError: when one is unknown, missing or malformed.
    """
    parser = _Parser(
        prog="flink run -py jobs/detect.py --", description="Run a pipeline.", allow_abbrev=False
    )
    parser.add_argument("--pipeline", type=Path, required=True, help="pipeline file (YAML)")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="override a value of the pipeline file: streams.joints.start=latest",
    )
    parser.add_argument(
        "--parallelism", type=_parallelism, metavar="N", help="default: the cluster's setting"
    )
    parser.add_argument(
        "--no-preflight",
        dest="preflight",
        action="store_false",
        help="start without looking whether everything is there",
    )
    parser.add_argument(
        "--create-topics", action="store_true", help="create the topics that are missing"
    )
    parser.add_argument(
        "--close",
        action="store_true",
        help="the end of a bounded input lets event time pass to its end",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
