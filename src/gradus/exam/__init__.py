"""Exam files: Markdown with a YAML header and one fenced block per question."""

from gradus.exam.markdown import Heading, Prose
from gradus.exam.nouns import Exam, Question
from gradus.exam.reading import parse, read

__all__ = ["Exam", "Heading", "Prose", "Question", "parse", "read"]
