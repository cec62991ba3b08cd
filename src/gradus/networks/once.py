"""A property that is computed once and then kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

Kept = TypeVar("Kept")


class once(Generic[Kept]):  # noqa: N801  # a decorator, spelled like property
    """Compute a property of a frozen object when it is first asked for, and keep it.

    `functools.cached_property` of Python 3.11 takes a lock every time, which costs more than most of our computations.
    """

    def __init__(self, compute: Callable[[Any], Kept]) -> None:
        self.compute = compute
        self.name = compute.__name__
        self.__doc__ = compute.__doc__

    def __get__(self, instance: Any, owner: type | None = None) -> Kept:
        """Return the value; kept under the same name in the object, it is found there from then on."""
        found = instance.__dict__[self.name] = self.compute(instance)
        return found
