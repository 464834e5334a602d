"""What was decided about rules at run time holds after a restore, a replay and a failure."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import closing
from typing import Any

from connectors.rules_log import RulesTopics
from tests.cluster import kill_task_manager
from tests.end_to_end.changing import (
    PIPELINE,
    Feed,
    command,
    first_rule,
    found,
    settled,
    stamp_of,
    statuses,
    wait_for,
)
from tests.end_to_end.job import PIPELINES, DetectJob
from tidegate.stack.options import StackOptions

PUSHED = str(PIPELINES / "changing.pushed.rules.yaml")
GREEDY = str(PIPELINES / "changing.greedy.rules.yaml")
OF = ("--pipeline", str(PIPELINE))
# No checkpoint but those that are asked for.
BY_HAND = ("execution.checkpointing.interval=1h",)


def topics_of(job: DetectJob, stack: StackOptions) -> RulesTopics:
    return RulesTopics(stack.bootstrap, f"{job.name}-rules", f"{job.name}-rule-status")


def pairs(job: DetectJob) -> list[tuple[int, int]]:
    """First and last transaction of the alerts of the rule that the job began with."""
    events = [a["events"] for a in job.alerts() if a["rule_id"] == "first_rule"]
    return sorted((int(e[0]["identity"]), int(e[-1]["identity"])) for e in events)


def told(alerts: list[dict[str, Any]]) -> list[tuple[str, str, str, int]]:
    """Rule, key, last transaction and id of alerts, in order."""
    return sorted(
        (a["rule_id"], a["alert_id"], a["key"], int(a["events"][-1]["identity"])) for a in alerts
    )


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
        assert settled(lambda: pairs(job), first_rule(feed.sent)) == first_rule(feed.sent)
        assert found(job, "greedy") == expected

        job.start(parallelism=1, savepoint=job.stop())
        feed.send(500)
        assert settled(lambda: pairs(job), first_rule(feed.sent)) == first_rule(feed.sent)
        assert found(job, "greedy") == expected
        assert "greedy  v1  quarantined" in command(job, "list", *OF)


def test_a_job_without_state_finds_again_what_the_first_one_found(
    job: DetectJob, stack: StackOptions
) -> None:
    job.start(parallelism=1)
    with closing(Feed(stack.bootstrap, job.topic)) as feed:
        feed.send(50)
        job.wait_until_handled(read=50, pending=1)
        with feed:
            command(job, "push", PUSHED, *OF, "--wait", "30s")
            command(job, "set", "at_merchant", "limit=150", *OF, "--wait", "30s")
        feed.send(200)
        topics = topics_of(job, stack)
        pushed, raised = [one.stamp for one in statuses(topics, "at_merchant", "active")]
        assert pushed is not None
        assert raised is not None
        expected = feed.ids(100, pushed, raised) + feed.ids(150, raised)
        assert feed.ids(100, pushed, raised)
        assert settled(lambda: found(job, "at_merchant"), expected) == expected
        assert settled(lambda: pairs(job), first_rule(feed.sent)) == first_rule(feed.sent)
        job.rest.cancel(job.id)

        again = f"{job.name}-again"
        elsewhere = (f"alerts.topic={again}", f"kafka.group={again}")
        job.start(parallelism=2, settings=elsewhere)
        first = told(job.alerts())
        assert settled(lambda: told(job.alerts(again)), first) == first


def test_a_killed_task_manager_changes_no_stamp_and_loses_nothing(
    job: DetectJob, stack: StackOptions
) -> None:
    job.start(parallelism=1, flink=BY_HAND)
    topics = topics_of(job, stack)
    with closing(Feed(stack.bootstrap, job.topic)) as feed:
        feed.send(100)
        job.wait_until_handled(read=100, pending=1)
        job.checkpoint()

        # Neither change is in the checkpoint: one holds when the job fails, one waits.
        with feed:
            command(job, "push", PUSHED, *OF, "--wait", "30s")
        later = feed.sent[-1]["ts"] + 1_000
        command(job, "set", "at_merchant", "limit=150", *OF, "--at", str(later), "--wait", "0s")
        wait_for("the second stamp", lambda: len(statuses(topics, "at_merchant", "stamped")) == 2)
        kill_task_manager(stack)
        job.rest.wait_until("restart", lambda: job.rest.all_tasks_running(job.id), 60)
        feed.send(500)
        wait_for("both changes", lambda: stamp_of(topics, "at_merchant", "active") == later)

        stamps = {(one.request, one.stamp) for one in statuses(topics, "at_merchant", "stamped")}
        assert len(stamps) == 2
        pushed = min(stamp for _, stamp in stamps if stamp is not None)
        expected = feed.ids(100, pushed, later) + feed.ids(150, later)
        assert settled(lambda: sorted(set(found(job, "at_merchant"))), expected) == expected
        assert settled(lambda: sorted(set(pairs(job))), first_rule(feed.sent)) == first_rule(
            feed.sent
        )
        job.wait_until_handled(read=len(feed.sent), pending=2)
        assert job.gauge("duplicates") == 0
        # The topic is at least once: what came again has the same id.
        ids = Counter(alert["alert_id"] for alert in job.alerts())
        assert len(ids) == len(expected) + len(first_rule(feed.sent))
        assert max(ids.values()) == 2
