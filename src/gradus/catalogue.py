"""Which families there are: the folder is the list, and other packages add theirs by an entry point.

Questions that an author writes out (`gradus.questions`) have names beside them; these are never drawn from nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from gradus.errors import Fault, suggest
from gradus.family import Family
from gradus.questions import Statements, WrittenAnswer

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

FOLDER = Path(__file__).parent / "families"
GROUP = "gradus.families"
KINDS: Mapping[str, type[Family]] = {"statements": Statements, "written": WrittenAnswer}


@cache
def names() -> tuple[str, ...]:
    """Return the names of all families, ours and other packages', importing none.

    >>> "conv_layer" in names()
    True
    """
    return tuple(sorted(_own() | set(_outside())))


@cache
def _own() -> frozenset[str]:
    """Return the names of the folder's files."""
    return frozenset(file.stem for file in FOLDER.glob("*.py") if not file.stem.startswith("_"))


@cache
def family(name: str) -> type[Family]:
    """Return the family of that name, importing its one file.

    Raises:
        Fault: when there is no such family, with the nearest name.

    >>> family("conv_layer").__name__
    'ConvLayer'
    """
    if name in _own():  # never asked of the disk: a name in an exam file can be anything
        return _defined(name)
    if name in KINDS:
        return KINDS[name]
    outside = _outside()
    if name not in outside:
        near = suggest(name, KINDS)
        remedy = near if near.startswith("did you mean") else suggest(name, names())
        raise Fault("", "family", name, "is not in the catalogue", remedy)
    try:
        loaded = outside[name].load()
    except Exception as error:
        rule = f"cannot be loaded from {outside[name].value!r}: {type(error).__name__}: {error}"
        raise Fault(GROUP, "entry point", name, rule, "mend or remove the package that declares it") from error
    if not (isinstance(loaded, type) and issubclass(loaded, Family)):
        rule = f"must lead to a Family, and entry point {outside[name].value!r} leads to something else"
        raise Fault(GROUP, "entry point", name, rule, "mend the package that declares it")
    return loaded


def name_of(variant: Family) -> str:
    """Return the name under which a variant's family is found.

    >>> name_of(family("conv_layer").draw(__import__("random").Random(0)))
    'conv_layer'
    """
    module = type(variant).__module__
    if module.startswith("gradus.questions."):
        return next(name for name, kind in KINDS.items() if kind is type(variant))
    if module.startswith("gradus.families."):
        return module.rpartition(".")[2]
    return next(name for name in _outside() if family(name) is type(variant))


def _defined(name: str) -> type[Family]:
    """Return the one final family that a file of the folder defines."""
    module = import_module(f"gradus.families.{name}")
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Family)
        and value.__module__ == module.__name__
        and not inspect.isabstract(value)
    ]
    if len(found) != 1:
        rule = f"must define one family, and defines {len(found)}"
        raise Fault(f"gradus/families/{name}.py", "family", None, rule, "one file, one family")
    return found[0]


@cache
def _outside() -> dict[str, EntryPoint]:
    """Return other packages' entry points; reading them is not free, so it is done once and late."""
    from importlib.metadata import entry_points

    return {entry.name: entry for entry in entry_points(group=GROUP)}
