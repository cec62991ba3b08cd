"""Published sentences against the questions they ask: a stem that names another symbol than the answer is about."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from gradus.audit.paper import Finding
from gradus.errors import GradusError
from gradus.exam import Exam

_MATHS = re.compile(r"\$([^$]+)\$")
_NAME = re.compile(r"\\?[A-Za-z]+(?:_(?:\{[^{}]*\}|\w))?")
_GREEK = re.compile(r"[\\{}\s]")


def audit_stems(exam: Exam) -> Iterator[Finding]:
    """Yield stems whose symbols the question does not have, with those that it has in their place."""
    for question in exam.questions:
        if not question.stem:
            continue
        try:
            prompt = question.draw(random.Random(0)).prompt()
        except GradusError:
            continue  # the audit of its key says why
        asked = names_in(prompt)
        for name in sorted(names_in(question.stem) - asked):
            alike = sorted(other for other in asked if other.partition("_")[0] == name.partition("_")[0])
            meant = f"; the question is about {' and '.join(alike)}" if alike else ""
            yield Finding("symbol", question.item, f"the stem names {name}, which the question does not have{meant}")


def names_in(text: str) -> set[str]:
    r"""Return the names that stand in the maths of a text, with their indices.

    >>> sorted(names_in(r"the step $\alpha$ from $\theta_{d}$ and $\theta_g$"))
    ['alpha', 'theta_d', 'theta_g']
    """
    return {_GREEK.sub("", found) for maths in _MATHS.findall(text) for found in _NAME.findall(maths)}
