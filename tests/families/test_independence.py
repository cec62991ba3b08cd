"""Key and witness share no function of Gradus, bar the building of answers.

A witness that calls the key's own formula passes every other test. This sees shared functions, not shared thought.
"""

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import ClassVar, final

import pytest

import gradus
from gradus.answers import Answer, Count
from gradus.derivations.derived import Named
from gradus.family import Family, Mistake
from gradus.networks import rules
from gradus.oracle import windows
from gradus.parameters import between

ROOT = Path(gradus.__file__).parent
BUILDING = ROOT / "answers"


def functions_run_by(work: Callable[[], object], own: Path) -> set[CodeType]:
    """Return the code of Gradus, and of the family's own file, that runs while the work is done."""
    ran: set[CodeType] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and not _states_the_question(frame):
            ran.add(frame.f_code)

    work()  # what is imported on the first call is done with
    forget(own)
    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return {code for code in ran if _is_ours(Path(code.co_filename), own)}


def _states_the_question(frame: FrameType) -> bool:
    """Return whether this is part of writing the question down.

    A derivation's key and witness must be given the same program to work on. A family's `statement` is that program,
    in two spellings, and `Spelling` puts names in the place of identifiers; neither computes anything of the answer.
    """
    above: FrameType | None = frame
    while above is not None and not f"{above.f_code.co_qualname}.".startswith("Spelling."):
        if above.f_code.co_name == "statement":
            break
        above = above.f_back
    return above is not None


def forget(own: Path) -> None:
    """Clear what derivations and witnesses remember, so that they are seen at work."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("gradus.derivations", "gradus.oracle")) or getattr(module, "__file__", None) == str(own):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def _is_ours(file: Path, own: Path) -> bool:
    # what dataclasses generate has no file
    return file == own or (ROOT in file.parents and BUILDING not in file.parents)


def shared(variant: Family) -> set[str]:
    """Return the names of functions that run in both key and witness."""
    own = Path(inspect.getfile(type(variant)))
    return {code.co_qualname for code in functions_run_by(variant.key, own) & functions_run_by(variant.witness, own)}


def test_no_function_runs_in_both_key_and_witness(few: list[Family]) -> None:
    seen = few[:2] if isinstance(few[0], Named) else few
    assert {name for variant in seen for name in shared(variant)} == set()


def test_what_is_traced_is_there_to_be_compared(few: list[Family]) -> None:
    own = Path(inspect.getfile(type(few[0])))
    assert {code.co_name for code in functions_run_by(few[0].key, own)} > {"key"}
    assert {code.co_name for code in functions_run_by(few[0].witness, own)} > {"witness"}


@dataclass(frozen=True, kw_only=True)
class Sizes(Family):
    """Output size of one convolution; a base for honest and cheating witnesses."""

    parts: ClassVar[tuple[str, ...]] = ("size",)
    kernel: int = between(1, 9)

    def prompt(self) -> str:
        return f"How many windows of ${self.kernel}$ pixels stand on 32? Give the **size**."

    def key(self) -> Mapping[str, Answer]:
        return {"size": Count(rules.conv_size(32, self.kernel))}

    def mistakes(self) -> Iterator[Mistake]:
        return iter(())

    def working(self) -> str:
        return ""


@final
@dataclass(frozen=True, kw_only=True)
class Honest(Sizes):
    """Slides the window."""

    def witness(self) -> Mapping[str, Answer]:
        return {"size": Count(windows.count_placements(32, self.kernel))}


@final
@dataclass(frozen=True, kw_only=True)
class CallsTheFormula(Sizes):
    """Calls what the key calls."""

    def witness(self) -> Mapping[str, Answer]:
        return {"size": Count(rules.conv_size(32, self.kernel))}


@final
@dataclass(frozen=True, kw_only=True)
class CallsAlmostTheFormula(Sizes):
    """Calls what the formula that the key calls rests on."""

    def witness(self) -> Mapping[str, Answer]:
        return {"size": Count(rules.pool_size(32, self.kernel, 1))}


@final
@dataclass(frozen=True, kw_only=True)
class CallsTheKey(Sizes):
    """Returns the key."""

    def witness(self) -> Mapping[str, Answer]:
        return self.key()


def test_an_honest_witness_shares_nothing() -> None:
    assert shared(Honest(kernel=3)) == set()


@pytest.mark.parametrize(
    ("cheat", "caught"),
    [
        (CallsTheFormula, {"conv_size", "_window_count", "rounding"}),
        (CallsAlmostTheFormula, {"conv_size", "_window_count", "rounding"}),
        (CallsTheKey, {"Sizes.key", "conv_size", "_window_count", "rounding"}),
    ],
)
def test_a_cheating_witness_agrees_everywhere_and_is_caught(cheat: type[Sizes], caught: set[str]) -> None:
    variant = cheat(kernel=3)
    assert variant.key() == variant.witness()
    assert shared(variant) == caught
