"""Rules that come, change and go while the main job runs, on the real broker and cluster."""

from __future__ import annotations

import json
import re
import time
from contextlib import closing
from pathlib import Path

from connectors.rules_log import RulesTopics
from tests.end_to_end.changing import PIPELINE, START, Feed, command, found, stamp_of, wait_for
from tests.end_to_end.job import PIPELINES, DetectJob
from tidegate.rules_log import Status
from tidegate.stack.options import StackOptions

PUSHED = PIPELINES / "changing.pushed.rules.yaml"


def rejected(topics: RulesTopics) -> list[Status]:
    return [status for status in topics.statuses() if status.state == "rejected"]


def test_rules_come_stay_and_go_while_events_flow(job: DetectJob, stack: StackOptions) -> None:
    topics = RulesTopics(stack.bootstrap, f"{job.name}-rules", f"{job.name}-rule-status")
    pipeline = ("--pipeline", str(PIPELINE))
    job.start(parallelism=2)
    with closing(Feed(stack.bootstrap, job.topic)) as feed:
        with feed:
            wait_for("a first alert", lambda: bool(found(job, "first_rule")))
            printed = command(job, "push", str(PUSHED), *pipeline, "--wait", "30s")
            time.sleep(1)
        # What has become of it since is not said again: the stamp may be quicker on the topic.
        said = r"appended\n(.*accepted\n)?.*stamped from .*Z\n.*active from .*Z\n"
        assert re.search(said, printed)
        states = {one.state for one in topics.statuses() if one.rule == "at_merchant"}
        assert {"accepted", "stamped", "active"} <= states

        # From the stamp on exactly, under a key that nothing was routed by before.
        stamp = stamp_of(topics, "at_merchant", "active")
        assert START < stamp < feed.sent[-1]["ts"]
        first = feed.ids(100, stamp)
        assert first
        wait_for("alerts of the pushed rule", lambda: found(job, "at_merchant") == first)

        # What is wrong is said, and nothing else happens.
        bad = json.loads(json.dumps(topics.changes()[0])) | {"request": "bad", "version": 4}
        bad["definition"] |= {"version": 4, "fingerprint": "4"}
        bad["fingerprint"] = "4"
        bad["definition"]["pattern"]["stages"][0]["streams"] = ["elsewhere"]
        topics.append([bad, {"rule": "nonsense"}])
        wait_for("two rejections", lambda: len(rejected(topics)) == 2)
        reasons = " | ".join(sorted(str(status.reason) for status in rejected(topics)))
        assert "there is no stream 'elsewhere'" in reasons
        assert "expected a JSON object of format 1" in reasons
        wrong = PUSHED.read_text().replace("amount >=", "amount - 1 >=")
        other = Path(job.environment["TIDEGATE_LAKE"]) / "other.rules.yaml"
        other.write_text(wrong)
        refused = command(job, "push", str(other), *pipeline, code=2)
        assert "version 3: this version was pushed with another structure" in refused
        past = command(job, "remove", "at_merchant", *pipeline, "--at", str(START), code=2)
        assert "its time 2023-11-14T22:13:20Z has passed" in past
        assert job.rest.state(job.id) == "RUNNING"

        # A restart without the file that it came from, in another parallelism.
        savepoint = job.stop()
        job.environment["TIDEGATE_TEST_RULES"] = "changing.unrelated.rules.yaml"
        job.start(parallelism=1, savepoint=savepoint)
        with feed:
            time.sleep(1)
            command(job, "set", "at_merchant", "limit=150", *pipeline, "--wait", "30s")
            time.sleep(1)
        raised = stamp_of(topics, "at_merchant", "active")
        assert raised > stamp
        both = feed.ids(100, stamp, raised) + feed.ids(150, raised)
        wait_for("alerts of both limits", lambda: found(job, "at_merchant") == both)
        assert not found(job, "unrelated")

        with feed:
            removal = command(job, "remove", "at_merchant", *pipeline, "--wait", "30s")
            time.sleep(1)
        assert "removed from" in removal
        end = stamp_of(topics, "at_merchant", "removed")
        known = feed.ids(100, stamp, raised) + feed.ids(150, raised, end)
        wait_for("no more alerts", lambda: found(job, "at_merchant") == known)

    assert "at_merchant  v3  removed" in command(job, "list", *pipeline)
    assert "changes: 6" in command(job, "status", "at_merchant", *pipeline)
    history = command(job, "history", "at_merchant", *pipeline)
    *changes, count, note = history.splitlines()
    assert [line.split()[1] for line in changes] == [
        *("push", "push", "push", "remove", "set", "remove")
    ]
    assert count == "changes: 6"
    assert note.startswith("note:")  # of what was nonsense


def test_a_push_without_a_job_says_so(job: DetectJob) -> None:
    pipeline = ("--pipeline", str(PIPELINE))
    assert "does not exist" in command(job, "push", str(PUSHED), *pipeline, code=2)
