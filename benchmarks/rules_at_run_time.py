"""What it costs an event that rules may change while the job runs.

The backlog of `benchmarks.end_to_end`, without the raw table, through the same job with
`rules_at_run_time: true` and `false` in turns. With it every router follows the rules log, and no
event is left out because no rule can be concerned by it: a rule that comes may be. The fraud pack
has a rule that takes every charge, so nothing is left out without it either. CPU time, of all
processes, says what it costs also where the cores are shared with other work; that of the threads
that every event passes leaves out what a job costs once, such as compiling the JVM's code.
"""

from __future__ import annotations

import argparse

from benchmarks import end_to_end_backlog, jvm, report
from benchmarks.end_to_end_backlog import Run
from benchmarks.stack import bench_stack

CASE = "backlog, rules that change at run time"
PEER = "rules_at_run_time: false"


def main() -> None:
    """Runs both in turns and writes build/bench/rules_at_run_time.json."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=6_000_000, help="events of the backlog")
    parser.add_argument("--runs", type=int, default=5, help="runs of each")
    parser.add_argument("--parallelism", type=int, default=1, help="of the job")
    parser.add_argument("--partitions", type=int, default=2, help="of the backlog's topic")
    options = parser.parse_args()
    classpath = jvm.build()
    runs: dict[bool, list[Run]] = {True: [], False: []}
    with bench_stack() as stack:
        end_to_end_backlog.produce(stack, classpath, options.events, options.partitions)
        for turn in range(-1, options.runs):
            # Neither always goes first, and the turn before the first warms up.
            for changing in (turn % 2 == 0, turn % 2 != 0):
                name = f"{'changing' if changing else 'fixed'}_{turn}".replace("-", "w")
                variables = {"TIDEGATE_RULES_AT_RUN_TIME": str(changing).lower()}
                run = end_to_end_backlog.work_off(
                    stack, name, options.events, options.parallelism, False, variables
                )
                print(
                    f"  {name}: {run.rate:,.0f} events/s, CPU s/M events {run.cpu['all']:.2f}, "
                    f"of the events' threads {run.path:.2f}",
                    flush=True,
                )
                if turn >= 0:
                    runs[changing].append(run)
    rates = {changing: [run.rate for run in found] for changing, found in runs.items()}
    costs = {changing: [run.cpu["all"] for run in found] for changing, found in runs.items()}
    paths = {changing: [run.path for run in found] for changing, found in runs.items()}
    path = "CPU time of the events' threads"
    cases = [
        report.Case(CASE, "throughput", "events/s", rates[True], PEER, rates[False]),
        report.Case(CASE, "CPU time", "s/M events", costs[True], PEER, costs[False], "smaller"),
        report.Case(CASE, path, "s/M events", paths[True], PEER, paths[False], "smaller"),
    ]
    print(report.write("rules_at_run_time", cases))


if __name__ == "__main__":
    main()
