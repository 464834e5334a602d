"""`tidegate models`: versions of models, and which of them is served."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidegate.cli_models_calibrate import calibrate
from tidegate.cli_models_registry import Root, open_registry
from tidegate.errors import RegistryError, TidegateError

if TYPE_CHECKING:  # It brings fsspec, which --help can do without.
    from tidegate.registry import Registry, Version

app = typer.Typer(
    no_args_is_help=True, help="Models and their versions.", rich_markup_mode="markdown"
)

Name = Annotated[str, typer.Argument(help="Name of the model.")]


@app.callback()
def _group() -> None:
    """Models and their versions."""


@app.command("list")
def list_models(
    name: Annotated[str | None, typer.Argument(help="Only this model.")] = None,
    registry: Root = None,
) -> None:
    """Models, their versions, and which is served.

    *Examples*

    `tidegate models list`

    `tidegate models list cobot --registry s3://plant/models`
    """
    opened = open_registry(registry)
    if name is not None:
        _known(opened, name)
    count = 0
    for each in opened.names() if name is None else (name,):
        serving = opened.promotions(each).serving_version
        for version in opened.versions(each):
            mark = "serving" if version == serving else "-"
            typer.echo(f"{each}  {version}  {mark}  {_line(opened.look(each, version))}")
            count += 1
    typer.echo(f"versions: {count} in {opened.root}")


@app.command()
def show(
    name: Name,
    version: Annotated[
        str | None, typer.Argument(help="Else the one that is served, else the newest.")
    ] = None,
    registry: Root = None,
) -> None:
    """What a version is and what it was measured at, and what the model has served.

    *Examples*

    `tidegate models show cobot`

    `tidegate models show cobot 1`
    """
    opened = open_registry(registry)
    there = _known(opened, name)
    promotions = opened.promotions(name)
    version = opened.version(name, version or promotions.serving_version or there[-1])
    found = opened.look(name, version)
    if found.problem is not None:
        raise RegistryError(f"model {name} {version}: {found.problem}")
    for line in _facts(found.card):
        typer.echo(line)
    for each in promotions.history:
        typer.echo(f"{each.action}: {each.version} at {each.at} by {each.by}")
    typer.echo(f"serving: {promotions.serving_version or 'nothing is promoted'}")


@app.command()
def verify(
    name: Annotated[str | None, typer.Argument(help="Name of the model; all if left out.")] = None,
    version: Annotated[str | None, typer.Argument(help="All of them if left out.")] = None,
    registry: Root = None,
) -> None:
    """Check files against their cards; everything that is wrong is shown, exit code 2.

    *Examples*

    `tidegate models verify`

    `tidegate models verify cobot current`
    """
    opened = open_registry(registry)
    names = opened.names() if name is None else (name,)
    if not names:
        raise RegistryError(f"registry {opened.root}: there is no model in it")
    problems: list[TidegateError] = []
    count = 0
    for each in names:
        for one in _known(opened, each) if version is None else (version,):
            count += 1
            try:
                card = opened.verify(each, one)
            except TidegateError as error:
                problems.append(error)
                continue
            typer.echo(f"{each}  {card.version}  intact  {card.sha256}")
    if problems:
        raise RegistryError("\nerror: ".join(str(problem) for problem in problems))
    typer.echo(f"versions intact: {count}")


@app.command()
def publish(
    folder: Annotated[Path, typer.Argument(help="Folder that jobs/train.py has written.")],
    registry: Root = None,
) -> None:
    """Copy a model into a registry, as the name and version of its card; it is not served yet.

    *Example*

    `tidegate models publish build/cobot/2 --registry s3://plant/models`
    """
    from tidegate.model_card import read_card

    card = read_card(folder)
    typer.echo(f"published: {open_registry(registry).publish(folder, card.name, card.version)}")


app.command()(calibrate)


@app.command()
def promote(
    name: Name,
    version: Annotated[str, typer.Argument(help="That the name is to serve.")],
    registry: Root = None,
) -> None:
    """Let a name serve a version; jobs take it when they are submitted.

    *Example*

    `tidegate models promote cobot 2`
    """
    opened = open_registry(registry)
    before = opened.promotions(name).serving_version
    if opened.promote(name, version, _user(), _now()) is None:
        typer.echo(f"{name} serves {before} already")
        return
    typer.echo(f"{name} serves {opened.promotions(name).serving_version}{_instead(before)}")


@app.command()
def rollback(name: Name, registry: Root = None) -> None:
    """Let a name serve what it served before; once more goes one further back.

    *Example*

    `tidegate models rollback cobot`
    """
    opened = open_registry(registry)
    before = opened.promotions(name).serving_version
    found = opened.rollback(name, _user(), _now())
    typer.echo(f"{name} serves {found.version}{_instead(before)}")


def _known(registry: Registry, name: str) -> tuple[str, ...]:
    """Versions of a model that has some."""
    there = registry.versions(name)
    if not there:
        registry.version(name, "")
    return there


def _line(found: Version) -> str:
    """A version in a few words."""
    if found.problem is not None:
        return found.problem
    card = found.card
    metrics = {part: each["auprc"] for part, each in card.get("metrics", {}).items()}
    shown = ", ".join(f"{part} {value:.3f}" for part, value in metrics.items() if "test" in part)
    forms = "".join(f" +{kind}" for kind in card.get("variants", {}))
    method = card.get("method", {}).get("name", "-")
    return f"{method}{forms}  AUPRC {shown or '-'}  {str(card.get('sha256'))[:12]}"


def _facts(card: dict[str, Any]) -> list[str]:
    """A card as lines to read."""
    window = next(each for each in card["inputs"] if each["name"] == "window")
    channels = ", ".join(f"{each['name']} ({each['unit']})" for each in window["channels"])
    lines = [
        f"model: {card['name']} {card['version']}",
        f"sha256: {card['sha256']}",
        f"method: {card.get('method', {}).get('name', '-')}",
        f"window: {window['length']} samples of {channels}",
        f"outputs: {', '.join(each['name'] for each in card['outputs'])}",
        f"threshold: {card['threshold']['value']:.4f}, {card['threshold']['chosen_by']}",
    ]
    domain = next((each for each in card["inputs"] if each["name"] == "domain"), None)
    if domain is not None:
        known = card.get("data", {}).get("domains", {})
        lines.append(
            f"domains: {len(known)} ({', '.join(known)}) of {len(domain['parameters'])} numbers; "
            f"unknown keys: {domain['unknown']}"
        )
    for part, each in card["metrics"].items():
        lines.append(f"{part}: {_measured(each)}")
    if card.get("speed"):
        lines.append(f"speed: {_speed(card['speed'])}")
    for kind, each in card.get("variants", {}).items():
        lost = ", ".join(f"{part} {value:+.4f}" for part, value in each["auprc_lost"].items())
        lines.append(
            f"variant {kind}: AUPRC lost {lost}; {each['gain']:.2f} times the windows a second; "
            f"{_speed(each['speed'])}; {each['size']:,} bytes"
        )
    return [*lines, f"made by: {card['command']}"]


def _measured(metrics: dict[str, float]) -> str:
    return (
        f"{metrics['windows']} windows, prevalence {metrics['prevalence']:.3f}, AUROC "
        f"{metrics['auroc']:.3f}, AUPRC {metrics['auprc']:.3f}, recall {metrics['recall']:.3f} at "
        f"false positives {metrics['false_positive_rate']:.3f}"
    )


def _speed(speed: dict[str, Any]) -> str:
    return f"{speed['windows_per_second']:,.0f} windows/s, one in {speed['p99_ms']:.2f} ms (p99)"


def _instead(before: str | None) -> str:
    return "" if before is None else f" instead of {before}"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # A container's user may have no name.
        return "-"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
