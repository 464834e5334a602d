"""One message in a hundred is broken: it becomes a dead letter and harms nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path

from tests.cluster import Submitter
from tests.end_to_end.broken import WAYS
from tests.end_to_end.data import handbook_transactions
from tests.end_to_end.job import PIPELINES, DetectJob, matched_identities
from tests.end_to_end.reference import DAY_MS, Transaction, expected_matches
from tidegate.stack.options import StackOptions


def test_every_broken_message_is_a_dead_letter_with_its_reason_and_the_rest_is_unharmed(
    stack: StackOptions, submit: Submitter, tmp_path: Path
) -> None:
    transactions = handbook_transactions("2018-04")[:60_000]
    whole = [event for number, event in enumerate(transactions) if number % 100 != 99]
    expected = expected_matches(whole)
    assert len(expected) > 500

    run = DetectJob(
        stack,
        submit,
        "broken",
        PIPELINES / "handbook_json.yaml",
        tmp_path / "lake",
        "broken-transactions",
        None,
    )
    values: list[bytes | None] = []
    reasons: dict[int, tuple[str, bytes | None]] = {}
    for number, event in enumerate(transactions):
        value: bytes | None = run.encode(asdict(event))
        if number % 100 == 99:
            reason, breaks = WAYS[number // 100 % len(WAYS)]
            value = breaks(asdict(event))
            reasons[number] = (reason, value)
        values.append(value)
    values.append(
        run.encode(asdict(Transaction(10**9, transactions[-1].ts + 3 * DAY_MS, -1, 0, 0)))
    )
    sent = run.produce((0, value) for value in values)
    run.start()
    run.wait_until_handled(read=sent, pending=1)
    counters = run.rest.gauges(
        run.id, ("tidegate_in", "tidegate_dead", "tidegate_late", "tidegate_accepted")
    )
    run.stop()

    assert set(matched_identities(run.table("matches"))) == expected
    letters = run.table("dead_letters")
    print(f"dead letters: {dict(Counter(letters['reason']))}")
    assert dict(zip(letters["offset"], letters["reason"], strict=True)) == {
        offset: reason for offset, (reason, _) in reasons.items()
    }
    on_topic = {
        dict(m.headers)["tidegate_offset"].decode(): (
            dict(m.headers)["tidegate_reason"].decode(),
            m.value,
        )
        for m in run.messages("dead-letters")
    }
    assert {int(offset): found for offset, found in on_topic.items()} == reasons
    assert counters["tidegate_dead"] == len(reasons)
    assert counters["tidegate_late"] == 0
    assert counters["tidegate_in"] == sent == counters["tidegate_accepted"] + len(reasons)
