"""Which ideas of a rubric a text seems to hold: suggestions for a person, with the words they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from gradus.rubric.ideas import Idea, Rejected, Rubric
from gradus.rubric.matching import Match, find_in
from gradus.rubric.words import Word, read_words

LONGEST = 20_000  # characters that are searched; an answer in sentences has a few hundred


@final
@dataclass(frozen=True, slots=True)
class Suggestion:
    """An idea that a text seems to hold.

    Attributes:
        entry: the idea, or the rejected one.
        match: where its words stand in the text.
        sure: false where only a near phrase matches, or a negation stands before it.
    """

    entry: Idea | Rejected
    match: Match
    sure: bool

    @property
    def earns(self) -> bool:
        """Whether it is suggested to give points."""
        return self.sure and isinstance(self.entry, Idea)


def suggest_ideas(text: str, rubric: Rubric) -> tuple[Suggestion, ...]:
    """Return what a text seems to say, in the order of the rubric: ideas first, then what is rejected.

    >>> from fractions import Fraction
    >>> idea = Idea("rate", "The learning rate is too small", Fraction(1), ("rate|step small|tiny",))
    >>> rubric = Rubric((idea,), (), (), Fraction(1))
    >>> text = "Its learning rates may be much too tiny."
    >>> [(one.entry.name, one.match.quote(text), one.sure) for one in suggest_ideas(text, rubric)]
    [('rate', 'rates … tiny', True)]
    """
    searched = text[:LONGEST]
    words = read_words(searched)
    found = (_suggest(entry, words) for entry in rubric.entries)
    return tuple(one for one in found if one is not None)


def _suggest(entry: Idea | Rejected, words: list[Word]) -> Suggestion | None:
    unsure: Suggestion | None = None
    for phrase in entry.words:
        match = find_in(phrase, words)
        if match is not None and not match.negated:
            return Suggestion(entry, match, sure=True)
        unsure = unsure or (Suggestion(entry, match, sure=False) if match else None)
    for phrase in entry.near:
        match = find_in(phrase, words)
        unsure = unsure or (Suggestion(entry, match, sure=False) if match else None)
    return unsure
