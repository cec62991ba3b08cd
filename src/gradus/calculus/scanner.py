"""Text to tokens: a keyboard, NumPy and LaTeX become one stream, with the column each piece came from."""

from __future__ import annotations

import re
from typing import Any

from gradus.calculus.names import GREEK_NAMES
from gradus.calculus.spelling import QUICK, SIGNS, pattern
from gradus.calculus.tokens import EXAMPLE, LONGEST, MOST_TOKENS, Stream, Token
from gradus.calculus.vocabulary import Found

LONGEST_RUN, LONGEST_WORD = 60, 16  # letters that are parted into names, and of one of these; the work is their product
_ABSOLUTE = ("|", "\\lvert", "\\rvert", "\\vert")
_POWER = re.compile(r"\s*\^\s*(?:(\d)|\{\s*(\d{1,3})\s*\})(?=\s*[^\s\d.])")
_FREE = {sign: kind for sign, (kind, canon) in SIGNS.items() if kind in ("ADD", "MUL", "CARET") and sign == canon}
_OPERAND = frozenset(("NUMBER", "NAME", "RPAR", "RBR", "RSQ", "RBAR", "RNORM", "END"))
_OPERAND |= {"TRANSPOSE", "INVERSE", "BANG", "POWER"}


class Scan(Stream):
    """One pass over one text."""

    def run(self) -> list[Token]:
        """Return the tokens of the text."""
        if len(self.text) > LONGEST:
            raise self.fault(LONGEST, f"an answer has at most {LONGEST} characters", "write it shorter")
        match, quick, position, text, end = pattern(self.tex).match, QUICK.match, 0, self.text, len(self.text)
        add, free = self.tokens.append, _FREE.get
        while position < end:
            easy = quick(text, position)
            if easy is None:
                found = match(text, position)
                if found is None:
                    raise self.fault(position, f"{text[position]!r} means nothing here", EXAMPLE)
                position = found.end()
                self.token(found)
            else:  # most tokens: a word, a figure or a sign that nothing can follow up; no calls for them
                position, kind = easy.end(), easy.lastindex or 0
                value = easy[kind]
                column = position - len(value)
                type_ = "NUMBER" if kind == 2 else free(value)
                if type_ is not None:
                    self.last = type_
                    add(Token(type_, value, column))
                elif kind == 3:
                    self.sign(value, column)
                else:
                    self.word(value, column)
            if self.resume > position:
                position = self.resume
        if self.repeats and len(self.tokens) + self.repeats.spared > MOST_TOKENS:
            return Scan(self.text, self.vocabulary, share=False).run()  # which finds the first symbol too many
        return self.finished()

    def sign(self, value: str, column: int) -> None:
        """Emit a sign; a bracket after a function's name opens its arguments."""
        type_, canon = SIGNS[value]
        if type_ == "LPAR":
            if self.last == "FUNC":
                type_, self.tokens[-1].type = "FPAR", "CALL"
            elif self.repeats and self.last != "ROOT":
                return self.bracket(column)
        return self.emit(type_, canon, column)

    def token(self, found: re.Match[str]) -> None:
        """Emit what the full pattern found, by its kind."""
        kind, value, column = found.lastgroup, found[0], found.start()
        if kind == "SIGN":
            self.sign(value, column)
        elif kind == "NUMBER":
            self.emit("NUMBER", value, column)
        elif kind == "NAME":
            self.word(value, column)
        elif kind != "BLANK":
            getattr(self, f"on_{str(kind).lower()}")(found, column)

    def word(self, raw: str, column: int) -> None:
        """Emit a name: a symbol, a function, or several symbols written without a space."""
        found = self.vocabulary.find(raw)
        if found is not None and not self.tex and found.kind == "symbol":
            self.last = "NAME"
            self.tokens.append(Token("NAME", (raw, found), column))
            return
        if found is None or (self.tex and self.vocabulary.open and found.kind == "symbol"):
            pieces = self.pieces(raw)
            if pieces:
                for piece, offset in pieces:
                    self.place(self.vocabulary.find(piece), piece, column + offset)
                return
        self.place(found, raw, column)

    def place(self, found: Found | None, raw: str, column: int) -> None:
        """Emit one name as what it means."""
        if found is None or found.kind == "symbol":
            self.emit("NAME", (raw, found), column)
        else:
            self.emit("FUNC", (raw, found), column)
            power = _POWER.match(self.text, column + len(raw))
            if power and found.kind == "function":
                self.tokens[-1].value = (raw, found, int(power[1] or power[2]))
                self.resume = power.end()

    def pieces(self, raw: str) -> list[tuple[str, int]]:
        """Part a run of letters into declared names, or in LaTeX into letters; the last keeps the scripts."""
        run = re.match(r"[A-Za-z]+", raw)
        if not run or len(run[0]) == 1 or run[0] in GREEK_NAMES or (self.vocabulary.open and not self.tex):
            return []
        if len(run[0]) > LONGEST_RUN:
            return []
        letters, rest, parted, start = run[0], raw[run.end() :], [], 0
        while start < len(letters):
            for stop in range(min(len(letters), start + LONGEST_WORD), start, -1):
                piece = letters[start:stop] + (rest if stop == len(letters) else "")
                known = self.vocabulary.find(piece)
                if (stop == start + 1 and self.vocabulary.open) or (
                    known and stop - start < len(letters) and known.kind != "echo"
                ):
                    parted.append((piece, start))
                    start = stop
                    break
            else:
                return []
        return parted

    def on_starred(self, found: re.Match[str], column: int) -> None:
        """Emit `w_i*` before an operator: the star marks the name, if so declared or if nothing is left to multiply."""
        raw = found[0]
        known = self.vocabulary.find(raw)
        if known is not None and not (self.vocabulary.open and re.match(r"\s*[+\-−]", self.text[found.end() :])):
            self.place(known, raw, column)
        else:
            self.word(raw[:-1], column)
            self.emit("MUL", "*", column + len(raw) - 1)

    def on_sum(self, found: re.Match[str], column: int) -> None:
        r"""Emit a sum sign with its index and its last value: `\sum_{i=1}^{n}`."""
        what = next(
            (w for w in ("prod", "mean", "max", "min") if w in found[0][:18]), "prod" if found[0][0] == "∏" else "sum"
        )
        low = re.sub(r"[_{}()\s]", "", found["low"] or "")
        index, _, first = low.partition("=")
        if first not in ("", "1", "0") or (index and not re.fullmatch(r"[A-Za-z]", index)):
            raise self.fault(column, "a sum runs over one index, from 1", "write sum_i or \\sum_{i=1}^{n}")
        self.bound.add(index)
        self.emit("SUM", (what, index, re.sub(r"[\^{}\s]", "", found["high"] or "")), column)

    def on_partial(self, found: re.Match[str], column: int) -> None:
        """Emit a quantity such as `∂L/∂z_2`; one that is not declared is the question's own words."""
        known = None if self.vocabulary.open else self.vocabulary.find(found[0])
        if known is None and found[0][0] == "d" and "/" in found[0] and not found[0].startswith(("d/", "d /")):
            top, _, bottom = found[0].partition("/")
            if self.vocabulary.open or (self.vocabulary.find(top.strip()) and self.vocabulary.find(bottom.strip())):
                self.word(top.strip(), column)
                self.emit("MUL", "/", column + len(top))
                self.word(bottom.strip(), column + len(found[0]) - len(bottom.lstrip()))
                return
        if known is None and re.search(r"(?:∂|\\partial|d|\\mathrm\{d\})\s*[/}]", found[0]):
            self.emit("FUNC", (found[0], Found("echo", found[0])), column)  # d/dx before something
        else:
            self.emit("NAME", (found[0], known or Found("symbol", found[0], _echo(found[0]))), column)

    def on_nabla(self, found: re.Match[str], column: int) -> None:
        """Emit `∇_θ D`: a declared gradient, or the question's own words."""
        known = None if self.vocabulary.open else self.vocabulary.find(found[0])
        self.place(known or Found("symbol", found[0], _echo(found[0])), found[0], column)

    def on_ratio(self, found: re.Match[str], column: int) -> None:
        r"""Emit `\frac1n`, whose arguments are single characters."""
        digits = found[0].rstrip()
        self.emit("LPAR", "(", column)
        self.emit("NUMBER", re.findall(r"\d", digits)[0], column)
        self.emit("MUL", "/", column)
        last = digits[-1]
        if last.isdigit():
            self.emit("NUMBER", last, found.end() - 1)
        else:
            self.word(last, found.end() - 1)
        self.emit("RPAR", ")", found.end() - 1)

    def on_each(self, found: re.Match[str], column: int) -> None:
        """Emit `^{⊙ 2}`, a power of each element."""
        self.emit("CARET", "**", column)
        self.emit("LBR", "{", column + 1)

    def on_frac(self, found: re.Match[str], column: int) -> None:
        self.emit("FRAC", found[0], column)

    def on_root(self, found: re.Match[str], column: int) -> None:
        self.emit("ROOT", found[0], column)

    def on_integral(self, found: re.Match[str], column: int) -> None:
        self.emit("FUNC", (found[0], Found("echo", found[0])), column)

    def on_transpose(self, found: re.Match[str], column: int) -> None:
        self.emit("TRANSPOSE", found[0], column)

    def on_inverse(self, found: re.Match[str], column: int) -> None:
        self.emit("INVERSE", found[0], column)

    def on_module(self, found: re.Match[str], column: int) -> None:
        """Drop `np.` before a function."""

    def on_word(self, found: re.Match[str], column: int) -> None:
        """Emit the words of cases."""
        word = re.sub(r"\\(?:text|mathrm|textrm)|[{}\s,]", "", found[0])
        kinds = {"otherwise": "OTHERWISE", "else": "OTHERWISE", "True": "TRUE", "and": "AND"}
        self.emit(kinds.get(word, "AND" if word in ("∧", "\\land", "\\wedge") else "WHEN"), word, column)

    def on_cases(self, found: re.Match[str], column: int) -> None:
        kind = "SEMI" if found[0] == "\\\\" else "BEGIN" if "begin" in found[0] else "END"
        self.emit(kind, found[0], column)

    def on_ampersand(self, found: re.Match[str], column: int) -> None:
        self.emit("AMP", "&", column)

    def on_operator(self, found: re.Match[str], column: int) -> None:
        self.emit(*SIGNS[found[0]], column)

    def on_sided(self, found: re.Match[str], column: int) -> None:
        r"""Emit `\left|` or `\right|`, which say whether they open."""
        sign, _, script = re.sub(r"\\(?:left|right)\s*", "", found[0]).partition("_")
        norm = sign not in _ABSOLUTE
        if found[0].startswith("\\left"):
            self.emit("LNORM" if norm else "LBAR", sign, column)
        else:
            self.emit("RNORM" if norm else "RBAR", re.sub(r"[{}\s\\]", "", script), column)

    def on_bar(self, found: re.Match[str], column: int) -> None:
        """Emit a bar: it closes where a value has just ended and one of its kind is open, else it opens."""
        sign, _, script = found[0].partition("_")
        norm = sign not in _ABSOLUTE
        closes = "RNORM" if norm else "RBAR"
        awaited = bool(self.open) and self.open[-1][0] == closes
        if sign == "||" and self.last in _OPERAND and self.open and self.open[-1][0] == "RBAR":
            self.emit("RBAR", "|", column)  # ||x|| as two absolute values closing, or one that closes and one more
            return (
                self.emit("RBAR", "|", column + 1)
                if self.open and self.open[-1][0] == "RBAR"
                else self.emit("LBAR", "|", column + 1)
            )
        if awaited and self.last in _OPERAND:
            return self.emit(closes, re.sub(r"[{}\s\\]", "", script), column)
        return self.emit("LNORM" if norm else "LBAR", sign, column)


def _echo(raw: str) -> Any:
    from gradus.calculus.expression import Expression

    return Expression("echo", (), raw, ())
