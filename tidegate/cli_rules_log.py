"""`tidegate rules push|set|remove|list|status|history`: rules of a running job."""

from __future__ import annotations

import getpass
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidegate.errors import OptionError, RuleError

if TYPE_CHECKING:
    from connectors.rules_log import RulesTopics
    from tidegate.pipeline import Pipeline
    from tidegate.rules_log import Stamp

Pipe = Annotated[Path, typer.Option("--pipeline", help="Pipeline file whose job runs the rules.")]
At = Annotated[
    str | None,
    typer.Option(help="Event time from which it holds: ISO 8601, or epoch ms. Default: at once."),
]
Wait = Annotated[str, typer.Option(help="How long to wait for the job's word; 0s: not at all.")]


def push(
    file: Annotated[Path, typer.Argument(help="Rule file (YAML).")],
    pipeline: Pipe,
    rule: Annotated[list[str] | None, typer.Option(help="Only these rules of the file.")] = None,
    at: At = None,
    wait: Wait = "10s",
) -> None:
    """Bring rules, or other versions of them, into a running job.

    *Examples*

    `tidegate rules push rules/fraud.yaml --pipeline pipelines/fraud.yaml`

    `tidegate rules push rules/fraud.yaml --pipeline pipelines/fraud.yaml --rule velocity
    --at 2026-01-31T12:00:00Z`
    """
    from tidegate.rules import load_rules, select
    from tidegate.rules_log import push_record

    loaded, topics = _open(pipeline)
    streams = {stream.name: stream for stream in loaded.streams}
    source = file.read_text(encoding="utf-8") if file.is_file() else ""
    records = [
        push_record(one, streams, source, _stamp(at)) for one in select(load_rules(file), rule)
    ]
    _ask(topics, records, wait, loaded.name)


def remove(
    rule: Annotated[str, typer.Argument(help="The rule's id.")],
    pipeline: Pipe,
    at: At = None,
    wait: Wait = "10s",
) -> None:
    """End a rule of a running job; what it has open is dropped.

    *Example*

    `tidegate rules remove velocity --pipeline pipelines/fraud.yaml`
    """
    from tidegate.rules_log import remove_record

    loaded, topics = _open(pipeline)
    _ask(topics, [remove_record(rule, _stamp(at))], wait, loaded.name)


def set_parameters(
    rule: Annotated[str, typer.Argument(help="The rule's id.")],
    values: Annotated[list[str], typer.Argument(help="NAME=VALUE ...")],
    pipeline: Pipe,
    key: Annotated[
        str | None, typer.Option(help="Only for this key; a VALUE of null takes its own away.")
    ] = None,
    at: At = None,
    wait: Wait = "10s",
) -> None:
    """Give parameters of a running rule other values; nothing that is open is lost.

    *Examples*

    `tidegate rules set card_testing limit=900 --pipeline pipelines/fraud.yaml`

    `tidegate rules set card_testing limit=50 --key C-17 --pipeline pipelines/fraud.yaml`
    """
    from tidegate.rules_log import set_record

    parameters = dict(_assignment(value, key) for value in values)
    loaded, topics = _open(pipeline)
    _ask(topics, [set_record(rule, parameters, key, _stamp(at))], wait, loaded.name)


def list_rules(pipeline: Pipe) -> None:
    """The rules of a job: those of the pipeline's files, and what was changed since.

    *Example*

    `tidegate rules list --pipeline pipelines/fraud.yaml`
    """
    from tidegate.rules_log import live_rules, time_text

    loaded, topics = _open(pipeline)
    rules = live_rules(topics.statuses(), loaded.rules)
    for rule in rules:
        since = "" if rule.stamp is None else f"  since {time_text(rule.stamp)}"
        waiting = "".join(f"  waiting: v{one.version} {one.line}" for one in rule.waiting.values())
        reason = f"  ({rule.reason})" if rule.reason else ""
        version = f"v{rule.version}" if rule.version else "-"
        typer.echo(f"{rule.id}  {version}  {rule.state or '-'}{since}{reason}{waiting}")
    live = sum(rule.state == "active" for rule in rules)
    typer.echo(f"rules live: {live}")
    _say_left_out(topics)


