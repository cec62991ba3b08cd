"""From a fenced block to a Question."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import islice

from gradus import catalogue
from gradus.answers import Answer
from gradus.errors import Fault, Faults, GradusError, Underdetermined, Unreadable, suggest
from gradus.exam import block, markdown
from gradus.exam.entries import read_credit, read_follows, read_item, read_points, read_positive, read_texts
from gradus.exam.naming import Names, collected
from gradus.exam.nouns import Question
from gradus.exam.rubric import read_written
from gradus.exam.statements import read_statements
from gradus.family import Family
from gradus.fields import decode, decode_domain, hints
from gradus.nodes import Entries, Items, Node, Place, Scalar
from gradus.parameters import ALLOWED, Between, Domain

MOST_VALUES = 10_000  # no list of allowed values is as long
OWN = ("id", "points", "stem", "printed", "follows", "credit", "unstated")
WRITTEN_OUT = {"statements": read_statements, "written": read_written}


def read_question(piece: markdown.Block, file: str, section: str, faults: list[Fault]) -> Question | None:
    """Read one block; its faults are added to the list, and then there is no question."""
    place = Place(file, piece.line, 1)
    before = len(faults)
    try:
        if not piece.closed:
            raise Fault(str(place), "block", piece.name, "is never closed", "end it with a line of ```")
        family = _find(piece.name, place)
        entries = block.parse(piece.text, file, piece.line + 1)
    except Fault as fault:
        faults.append(fault)
        return None
    if piece.name in WRITTEN_OUT:
        return WRITTEN_OUT[piece.name](entries, place, section, faults)
    reader = _BlockReader(family, entries, place, faults)
    fixed, narrowed = reader.read_fields()
    question = Question(
        item=reader.take("id", read_item, "?"),
        family=family,
        family_name=piece.name,
        stated_points=reader.take("points", read_points, ()),
        part_points=reader.take("points", reader.read_part_points, {}, required=False),
        place=place,
        section=section,
        fixed=fixed,
        narrowed=narrowed,
        follows=reader.take("follows", read_follows, {}, required=False),
        credit=reader.take("credit", read_credit, {}, required=False),
        stem=reader.take("stem", lambda node: decode(str, node, "stem"), "", required=False),
        printed=reader.take("printed", reader.read_printed, {}, required=False),
        unstated=reader.take("unstated", lambda node: reader.read_unstated(node, fixed), (), required=False),
    )
    if len(faults) == before:
        with collected(faults):
            question = replace(question, printed=_check_sample(question, entries))
    return question if len(faults) == before else None


def _find(name: str, place: Place) -> type[Family]:
    try:
        return catalogue.family(name)
    except Fault as fault:
        remedy = (
            f"{fault.remedy}; to show code, name its language: ```python"
            if "known are" in fault.remedy
            else fault.remedy
        )
        raise Fault(str(place), "family", name, fault.rule, remedy) from None


class _BlockReader(Names):
    """Reads the block of a family."""

    def __init__(self, family: type[Family], entries: Entries, place: Place, faults: list[Fault]) -> None:
        super().__init__(entries, place, faults)
        self.family = family

    def read_fields(self) -> tuple[dict[str, object], dict[str, Domain]]:
        """Read the family's fields into those fixed and those narrowed."""
        fixed: dict[str, object] = {}
        narrowed: dict[str, Domain] = {}
        types = hints(self.family)
        for key, node in self.entries:
            name = key.text
            if name in OWN:
                continue
            if name not in types:
                remedy = suggest(name, [*types, *OWN])
                self.faults.append(Fault(str(key.place), name, None, f"is no field of {self.family.__name__}", remedy))
                continue
            with collected(self.faults):
                if isinstance(node, Entries) and [k.text for k, _ in node] in (["among"], ["between"]):
                    narrowed[name] = self._check_domain(name, node, decode_domain(types[name], node, name))
                else:
                    fixed[name] = self._check_value(name, node, decode(types[name], node, name))
        return fixed, narrowed

    def _allowed(self, name: str) -> Domain | None:
        found: Domain | None = self.family.__dataclass_fields__[name].metadata.get(ALLOWED)
        return found

    def _check_value(self, name: str, node: Node, value: object) -> object:
        allowed = self._allowed(name)
        if allowed is not None and not allowed.allows(value):
            raise Fault(str(node.place), name, str(node), f"must be {allowed}", "choose a value that is")
        return value

    def _check_domain(self, name: str, node: Node, domain: Domain) -> Domain:
        allowed = self._allowed(name)
        if isinstance(domain, Between) and isinstance(allowed, Between) and allowed.step == 1:
            values: list[object] = [domain.low, domain.high]  # a range can be long, and its ends tell
        else:
            values = list(islice(domain.values(), MOST_VALUES))
        wrong = [value for value in values if allowed is not None and not allowed.allows(value)]
        if wrong:
            raise Fault(str(node.place), name, str(wrong[0]), f"must be {allowed}", "leave it out of the values")
        return domain

    def read_part_points(self, node: Node) -> Mapping[str, Fraction]:
        """Read `{shape: 1, parameters: 1}`, one entry a part."""
        if not isinstance(node, Entries):
            return {}
        points = {key.text: read_positive(inner, f"points.{key.text}") for key, inner in node}
        self._check_parts([key for key, _ in node], "points")
        missing = [part for part in self.family.parts if part not in points]
        if missing:
            raise Fault(str(node.place), f"points.{missing[0]}", None, "is missing", "give every part its points")
        return points

    def read_unstated(self, node: Node, fixed: Mapping[str, object]) -> tuple[str, ...]:
        """Read the fields of which a published paper says nothing; each must be fixed here, and have other values."""
        names: tuple[str, ...] = decode(tuple[str, ...], node, "unstated")
        for name in names:
            if name not in fixed:
                remedy = "fix it for the candidates" if name in hints(self.family) else suggest(name, fixed)
                raise Fault(str(node.place), "unstated", name, "must be a field that this question fixes", remedy)
            if self._allowed(name) is None and not isinstance(fixed[name], bool):
                rule = "must be a field that is drawn, or true or false"
                raise Fault(str(node.place), "unstated", name, rule, "leave it out of the list")
        return names

    def _check_parts(self, names: list[Scalar], field: str) -> None:
        for name in names:
            if name.text not in self.family.parts:
                remedy = suggest(name.text, self.family.parts)
                rule = f"is no part of {self.family.__name__}"
                raise Fault(str(name.place), f"{field}.{name.text}", None, rule, remedy)

    def read_printed(self, node: Node) -> Mapping[str, tuple[str, ...]]:
        """Read the printed answers as texts; several for a part when the paper accepts several."""
        if not isinstance(node, Entries):
            remedy = f"write {{{', '.join(f'{part}: …' for part in self.family.parts)}}}"
            raise Fault(str(node.place), "printed", str(node), "must be a mapping from parts", remedy)
        self._check_parts([key for key, _ in node], "printed")
        return {key.text: read_texts(inner) for key, inner in node}


