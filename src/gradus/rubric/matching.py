"""Phrases of a rubric in a text: each of its words, or one of its alternatives, near one another in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import final

from gradus.rubric.words import Word, are_forms, read_words

WINDOW = 12  # words of a text among which all of a phrase stand
NEGATIONS = frozenset({"no", "not", "never", "without", "isn't", "doesn't", "don't", "cannot", "can't", "won't", "nor"})
REACH = 3  # words before a match in which a negation counts


@final
@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found in a text.

    Attributes:
        phrase: as the rubric has it.
        spans: start and end of each matching word.
        negated: the negation that stands just before it, if any.
    """

    phrase: str
    spans: tuple[tuple[int, int], ...]
    negated: str = ""

    def quote(self, text: str) -> str:
        """Return the matching words as they stand in the text, with … for what is between them."""
        shown, last = "", -1
        for start, end in self.spans:
            between = text[last:start]
            gap = "" if last < 0 else between if between in {" ", "-", ""} else " … "
            shown, last = f"{shown}{gap}{text[start:end]}", end
        return shown


@lru_cache(maxsize=4096)
def read_phrase(phrase: str) -> tuple[tuple[str, ...], ...]:
    """Return a phrase as its words, each with its alternatives.

    >>> read_phrase("learning|step rate|width small")
    (('learning', 'step'), ('rate', 'width'), ('small',))
    """
    groups = (tuple(w.text for part in group.split("|") for w in _single(part)) for group in phrase.split())
    return tuple(group for group in groups if group)


def _single(part: str) -> list[Word]:
    """Return the one word that an alternative is: with a hyphen, the whole of it."""
    return read_words(part.replace("-", ""))[:1]


def find_phrase(phrase: str, text: str) -> list[Match]:
    """Return where a phrase stands in a text, at most once a sentence.

    >>> text = "I would not pick a tiny rate. The step size is small."
    >>> [(match.quote(text), match.negated) for match in find_phrase("rate|size small|tiny", text)]
    [('tiny rate', 'not'), ('size … small', '')]
    """
    return list(_find(phrase, read_words(text)))


def find_in(phrase: str, words: Sequence[Word]) -> Match | None:
    """Return the first match among words read before; one without a negation if there is any."""
    found = list(_find(phrase, words))
    return next((match for match in found if not match.negated), found[0] if found else None)


def _find(phrase: str, words: Sequence[Word]) -> Iterator[Match]:
    groups = read_phrase(phrase)
    if not groups:
        return
    done = -1
    for i, word in enumerate(words):
        if word.sentence == done or not any(_fits(word, group) for group in groups):
            continue
        near = [other for other in words[i : i + 2 * WINDOW] if other.sentence == word.sentence]
        chosen = _choose(groups, near)
        if chosen is not None:
            done = word.sentence
            spans = tuple(sorted({(one.start, one.end) for one in chosen}))
            yield Match(phrase, spans, _negation(words, i))


def _choose(groups: Sequence[tuple[str, ...]], near: Sequence[Word]) -> list[Word] | None:
    """Return a word for each group, no word for two of them, or None."""
    chosen: list[Word] = []
    for group in groups:
        word = next((w for w in near if w not in chosen and _fits(w, group)), None)
        if word is None:
            return None
        chosen.append(word)
    return chosen


def _fits(word: Word, group: tuple[str, ...]) -> bool:
    return any(are_forms(word.text, alternative) for alternative in group)


def _negation(words: Sequence[Word], first: int) -> str:
    """Return a negation among the few words before the match, in its sentence."""
    before = [w for w in words[max(0, first - 2 * REACH) : first] if w.sentence == words[first].sentence]
    singles = [w for w in before if w.end <= words[first].start][-2 * REACH :]
    return next((w.text for w in reversed(singles) if w.text.replace("’", "'") in NEGATIONS), "")
