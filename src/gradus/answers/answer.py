"""What can be an answer: it reads itself from a text, prints itself, and compares."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Self

from gradus.answers.truth import Truth


@dataclass(frozen=True, slots=True)
class Answer(ABC):
    """A value of one kind. What it prints, it reads back to an equal answer.

    `kind` is the word used for it in messages and pages.
    """

    kind: ClassVar[str]

    @abstractmethod
    def read(self, text: str) -> Self:
        """Read a text as an answer of this kind, with this one's unit or options.

        Raises:
            Unreadable: with a caret and a remedy; the text is then asked for again, never marked.
        """

    @abstractmethod
    def agrees(self, other: Answer) -> Truth:
        """Decide whether the other answer is the same as this one."""

    def remarks(self, other: Answer) -> str:
        """Return what a reader should know of a comparison beyond its outcome; nothing for most kinds."""
        return ""

    @abstractmethod
    def __str__(self) -> str:
        """Print in the field's notation, so that `read` reads it back."""

    def latex(self) -> str:
        """Print as LaTeX, without dollar signs."""
        return rf"\text{{{self}}}"
