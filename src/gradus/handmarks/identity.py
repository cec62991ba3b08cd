"""What makes two responses one: the same words to the same question, whoever wrote them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

from gradus.errors import Unreadable
from gradus.family import Family
from gradus.questions import Statements


def texts_of(variant: Family, responses: Mapping[str, str]) -> Mapping[str, str]:
    """Return what was written to each part, also where one response judges all statements of a question."""
    if isinstance(variant, Statements):
        try:
            return variant.spread(responses)
        except Unreadable:
            return {}
    return responses


def identify(exam: str, item: str, variant: Family, part: str, response: str) -> str:
    """Return a name for a response to what a candidate was asked; it tells nothing of the candidate.

    Two candidates who write the same get the same mark, and a rubric that changes keeps the marks that were given.

    Args:
        exam: name of the exam.
        item: id of the question.
        variant: the question as it was asked.
        part: which part of it was answered.
        response: what was written.

    >>> from gradus.families.conv_layer import ConvLayer
    >>> from gradus.answers import Shape
    >>> asked = ConvLayer(image=Shape(128, 128, 3), kernel=3, stride=1, padding=0, filters=64)
    >>> len(identify("midterm", "3.i", asked, "shape", "126 x 126"))
    32
    """
    words = " ".join(response.split())
    text = json.dumps([exam, item, variant.prompt(), part, words], ensure_ascii=False)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
