"""A second device for tests on a machine that has none.

Its tensors say that they are on `meta`, where nothing of ours ever is, and keep their values in
memory. As with a GPU, an operation refuses tensors of both devices, a generator of the other
device, and a copy into numpy; what is allowed there is allowed here: copies from one device to the
other, and single numbers of the CPU.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map

ELSEWHERE = torch.device("meta")
COPIES = {"aten::copy_", "aten::_to_copy"}
# A GPU takes places that are on the CPU: lists of numbers come as such.
INDEXED = {"aten::index", "aten::index_put_"}


class MixedDevicesError(Exception):
    """Raised for an operation that a GPU would refuse."""


class There(Tensor):
    """A tensor on the second device; `here` has its values."""

    here: Tensor
    is_meta = False

    @staticmethod
    def __new__(cls, here: Tensor) -> There:
        made: There = Tensor._make_wrapper_subclass(  # type: ignore[attr-defined]
            cls,
            here.size(),
            strides=here.stride(),
            storage_offset=here.storage_offset(),
            dtype=here.dtype,
            device=ELSEWHERE,
        )
        made.here = here
        return made

    def __repr__(self, **_: Any) -> str:  # type: ignore[override]
        return f"There({self.here!r})"

    def __getitem__(self, places: Any) -> Any:
        """As a GPU's tensor gives them."""
        return super().__getitem__(_read(places))

    def __setitem__(self, places: Any, values: Any) -> None:
        """As a GPU's tensor takes them."""
        super().__setitem__(_read(places), values)

    def tolist(self) -> Any:
        """As a GPU's tensor gives them."""
        return self.here.tolist()

    @classmethod
    def __torch_dispatch__(cls, function: Any, *_: Any) -> Any:
        raise MixedDevicesError(f"{function}: outside of TwoDevices")


class TwoDevices(TorchDispatchMode):
    """Inside, `meta` is a device that holds values.

    Attributes:
        operations: how many ran there.
    """

    def __init__(self) -> None:
        super().__init__()
        self.operations = 0

    def __torch_dispatch__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        given = [each for each in tree_flatten((args, kwargs))[0] if isinstance(each, Tensor)]
        name = function._schema.name
        there = any(isinstance(each, There) for each in given)
        asked = kwargs.get("device")
        if asked is not None:
            there = torch.device(asked) == ELSEWHERE
            kwargs["device"] = torch.device("cpu")
        if there and name not in COPIES:
            of = [args[0], *args[2:3]] if name in INDEXED else given
            if any(not isinstance(each, There) and each.dim() for each in of):
                raise MixedDevicesError(f"{name}: tensors of both devices")
            if kwargs.get("generator") is not None:
                raise MixedDevicesError(f"{name}: generator on the CPU")
        self.operations += there
        plain, named = tree_map(_here, (args, kwargs))
        found = function(*plain, **named)
        if name == "aten::_local_scalar_dense":
            return found
        known = {id(each.here): each for each in given if isinstance(each, There)}

        def back(each: Any) -> Any:
            if not isinstance(each, Tensor) or not there or isinstance(each, There):
                return each
            return known[id(each)] if id(each) in known else There(each)

        if name == "aten::copy_":
            return args[0]
        return tree_map(back, found)


def _here(value: Any) -> Any:
    return value.here if isinstance(value, There) else value


def _read(places: Any) -> Any:
    """Places without lists, which would be read on `meta`, where nothing is."""
    every = places if isinstance(places, tuple) else (places,)
    return tuple(torch.tensor(each) if isinstance(each, list) else each for each in every)
