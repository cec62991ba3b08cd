"""Key against witness: a key counts only when a second way of another kind has come to the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import final

from gradus.answers import Answer, TrueOrFalse, Truth, Written
from gradus.errors import GradusError, Underdetermined
from gradus.family import Family


@final
@dataclass(frozen=True, slots=True)
class Countersigned:
    """A variant's key and witness, and for each part whether they agree.

    `problem` says why there is no key or no witness, when there is none.
    """

    key: Mapping[str, Answer]
    witness: Mapping[str, Answer]
    agreed: Mapping[str, Truth]
    problem: str = ""
    underdetermined: Underdetermined | None = None
    parts: tuple[str, ...] = field(default=())

    @property
    def complete(self) -> bool:
        """Whether every part is countersigned."""
        return bool(self.parts) and all(self.agreed.get(part) is Truth.TRUE for part in self.parts)

    @property
    def ready(self) -> bool:
        """Whether a paper may ask it: every part is countersigned, or is left to a person for a reason that is known.

        A text is marked by a person anyway. A statement that evidence leaves undecided goes to a person too.
        """
        return bool(self.parts) and all(
            self.agreed.get(part) is Truth.TRUE or _left_to_a_person(self.key.get(part)) for part in self.parts
        )

    @property
    def by_hand(self) -> Mapping[str, str]:
        """The parts that have no key of their own and that a person marks by design, each with the reason.

        A text, by its rubric; and a statement that depends on what the question leaves open: each of its readings has
        a key that is countersigned, and which of them a candidate took is for a person to see.
        """
        found = {}
        for part in self.parts:
            key = self.key.get(part)
            if isinstance(key, Written):
                found[part] = "a person marks it by its rubric"
            elif isinstance(key, TrueOrFalse) and key.depends:
                found[part] = key.why
        return found

    @property
    def unsigned(self) -> Mapping[str, str]:
        """The parts whose key is not countersigned, each with the reason; none of those that are marked by hand.

        A text whose facts, by which it is marked, come out otherwise by the second way is among them.
        """
        refuted = {part for part, truth in self.agreed.items() if truth is Truth.FALSE}
        return {
            part: self.problem or _reason(self.key.get(part))
            for part in self.parts
            if self.agreed.get(part) is not Truth.TRUE and (part not in self.by_hand or part in refuted)
        }


def _reason(key: Answer | None) -> str:
    return (key.why if isinstance(key, TrueOrFalse) else "") or "key and witness differ"


def _left_to_a_person(key: Answer | None) -> bool:
    return isinstance(key, Written) or (isinstance(key, TrueOrFalse) and bool(key.why))


def countersign(variant: Family) -> Countersigned:
    """Compute key and witness of a variant and compare them part by part.

    A key or witness that crashes leaves its parts undecided, with the reason; it never makes a verdict.
    """
    key, why_no_key, several = _run(variant.key)
    witness, why_no_witness, also_several = _run(variant.witness)
    agreed = {part: _compare(key.get(part), witness.get(part)) for part in variant.parts}
    problem = "; ".join(
        f"the {name} failed: {why}" for name, why in (("key", why_no_key), ("witness", why_no_witness)) if why
    )
    # both routes must find the same several solutions; otherwise one of them is at fault
    if several is not None and also_several is not None and set(several.solutions) == set(also_several.solutions):
        return Countersigned(key, witness, agreed, str(several), several, variant.parts)
    return Countersigned(key, witness, agreed, problem, None, variant.parts)


def _compare(key: Answer | None, witness: Answer | None) -> Truth:
    if key is None or witness is None:
        return Truth.UNDECIDED
    return key.agrees(witness)


def _run(compute: Callable[[], Mapping[str, Answer]]) -> tuple[Mapping[str, Answer], str, Underdetermined | None]:
    """Run key or witness; return its answers, or why there are none."""
    try:
        return compute(), "", None
    except Underdetermined as several:
        return {}, str(several), several
    except GradusError as error:
        return {}, str(error), None
    except Exception as error:  # noqa: BLE001 - a family may fail in any way, and then nothing is decided
        return {}, f"{type(error).__name__}: {error}", None
