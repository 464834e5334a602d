"""What was decided about rules at run time holds after a restore."""

from __future__ import annotations

import time
from contextlib import closing

from connectors.rules_log import RulesTopics
from tests.end_to_end.changing import (
    PIPELINE,
    Feed,
    command,
    first_rule,
    found,
    stamp_of,
    statuses,
    wait_for,
)
from tests.end_to_end.job import PIPELINES, DetectJob
from tidegate.stack.options import StackOptions

GREEDY = str(PIPELINES / "changing.greedy.rules.yaml")
OF = ("--pipeline", str(PIPELINE))


def topics_of(job: DetectJob, stack: StackOptions) -> RulesTopics:
    return RulesTopics(stack.bootstrap, f"{job.name}-rules", f"{job.name}-rule-status")


def pairs(job: DetectJob) -> list[tuple[int, int]]:
    """First and last transaction of the alerts of the rule that the job began with."""
    events = [a["events"] for a in job.alerts() if a["rule_id"] == "first_rule"]
    return sorted((int(e[0]["identity"]), int(e[-1]["identity"])) for e in events)


def test_a_rule_beyond_its_limits_is_taken_out_and_stays_out(
    job: DetectJob, stack: StackOptions
) -> None:
    job.start(parallelism=2)
    topics = topics_of(job, stack)
    with closing(Feed(stack.bootstrap, job.topic)) as feed:
        feed.send(50)
        job.wait_until_handled(read=50, pending=1)
        with feed:
            command(job, "push", GREEDY, *OF, "--wait", "30s")
            wait_for("quarantine", lambda: bool(statuses(topics, "greedy", "quarantined")))
            time.sleep(0.5)
        (status,) = statuses(topics, "greedy", "quarantined")
        assert status.reason == "a key had more than 40 open partial matches"

        # Every match up to the stamp, whatever the limit dropped, and none after it.
        since, until = stamp_of(topics, "greedy", "active"), status.stamp
        assert until is not None
        assert since < until < feed.sent[-1]["ts"]
        expected = feed.ids(100, since, until)
        assert len(expected) > 40
        wait_for("alerts of both rules", lambda: pairs(job) == first_rule(feed.sent))
        assert found(job, "greedy") == expected

        job.start(parallelism=1, savepoint=job.stop())
        feed.send(500)
        wait_for("alerts after the restore", lambda: pairs(job) == first_rule(feed.sent))
        assert found(job, "greedy") == expected
        assert "greedy  v1  quarantined" in command(job, "list", *OF)
