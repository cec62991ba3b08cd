"""The grammar, and the parser that lark makes of it.

The grammar is flat where people are: a product is a run of factors and signs, and what each sign means (a matrix product, element
by element) is settled by shapes in `meaning.py`. Flat rules also spare lark a reduction per level and factor.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from gradus.calculus.scanner import EXAMPLE, Token
from gradus.errors import Unreadable

GRAMMAR = r"""
start: cases
?cases: sum
    | sum WHEN condition tail*                       -> cases
    | sum WHEN condition OTHERWISE cases             -> ternary
tail: separator sum WHEN condition                   -> case
    | separator OTHERWISE sum                        -> otherwise
    | separator sum OTHERWISE?                       -> otherwise
row: sum AMP? WHEN? condition separator?             -> case
    | sum separator? AMP? OTHERWISE separator?       -> otherwise
?separator: COMMA | SEMI
condition: comparison (AND comparison)*
    | TRUE                                           -> true
comparison: sum (REL sum)+

?sum: product
    | ADD* product (ADD+ product)+                   -> sum
    | ADD+ product                                   -> sum
?product: factor
    | factor (factor | MUL ADD* factor)+             -> product
?factor: plain | called | call
?plain: postfixed
    | postfixed CARET ADD* factor                    -> power
?called: applied
    | applied CARET ADD* factor                      -> power
?applied: CALL FPAR arguments RPAR                   -> apply
    | applied TRANSPOSE                              -> transpose
    | applied INVERSE                                -> inverse
    | applied POWER                                  -> smallpower
?postfixed: atom
    | postfixed TRANSPOSE                            -> transpose
    | postfixed INVERSE                              -> inverse
    | postfixed BANG                                 -> factorial
    | postfixed POWER                                -> smallpower
?atom: NUMBER                                        -> number
    | NAME                                           -> name
    | SUM                                            -> sumsign
    | LPAR cases RPAR                                -> group
    | LBR cases RBR                                  -> group
    | LSQ cases RSQ                                  -> group
    | BEGIN row+ END                                 -> cases
    | LPAR cases COMMA argument RPAR                 -> pair
    | LBAR cases RBAR                                -> absolute
    | LNORM cases RNORM                              -> norm
    | FRAC tex tex                                   -> fraction
    | ROOT tex                                       -> root
    | ROOT LPAR cases RPAR                           -> root
?tex: LBR cases RBR                                  -> group
    | NUMBER                                         -> number
    | NAME                                           -> name
arguments: (argument (COMMA argument)*)?
?argument: cases | condition
call: FUNC bare                                      -> apply
?bare: ADD* loose                                    -> bare
    | ADD* call                                      -> bare
loose: (plain | called) plain*

%declare NUMBER NAME FUNC CALL FPAR SUM LPAR RPAR LBR RBR LSQ RSQ LBAR RBAR LNORM RNORM FRAC ROOT CARET POWER TRANSPOSE INVERSE BANG
%declare ADD MUL REL COMMA SEMI AMP AND WHEN OTHERWISE TRUE BEGIN END
"""
_SAID = {
    "$END": "nothing more", "RPAR": ")", "RBR": "}", "RSQ": "]", "RBAR": "|", "RNORM": "‖", "END": "\\end{cases}", "NAME": "a name",
    "MUL": "*", "ADD": "+", "REL": "≤", "COMMA": ",", "CARET": "^",
}  # fmt: skip
_VALUES = {"NUMBER", "NAME", "FUNC", "LPAR"}


@lru_cache(maxsize=1)
def _parser() -> Any:
    import lark
    from lark.lexer import Lexer

    class Ready(Lexer):
        """Hands over the tokens that the scanner has made."""

        __future_interface__ = 2

        def __init__(self, conf: Any) -> None:
            pass

        def lex(self, state: Any, _: Any) -> Any:
            return iter(state.text)

    from gradus.calculus.notation import Builder

    return lark.Lark(GRAMMAR, parser="lalr", lexer=Ready, transformer=Builder(), maybe_placeholders=False), lark.exceptions.UnexpectedToken


def parse(text: str, tokens: list[Token]) -> tuple[Any, ...]:
    """Return the notation of a scanned text: nested tuples, see `notation.py`.

    Raises:
        Unreadable: with the column and what was expected there.
    """
    parser, unexpected = _parser()
    if not tokens:
        raise Unreadable(text, 0, "there is nothing to read", EXAMPLE)
    try:
        result: tuple[Any, ...] = parser.parse(tokens)
    except unexpected as error:
        column = len(text.rstrip()) if error.token.type == "$END" else error.token.column
        raise Unreadable(text, column, f"expected {_expected(set(error.accepts or error.expected))}", EXAMPLE) from None
    return result


def _expected(kinds: set[str]) -> str:
    if kinds >= {"NUMBER", "NAME"}:
        words = ["a number, a name, a function or a bracket"]
    else:
        words = [_SAID[kind] for kind in _SAID if kind in kinds]
    return " or ".join(words[:4]) or "something else"
