"""One statement among those of a question: a claim under assumptions, in the words of its author or its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from gradus.answers import Truth
from gradus.assertion import Assertion, find_ruling

if TYPE_CHECKING:
    from gradus.decisions import Ruling

NONE = "none of these"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_VERBATIM = re.compile(r"\$[^$]*\$|`[^`]*`")
_OPPOSITE = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNDECIDED: Truth.UNDECIDED}


@final
@dataclass(frozen=True, slots=True)
class Option:
    """A statement to be judged true or false.

    Attributes:
        name: as the exam file names it, whatever its number on a paper.
        claim: name of the claim, `./file.py:Name` of an author's own, or `none of these`.
        text: wording of the author's; the claim's own statement where it is empty.
        given: pairs of an assumption and its value that the option itself fixes.
        negated: whether the text says that the claim does not hold.
    """

    name: str
    claim: str
    text: str = ""
    given: tuple[tuple[str, ...], ...] = ()
    negated: bool = False

    @property
    def is_none(self) -> bool:
        """Whether it says that none of the others holds."""
        return self.claim == NONE

    def assertion(self, setting: Mapping[str, str]) -> Assertion:
        """Return the claim under what the stem and the option fix; the stem's as far as they are its assumptions."""
        from gradus.claim import assumptions

        own = by_name(self.given)
        known = assumptions(Assertion(self.claim).kind()) if setting else {}
        fixed = {**{name: value for name, value in setting.items() if name in known}, **own}
        return Assertion(self.claim, tuple(sorted(fixed.items())))

    def wording(self, setting: Mapping[str, str]) -> str:
        """Return what the candidate reads."""
        if self.text:
            return fill(self.text, {**setting, **by_name(self.given)})
        if self.is_none:
            return "None of these statements is true."
        assertion = self.assertion(setting)
        return assertion.kind().reading(assertion.fixed()).statement()

    def ruling(self, setting: Mapping[str, str]) -> Ruling:
        """Return what an audit decided of it, before any negation."""
        return find_ruling(self.assertion(setting))

    def turned(self, truth: Truth) -> Truth:
        """Return what the claim's truth makes of the option."""
        return _OPPOSITE[truth] if self.negated else truth


def by_name(pairs: tuple[tuple[str, ...], ...]) -> dict[str, str]:
    """Return pairs of a name and a value as a mapping."""
    return {pair[0]: pair[1] for pair in pairs}


def fill(text: str, values: Mapping[str, str]) -> str:
    r"""Return a text with `{name}` replaced by the value of that assumption; other braces stay.

    >>> fill(r"All weights times {factor}, $\frac{1}{2}$", {"factor": "10"})
    'All weights times 10, $\\frac{1}{2}$'
    """
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def placeholders(text: str) -> tuple[str, ...]:
    r"""Return the names that stand in braces outside of mathematics and code.

    >>> placeholders(r"All weights times {factor}, $\frac{1}{2}$ and `{x}`")
    ('factor',)
    """
    return tuple(_PLACEHOLDER.findall(_VERBATIM.sub(" ", text)))


def number(index: int) -> str:
    """Return the small Roman numeral that names an option on a paper.

    >>> [number(index) for index in (0, 3, 8, 13)]
    ['i', 'iv', 'ix', 'xiv']
    """
    return "x" * ((index + 1) // 10) + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[(index + 1) % 10]
