"""From a block of statements to a Question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, final

from gradus.answers import TrueOrFalse, Truth
from gradus.claim import Claim
from gradus.errors import Fault, Unreadable, suggest
from gradus.exam.claims import check_settings, find_kind, knows, read_reference, read_settings
from gradus.exam.entries import read_item, read_points
from gradus.exam.naming import Names, collected
from gradus.exam.nouns import Question
from gradus.fields import decode
from gradus.nodes import Entries, Items, Node, Place
from gradus.questions import Option, Pool, Settings, Statements
from gradus.questions.option import NONE, number
from gradus.questions.statements import MOST_OPTIONS, Marking

OWN = ("id", "points", "stem", "with", "options", "marking", "penalty", "least", "draw", "shuffle")
OPTION = ("id", "claim", "with", "text", "negated", "printed")
_NAME = re.compile(r"[\w-]{1,40}")


@final
@dataclass(frozen=True, slots=True)
class _Read:
    """One option as it was read."""

    option: Option
    settings: Settings
    kind: type[Claim] | None
    printed: str
    place: Place


def read_statements(entries: Entries, place: Place, section: str, faults: list[Fault]) -> Question | None:
    """Read a block of statements; its faults are added to the list, and then there is no question."""
    before = len(faults)
    names = Names(entries, place, faults)
    names.refuse_others(OWN, "statements")
    stem = names.take("stem", lambda node: decode(str, node, "stem"), "", required=False)
    setting = names.take("with", lambda node: read_settings(node, "with"), Settings(()), required=False)
    options = names.take("options", lambda node: _read_options(node, faults), (), required=True)
    item = names.take("id", read_item, "?")
    points = names.take("points", _read_points, ())
    rule = _read_rule(names)
    count = names.take("draw", lambda node: _read_count(node, len(options)), len(options), required=False)
    shuffled = names.take("shuffle", lambda node: decode(bool, node, "shuffle"), False, required=False)
    if len(faults) > before:
        return None
    with collected(faults):
        setting = _check_setting(entries, setting, options)
        for one in options:
            _check_visible(stem, setting, one)
        _check_placeholders(entries, stem, setting, options)
    if len(faults) > before:
        return None
    pool = Pool(tuple(one.option for one in options), tuple(one.settings for one in options), count, shuffled)
    return _question(item, points, place, section, {"stem": stem, **rule}, setting, pool, options)


def _question(
    item: str,
    points: tuple[Fraction, ...],
    place: Place,
    section: str,
    fixed: dict[str, Any],
    setting: Settings,
    pool: Pool,
    options: tuple[_Read, ...],
) -> Question:
    """Return the question: what is drawn for each candidate is narrowed, and the rest is fixed."""
    narrowed: dict[str, Any] = {}
    for name, domain, alone in (
        ("options", pool, lambda: tuple(replace(o.option, given=next(o.settings.values())) for o in options)),
        ("setting", setting, lambda: next(setting.values())),
    ):
        if domain.is_open:
            narrowed[name] = domain
        else:
            fixed[name] = alone()
    printed = {one.option.name: (one.printed,) for one in options if one.printed}
    return Question(
        item, Statements, "statements", points, place, section, fixed=fixed, narrowed=narrowed, printed=printed
    )


def _read_points(node: Node) -> tuple[Fraction, ...]:
    if isinstance(node, Entries):
        rule = "must be one value: statements share it alike"
        raise Fault(str(node.place), "points", str(node), rule, "write 2")
    return read_points(node)


def _read_rule(names: Names) -> dict[str, Any]:
    """Read how it is marked; a penalty and a least sum belong to negative marking."""
    marking = names.take("marking", lambda node: decode(Marking, node, "marking"), "per option", required=False)
    rule = {"marking": marking}
    for name, low, high, example in (("penalty", 0, 1, "1/3"), ("least", None, 0, "-1")):
        node = names.entries.get(name)
        if node is None:
            continue
        with collected(names.faults):
            value: Fraction = decode(Fraction, node, name)
            if marking != "negative":
                remedy = "write marking: negative, or leave it out"
                raise Fault(str(node.place), name, str(node), "belongs to negative marking", remedy)
            if value > high or (low is not None and value < low):
                allowed = f"must be from {low} to {high}" if low is not None else f"must be at most {high}"
                raise Fault(str(node.place), name, str(node), allowed, f"write {example}")
            rule[name] = value
    return rule


def _read_count(node: Node, most: int) -> int:
    count: int = decode(int, node, "draw")
    if not 1 <= count <= most:
        rule = f"must be between 1 and {most}, the number of options"
        raise Fault(str(node.place), "draw", str(node), rule, "draw fewer or write more")
    return count


def _read_options(node: Node, faults: list[Fault]) -> tuple[_Read, ...]:
    if not isinstance(node, Items) or not 1 <= len(node.items) <= MOST_OPTIONS:
        rule = f"must be a list of 1 to {MOST_OPTIONS} statements"
        raise Fault(str(node.place), "options", None, rule, "write one `- claim: …` a statement")
    read: list[_Read] = []
    for index, item in enumerate(node):
        with collected(faults):
            one = _read_option(item, index, faults)
            if any(one.option.name == other.option.name for other in read):
                raise Fault(str(item.place), "options.id", one.option.name, "stands twice", "give each its own")
            read.append(one)
    return tuple(read)


def _read_option(node: Node, index: int, faults: list[Fault]) -> _Read:
    where = f"options.{number(index)}"
    if not isinstance(node, Entries):
        raise Fault(str(node.place), where, str(node), "must be a mapping", "write claim: … and what belongs to it")
    names = Names(node, node.place, faults, f"{where}.")
    names.refuse_others(OPTION, "an option")
    name = names.take("id", lambda inner: _read_name(inner, f"{where}.id"), number(index), required=False)
    claim_node = node.get("claim")
    if claim_node is None:
        raise Fault(str(node.place), f"{where}.claim", None, "is missing", f"add claim: …, or claim: {NONE}")
    claim = NONE if str(claim_node) == NONE else read_reference(claim_node, f"{where}.claim")
    kind = None if claim == NONE else find_kind(claim)
    text = names.take("text", lambda inner: decode(str, inner, f"{where}.text"), "", required=False)
    negated = names.take("negated", lambda inner: decode(bool, inner, f"{where}.negated"), False, required=False)
    settings = names.take("with", lambda inner: read_settings(inner, f"{where}.with"), Settings(()), required=False)
    if claim == NONE and settings.values_of:
        place = str((node.get("with") or node).place)
        raise Fault(place, f"{where}.with", None, f"is of no use: {NONE} assumes nothing", "leave it out")
    if kind is not None and node.get("with") is not None:
        settings = check_settings(kind, settings, node.get("with") or node, f"{where}.with")
    printed = names.take("printed", lambda inner: _read_printed(inner, f"{where}.printed"), "", required=False)
    if not text and claim != NONE and (negated or kind is None):
        why = "says that a claim does not hold" if negated else "rests on a file that is not run to read an exam"
        raise Fault(
            str(node.place), f"{where}.text", None, f"is missing: the option {why}", "add text: … in your words"
        )
    return _Read(Option(name, claim, text, (), negated), settings, kind, printed, node.place)


def _read_name(node: Node, field: str) -> str:
    text: str = decode(str, node, field)
    if not _NAME.fullmatch(text):
        raise Fault(str(node.place), field, text, "must be letters, digits and dashes", "write iii")
    return text


def _read_printed(node: Node, field: str) -> str:
    try:
        return str(TrueOrFalse(Truth.TRUE).read(str(node)))
    except Unreadable as fault:
        raise Fault(str(node.place), field, str(node), "must be true or false", fault.remedy) from None


def _check_setting(entries: Entries, setting: Settings, options: tuple[_Read, ...]) -> Settings:
    """Demand that each assumption of the stem is one of some option's claim, with values that it may take."""
    node = entries.get("with")
    kinds = [one.kind for one in options if one.kind is not None]
    for name, _ in setting.values_of:
        having = [kind for kind in kinds if knows(kind, name)]
        alone = Settings(tuple(pair for pair in setting.values_of if pair[0] == name))
        if not having and len(kinds) == len([one for one in options if not one.option.is_none]):
            from gradus.claim import assumptions

            known = {assumption for kind in kinds for assumption in assumptions(kind)}
            inner = node.get(name) if isinstance(node, Entries) else None
            rule = "is an assumption of none of these claims"
            raise Fault(str((inner or entries).place), f"with.{name}", None, rule, suggest(name, known))
        for kind in having:
            spelt = check_settings(kind, alone, node or entries, "with")
            setting = Settings(tuple(spelt.values_of[0] if pair[0] == name else pair for pair in setting.values_of))
    return setting


