"""Runs the cluster's half of the preflight for a pipeline whose model lies elsewhere."""

import copy
import json
import sys

from pyflink.datastream import StreamExecutionEnvironment

from jobs.preflight import cluster_findings
from tidegate.pipeline import load_pipeline
from tidegate.plan import compile_plan

document = copy.deepcopy(dict(compile_plan(load_pipeline(sys.argv[1])).document))
document["model"]["path"] = sys.argv[2]
environment = StreamExecutionEnvironment.get_execution_environment()
print("FINDINGS", json.dumps(cluster_findings(environment, document)), flush=True)