def _check_sample(question: Question, entries: Entries) -> Mapping[str, tuple[str, ...]]:
    """Draw one variant: fields must fit together, mistakes exist, printed answers be readable; return these."""
    try:
        sample = question.draw(random.Random(0))
    except Faults as faults:
        raise Faults(_placed(fault, question, entries) for fault in faults.faults) from None
    except Fault as fault:
        raise _placed(fault, question, entries) from None
    try:
        key = sample.key()
    except Underdetermined:
        return question.printed  # the audit reports it, with the solutions
    except GradusError:
        raise
    except Exception as error:  # noqa: BLE001 - another package's family may fail in any way
        rule = f"cannot compute its key: {type(error).__name__}: {error}"
        raise Fault(str(question.place), question.family_name, None, rule, "tell the author of the family") from None
    known = {mistake.name for mistake in sample.mistakes()}
    if question.open_fields():
        known |= _mistake_names(question.family)  # which mistakes there are can rest on what is drawn
    for name in question.credit:
        if name not in known:
            remedy = suggest(name, known)
            raise Fault(str(question.place), f"credit.{name}", None, "is no mistake that this family names", remedy)
    printed = entries.get("printed")
    assert isinstance(printed, Entries) or not question.printed
    return {part: _check_printed(part, texts, key[part], printed) for part, texts in question.printed.items()}


def _check_printed(part: str, texts: tuple[str, ...], key: Answer, printed: Node | None) -> tuple[str, ...]:
    """Return the printed forms of one part; a list that is no single answer is a list of accepted ones."""
    node = printed.get(part) if isinstance(printed, Entries) else None
    assert node is not None
    try:
        for text in texts:
            key.read(text)
    except Unreadable as fault:
        several = tuple(str(item) for item in node) if isinstance(node, Items) else ()
        if several and several != texts:
            return _check_printed(part, several, key, printed)
        raise fault.of(f"printed.{part}").at(str(node.place)) from None
    return texts


@cache
def _mistake_names(family: type[Family]) -> frozenset[str]:
    """Return the names of the mistakes that a family's variants know, whatever their conventions."""
    source = random.Random("mistakes")
    switches = [field for field in dataclasses.fields(family) if isinstance(field.default, bool)]
    conventions: list[dict[str, object]] = [{}]
    conventions.extend({field.name: not field.default} for field in switches)
    variants = (family.draw(source, fixed) for fixed in conventions for _ in range(50))
    return frozenset(mistake.name for variant in variants for mistake in variant.mistakes())


def _placed(fault: GradusError, question: Question, entries: Entries) -> Fault:
    """Name the file and line of the field at fault."""
    assert isinstance(fault, Fault)
    node = entries.get(fault.field.split(",")[0])
    return fault.at(str(node.place if node else question.place))
