"""History of a domain with the windows that a pipeline's matches cut of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from connectors.history import Columns
from connectors.local_run.windows import OK, Cut, CutHistory, Samples, WindowCutter, load_cutter
from connectors.recordings import Recording, record_files, record_table
from jobs.sources import catalog_of, paths_of
from models.errors import TrainingError
from models.generator import CHANNELS, Session
from models.training.definition import Domain, Files, Table, WindowDefinition
from models.training.generated import sessions_of
from models.training.given import Given
from models.windows import Cuts, Series
from tidegate.errors import DocumentError


def read_triggered(
    domain: Domain, window: WindowDefinition, folder: Path
) -> tuple[Given, dict[str, Any]]:
    """The samples of a domain in the order of the stream, and what the trigger cuts of them.

    Each file, table or generated session is a history of its own; the window's key says whose
    samples belong together.

    Args:
        domain: of a training file.
        window: with a trigger.
        folder: of the training file, which its paths start from.

    Raises:
        TrainingError: when the pipeline's window is another, or nothing can be cut.
        TidegateError: when the pipeline or the history cannot be read.
    """
    if window.trigger is None:
        raise DocumentError(f"domain {domain.name}: its window has no trigger")
    cutter = load_cutter(folder / window.trigger.pipeline, window.trigger.rules)
    _check_same(window, cutter)
    recordings, origin = _recordings(domain, folder)
    series: list[Series] = []
    found: Counter[str] = Counter()
    rules: Counter[str] = Counter({rule.id: 0 for rule in cutter.rules})
    for recording in recordings:
        history = cutter.cut(recording.rows, recording.time, recording.text)
        rules.update(cut.rule for cut in history.cuts)
        found.update(_counts(history, recording))
        series += _series(recording, history, window.length)
    _check_cut(domain, cutter, series, rules, found)
    replayed = {
        "rules": {rule.id: rule.version for rule in cutter.rules},
        "matches": dict(rules),
        "windows": sum(len(each.cuts or ()) for each in series),
        "left_out": {name: found[name] for name in sorted(found)},
    }
    return Given(domain, series), {**origin, "trigger": replayed}


def _check_same(window: WindowDefinition, cutter: WindowCutter) -> None:
    """Refuses a window that is not the pipeline's."""
    if window.names != cutter.window.channels:
        raise TrainingError(
            f"window.channels: {', '.join(window.names)}, but the window of {cutter.place} has "
            f"{', '.join(cutter.window.channels)}; give both the same channels in the same order"
        )
    if window.length != cutter.window.length:
        raise TrainingError(
            f"window.length: {window.length}, but the window of {cutter.place} has "
            f"{cutter.window.length} samples; give both the same length"
        )


def _recordings(domain: Domain, folder: Path) -> tuple[Iterable[Recording], dict[str, Any]]:
    if domain.generated is not None:
        kind = {"kind": "generated (models.generator), no recorded robot in it"}
        sessions = sessions_of(domain.generated)
        return (_recorded(*each) for each in sessions), {**kind, **domain.generated.model_dump()}
    if domain.files is not None:
        columns = _columns(domain, domain.files)
        return record_files(paths_of(domain.files, folder), columns, domain.files.delimiter)
    table = domain.table
    if table is None:
        raise DocumentError(f"domain {domain.name}: it names no samples")
    columns = _columns(domain, table)
    with catalog_of(table, folder) as catalog:
        one, origin = record_table(catalog, table.table, columns, table.snapshot_id, table.filter)
    return [one], origin


def _recorded(name: str, session: Session) -> Recording:
    """A session as events of `schemas/cobot_reading.avsc`, its robot called as the session is."""
    readings = [
        dict(zip(CHANNELS, values, strict=True))
        | {"robot_id": name, "cycle": cycle, "protective_stop": stopped, "grip_lost": lost}
        for values, cycle, stopped, lost in zip(
            session.values.tolist(),
            session.cycle.tolist(),
            session.protective_stop.tolist(),
            session.grip_lost.tolist(),
            strict=True,
        )
    ]
    time = np.arange(len(readings), dtype=np.int64) * 1000
    return Recording(name, readings, False, time, session.labels.astype(np.int64))


def _columns(domain: Domain, asked: Files | Table) -> Columns:
    if asked.group is not None:
        raise TrainingError(
            f"domain {domain.name}: group: {asked.group}: with a trigger the key of the pipeline's "
            "window says whose samples belong together; leave it out"
        )
    return Columns((), asked.time, asked.unit, asked.label, None, asked.classes)


def _series(recording: Recording, history: CutHistory, length: int) -> list[Series]:
    """A series for each key, its rows those that the stream took."""
    several = len(history.samples) > 1
    found = []
    for key, samples in history.samples.items():
        labels = recording.labels
        found.append(
            Series(
                f"{recording.name}/{key}" if several else recording.name,
                recording.time[samples.rows],
                samples.values.astype(np.float64),
                None if labels is None else labels[samples.rows],
                cuts=_cuts(samples, [cut for cut in history.cuts if cut.key == key], length),
            )
        )
    return found


def _cuts(samples: Samples, cuts: list[Cut], length: int) -> Cuts:
    """The windows of a key, each once however many matches cut it, in order of their ends."""
    place = {row: at for at, row in enumerate(samples.rows.tolist())}
    by_end = {
        place[cut.last]: cut.values
        for cut in cuts
        if cut.values is not None and cut.last is not None
    }
    ends = sorted(by_end)
    shape = (0, samples.values.shape[1], length)
    values = np.stack([by_end[end] for end in ends]) if ends else np.empty(shape, np.float32)
    return Cuts(np.array(ends, np.int64), values)


def _counts(history: CutHistory, recording: Recording) -> Counter[str]:
    """Rows and matches that give no window, by reason."""
    counts = Counter(cut.status for cut in history.cuts if cut.status != OK)
    ok = [(cut.key, cut.last) for cut in history.cuts if cut.status == OK]
    counts["same_window"] = len(ok) - len(set(ok))
    counts["late_rows"] = history.late
    counts["duplicate_rows"] = history.duplicates
    counts["dead_rows"] = len(history.dead) + recording.broken
    return counts


def _check_cut(
    domain: Domain,
    cutter: WindowCutter,
    series: list[Series],
    rules: Counter[str],
    found: Counter[str],
) -> None:
    """Refuses a history that no window is cut of."""
    rows, names = sum(map(len, series)), ", ".join(rules)
    where = f"domain {domain.name}: rules {names} of {cutter.place}"
    if not rows:
        raise TrainingError(
            f"domain {domain.name}: none of its rows is an event of stream {cutter.stream.name} of "
            f"{cutter.place}: {found['dead_rows']} are dead letters; compare the columns with the "
            "stream's schema"
        )
    if not rules.total():
        raise TrainingError(
            f"{where} match nowhere in {rows} rows of {len(series)} series; give history in which "
            "they do, or try them with: tidegate rules test"
        )
    if not any(len(each.cuts or ()) for each in series):
        why = ", ".join(f"{found[each]} {each}" for each in ("short_history", "nan", "evicted"))
        raise TrainingError(
            f"{where} have {rules.total()} matches, and none has a whole window: {why}"
        )
