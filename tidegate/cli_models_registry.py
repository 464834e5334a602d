"""Which registry a command of `tidegate models` looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tidegate.options import Option, Settings

if TYPE_CHECKING:  # It brings fsspec, which --help can do without.
    from tidegate.registry import Registry

REGISTRY = Option(
    "registry", str, "registry", "Folder or URL that holds NAME/VERSION of every model."
)

Root = Annotated[
    str | None,
    typer.Option("--registry", help=f"{REGISTRY.help} Else {REGISTRY.variable}, else registry."),
]


def open_registry(root: str | None) -> Registry:
    """The registry of a flag, else of the environment, else of the settings."""
    from tidegate.registry import Registry

    return Registry(Settings.load().get(REGISTRY, root))
