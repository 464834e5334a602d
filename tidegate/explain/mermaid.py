"""A rule's automaton as a Mermaid flowchart."""

from __future__ import annotations

from collections.abc import Sequence

from tidegate.durations import format_duration
from tidegate.explain.labels import absence, arrow, condition, heading, passing, repetition, title
from tidegate.rules import Rule
from tidegate.stages import Group, Kind, Stage

_WIDTH = 48


def mermaid(rule: Rule) -> str:
    """Text of a flowchart: stages as nodes, contiguity at the arrows, groups as subgraphs."""
    return _Chart(rule).text()


class _Chart:
    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._lines: list[str] = []
        self._depth = 1
        self._groups = 0

    def text(self) -> str:
        rule = self._rule
        within = rule.definition.within_ms
        limit = f" within {format_duration(within)}" if within is not None else ""
        self._add("start((start))")
        exits = self._sequence(rule.definition.stages, [("start", "")])
        for node, label in exits:
            self._edge(node, "match", passing(rule) or label)
        self._add(f"match(((match{limit})))")
        self._add("classDef absence stroke-dasharray: 5 3,stroke:#b3261e")
        return "\n".join(["flowchart TD", *self._lines])

    def _add(self, line: str) -> None:
        self._lines.append("    " * self._depth + line)

    def _edge(self, source: str, target: str, label: str) -> None:
        middle = f' -- "{_escaped(label)}" --> ' if label else " --> "
        self._add(f"{source}{middle}{target}")

    def _sequence(
        self, steps: Sequence[Stage | Group], entries: list[tuple[str, str]]
    ) -> list[tuple[str, str]]:
        """Draws steps one after the other; where the next one leaves from, each with a label."""
        for step in steps:
            before = entries
            entries = self._step(step, entries)
            if step.optional:
                entries = [*entries, *((node, f"without {_name(step)}") for node, _ in before)]
        return entries

    def _step(self, step: Stage | Group, entries: list[tuple[str, str]]) -> list[tuple[str, str]]:
        if isinstance(step, Group):
            return self._group(step, entries)
        self._node(step)
        for node, label in entries:
            self._edge(node, step.name, ", ".join(filter(None, [label, arrow(step)])))
        if repeated := repetition(step):
            self._edge(step.name, step.name, ", ".join(repeated))
        return [(step.name, "")]

    def _node(self, stage: Stage) -> None:
        lines = [title(stage), *condition(stage, self._rule, _WIDTH)]
        if stage.contiguity.negative:
            lines.append(absence(stage, self._rule))
        text = "<br/>".join(_escaped(line) for line in lines)
        self._add(f'{stage.name}["{text}"]{":::absence" if stage.contiguity.negative else ""}')

    def _group(self, group: Group, entries: list[tuple[str, str]]) -> list[tuple[str, str]]:
        self._groups += 1
        name = f"group_{self._groups}"
        what = ", ".join([heading(group), *repetition(group)])
        self._add(f'subgraph {name}["{_escaped(what)}"]')
        self._depth += 1
        incoming = [
            (node, ", ".join(filter(None, [label, arrow(group)]))) for node, label in entries
        ]
        exits = [
            each for sequence in group.sequences for each in self._sequence(sequence, incoming)
        ]
        if group.kind is Kind.ALL_OF:
            self._add(f'{name}_all{{{{"all of them"}}}}')
            for node, label in exits:
                self._edge(node, f"{name}_all", label)
            exits = [(f"{name}_all", "")]
        self._depth -= 1
        self._add("end")
        return exits


def _name(step: Stage | Group) -> str:
    return step.name if isinstance(step, Stage) else "the group"


def _escaped(text: str) -> str:
    """Text inside quotes: Mermaid takes characters of its own syntax by their number."""
    for char in '#"<>&':
        text = text.replace(char, f"#{ord(char)};") if char != "#" else text.replace("#", "#35;")
    return text
