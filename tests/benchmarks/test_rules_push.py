from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.handled import COUNTER, Sample, bins, dip, reporting, standstill
from benchmarks.rules_push import PIPELINE
from benchmarks.rules_push_checks import check_rate, compare
from tidegate.pipeline import load_pipeline
from tidegate.plan import compile_plan


def steady(seconds: float, rate: float = 100.0) -> list[Sample]:
    """Ten samples a second of a job without a pause."""
    return [Sample(i / 10, i * rate / 10) for i in range(int(seconds * 10) + 1)]


def test_bins_count_what_lies_between_their_edges_wherever_the_samples_are() -> None:
    assert bins(steady(10), 2.05, 3) == pytest.approx([100, 100, 100])
    halted = [Sample(0, 0), Sample(1, 100), Sample(2, 100), Sample(3, 300)]
    assert bins(halted, 0, 3) == pytest.approx([100, 0, 200])
    with pytest.raises(ValueError, match=r"no samples of the 3 s from 8\.0 on"):
        bins(steady(10), 8, 3)


def test_a_dip_is_what_the_lowest_bin_lacks_to_the_usual_median() -> None:
    assert dip([100, 80, 120], [90, 100, 110]) == pytest.approx(20)
    assert dip([101, 102], [99, 100, 101]) == 0


def test_a_standstill_lasts_from_the_first_to_the_last_sample_without_another_event() -> None:
    halted = [Sample(0, 0), Sample(0.1, 10), Sample(0.2, 10), Sample(0.3, 10), Sample(0.4, 20)]
    assert standstill(halted, 0, 1) == pytest.approx(0.2)
    assert standstill(halted, 0.3, 1) == 0
    assert standstill(steady(2), 0, 2) == 0


def test_the_counter_of_the_patterns_is_found_among_others() -> None:
    page = (
        "# TYPE flink_taskmanager_job_task_operator_events gauge\n"
        'flink_taskmanager_job_task_operator_events{job_id="a",operator_name="router",} 7.0\n'
        'flink_taskmanager_job_task_operator_events{job_id="a",operator_name="patterns",} 12345.0\n'
    )
    assert COUNTER.findall(page) == ["12345.0"]


def test_the_reporter_shows_one_metric_on_the_given_ports(tmp_path: Path) -> None:
    text = reporting(tmp_path / "made" / "own.yaml", [1234, 1235]).read_text()
    assert "metrics.reporter.prom.port: 1234,1235" in text
    assert "metrics.reporter.prom.filter.includes: taskmanager.job.task.operator:events" in text


def test_events_that_are_missing_too_many_or_before_the_stamp_are_told() -> None:
    times = {0: 10, 500: 20, 1000: 30}
    every = Counter(dict.fromkeys(times, 1))
    compare({"marked": every, "pushed": Counter([500, 1000])}, times, {"pushed": 20})
    with pytest.raises(RuntimeError, match=r"rule marked: 1 marked events missing, \[500\]; 0 too"):
        compare({"marked": Counter([0, 1000])}, {0: 10, 1000: 30}, {})
    with pytest.raises(RuntimeError, match=r"rule pushed: 0 .*; 1 too many, \[500\]"):
        compare({"marked": every, "pushed": Counter([500, 500, 1000])}, times, {"pushed": 20})
    with pytest.raises(RuntimeError, match=r"rule pushed: 0 .*; 1 too many, \[0\]"):
        compare({"marked": every, "pushed": Counter(times.keys())}, times, {"pushed": 20})


def test_a_rate_that_was_not_kept_gives_no_figure() -> None:
    check_rate(1000, 999.0, [1001.0, 992.0])
    for produced, handled in ((980.0, [1000.0]), (1000.0, [1000.0, 980.0])):
        with pytest.raises(RuntimeError, match="not 1,000: this machine is too slow or too busy"):
            check_rate(1000, produced, handled)


def test_the_job_that_rules_are_pushed_into_takes_changes() -> None:
    plan = json.loads(compile_plan(load_pipeline(PIPELINE)).to_json())
    assert len(plan["rules"]) == 4
    assert len(plan["keys"]) == 1
    assert plan["rules_log"]["topic"] == "rules_push-rules"
