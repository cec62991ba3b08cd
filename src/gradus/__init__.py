"""Gradus: an engine for deep-learning exams whose keys are computed and countersigned.

The names below are what a family is written with. Each is loaded when it is first used: the calculator, for one, needs
none of them. Everything else is imported from its module: `gradus.exam`, `gradus.audit`, `gradus.networks`, …
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradus.answers import Answer, Choice, Count, Interval, Real, Shape, Truth
    from gradus.errors import Fault, GradusError
    from gradus.family import Family, Mistake
    from gradus.parameters import among, between

__all__ = [
    "Answer",
    "Choice",
    "Count",
    "Family",
    "Fault",
    "GradusError",
    "Interval",
    "Mistake",
    "Real",
    "Shape",
    "Truth",
    "among",
    "between",
]

_HOMES = {
    "gradus.answers": ("Answer", "Choice", "Count", "Interval", "Real", "Shape", "Truth"),
    "gradus.errors": ("Fault", "GradusError"),
    "gradus.family": ("Family", "Mistake"),
    "gradus.parameters": ("among", "between"),
}


def __getattr__(name: str) -> object:
    """Return one of the names above from its module (PEP 562)."""
    home = next((module for module, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module 'gradus' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(home), name)
    return found


def __dir__() -> list[str]:
    return __all__
