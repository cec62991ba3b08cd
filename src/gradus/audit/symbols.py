"""Symbols that a paper uses without saying what they are.

Which words introduce a symbol is a matter of style, so this is a heuristic: its findings are notes for the author
and never make an audit fail. A symbol counts as introduced when the header lists it, when a sentence with a word of
introduction holds it (let, is, where, denote, …), or when a noun stands before it (the image $x$).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradus.audit.paper import Finding
from gradus.exam import Exam, Prose

_MATHS = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.DOTALL)
_WORDY = re.compile(r"\\(?:text|mathrm|operatorname|mathsf|texttt)\s*\{[^}]*\}")
_SYMBOL = re.compile(r"\\([A-Za-z]+)|([A-Za-z])")
_INTRODUCES = re.compile(
    r"\b(?:let|is|are|be|denotes?|denoted|where|with|calls?|called|writes?|stands? for|means?|given|for each)\b",
    re.IGNORECASE,
)
_NOUN_BEFORE = re.compile(r"\b(?:an?|the|each|every|its|their)\s+(?:[\w-]+\s+){1,4}$", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?:;])\s+(?=[A-Z$])|\n\s*\n")
_SMALL = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau phi psi omega"
)
_LARGE = "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega upsilon varphi chi"
_GREEK = frozenset([*_SMALL.split(), *_LARGE.split()])
_NEAR = 200  # characters before a symbol in which its noun stands; more would cost the square of the sentence
_CONSTANTS = frozenset({"e", "d"})


def audit_symbols(exam: Exam) -> Iterator[Finding]:
    """Yield symbols of the prose that nothing introduces, each once."""
    introduced = set(exam.symbols) | {symbol.lstrip("\\$").rstrip("$") for symbol in exam.symbols}
    reported: set[str] = set()
    for piece in exam.content:
        if not isinstance(piece, Prose):
            continue
        for sentence in _SENTENCE.split(piece.text):
            introduced |= _introduced_in(sentence)
            for symbol in sorted(symbols_in(sentence) - introduced - reported):
                reported.add(symbol)
                message = f"{symbol} is used from line {piece.line} on and never introduced; say what it is"
                yield Finding("symbol", "", message)


def symbols_in(text: str) -> set[str]:
    r"""Return the letters, Latin and Greek, that stand as symbols in the maths of a text.

    >>> sorted(symbols_in(r"the loss $\frac1n\sum_i \log D(x_i)$ and $\alpha$"))
    ['D', 'alpha', 'i', 'n', 'x']
    """
    found = set()
    for display, inline in _MATHS.findall(text):
        for command, letter in _SYMBOL.findall(_WORDY.sub(" ", display or inline)):
            if letter or command in _GREEK:
                found.add(letter or command)
    return found - _CONSTANTS


def _introduced_in(sentence: str) -> set[str]:
    """Return the symbols that a sentence introduces."""
    words = _MATHS.sub(" ", sentence)
    if _INTRODUCES.search(words):
        return symbols_in(sentence)
    found: set[str] = set()
    for maths in _MATHS.finditer(sentence):
        if _NOUN_BEFORE.search(sentence[max(0, maths.start() - _NEAR) : maths.start()]):
            found |= symbols_in(maths[0])
    return found
