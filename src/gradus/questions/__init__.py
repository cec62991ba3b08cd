"""Kinds of questions that an author writes out in the exam file: statements to judge, and texts marked by a rubric."""

from gradus.questions.option import Option
from gradus.questions.pool import Pool, Settings
from gradus.questions.statements import Statements
from gradus.questions.written import WrittenAnswer

__all__ = ["Option", "Pool", "Settings", "Statements", "WrittenAnswer"]