def status(
    pipeline: Pipe,
    rule: Annotated[str | None, typer.Argument(help="The rule's id; all where left out.")] = None,
) -> None:
    """What became of the changes of a rule, or of all.

    *Example*

    `tidegate rules status velocity --pipeline pipelines/fraud.yaml`
    """
    from tidegate.rules_log import latest, time_text

    _, topics = _open(pipeline)
    last = latest(one for one in topics.statuses() if rule in (None, one.rule))
    for one in last.values():
        typer.echo(f"{time_text(one.at)}  {one.rule or '-'} v{one.version}  {one.line}")
    typer.echo(f"changes: {len(last)}")
    _say_left_out(topics)


def history(rule: Annotated[str, typer.Argument(help="The rule's id.")], pipeline: Pipe) -> None:
    """Every change of a rule: who asked for it, when, and what became of it.

    *Example*

    `tidegate rules history velocity --pipeline pipelines/fraud.yaml`
    """
    from tidegate.rules_log import latest, time_text

    _, topics = _open(pipeline)
    last = latest(topics.statuses())
    changes = [one for one in topics.changes() if one.get("rule") == rule]
    for change in changes:
        written = change.get("written_at")
        when = time_text(written) if isinstance(written, int) else "-"
        version = f" v{change['version']}" if "version" in change else ""
        found = last.get(str(change["request"]))
        typer.echo(
            f"{when}  {change.get('op')}{version} by {change.get('by', '-')}: "
            f"{found.line if found else 'no word from the job yet'}"
        )
    typer.echo(f"changes: {len(changes)}")
    _say_left_out(topics)


def _open(path: Path) -> tuple[Pipeline, RulesTopics]:
    from connectors.rules_log import RulesTopics
    from tidegate.pipeline import load_pipeline

    pipeline = load_pipeline(path)
    if pipeline.rules_log is None:
        raise OptionError(f"{path}: rules_at_run_time is false: its job takes no changes")
    log = pipeline.rules_log
    return pipeline, RulesTopics(pipeline.kafka.bootstrap, log.topic, log.status_topic)


def _say_left_out(topics: RulesTopics) -> None:
    for line in topics.left_out:
        typer.echo(f"note: {line}", err=True)


def _stamp(at: str | None) -> Stamp:
    from tidegate.rules_log import Stamp, event_time

    return Stamp(
        request=uuid.uuid4().hex,
        by=getpass.getuser(),
        written_at=time.time_ns() // 1_000_000,
        event_time=None if at is None else event_time(at),
    )


def _assignment(text: str, key: str | None) -> tuple[str, Any]:
    import yaml

    name, separator, value = text.partition("=")
    if not separator or not name:
        raise OptionError(f"{text}: expected NAME=VALUE, such as limit=900")
    parsed = yaml.safe_load(value)
    if isinstance(parsed, list | dict) or (parsed is None and key is None):
        raise OptionError(f"{text}: expected a number, a text, true or false")
    return name, parsed


def _ask(
    topics: RulesTopics, records: Sequence[Mapping[str, Any]], wait: str, pipeline: str
) -> None:
    """Append changes and show what the job makes of them.

    Raises:
        RuleError: when one was rejected, or the job did not say what became of it in time.
    """
    from tidegate.durations import milliseconds
    from tidegate.rules_log import FINAL, onwards

    seconds = milliseconds(wait) / 1000
    names = {str(one["request"]): str(one["rule"]) for one in records}
    seen: dict[str, str] = {}
    problems = []
    with topics.follow(seconds) as statuses:
        topics.append(list(records))
        for name in names.values():
            typer.echo(f"{name}: appended")
        for one in onwards(statuses) if seconds else ():
            if one.request not in names:
                continue
            typer.echo(f"{names[one.request]}: {one.line}")
            seen[one.request] = one.state
            if one.state == "rejected":
                problems.append(f"{names[one.request]}: {one.reason}")
            if len(seen) == len(names) and FINAL.issuperset(seen.values()):
                break
    if problems:
        raise RuleError("\nerror: ".join(problems))
    if seconds and not seen:
        raise RuleError(
            f"no word within {wait}: the job of pipeline {pipeline} does not run; "
            "the change is in the rules log and will be read when it does"
        )
    late = [f"{names[r]} ({state})" for r, state in seen.items() if state not in FINAL]
    late += [name for request, name in names.items() if request not in seen]
    if seconds and late:
        raise RuleError(
            f"not in force within {wait}: {', '.join(late)}; event time has to reach the stamp; "
            "`tidegate rules status` shows when it has"
        )
