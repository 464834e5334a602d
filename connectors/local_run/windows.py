"""Windows that a pipeline's rules cut of a history, cut by the job's classes.

What a window is, Java decides: which events it holds, in which order, from when on a silent key
begins anew, what a missing value does. Here is no second opinion; training takes these windows.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from connectors.local_run.process import RuleProcess, shared
from connectors.local_run.values import in_unit, to_json, typed
from tidegate.errors import DocumentError, RuleTestError
from tidegate.pipeline import Pipeline, Window, load_pipeline
from tidegate.plan import Plan, compile_plan
from tidegate.rules import Rule
from tidegate.streams import Decoder, Stream

OK = "ok"


@dataclass(frozen=True)
class Cut:
    """A window of a match.

    Attributes:
        rule: that matched.
        key: whose samples it holds.
        status: `ok`, or why there is none: `short_history`, `nan`, `evicted`.
        last: row of its last sample; None where there is none.
        values: float32 [channels, length], when it is ok.
    """

    rule: str
    key: str
    status: str
    last: int | None
    values: npt.NDArray[np.float32] | None


@dataclass(frozen=True)
class Samples:
    """What windows of a key are cut from.

    Attributes:
        key: the key's text.
        rows: int64 [samples], of the history, in the job's order; late and repeated ones left out.
        values: float32 [samples, channels], NaN where a value is missing.
    """

    key: str
    rows: npt.NDArray[np.int64]
    values: npt.NDArray[np.float32]


@dataclass(frozen=True)
class CutHistory:
    """What a pipeline's rules found and cut in a history.

    Attributes:
        samples: by key.
        cuts: of all matches whose rule cuts windows, in the order in which the job finds them.
        late: rows that were older than the stream allows.
        duplicates: rows that repeated another.
        dead: why rows were no events, by row.
    """

    samples: Mapping[str, Samples]
    cuts: Sequence[Cut]
    late: int
    duplicates: int
    dead: Mapping[int, str]


@dataclass(frozen=True)
class WindowCutter:
    """A pipeline's window and the rules that cut it.

    Attributes:
        place: the pipeline's file, for messages.
        window: what is cut.
        stream: whose events are the samples.
        rules: that cut it.
        plan: of them alone.
    """

    place: str
    window: Window
    stream: Stream
    rules: tuple[Rule, ...]
    plan: Plan

    def cut(
        self,
        rows: Iterable[Mapping[str, Any]],
        time: npt.NDArray[np.int64],
        text: bool = False,
        process: RuleProcess | None = None,
    ) -> CutHistory:
        """Lets the rules run over a history, time passing on behind the last row.

        Args:
            rows: fields of the stream's events, in order of arrival.
            time: int64 [rows], event times, epoch ms.
            text: whether values are text that has yet to be given types.
            process: the Java process; the shared one when None.

        Raises:
            RuleTestError: when there is no Java, or it fails.
        """
        index = [stream["name"] for stream in self.plan.document["streams"]].index(self.stream.name)
        moment = self.stream.event_time
        events = []
        for row, at in zip(rows, time.tolist(), strict=True):
            given = {name: value for name, value in row.items() if value is not None}
            given[moment.field] = in_unit(at, moment.unit)
            events.append((index, to_json(typed(given, self.stream, text))))
        lines = (process or shared()).run(self.plan.to_json(), events, True, 0, windows=True)
        if any("match" in line and "window" not in line["match"] for line in lines):
            raise RuleTestError("the jar is older than this package; run `make setup` to build it")
        return self._read(lines)

    def _read(self, lines: Sequence[Mapping[str, Any]]) -> CutHistory:
        channels, length = len(self.window.channels), self.window.length
        samples, cuts, dead = {}, [], {}
        counts: Counter[str] = Counter(kind for line in lines for kind in line)
        for line in lines:
            if "samples" in line:
                found = line["samples"]
                rows = np.array(found["events"], np.int64)
                values = _floats(found["values"]).reshape(len(rows), channels)
                samples[found["key"]] = Samples(found["key"], rows, values)
            elif "match" in line and line["match"]["window"]["status"] != "none":
                match, window = line["match"], line["match"]["window"]
                values = None
                if window["values"] is not None:
                    values = _floats(window["values"]).reshape(channels, length)
                cuts.append(
                    Cut(match["rule"], match["key"], window["status"], window["last"], values)
                )
            elif "dead" in line:
                dead[line["dead"]["event"]] = line["dead"]["detail"]
        return CutHistory(samples, cuts, counts["late"], counts["duplicate"], dead)


def load_cutter(
    path: str | Path, rules: Sequence[str] = (), environment: Mapping[str, str] | None = None
) -> WindowCutter:
    """The window of a pipeline file; its model need not be there.

    Args:
        path: of the file.
        rules: ids of those whose matches cut; all that cut in the stream when empty.
        environment: values for `${NAME}`; the process environment when None.

    Raises:
        DocumentError: when the pipeline has no window, or such a rule does not cut it.
        TidegateError: when the file or its rules have no meaning.
    """
    pipeline = load_pipeline(path, environment, model=False)
    window = pipeline.window
    if window is None:
        raise DocumentError(f"{pipeline.place}: it has no window, so nothing is cut on a match")
    cutting = _cutting(pipeline, window, rules)
    if rules:
        window = replace(window, rules=tuple(rules))
    stream = next(each for each in pipeline.streams if each.name == window.stream)
    plan = compile_plan(
        replace(
            pipeline,
            # A history's rows are given as JSON, whatever the stream's messages are.
            streams=tuple(replace(each, decoder=Decoder("json")) for each in pipeline.streams),
            rules=cutting,
            window=window,
            iceberg=None,
        )
    )
    return WindowCutter(pipeline.place, window, stream, tuple(cutting), plan)


def _cutting(pipeline: Pipeline, window: Window, asked: Sequence[str]) -> list[Rule]:
    """Rules of the pipeline whose matches cut windows, those asked for."""
    named = set(window.rules)
    cutting = [rule for rule in pipeline.rules if "*" in named or rule.id in named]
    known = [rule.id for rule in cutting]
    for name in asked:
        if name not in known:
            raise DocumentError(
                f"{pipeline.place}: rule {name} cuts no window; those that do: {', '.join(known)}"
            )
    chosen = [rule for rule in cutting if not asked or rule.id in asked]
    for rule in chosen:
        others = [stream for stream in rule.streams if stream != window.stream]
        if others:
            raise DocumentError(
                f"{pipeline.place}: rule {rule.id} reads {others[0]} too, and a history to train "
                f"on has events of {window.stream} alone; name other rules"
            )
    return chosen


def _floats(text: str) -> npt.NDArray[np.float32]:
    found: npt.NDArray[np.float32] = np.frombuffer(base64.b64decode(text), "<f4").astype(np.float32)
    return found
