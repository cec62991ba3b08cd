"""Loops or none, decided without a clock: line events must not grow with the input, and fakes do not count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from gradus.sandbox import Facts, Result

SLACK = 3  # line events by which two runs may differ: a branch taken or not

# loops in Python's clothes or NumPy's
FAKES = frozenset(
    """
    vectorize frompyfunc apply_along_axis apply_over_axes fromiter fromfunction nditer ndenumerate ndindex
    map filter reduce accumulate starmap object object_ piecewise asyncio
    """.split()  # noqa: SIM905 - a list of words
)
OBJECTS = frozenset({"O", "object", "|O", "=O", "<O", ">O", "O8", "object_"})
# through these a count could be stopped or hidden, so what uses them earns no credit for having no loops
UNSEEN = frozenset(
    """
    exec eval compile getattr setattr delattr globals locals vars open breakpoint settrace setprofile gettrace
    monitoring ctypes ctypeslib sys os gc inspect builtins importlib threading signal testing f2py modules
    call_tracing frame f_back f_globals f_locals tb_frame gi_frame distutils
    """.split()  # noqa: SIM905 - a list of words
)
IMPORTS = frozenset({"numpy", "numpy.lib.stride_tricks", "numpy.typing", "math", "typing", "__future__", "numpy.lib"})
DUNDERS = frozenset({"__name__", "__doc__"})


@final
@dataclass(frozen=True, slots=True)
class Loops:
    """Why a program does not count as free of loops: a name for statistics, and what to say. Empty where it does."""

    name: str = ""
    feedback: str = ""


def decide(facts: Facts, small: Result, large: Result) -> Loops:
    """Decide from what the source says about itself and from the line events on a small and a large input."""
    if facts.problem:
        return Loops("unparsed", f"The source cannot be parsed ({facts.problem}).")
    fakes = sorted((facts.names & FAKES) | (facts.texts & OBJECTS))
    if fakes:
        return Loops("fake_vectorisation", f"`{fakes[0]}` is a Python loop in disguise: use array operations.")
    if small.events < 0 or large.events < 0:
        return Loops("count_stopped", "The count of executed lines was interfered with.")
    grown = large.events - small.events
    if grown > SLACK:
        feedback = f"It runs {grown} more lines of Python on the larger image: there is a loop over pixels."
        return Loops("python_loop", feedback)
    hidden = sorted(
        {name for name in facts.names if name in UNSEEN or (name.startswith("__") and name not in DUNDERS)}
        | {module for module in facts.imports if module not in IMPORTS}
    )
    if hidden:
        return Loops("unseen", f"`{hidden[0][:40]}` could hide a loop: write it with NumPy's array operations alone.")
    return Loops()
