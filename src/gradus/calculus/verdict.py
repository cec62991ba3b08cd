"""What a comparison finds, with what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["equal", "different", "undecided"]
Reason = Literal["value", "shape", "transposed", "domain", "echo", "budget", "nowhere"]


@dataclass(frozen=True)
class Certificate:
    """Evidence of a verdict.

    Args:
        points: at how many points both have a value and agree.
        sizes: the sizes tried, one mapping a choice.
        complex: some points were complex.
        exact: equality was also found in exact arithmetic, or the difference was.
        point: where they differ, scalars by name; of a vector or matrix the largest difference is shown.
        key, answer: both values there.
    """

    points: int = 0
    sizes: tuple[Mapping[str, int], ...] = ()
    complex: bool = False
    exact: bool = False
    point: Mapping[str, str] | None = None
    key: str = ""
    answer: str = ""

    def __str__(self) -> str:
        """Say it in a sentence.

        >>> print(Certificate(points=16, exact=True))
        agree at 16 points and in exact arithmetic
        >>> print(Certificate(point={"x": "2.0"}, key="4", answer="5"))
        at x = 2.0 the key is 4, yours is 5
        """
        if self.point is not None:
            where = ", ".join(f"{name} = {value}" for name, value in self.point.items()) or "any point"
            sizes = "".join(f", {name} = {size}" for name, size in self.sizes[0].items()) if self.sizes else ""
            return f"at {where}{sizes} the key is {self.key}, yours is {self.answer}"
        kinds = "real and complex points" if self.complex else "points"
        of_sizes = f" of {len(self.sizes)} choices of sizes" if len(self.sizes) > 1 else ""
        return f"agree at {self.points} {kinds}{of_sizes}" + (" and in exact arithmetic" if self.exact else "")


@dataclass(frozen=True)
class Verdict:
    """Equal, different or undecided, and why.

    Args:
        reason: for *different*: by value; by shape (both are named in `said`, and nothing is lost: the writer is
            asked again); transposed (right but for its layout); by domain (equal on a part of the domain only); an
            echo of the question. For *undecided*: the budget of work, or no point at which both have a value.
        said: for the reader, one sentence.
        remarks: what else was seen: domain differences of an equal answer, a row for a column.
    """

    outcome: Outcome
    reason: Reason = "value"
    said: str = ""
    certificate: Certificate = Certificate()
    remarks: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Return whether the two are equal; *undecided* is not."""
        return self.outcome == "equal"
