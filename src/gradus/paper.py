"""Exam and candidate → paper: which variant of each question one candidate gets."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from gradus import catalogue
from gradus.errors import Fault, Faults, suggest
from gradus.exam import Exam
from gradus.family import Family
from gradus.fields import decode, encode, hints
from gradus.nodes import Entries, Place, from_json

FORMAT = 1


@final
@dataclass(frozen=True)
class Paper:
    """What one candidate gets: for each item the variant, in the order of the exam.

    It is stored as families and parameters, never as a seed, so that it stays what it was when the way of
    drawing changes.
    """

    exam: str
    candidate: str
    variants: Mapping[str, Family]

    def to_json(self) -> dict[str, Any]:
        """Return the paper as JSON data."""
        questions = [
            {"item": item, "family": catalogue.name_of(variant), "fields": encode(vars(variant))}
            for item, variant in self.variants.items()
        ]
        return {"format": FORMAT, "exam": self.exam, "candidate": self.candidate, "questions": questions}


def draw(exam: Exam, candidate: str, secret: bytes = b"") -> Paper:
    """Draw one candidate's paper; the same four things always draw the same paper.

    Raises:
        Fault: when two questions have one id, since answers could not be told apart.
    """
    for double in exam.duplicates():
        first = next(question.place for question in exam.questions if question.item == double.item)
        raise Fault(
            str(double.place), "id", double.item, f"stands twice, first at {first}", "give each question its own"
        )
    variants = {
        question.item: question.draw(random.Random(seed(exam.name, candidate, question.item, secret)))
        for question in exam.questions
    }
    return Paper(exam.name, candidate, variants)


def seed(exam: str, candidate: str, item: str, secret: bytes) -> int:
    """Return the seed of one question of one paper: hashed, so that neighbours share nothing.

    >>> seed("midterm", "ada", "3.i", b"") == seed("midterm", "ada", "3.ii", b"")
    False
    """
    message = json.dumps([exam, candidate, item], ensure_ascii=False).encode("utf-8", "surrogatepass")
    return int.from_bytes(hmac.digest(secret, message, hashlib.sha256), "big")


def from_data(data: object, file: str) -> Paper:
    """Rebuild a stored paper from its JSON data.

    Raises:
        Fault: naming file, field, value, rule and remedy.
    """
    place = Place(file)
    if not isinstance(data, dict) or not isinstance(data.get("questions"), list):
        raise Fault(file, "paper", None, "must be an object with questions", "draw it again with `gradus draw`")
    if data.get("format") != FORMAT:
        remedy = f"this Gradus reads format {FORMAT}; draw it again or use the Gradus that wrote it"
        raise Fault(file, "format", data.get("format"), "is not known", remedy)
    variants: dict[str, Family] = {}
    for entry in data["questions"]:
        if not isinstance(entry, dict) or not {"item", "family", "fields"} <= entry.keys():
            raise Fault(file, "questions", entry, "must have item, family and fields", "draw the paper again")
        item = str(entry["item"])
        if item in variants:
            raise Fault(file, "item", item, "stands twice", "draw the paper again")
        variants[item] = _variant(str(entry["family"]), entry["fields"], place)
    return Paper(str(data.get("exam", "")), str(data.get("candidate", "")), variants)


def _variant(name: str, fields: object, place: Place) -> Family:
    """Rebuild one variant; a fault of its fields is placed in the file."""
    try:
        family = catalogue.family(name)
    except Fault as fault:
        raise fault.at(str(place)) from None
    node = from_json(fields, place)
    types = hints(family)
    if not isinstance(node, Entries):
        raise Fault(str(place), "fields", fields, "must be an object", "draw the paper again")
    values = {}
    for key, inner in node:
        if key.text not in types:
            raise Fault(str(place), key.text, None, f"is no field of {family.__name__}", suggest(key.text, types))
        values[key.text] = decode(types[key.text], inner, key.text)
    missing = [field for field in family.__dataclass_fields__ if field not in values and _required(family, field)]
    if missing:
        raise Fault(str(place), missing[0], None, f"is missing from {family.__name__}", "draw the paper again")
    try:
        return family(**values)
    except Fault as fault:
        raise fault.at(str(place)) from None
    except Faults as faults:
        raise faults.faults[0].at(str(place)) from None


def _required(family: type[Family], field: str) -> bool:
    return bool(family.__dataclass_fields__[field].metadata)
