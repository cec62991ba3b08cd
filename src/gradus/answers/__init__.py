"""What can be an answer: each kind reads a text, compares, and prints."""

from gradus.answers.answer import Answer
from gradus.answers.choice import Choice
from gradus.answers.count import Count
from gradus.answers.interval import Interval
from gradus.answers.program import Program
from gradus.answers.real import Real
from gradus.answers.samples import Point, Samples
from gradus.answers.shape import Shape
from gradus.answers.true_or_false import TrueOrFalse
from gradus.answers.truth import Truth
from gradus.answers.written import Written

__all__ = [
    "Answer",
    "Choice",
    "Count",
    "Interval",
    "Point",
    "Program",
    "Real",
    "Samples",
    "Shape",
    "TrueOrFalse",
    "Truth",
    "Written",
]
