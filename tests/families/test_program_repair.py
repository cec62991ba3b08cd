"""A bug that is still there earns nothing, its repair everything, another bug what it earns elsewhere."""

from __future__ import annotations

from fractions import Fraction

from gradus.answers import Shape
from gradus.families.program_repair import ProgramRepair
from gradus.grading import grade
from gradus.programs import image_attention
from gradus.sandbox import Box

VARIANT = ProgramRepair(image=Shape(32, 32, 3), outputs=5, kernel=3, divisor=2, bug="values_transposed")


def given() -> str:
    return VARIANT.prompt().split("```python\n")[1].removesuffix("```")


def test_sending_the_given_program_back_earns_nothing(box: Box) -> None:
    verdict = grade(VARIANT, {"program": given()})["program"]
    assert (verdict.credit, verdict.mistake) == (Fraction(0), "not_repaired")
    assert verdict.feedback.startswith("The bug is still there.")


def test_the_repair_earns_everything(box: Box) -> None:
    repaired = given().replace("values[output].T", "values[output]")
    assert grade(VARIANT, {"program": repaired})["program"].status == "right"


def test_another_bug_instead_is_told_by_its_name(box: Box) -> None:
    other = next(bug for bug in image_attention.BUGS if bug.name == "keys_flipped")
    verdict = grade(VARIANT, {"program": other.seed(given().replace("values[output].T", "values[output]"))})["program"]
    assert (verdict.credit, verdict.mistake) == (other.credit, "keys_flipped")