def _check_visible(stem: str, setting: Settings, one: _Read) -> None:
    """Demand that what is drawn is told: a statement must read otherwise under another value."""
    drawn = {**dict(setting.values_of), **dict(one.settings.values_of)}
    usual = {name: values[0] for name, values in drawn.items()}
    for name, values in drawn.items():
        if len(values) > 1 and (one.kind is None or knows(one.kind, name)):
            shown = {_shown(stem, one.option, {**usual, name: value}) for value in values}
            if len(shown) < len(values):
                rule = f"draws {name}, which neither the stem nor the statement tells"
                raise Fault(str(one.place), f"options.{one.option.name}", None, rule, f"write {{{name}}} in its text")


def _check_placeholders(entries: Entries, stem: str, setting: Settings, options: tuple[_Read, ...]) -> None:
    """Demand a value for each `{name}` that stands outside of mathematics, lest a candidate read the braces."""
    from gradus.questions.option import placeholders

    common = [name for name, _ in setting.values_of]
    texts = [("stem", str((entries.get("stem") or entries).place), stem, common)]
    for one in options:
        own = [name for name, _ in one.settings.values_of]
        texts.append((f"options.{one.option.name}.text", str(one.place), one.option.text, [*common, *own]))
    for field, place, text, known in texts:
        for name in placeholders(text):
            if name not in known:
                rule = "stands for an assumption that has no value here"
                remedy = suggest(name, known) if known else f"give it one: with: {{{name}: …}}"
                raise Fault(place, field, f"{{{name}}}", rule, remedy)


def _shown(stem: str, option: Option, given: Mapping[str, str]) -> str:
    from gradus.questions.option import fill

    known = {} if option.claim == NONE else dict(given)
    return fill(stem, given) + option.wording(known)
