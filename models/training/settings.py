"""Objects made from settings that people wrote, each refused with its place."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_type_hints

from pydantic import TypeAdapter, ValidationError

from models.errors import TrainingError

Made = TypeVar("Made")


def make(kind: Callable[..., Made], settings: Mapping[str, Any], place: str, **given: Any) -> Made:
    """Calls a class with settings.

    Args:
        kind: class whose arguments the settings are.
        settings: by name; each is checked against the argument's type.
        place: of the settings in the training file.
        given: arguments that are no settings.

    Raises:
        TrainingError: an unknown name, a value of another type, or values that the class refuses.
    """
    accepted = [name for name in inspect.signature(kind).parameters if name not in given]
    types = get_type_hints(kind.__init__ if inspect.isclass(kind) else kind)
    values = {}
    for name, value in settings.items():
        if name not in accepted:
            listed = ", ".join(accepted) or "no settings"
            raise TrainingError(f"{place}: unknown setting {name}, expected {listed}")
        try:
            values[name] = TypeAdapter(types[name]).validate_python(value)
        except ValidationError as error:
            raise TrainingError(
                f"{place}.{name}: found {value!r}; {error.errors()[0]['msg']}"
            ) from error
    try:
        return kind(**values, **given)
    except (ValueError, TypeError) as error:
        raise TrainingError(f"{place}: {error}") from error
