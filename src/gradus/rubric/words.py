"""Words of a text, and whether two of them are forms of one: `overfits` and `over-fitting`, `sparse` and `sparsity`.

Two forms share a beginning, and what follows it is an ending of English in both. That is less than a stemmer knows and
more than it does: a stemmer keeps `sparse` and `sparsity` apart, and a person sees every match before it counts.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import final

SHORTEST = 3  # letters that two forms share at least
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)|\n(?=\s*(?:\n|[-*•]|\d+[.)]))")
_SHORT_ENDINGS = frozenset({"", "s", "es", "e", "ed", "d", "er", "r", "est", "ing"})
_ENDINGS = _SHORT_ENDINGS | frozenset(
    {
        "y", "ly", "ies", "ied", "ier", "iest", "ity", "ities", "ion", "ions", "ation", "ations", "ational",
        "or", "ors", "ive", "ively", "al", "ally", "able", "ability", "ably", "ment", "ments", "ness", "ise",
        "ises", "ised", "ising", "isation", "isations", "iser", "isers", "ic", "ical", "ically", "ance",
        "ence", "ant", "ent", "ful", "less", "ings", "nce", "ences", "ers", "en", "ened", "ens",
    }
)  # fmt: skip


@final
@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text, spelt one way, with where it stands and in which sentence.

    A hyphen between two words makes a third: `over-fitting` is also `overfitting`.
    """

    text: str
    start: int
    end: int
    sentence: int


def read_words(text: str) -> list[Word]:
    """Return the words of a text, and those that two neighbours with a hyphen or space between them could make.

    >>> [word.text for word in read_words("Over-fitting")]
    ['over', 'fitting', 'overfitting']
    """
    ends = [found.end() for found in _SENTENCE_END.finditer(text)]
    singles: list[Word] = []
    sentence = 0
    for found in _TOKEN.finditer(text):
        while sentence < len(ends) and ends[sentence] <= found.start():
            sentence += 1
        singles.append(Word(spell(found[0]), found.start(), found.end(), sentence))
    words: list[Word] = []
    for i, word in enumerate(singles):
        words.append(word)
        before = singles[i - 1] if i else None
        if before and before.sentence == word.sentence and text[before.end : word.start] in {"-", " ", "‐", "–"}:
            words.append(Word(before.text + word.text, before.start, word.end, word.sentence))
    return words


@lru_cache(maxsize=65_536)
def spell(word: str) -> str:
    """Return a word in small letters without accents, in the spelling that writes -ise and -or.

    >>> spell("Regularization"), spell("behaviour"), spell("naïve")
    ('regularisation', 'behavior', 'naive')
    """
    plain = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"iz(?=e|a|ing)", "is", plain)
    return re.sub(r"(?<=\w\w)our\b", "or", plain).removesuffix("'s").removesuffix("’s")


@lru_cache(maxsize=65_536)
def are_forms(one: str, other: str) -> bool:
    """Return whether two spelt words are forms of one.

    >>> are_forms("overfits", "overfitting"), are_forms("sparse", "sparsity"), are_forms("noise", "noisy")
    (True, True, True)
    >>> are_forms("general", "generation"), are_forms("variance", "variable"), are_forms("more", "moral")
    (False, False, False)
    """
    if one == other:
        return True
    shared = "".join(a for a, b in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    endings = _ENDINGS if len(shared) > SHORTEST else _SHORT_ENDINGS
    return len(shared) >= SHORTEST and all(_ending(word[len(shared) :], shared) in endings for word in (one, other))


def _ending(rest: str, shared: str) -> str:
    """Return what follows the shared beginning, without a consonant that is doubled before it: fit, fit-t-ing."""
    doubled = len(rest) > 1 and rest[0] == shared[-1] and rest[0] not in "aeiouy"
    return rest[1:] if doubled else rest
