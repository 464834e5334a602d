"""Everything that a job needs, looked for before it starts: one list of what is missing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import cloudpickle
from py4j.protocol import Py4JJavaError
from pyflink.common import Types
from pyflink.datastream import DataStream, StreamExecutionEnvironment

from connectors.flink import FlinkRest
from connectors.iceberg import missing_tables, open_catalog
from connectors.tables import tables_of_plan
from jobs import java, worker_probe
from tidegate.errors import ClusterError, PreflightError, TableError

CLASSES = {
    "io.tidegate.job.DetectJob": "tidegate-operators.jar",
    "org.apache.flink.connector.kafka.sink.KafkaSink": "flink-connector-kafka",
    "org.apache.kafka.clients.producer.KafkaProducer": "kafka-clients",
}
ICEBERG_CLASSES = {
    "org.apache.iceberg.flink.sink.IcebergSink": "iceberg-flink-runtime",
    "org.apache.hadoop.conf.Configuration": "hadoop-client-api",
}
DRIVERS = {
    "jdbc:sqlite:": ("org.sqlite.JDBC", "sqlite-jdbc"),
    "jdbc:postgresql:": ("org.postgresql.Driver", "postgresql"),
}


def preflight(
    environment: StreamExecutionEnvironment,
    plan: Mapping[str, Any],
    plan_json: str,
    create_topics: bool,
) -> None:
    """Check the client's side, then the cluster's as its TaskManagers see it.

    Args:
        environment: the job's; its parallelism is the number of slots that are looked at.
        plan: the plan's document.
        plan_json: the same as text.
        create_topics: missing topics will be created, so they are no finding.

    Raises:
        PreflightError: with one line for everything that is missing.
    """
    lines = client_findings(plan, plan_json, create_topics)
    workers = cluster_findings(environment, plan)
    if any(line.startswith("broker ") for line in lines):
        # Said once: what the client cannot reach either is no matter of the workers' network.
        workers = [line for line in workers if " cannot be reached: " not in line]
    lines += workers
    if lines:
        raise PreflightError(
            f"pipeline {plan['name']} cannot start, nothing was started; missing:\n"
            + "\n".join(f"  - {line}" for line in lines)
        )


def client_findings(plan: Mapping[str, Any], plan_json: str, create_topics: bool) -> list[str]:
    """What the submitting side lacks: classes, topics and rights, tables."""
    package = java.package()
    lines = [
        f"client: class {name} is not on the class path (jar {_classes(plan)[name]})"
        for name in package.job.WorkerProbe.missingClasses(java.string_list(_classes(plan)))
    ]
    if lines:
        return lines
    with java.java_errors("topics"):
        checks = package.job.TopicChecks(plan_json)
        try:
            topics = list(checks.missing())
        finally:
            checks.close()
    lines += [line for line in topics if not (create_topics and " does not exist at " in line)]
    return lines + _tables(plan)


def _tables(plan: Mapping[str, Any]) -> list[str]:
    """What stands in the way of the plan's tables; absent ones will be created."""
    sink = plan["sinks"]["iceberg"]
    if sink is None:
        return []
    try:
        with closing(open_catalog(sink["catalog"], sink["properties"])) as catalog:
            found = missing_tables(catalog, sink["namespace"], tables_of_plan(plan))
    except TableError as error:
        return [str(error)]
    return [
        line for line in found if " does not exist" not in line and " lacks column " not in line
    ]


def cluster_findings(environment: StreamExecutionEnvironment, plan: Mapping[str, Any]) -> list[str]:
    """What the TaskManagers lack, found by a bounded job that runs in as many slots as the job."""
    parallelism = environment.get_parallelism()
    try:
        lines = _free_slots(environment, parallelism)
    except ClusterError as error:
        return [str(error)]
    return lines or _probe(parallelism, plan)


def _free_slots(environment: StreamExecutionEnvironment, parallelism: int) -> list[str]:
    """A standing cluster with too few free slots would let the job wait for minutes."""
    configuration = environment._j_stream_execution_environment.getConfiguration().toMap()
    if configuration.get("execution.target") != "remote":
        return []
    address = configuration.get("rest.address") or configuration.get("jobmanager.rpc.address")
    if not address:
        return []
    rest = FlinkRest(f"http://{address}:{configuration.get('rest.port') or 8081}")
    free = int(rest.get("/overview")["slots-available"])
    if free < parallelism:
        return [
            f"cluster {rest.url} has {free} free slots, parallelism {parallelism} needs as many"
        ]
    return []


def _probe(parallelism: int, plan: Mapping[str, Any]) -> list[str]:
    """Findings of the probes, each once for a worker."""
    environment = StreamExecutionEnvironment.get_execution_environment()
    environment.set_parallelism(parallelism)
    sink = plan["sinks"]["iceberg"]
    answers = DataStream(
        java.package().job.WorkerProbe.attach(
            environment._j_stream_execution_environment,
            java.string_list(_classes(plan)),
            plan["kafka"]["bootstrap"],
            sink["properties"].get("warehouse") if sink else None,
        )
    )
    model = plan["model"]
    if model is not None:
        cloudpickle.register_pickle_by_value(worker_probe)
        files = [model, *([model["domains"]] if model["domains"] is not None else [])]
        asked = {
            "path": model["path"],
            "files": {each["file"]: each["sha256"] for each in files},
        }
        look = worker_probe.probe(worker_probe.versions(), asked)
        answers = answers.map(look, Types.STRING()).uid("python-probe").name("python-probe")
    name = f"preflight of {plan['name']}"
    try:
        with closing(answers.execute_and_collect(name)) as results:
            documents = [json.loads(text) for text in results]
    except Py4JJavaError as error:
        return [f"workers: the probe did not run: {java.message(error)}"]
    finally:
        if model is not None:
            cloudpickle.unregister_pickle_by_value(worker_probe)
    if len(documents) != parallelism:
        return [f"workers: {len(documents)} of {parallelism} slots answered"]
    return sorted({f"worker {d['worker']}: {line}" for d in documents for line in d["missing"]})


def _classes(plan: Mapping[str, Any]) -> dict[str, str]:
    """Classes that the plan's job loads, and the jar of each."""
    sink = plan["sinks"]["iceberg"]
    if sink is None:
        return CLASSES
    uri = sink["properties"].get("uri", "")
    drivers = dict(driver for prefix, driver in DRIVERS.items() if uri.startswith(prefix))
    catalog = {sink["properties"].get("catalog-impl", "catalog-impl"): "the catalog's"}
    return {**CLASSES, **ICEBERG_CLASSES, **catalog, **drivers}
