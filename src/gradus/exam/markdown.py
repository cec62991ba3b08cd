"""An exam file taken apart: header, headings, question blocks, and the prose between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from typing import final

# Fences that show code; any other name on a fence must be a family, so that a misspelt one is not silently prose
_CODE = """bash c console cpp css csv diff html java javascript js json julia latex markdown math matlab md
mermaid none numpy output plain plaintext pseudo pseudocode py pycon python r rust sh shell sql tex text toml
txt xml yaml yml"""
CODE = frozenset(_CODE.split())
DEEPEST = 8  # of quotes and lists in one another
_HEADING_POINTS = re.compile(r"\((\d{1,9}(?:\.\d{1,9}|/0*[1-9]\d{0,8})?)\s*(?:points?|pts?\.?)\)", re.IGNORECASE)


@final
@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown between questions, kept as it is."""

    text: str
    line: int


@final
@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1, with the points it states, such as `# 3 Convolutions (20 points)`.

    >>> Heading.read("3 Convolutions (20 points)", 12)
    Heading(number='3', title='3 Convolutions', points=Fraction(20, 1), line=12)
    """

    number: str
    title: str
    points: Fraction | None
    line: int

    @classmethod
    def read(cls, text: str, line: int) -> Heading:
        """Read a heading's text."""
        stated = _HEADING_POINTS.search(text)
        title = _HEADING_POINTS.sub("", text).strip()
        number = title.split()[0].rstrip(".:") if title else ""
        return cls(number, title, Fraction(stated[1]) if stated else None, line)


@final
@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block named after a family."""

    name: str
    text: str
    line: int  # of its fence
    closed: bool


@final
@dataclass(frozen=True, slots=True)
class Header:
    """The YAML at the top of the file."""

    text: str
    line: int


Piece = Header | Heading | Block | Prose


def take_apart(text: str) -> list[Piece]:
    r"""Return header, headings, blocks and prose in the order of the file.

    >>> [type(piece).__name__ for piece in take_apart("---\ntitle: T\n---\n# 1 A\nSome words.\n")]
    ['Header', 'Heading', 'Prose']
    """
    from markdown_it import MarkdownIt
    from mdit_py_plugins.front_matter import front_matter_plugin

    # blocks only: what stands inside a paragraph is for the page that shows it
    parser = MarkdownIt("commonmark", {"maxNesting": DEEPEST}).use(front_matter_plugin).disable("inline")
    lines = text.split("\n")
    pieces: list[Piece] = []
    kept = 0  # first line not yet in a piece
    tokens = parser.parse(text)
    for token, following in zip_longest(tokens, tokens[1:]):
        if not token.map:
            continue
        start, end = token.map
        piece: Piece | None = None
        if token.type == "front_matter":
            piece = Header(token.content, start + 2)
        elif token.type == "heading_open" and token.tag == "h1" and following is not None:
            piece = Heading.read(following.content, start + 1)
        elif token.type == "fence" and token.info.strip() and token.info.split()[0].lower() not in CODE:
            # in a quote the fence stands behind its marks
            closed = lines[end - 1].lstrip(" >\t").startswith(token.markup) and end - 1 > start
            piece = Block(token.info.strip(), token.content, start + 1, closed)
        if piece is not None:
            _keep_prose(pieces, lines[kept:start], kept)
            pieces.append(piece)
            kept = end
    _keep_prose(pieces, lines[kept:], kept)
    return pieces


def _keep_prose(pieces: list[Piece], lines: list[str], first: int) -> None:
    text = "\n".join(lines).strip("\n")
    if text.strip():
        blank = next(i for i, line in enumerate(lines) if line.strip())
        pieces.append(Prose(text, first + blank + 1))
