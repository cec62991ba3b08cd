"""Markdown with maths → HTML with MathML."""

from __future__ import annotations

import html
import re
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    # html=False: an author's file shows as it is written and never runs in a reader's browser
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.use(dollarmath_plugin, allow_digits=True, double_inline=True, renderer=_render_maths)
    parser.add_render_rule("math_inline_double", _render_within)
    return parser


def _render_within(_: object, tokens: Sequence[Token], place: int, *__: object) -> str:
    """Render a formula of its own in the middle of a paragraph: a span, since no paragraph may hold a block."""
    return f'<span class="math block">{_to_mathml(tokens[place].content.strip(), True)}</span>'


def to_html(text: str) -> str:
    r"""Return Markdown with maths in `$…$` as HTML.

    >>> print(to_html("A **kernel** of $3 \\times 3$"))  # doctest: +ELLIPSIS
    <p>A <strong>kernel</strong> of <span class="math inline"><math ...
    """
    rendered: str = _parser().render(text)
    return rendered


@cache
def _to_mathml(latex: str, display: bool) -> str:
    from latex2mathml.converter import convert

    try:
        converted: str = convert(latex, display="block" if display else "inline")
    except Exception:  # noqa: BLE001 - the converter raises many kinds; the source is still readable
        return f"<code>{html.escape(latex)}</code>"
    spaced = _NAMED.sub(r'\1<mspace width="0.167em"/>', converted)
    return _FENCED.sub(_stretch, _BAR.sub(_set_bar, spaced))


# the name of a function stands a little off from what it is applied to without brackets
_NAMED = re.compile(
    r"(<mi>[a-z]{2,}</mi>|(?:<msup><mi>[a-z]{2,}</mi><mn>\d</mn></msup>))(?=<(?:mi|mn|msub|msup|mfrac)>)"
)


# a bar, of a modulus or a condition, is no operator with room around it, and grows only where \left asks for it
_BAR = re.compile(r"<mo((?: [a-z]+=\"[a-z]+\")*)>(&#x0(?:007C|2016);</mo>)")
# a bracket around a matrix, which the converter leaves as small as a letter
_FENCED = re.compile(
    r"<mo[^>]*>(&#x0(?:0028|005B|007B|007C|2016);)</mo>(<mtable(?:(?!<mtable).)*?</mtable>)"
    r"<mo[^>]*>(&#x0(?:0029|005D|007D|007C|2016);)</mo>"
)


def _set_bar(found: re.Match[str]) -> str:
    fixed = "" if "stretchy" in found[1] else ' stretchy="false"'
    return f'<mo lspace="0" rspace="0"{found[1]}{fixed}>{found[2]}'


def _stretch(found: re.Match[str]) -> str:
    left, table, right = found.groups()
    fence = '<mo stretchy="true" fence="true" form="{}">{}</mo>'
    return f"<mrow>{fence.format('prefix', left)}{table}{fence.format('postfix', right)}</mrow>"


def _render_maths(latex: str, options: dict[str, Any]) -> str:
    return _to_mathml(latex, bool(options.get("display_mode")))
