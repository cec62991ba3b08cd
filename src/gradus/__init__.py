"""Gradus: an engine for deep-learning exams whose keys are computed and countersigned.

The names below are what a family is written with. Everything else is imported from its module: `gradus.exam`,
`gradus.audit`, `gradus.grading`, `gradus.networks`, …
"""

from gradus.answers import Answer, Choice, Count, Interval, Real, Shape, Truth
from gradus.errors import Fault, GradusError
from gradus.family import Family, Mistake
from gradus.parameters import among, between

__all__ = [
    "Answer",
    "Choice",
    "Count",
    "Family",
    "Fault",
    "GradusError",
    "Interval",
    "Mistake",
    "Real",
    "Shape",
    "Truth",
    "among",
    "between",
]
