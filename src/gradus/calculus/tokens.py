"""The stream of tokens that the scanner fills: its bounds, its brackets, and the brackets it repeats.

Bounds come first, so that nothing later needs them: length, number of tokens, depth of brackets. They are counts,
not clocks.
"""

from __future__ import annotations

from typing import Any

from gradus.calculus.repeats import repeats
from gradus.calculus.vocabulary import Vocabulary
from gradus.errors import Unreadable

LONGEST, MOST_TOKENS, DEEPEST = 20_000, 8_000, 60
EXAMPLE = "write for example W2.T @ dz2 * g'(z1), or (W_2^T dz_2) \\odot g'(z_1)"
_OPENING = {
    "LPAR": "RPAR",
    "FPAR": "RPAR",
    "LBR": "RBR",
    "LSQ": "RSQ",
    "LBAR": "RBAR",
    "LNORM": "RNORM",
    "BEGIN": "END",
}
_CLOSING = frozenset(_OPENING.values())
_SAID = {"RPAR": ")", "RBR": "}", "RSQ": "]", "RBAR": "|", "RNORM": "‖", "END": "\\end{cases}"}


class Token:
    """A piece of text: `type` as the grammar names it, `value`, and the column; a fifth of the cost of lark's own."""

    __slots__ = ("column", "type", "value")

    def __init__(self, type_: str, value: Any, column: int) -> None:
        self.type, self.value, self.column = type_, value, column


class Stream:
    """The tokens of one text."""

    def __init__(self, text: str, vocabulary: Vocabulary, share: bool = True) -> None:
        self.text, self.vocabulary = text, vocabulary
        self.tokens: list[Token] = []
        self.open: list[tuple[str, int]] = []
        self.bound: set[str] = set()
        self.last = ""
        self.resume = 0
        self.tex = "\\" in text
        self.repeats = repeats(text) if share and len(text) <= LONGEST else None

    def finished(self) -> list[Token]:
        """Return the tokens, if they are not too many and every bracket is closed."""
        if len(self.tokens) > MOST_TOKENS:
            column = self.tokens[MOST_TOKENS].column
            raise self.fault(column, f"an answer has at most {MOST_TOKENS} symbols", "write it shorter")
        if self.open:
            awaited, column = self.open[-1]
            raise self.fault(column, f"this bracket is never closed by {_SAID[awaited]}", f"add {_SAID[awaited]}")
        return self.tokens

    def emit(self, type_: str, value: Any, column: int) -> None:
        """Add a token; count its bracket."""
        if type_ in _OPENING:
            if len(self.open) >= DEEPEST:
                raise self.fault(
                    column, f"brackets nest at most {DEEPEST} deep", "leave out brackets that change nothing"
                )
            self.open.append((_OPENING[type_], column))
        elif type_ in _CLOSING:
            if not self.open or self.open[-1][0] != type_:
                expected = (
                    f"expected {_SAID[self.open[-1][0]]} before it" if self.open else "nothing was opened before it"
                )
                raise self.fault(column, expected, "check the brackets")
            opening = self.open.pop()[1]
            if self.repeats:
                self.repeats.closed(opening, column, len(self.tokens) + 1)
        self.last = type_
        self.tokens.append(Token(type_, value, column))

    def bracket(self, column: int) -> None:
        """Emit a round bracket; all of it as one token, where the same has stood before and would be allowed here."""
        found = self.repeats.opened(self.text, column, len(self.tokens)) if self.repeats else None
        if self.repeats and found and found.whole and len(self.open) + found.depth <= DEEPEST:
            self.last = "RPAR"
            self.tokens.append(Token("AGAIN", found, column))
            self.resume = column + self.repeats.spare(found)
        else:
            self.emit("LPAR", found if found and found.column == column else "(", column)

    def fault(self, column: int, rule: str, remedy: str) -> Unreadable:
        """Return the fault at a column."""
        return Unreadable(self.text, column, rule, remedy)
