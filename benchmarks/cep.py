"""Our pattern operator, Flink's CepOperator with the same rules, and the same events unmatched.

All jobs of a case run in one JVM, in turns, so that a busy machine is busy for all: MiniCluster,
parallelism 1, object reuse, the same serializer of events; Flink's caches hold everything that is
open. A rate is events over the time from the first event generated to the last one handled; where
Flink is too slow for all events it gets fewer, and rates are compared. Both must find the same
number of matches, or there is no figure. docs/benchmarks.md says what each case measures.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import cep_rules, cep_state, jvm, report
from benchmarks.cep_case import CepCase, Options, SkippedError
from benchmarks.cep_jobs import DisagreementError

CASES: tuple[CepCase, ...] = (*cep_rules.CASES, *cep_state.CASES)
SHARED = jvm.ROOT.parent / "shared" / "data"


def measured(cases: list[CepCase], options: Options) -> list[report.Case]:
    """The figures of the cases; one that cannot run here is named with its reason."""
    figures: list[report.Case] = []
    for case in cases:
        print(f"{case.name}: {case.about}", flush=True)
        begun = time.monotonic()
        try:
            found = case.measure(options)
        except SkippedError as reason:
            print(f"  skipped: {reason}")
            continue
        for figure in found:
            document = figure.document()
            if document["ratio"] is not None:
                print(f"  {figure.case}: {document['ratio']:.2f} x {figure.peer}", flush=True)
        print(f"  took {(time.monotonic() - begun) / 60:.1f} min", flush=True)
        figures += found
    return figures


def main() -> None:
    """Runs the cases and writes build/bench/cep.json; cases that are not run keep their figures."""
    listed = "\n".join(f"  {c.name:14} {c.about}; about {c.minutes:g} min" for c in CASES)
    whole = sum(case.minutes for case in CASES)
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"cases:\n{listed}\nall of them: about {whole:g} min\n\n"
        "example: python -m benchmarks.cep --case one --quick",
    )
    names = [case.name for case in CASES]
    parser.add_argument(
        "--case", action="append", choices=names, metavar="NAME", help="only this one; repeatable"
    )
    parser.add_argument("--runs", type=int, default=5, help="runs of each job")
    parser.add_argument("--warm-ups", type=int, default=2, help="runs of each job before them")
    parser.add_argument("--quick", action="store_true", help="a tenth of it: no figures")
    parser.add_argument("--data", type=Path, default=SHARED, help="folder of the real data sets")
    parsed = parser.parse_args()
    chosen = [case for case in CASES if parsed.case is None or case.name in parsed.case]
    try:
        options = Options(
            jvm.build(),
            1 if parsed.quick else parsed.runs,
            1 if parsed.quick else parsed.warm_ups,
            0.1 if parsed.quick else 1.0,
            parsed.data,
        )
        figures = measured(chosen, options)
    except subprocess.CalledProcessError as error:
        sys.exit(f"benchmarks.cep: {error.cmd[0]} failed with exit status {error.returncode}")
    except DisagreementError as error:
        sys.exit(f"benchmarks.cep: {error}")
    if not figures:
        sys.exit("benchmarks.cep: no case could run here")
    print(report.write("cep", figures, keep=parsed.case is not None))


if __name__ == "__main__":
    main()
