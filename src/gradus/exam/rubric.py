"""From a block of the kind `written` to a Question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from gradus.assertion import Assertion
from gradus.errors import Fault, suggest
from gradus.exam.claims import check_settings, find_kind, read_reference, read_settings
from gradus.exam.entries import read_item, read_points, read_positive
from gradus.exam.naming import Names, collected
from gradus.exam.nouns import Question
from gradus.fields import decode
from gradus.nodes import Entries, Items, Node, Place
from gradus.questions import WrittenAnswer
from gradus.questions.written import PART
from gradus.rubric import Cap, Idea, Rejected

OWN = ("id", "points", "stem", "ideas", "rejected", "at_most")
IDEA = ("id", "idea", "points", "words", "near", "group", "claim", "with")
REJECTED = ("id", "idea", "reason", "words", "near", "claim", "with")
MOST_IDEAS = 24
MOST_PHRASES = 60
LONGEST_PHRASE = 200
_NAME = re.compile(r"[A-Za-z_][\w-]{0,39}")


def read_written(entries: Entries, place: Place, section: str, faults: list[Fault]) -> Question | None:
    """Read a block of the kind `written`; its faults are added to the list, and then there is no question."""
    before = len(faults)
    names = Names(entries, place, faults)
    names.refuse_others(OWN, "written")
    item = names.take("id", read_item, "?")
    points = names.take("points", read_points, ())
    stem = names.take("stem", lambda node: _read_text(node, "stem"), "")
    ideas = names.take("ideas", lambda node: _read_list(node, "ideas", faults), ())
    rejected = names.take("rejected", lambda node: _read_list(node, "rejected", faults), (), required=False)
    groups = {idea.group for idea in ideas if idea.group}
    caps = names.take("at_most", lambda node: _read_caps(node, groups), (), required=False)
    if len(faults) > before:
        return None
    if not points:
        faults.append(Fault(str(place), "points", None, "must be one value", "write 2; ideas have their own"))
        return None
    fixed = {"stem": stem, "ideas": ideas, "rejected": rejected, "caps": caps, "most": points[0]}
    with collected(faults):
        _check(fixed, entries, place)
    question = Question(item, WrittenAnswer, "written", points, place, section, fixed=fixed)
    return question if len(faults) == before else None


def _check(fixed: Mapping[str, Any], entries: Entries, place: Place) -> None:
    """Build the variant once: its rubric must be able to earn the points, and no id may stand twice."""
    try:
        WrittenAnswer(**fixed)
    except Fault as fault:
        raise _at(fault, entries, place) from None
    except Exception as error:
        faults = getattr(error, "faults", None)
        if not faults:
            raise
        raise _at(faults[0], entries, place) from None


def _at(fault: Fault, entries: Entries, place: Place) -> Fault:
    node = entries.get(fault.field)
    return fault.at(str(node.place if node else place))


def _read_text(node: Node, field: str) -> str:
    text: str = decode(str, node, field)
    if not text.strip():
        raise Fault(str(node.place), field, text, "must not be empty", "write a sentence")
    return text


def _read_list(node: Node, field: str, faults: list[Fault]) -> tuple[Any, ...]:
    if not isinstance(node, Items) or not 1 <= len(node.items) <= MOST_IDEAS:
        raise Fault(
            str(node.place), field, None, f"must be a list of 1 to {MOST_IDEAS} ideas", "write one `- id: …` each"
        )
    read = []
    for index, item in enumerate(node, 1):
        with collected(faults):
            read.append(_read_entry(item, f"{field}.{index}", field == "ideas", faults))
    return tuple(read)


def _read_entry(node: Node, where: str, earns: bool, faults: list[Fault]) -> Idea | Rejected:
    if not isinstance(node, Entries):
        raise Fault(str(node.place), where, str(node), "must be a mapping", "write id, idea and what belongs to them")
    names = Names(node, node.place, faults, f"{where}.")
    names.refuse_others(IDEA if earns else REJECTED, "an idea" if earns else "a rejected idea")
    name = names.take("id", lambda inner: _read_name(inner, f"{where}.id"), "?")
    idea = names.take("idea", lambda inner: _read_text(inner, f"{where}.idea"), "?")
    words = names.take("words", lambda inner: _read_phrases(inner, f"{where}.words"), (), required=False)
    near = names.take("near", lambda inner: _read_phrases(inner, f"{where}.near"), (), required=False)
    claims = names.take("claim", lambda inner: (_read_claim(inner, node, where),), (), required=False)
    if "claim" not in [key.text for key, _ in node] and node.get("with") is not None:
        raise Fault(str(node.place), f"{where}.with", None, "belongs to a claim", "add claim: …, or leave it out")
    if not earns:
        reason = names.take("reason", lambda inner: _read_text(inner, f"{where}.reason"), "?")
        return Rejected(name, idea, reason, words, near, claims)
    points = names.take("points", lambda inner: read_positive(inner, f"{where}.points"), Fraction(1), required=False)
    group = names.take("group", lambda inner: _read_name(inner, f"{where}.group"), "", required=False)
    return Idea(name, idea, points, words, near, group, claims)


def _read_name(node: Node, field: str) -> str:
    text: str = decode(str, node, field)
    if not _NAME.fullmatch(text) or text == PART:
        rule = f"must be letters, digits and dashes, and not {PART}"
        raise Fault(str(node.place), field, text, rule, "write a short name, such as rate")
    return text


def _read_phrases(node: Node, field: str) -> tuple[str, ...]:
    phrases: tuple[str, ...] = decode(tuple[str, ...], node, field)
    if len(phrases) > MOST_PHRASES or any(not p.strip() or len(p) > LONGEST_PHRASE for p in phrases):
        rule = f"must be up to {MOST_PHRASES} phrases of up to {LONGEST_PHRASE} characters"
        raise Fault(str(node.place), field, None, rule, "write [learning rate small|tiny]")
    return phrases


def _read_claim(node: Node, entry: Entries, where: str) -> Assertion:
    claim = read_reference(node, f"{where}.claim")
    inner, kind = entry.get("with"), find_kind(claim)
    if inner is None:
        return Assertion(claim)
    settings = read_settings(inner, f"{where}.with")
    if settings.is_open:
        raise Fault(str(inner.place), f"{where}.with", str(inner), "is drawn, and a rubric is not", "fix the value")
    if kind is not None:
        settings = check_settings(kind, settings, inner, f"{where}.with")
    return Assertion(claim, tuple(sorted((name, values[0]) for name, values in settings.values_of)))


def _read_caps(node: Node, groups: set[str]) -> tuple[Cap, ...]:
    """Read `{remedy: 1}`: the most that ideas of a group earn together."""
    if not isinstance(node, Entries):
        raise Fault(str(node.place), "at_most", str(node), "must be a mapping from groups", "write {remedy: 1}")
    caps = []
    for key, inner in node:
        if key.text not in groups:
            remedy = suggest(key.text, groups) if groups else "give ideas a group: …"
            raise Fault(str(key.place), f"at_most.{key.text}", None, "is the group of no idea", remedy)
        caps.append(Cap(key.text, read_positive(inner, f"at_most.{key.text}")))
    return tuple(caps)
