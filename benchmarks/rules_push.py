"""A rule pushed into the running main job, beside a redeployment of the same job.

Broker, cluster and load run on this machine; live Avro transactions at a steady rate, four rules,
alerts to a topic. In one run several rules under the key in use are pushed, one after the other,
then one under a key that no event was routed by before, and then the job is stopped with a
savepoint and started from it by `flink run`: what it takes without rules at run time.

Measured: from the broker's acknowledgement of the push to a subscriber of the status topic that
reads `active`; and events handled in the one-second bins after a push (that counter is
read ten times a second) beside the bins before it. The run fails unless every event was handled
once and every rule found all that it should from its stamp on, each once.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from kafka import KafkaProducer

from benchmarks import jvm, load, report
from benchmarks.arguments import command
from benchmarks.handled import Sample, Sampler, bins, dip, read_counter, reporting, standstill
from benchmarks.rules_push_checks import check_alerts, check_counts, check_rate
from benchmarks.rules_push_figures import Found, Pushed, cases
from benchmarks.stack import BenchStack, bench_stack
from connectors.kafka import REPLAY_TOPIC, ensure_topic
from connectors.rules_log import RulesTopics
from tidegate.pattern import Pattern
from tidegate.pipeline import load_pipeline
from tidegate.rules import Rule
from tidegate.rules_log import FINAL, Stamp, Status, push_record
from tidegate.stack.ports import free_ports

PIPELINE = Path(__file__).parent / "pipelines" / "rules_push.yaml"
CARDS = 49_999  # no divisor of the marks' distance: they are spread over the cards
BEFORE, AFTER = 10, 10
WARM_UP_S = 25.0
REDEPLOY_S = 60


def push(topics: RulesTopics, producer: KafkaProducer, log: str, rule: Rule) -> Pushed:
    """Pushes a rule and follows it until it holds.

    Raises:
        RuntimeError: when it is rejected, or does not hold within half a minute.
    """
    streams = {stream.name: stream for stream in load_pipeline(PIPELINE).streams}
    request = f"{rule.id}-{time.time_ns()}"
    stamp = Stamp(request, "benchmark", time.time_ns() // 1_000_000)
    record = push_record(rule, streams, "", stamp)
    value = json.dumps(record).encode()
    read: dict[str, float] = {}
    last: Status | None = None
    with topics.follow(30) as statuses:
        producer.send(log, value, rule.id.encode()).get(timeout=15)
        acknowledged = time.time()
        for status in statuses:
            if status.request == request:
                read[status.state], last = time.time(), status
                if status.state in FINAL:
                    break
    if last is None or last.state != "active" or last.stamp is None:
        raise RuntimeError(f"rule {rule.id}: {last.line if last else 'no word'} after 30 s")
    return Pushed(acknowledged, read, last.stamp)


@contextmanager
def produced(
    stack: BenchStack, classpath: str, topic: str, count: int, rate: int
) -> Iterator[subprocess.Popen[str]]:
    """Live transactions; the producer is ended where the run fails."""
    numbers = (count, rate, CARDS, 0)
    producer = load.start(stack.bootstrap, classpath, topic, "marked", "transaction.avsc", *numbers)
    try:
        yield producer
    finally:
        if producer.poll() is None:
            producer.kill()
            producer.wait()


def one_run(
    stack: BenchStack, classpath: str, number: int, options: argparse.Namespace, found: Found
) -> None:
    """One job from its start to its end."""
    name, rate = f"push_{number}", int(options.rate)
    log = f"{name}-rules"
    ensure_topic(stack.bootstrap, f"{name}-in", options.partitions, REPLAY_TOPIC)
    job = stack.submit(PIPELINE, options.parallelism, TIDEGATE_BENCH_NAME=name)
    topics = RulesTopics(stack.bootstrap, log, f"{name}-rule-status")
    seconds = int(WARM_UP_S) + (options.pushes + 1) * (BEFORE + AFTER + 2) + REDEPLOY_S
    count = rate * seconds
    stamps: dict[str, int] = {}
    ports = (options.port, options.other_port)
    with (
        produced(stack, classpath, f"{name}-in", count, rate) as producer,
        Sampler(partial(read_counter, ports)) as sampler,
        closing(KafkaProducer(bootstrap_servers=stack.bootstrap, acks="all")) as changes,
    ):
        time.sleep(WARM_UP_S)
        for step in range(options.pushes + 1):
            time.sleep(BEFORE + 1)
            key = "card_number" if step < options.pushes else "customer_id"
            pushed = push(topics, changes, log, _rule(f"pushed_{step}", key))
            time.sleep(max(0.0, pushed.acknowledged + AFTER + 1 - time.time()))
            stamps[f"pushed_{step}"] = pushed.stamp
            _take(found, pushed, sampler, step == options.pushes)
        job = _redeploy(stack, job, name, options.parallelism, sampler, found)
        pace = load.finish(producer)
        check_counts(stack.rest, job, count, rate)
    stack.rest.stop_with_savepoint(job, f"file://{stack.lake}/savepoints")
    check_alerts(stack.bootstrap, f"{name}-alerts", stamps, count, rate)
    check_rate(rate, pace.rate, found.rates)


def _rule(name: str, key: str) -> Rule:
    pattern = Pattern.begin("mark").where("400 < amount < 500")
    return Rule(name, pattern, on="transactions", key=key, summary="{key}: marked")


def _take(found: Found, pushed: Pushed, sampler: Sampler, new_key: bool) -> None:
    before = bins(sampler.samples, pushed.acknowledged - BEFORE, BEFORE)
    after = bins(sampler.samples, pushed.acknowledged, AFTER)
    (found.new if new_key else found.known).append(pushed.ms("active"))
    found.stamped.append(pushed.ms("stamped"))
    found.rates.append(statistics.median(before))
    found.dips.append(dip(after, before))
    found.noise.append(dip(before, before))
    end = pushed.acknowledged + AFTER
    found.pauses.append(standstill(sampler.samples, pushed.acknowledged, end))
    states = ", ".join(f"{state} {pushed.ms(state):.0f}" for state in pushed.read)
    print(
        f"  {'a new key' if new_key else 'the key in use'}: {states} ms; "
        f"{found.rates[-1]:,.0f} events/s before, dip {found.noise[-1]:.1f} %; "
        f"dip after it {found.dips[-1]:.1f} %, standstill {found.pauses[-1]:.1f} s",
        flush=True,
    )


def _redeploy(
    stack: BenchStack, job: str, name: str, parallelism: int, sampler: Sampler, found: Found
) -> str:
    """Savepoint, stop, start again; returns the new job once it handles events."""
    time.sleep(BEFORE + 1)
    begun = time.time()
    usual = bins(sampler.samples, begun - BEFORE - 0.5, BEFORE)
    savepoint = stack.rest.stop_with_savepoint(job, f"file://{stack.lake}/savepoints")
    before = [one for one in sampler.samples if one.at > begun]
    started = time.time() + 2 * Sampler.STEP_S
    job = stack.submit(PIPELINE, parallelism, savepoint, TIDEGATE_BENCH_NAME=name)

    def moved() -> list[Sample]:
        # The first ones show what the savepoint held.
        new = [one for one in sampler.samples if one.at > started]
        return [one for one in new if one.events > new[0].events]

    stack.rest.wait_until("events in the new job", lambda: bool(moved()), 120)
    stood = next(one for one in before if one.events == before[-1].events)
    again = moved()[0].at
    found.redeployed.append(again - stood.at)
    found.redeploy_dips.append(dip(bins(sampler.samples, begun, int(again - begun)), usual))
    print(f"  redeployment: no event for {found.redeployed[-1]:.1f} s", flush=True)
    return job


def main() -> None:
    """Pushes rules into a running job and writes build/bench/rules_push.json."""
    parser = command(__doc__, "python -m benchmarks.rules_push --quick")
    parser.add_argument("--rate", type=int, default=50_000, help="live events/s")
    parser.add_argument("--runs", type=int, default=3, help="jobs, each with its pushes")
    parser.add_argument("--pushes", type=int, default=4, help="under the key in use, in each run")
    parser.add_argument("--parallelism", type=int, default=1, help="of the job")
    parser.add_argument("--partitions", type=int, default=2, help="of the events' topic")
    parser.add_argument("--quick", action="store_true", help="one run, two pushes")
    options = parser.parse_args()
    if options.quick:
        options.runs, options.pushes = 1, 2
    ports = free_ports({"jobmanager": 0, "taskmanager": 0})
    options.port, options.other_port = ports.values()
    settings = reporting(report.FOLDER / "rules_push.flink.yaml", list(ports.values()))
    classpath = jvm.build()
    found = Found()
    with bench_stack(profile=str(settings)) as stack:
        for number in range(options.runs):
            one_run(stack, classpath, number, options, found)
            print(f"  run {number + 1}: load average {os.getloadavg()[0]:.1f}", flush=True)
    print(report.write("rules_push", cases(found, options.rate), keep=True))


if __name__ == "__main__":
    main()
