"""What every family owes; a new file is tested by existing.

`GRADUS_VARIANTS=10000 pytest tests/families` is the long run.
"""

import dataclasses
import json
import pickle
import random
import re
import sys
from collections.abc import Callable
from fractions import Fraction

import pytest

from gradus import catalogue, paper
from gradus.answers import Answer, Choice, Count, Interval, Program, Real, Shape, Truth, Written
from gradus.countersigning import countersign
from gradus.derivations import Formula, recognising
from gradus.family import Family
from gradus.paper import Paper

Draw = Callable[[str, int], list[Family]]


def test_key_and_witness_agree_on_every_variant(variants: list[Family]) -> None:
    for variant in variants:
        signed = countersign(variant)
        assert signed.complete, f"{variant}: {signed}"


def test_key_and_witness_answer_exactly_the_parts(variants: list[Family]) -> None:
    for variant in variants:
        assert tuple(variant.key()) == tuple(variant.witness()) == variant.parts


def test_answers_read_back_what_they_print(variants: list[Family]) -> None:
    for variant in variants:
        answers = [*variant.key().values(), *variant.witness().values(), *(m.answer for m in variant.mistakes())]
        for answer in answers:
            assert answer.agrees(answer.read(str(answer))) is Truth.TRUE
            assert answer.agrees(answer.read(f"${answer.latex()}$")) is Truth.TRUE


def test_mistakes_belong_to_a_part_and_have_a_name_and_feedback(variants: list[Family]) -> None:
    for variant in variants:
        key = variant.key()
        shares: dict[tuple[str, str], Fraction] = {}
        for mistake in variant.mistakes():
            assert mistake.part in variant.parts
            assert mistake.name.isidentifier()
            assert re.fullmatch(r"[A-Z].+\.", mistake.feedback)
            assert type(mistake.answer) is type(key[mistake.part])
            assert 0 <= mistake.credit < 1
            assert shares.setdefault((mistake.part, mistake.name), mistake.credit) == mistake.credit


def test_every_named_mistake_can_be_recognised(name: str, some: Draw) -> None:
    """Each name is some variant's first match for its answer: else nobody would ever be told of it."""
    named: set[tuple[str, str]] = set()
    told: set[tuple[str, str]] = set()
    for variant in some(name, 1500):
        seen: set[tuple[str, str]] = {(part, str(answer)) for part, answer in variant.key().items()}
        for mistake in variant.mistakes():
            named.add((mistake.part, mistake.name))
            if (mistake.part, str(mistake.answer)) not in seen:
                told.add((mistake.part, mistake.name))
            seen.add((mistake.part, str(mistake.answer)))
    assert named
    assert named == told, f"{name} names mistakes that are never recognised: {named - told}"


def test_a_variant_is_rebuilt_from_its_stored_fields(variants: list[Family]) -> None:
    stored = Paper("exam", "ada", {str(i): variant for i, variant in enumerate(variants)})
    again = paper.from_data(json.loads(json.dumps(stored.to_json())), "paper.json")
    assert again == stored


def test_variants_whose_keys_differ_have_different_prompts(name: str, some: Callable[[str, int], list[Family]]) -> None:
    told: dict[str, str] = {}
    for variant in some(name, 1000):
        answers = str({part: str(answer) for part, answer in variant.key().items()})
        assert told.setdefault(variant.prompt(), answers) == answers


def test_a_field_that_changes_the_key_changes_the_prompt(few: list[Family], name: str) -> None:
    """What a prompt leaves out, the answer may not depend on."""
    others = list(few)
    random.Random(name).shuffle(others)
    changed = set()
    for variant, other in zip(few, others, strict=True):
        for field in dataclasses.fields(variant):
            value = getattr(other, field.name)
            value = not value if isinstance(value, bool) else value
            try:
                altered = dataclasses.replace(variant, **{field.name: value})
                same = {p: str(a) for p, a in altered.key().items()} == {p: str(a) for p, a in variant.key().items()}
            except Exception:  # noqa: BLE001 - the values do not fit together
                continue
            if not same:
                changed.add(field.name)
                assert altered.prompt() != variant.prompt(), f"{field.name} is not in the prompt of {variant}"
    assert changed


def test_a_thousand_draws_are_hardly_ever_equal(name: str, drawn: Draw) -> None:
    assert len(set(drawn(name, 1000))) >= 990


