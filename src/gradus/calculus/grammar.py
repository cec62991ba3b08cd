"""The grammar, and the parser that lark makes of it.

The grammar is flat where people are: a product is a run of factors and signs, and what each sign means (a matrix
product, element by element) is settled by shapes in `meaning.py`. Flat rules also spare lark a reduction per level
and factor.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from sys import intern
from typing import Any

from gradus.calculus.tokens import EXAMPLE, Token
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
    | AGAIN                                          -> again
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
?bare: loose
    | call
loose: (plain | called) plain*

%declare NUMBER NAME FUNC CALL FPAR SUM LPAR RPAR LBR RBR LSQ RSQ LBAR RBAR LNORM RNORM FRAC ROOT
%declare AGAIN CARET POWER TRANSPOSE INVERSE BANG ADD MUL REL COMMA SEMI AMP AND WHEN OTHERWISE TRUE BEGIN END
"""
_SAID = {
    "$END": "nothing more", "RPAR": ")", "RBR": "}", "RSQ": "]", "RBAR": "|", "RNORM": "‖", "END": "\\end{cases}", "NAME": "a name",
    "MUL": "*", "ADD": "+", "REL": "≤", "COMMA": ",", "CARET": "^",
}  # fmt: skip


Action = tuple[int, int, Callable[[list[Any]], Any] | None, dict[int, int]]  # next state or -1, size, callback, gotos


@lru_cache(maxsize=1)
def table() -> tuple[list[dict[str, Action]], int, int]:
    """Return lark's table of the grammar, flattened: what to do in a state when a kind of token comes next."""
    import lark
    from lark.parse_tree_builder import ExpandSingleChild
    from lark.parsers.lalr_analysis import Shift

    from gradus.calculus.notation import Builder

    parser = lark.Lark(
        GRAMMAR, parser="lalr", lexer=lark.lexer.BasicLexer, transformer=Builder(), maybe_placeholders=False
    ).parser
    table, callbacks = parser.parser._parse_table, parser.parser_conf.callbacks  # noqa: SLF001 - the tables are what we want of it
    gotos: dict[str, dict[int, int]] = {}
    for state, actions in table.states.items():
        for kind, (action, target) in actions.items():
            if action is Shift and not kind.isupper():
                gotos.setdefault(str(kind), {})[state] = target
    states: list[dict[str, Action]] = [{} for _ in table.states]
    for state, actions in table.states.items():
        for kind, (action, target) in actions.items():
            if action is Shift:
                states[state][intern(str(kind))] = (target, 0, None, {})
            else:
                callback = callbacks[target]
                same = isinstance(callback, ExpandSingleChild) and len(target.expansion) == 1
                states[state][intern(str(kind))] = (
                    -1,
                    len(target.expansion),
                    None if same else callback,
                    gotos.get(str(target.origin.name), {}),
                )
    return states, table.start_states["start"], table.end_states["start"]


def parse(text: str, tokens: list[Token]) -> tuple[Any, ...]:
    """Return the notation of a scanned text: nested tuples, see `notation.py`.

    The loop is the textbook's; lark's own, which must serve every kind of lexer and error recovery, takes three
    times as long.

    Raises:
        Unreadable: with the column and what was expected there.
    """
    if not tokens:
        raise Unreadable(text, 0, "there is nothing to read", EXAMPLE)
    states, start, final = table()
    path, values = [start], list[Any]()
    end = Token("$END", "", len(text.rstrip()))
    for token in (*tokens, end):
        kind = token.type
        while True:
            action = states[path[-1]].get(kind)
            if action is None and values and getattr(values[-1], "type", "") == "FUNC":
                raw = values[-1].value[0]
                raise Unreadable(
                    text, values[-1].column, f"{raw} is a function and needs an argument", f"write {raw}(x)"
                )
            if action is None:
                raise Unreadable(text, token.column, f"expected {_expected(set(states[path[-1]]))}", EXAMPLE)
            target, size, callback, gotos = action
            if target >= 0:
                path.append(target)
                values.append(token)
                break
            if callback is None:  # one part, passed on as it is
                path[-1] = gotos[path[-2]]
                continue
            if size:
                parts = values[-size:]
                del path[-size:], values[-size:]
            else:
                parts = []
            value = callback(parts)
            path.append(gotos[path[-1]])
            values.append(value)
            if path[-1] == final:
                return value  # type: ignore[no-any-return]
    raise AssertionError("the grammar ends every text")  # pragma: no cover


def _expected(kinds: set[str]) -> str:
    if kinds >= {"NUMBER", "NAME"}:
        words = ["a number, a name, a function or a bracket"]
    else:
        words = [_SAID[kind] for kind in _SAID if kind in kinds]
    return " or ".join(words[:4]) or "something else"