def test_the_same_source_draws_the_same_variant(name: str) -> None:
    family = catalogue.family(name)
    assert [family.draw(random.Random(i)) for i in range(20)] == [family.draw(random.Random(i)) for i in range(20)]


def test_a_variant_is_frozen_hashable_picklable_and_its_repr_makes_it_again(few: list[Family]) -> None:
    for variant in few:
        field = dataclasses.fields(variant)[0].name
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(variant, field, getattr(variant, field))
        names = vars(sys.modules[type(variant).__module__])
        for again in (pickle.loads(pickle.dumps(variant)), eval(repr(variant), dict(names))):
            assert again == variant
            assert hash(again) == hash(variant)


def test_prompts_and_workings_are_balanced_text(few: list[Family]) -> None:
    for variant in few:
        assert variant.prompt().count("$") % 2 == 0
        assert variant.prompt().count("**") % 2 == 0
        assert variant.prompt().replace("\n", "").isprintable()
        assert all(f"**{part}" in variant.prompt() for part in variant.parts), "each part stands out in the prompt"


def values(answer: Answer) -> list[str]:
    """Return what a working must arrive at."""
    if isinstance(answer, Shape):
        return [str(size) for size in answer]
    if isinstance(answer, Choice):
        return sorted(answer.chosen)
    if isinstance(answer, Program):
        return [answer.function]
    return [str(answer)]


def test_the_working_arrives_at_the_key(few: list[Family]) -> None:
    for variant in few:
        # whole words, numbers with their sign, point or fraction bar, and formulas after their sign of equality
        lines = variant.working().splitlines()
        words = {word for form in (r"\w+", r"-?\d+(?:[./]\d+)?") for word in re.findall(form, variant.working())}
        words |= {*lines, *(line.partition(sign)[2] for line in lines for sign in (" = ", ": "))}
        assert {value for answer in variant.key().values() for value in values(answer)} <= words


def test_the_prompt_does_not_give_the_answer_away(few: list[Family]) -> None:
    """A count that no parameter equals by chance stands in no prompt."""
    for variant in few:
        shown = set(re.findall(r"\d+", variant.prompt()))
        given = {str(answer) for answer in variant.key().values() if isinstance(answer, Count) and answer.value > 9999}
        assert not shown & given


def wrong(answer: Answer) -> list[Answer]:
    """Return answers that are nearly right."""
    if isinstance(answer, Count):
        return [Count(answer.value + step, answer.unit) for step in (-1, 1)]
    if isinstance(answer, Shape):
        sizes = answer.sizes
        steps = [(i, step) for i in range(len(sizes)) for step in (-1, 1)]
        return [Shape(*sizes, 1), *(Shape(*sizes[:i], sizes[i] + step, *sizes[i + 1 :]) for i, step in steps)]
    if isinstance(answer, Real):
        away = 2 * answer.tolerance + Fraction(1, 1000)
        return [dataclasses.replace(answer, value=answer.value + gap) for gap in (away, -away)]
    if isinstance(answer, Interval):
        low = None if answer.low is not None else answer.high or Fraction(0)
        return [dataclasses.replace(answer, low=low)]
    if isinstance(answer, Formula):
        return [mistake.answer for mistake in recognising.listed("", answer)]
    if isinstance(answer, Written):
        (fact, true), *rest = answer.facts
        return [Written(((fact, not true), *rest))]
    if isinstance(answer, Program):
        moved = (answer.behaviour[0] + 1e-6, *answer.behaviour[1:])
        return [dataclasses.replace(answer, behaviour=moved), dataclasses.replace(answer, function="other")]
    assert isinstance(answer, Choice), f"say here what is nearly right for a {answer.kind}"
    others = [option for option in answer.options if option not in answer.chosen]
    return [Choice(frozenset({option}), answer.options) for option in others]


def test_a_wrong_key_is_never_countersigned(few: list[Family]) -> None:
    for variant in few[:20]:
        right = dict(variant.key())
        for part, answer in right.items():
            for mutant in wrong(answer):
                object.__setattr__(variant, "key", lambda key={**right, part: mutant}: key)
                signed = countersign(variant)
                object.__delattr__(variant, "key")
                assert not signed.complete
                assert {p for p, agreed in signed.agreed.items() if agreed is not Truth.TRUE} == {part}
