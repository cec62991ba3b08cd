"""What a program earns: values first, then edges, type, inputs, laws; mistakes by name."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest

from gradus.answers import Shape
from gradus.families.image_attention import ImageAttention
from gradus.grading import grade
from gradus.oracle.image_attention import by_einsum, by_jax
from gradus.programs import Bug, check, image_attention, load, mark
from gradus.programs.attention import TASK as VECTORS
from gradus.sandbox import Box
from tests.programs.test_looping import FAST
from tests.sandbox.conftest import TIGHT

TASK = image_attention.task(3, 2, 3, 5, False)
SOURCE = image_attention.source(2)
DIVIDED = FAST.replace("queries, keys)", "queries, keys) / 2")


def test_the_reference_is_right(box: Box) -> None:
    marked = mark(TASK, SOURCE, box)
    assert marked.credit == 1
    assert marked.feedback == (
        "Right: values on drawn inputs, edge cases, type of the result, inputs left as they were, laws."
    )


@pytest.mark.parametrize("bug", image_attention.bugs(2), ids=lambda bug: bug.name)
def test_a_bug_is_named_with_the_smallest_input_that_shows_it(box: Box, bug: Bug) -> None:
    marked = mark(TASK, bug.seed(SOURCE), box)
    assert (marked.mistake, marked.credit) == (bug.name, bug.credit)
    assert marked.feedback.startswith(bug.feedback)
    assert re.search(r"For image [46] × [23] × \d, .*: at \(.*\) expected .*, got .*\.$", marked.feedback)


@pytest.mark.parametrize(
    ("change", "earned", "mistake"),
    [
        (("np.exp(scores - scores.max(axis=(3, 4), keepdims=True))", "np.exp(scores)"), "4/5", "edge_case"),
        (("np.where(norms > 0, norms, 1)", "norms"), "4/5", "edge_case"),
        (("return (weights", "image *= 2\n    return (weights"), "9/10", "input_changed"),
        (("sum(axis=(3, 4))\n", "sum(axis=(3, 4)).astype('f4')\n"), "9/10", "wrong_type"),
        (("return (weights", "return 2 * (weights"), "0", "wrong_values"),
        (("values).sum(axis=(3, 4))", "values).sum(axis=(2, 3, 4))"), "0", "wrong_shape"),
        (("return (weights", "return (weights @ 1"), "0", "raised"),
        (("return (weights", "return np.nan * (weights"), "0", "wrong_values"),
        (("return (weights", "raise IndexError\n    return (weights"), "0", "raised"),
    ],
)  # fmt: skip
def test_each_check_counts(box: Box, change: tuple[str, str], earned: str, mistake: str) -> None:
    source = DIVIDED.replace(*change)
    assert source != DIVIDED
    marked = mark(TASK, source, box)
    assert (marked.credit, marked.mistake) == (Fraction(earned), mistake)


def test_a_law_that_is_broken_alone_costs_its_share(box: Box) -> None:
    """Right on everything drawn, and not for constant values: caught by the law alone."""
    source = DIVIDED.replace(
        "return (weights", "if (values == 1).all() and len(image) > 1: return image @ image.T\n    return (weights"
    )
    source = source.replace("image @ image.T", "np.zeros((*image.shape[:2], len(keys)))")
    marked = mark(TASK, source, box)
    assert (marked.credit, marked.mistake) == (Fraction(9, 10), "weights_do_not_sum_to_one")


def test_public_checks_show_one_case_and_no_law(box: Box) -> None:
    names = [one.name for one in check(TASK, DIVIDED, box, public=True)]
    assert names == ["values", "dtype", "inputs"]


def test_an_exceptions_words_are_not_shown_since_they_may_carry_hidden_inputs(box: Box) -> None:
    source = "def attention(image, k, v):\n    raise ValueError(repr(image))"
    marked = mark(VECTORS, source, box)
    assert marked.feedback == "For image 6 × 4, k 5 × 4, v 5 × 3: it raised ValueError at line 2."
    marked = mark(VECTORS, "raise ValueError('secret')", box)
    assert marked.feedback == "No call was answered: loading it raised ValueError at line 1."


def test_what_stops_halfway_earns_nothing_for_values(box: Box) -> None:
    calls = "n = 0\ndef attention(image, k, v):\n    global n\n    n += 1\n    if n > 2: import os; os._exit(0)\n"
    body = VECTORS.source.split("v):\n")[1]
    marked = mark(VECTORS, "import numpy as np\n" + calls + body, box)
    assert (marked.credit, marked.mistake) == (Fraction(0), "ended")


def test_einsum_jax_and_the_loops_agree() -> None:
    for kernel in (2, 3, 5):
        loops = load(image_attention.source(2), "image_attention")
        for image, keys, values in image_attention.probes(kernel):
            want = loops(image, keys, values)
            assert np.allclose(by_einsum(image, keys, values, 2), want, rtol=1e-12, atol=1e-14)
            assert np.allclose(by_jax(image, keys, values, 2), want, rtol=1e-12, atol=1e-14)


def test_grading_marks_a_program_out_of_its_fence(box: Box) -> None:
    variant = ImageAttention(image=Shape(32, 32, 3), outputs=5, kernel=3, divisor=2)
    verdict = grade(variant, {"program": f"```python\n{DIVIDED}\n```"})["program"]
    assert (verdict.status, verdict.credit) == ("right", Fraction(1))
    bug = image_attention.bugs(2)[0]
    verdict = grade(variant, {"program": bug.seed(SOURCE)}, credit={bug.name: Fraction(0)})["program"]
    assert (verdict.status, verdict.credit, verdict.mistake) == ("wrong", Fraction(0), bug.name)
    assert grade(variant, {})["program"].status == "blank"


@pytest.mark.parametrize(
    ("after", "status", "told"),
    [
        (
            "class E:\n    write = len\n    def flush(self):\n        while True: pass\nsys.stdout = E()",
            "time",
            "It answered every call, and then it took longer than it may.",
        ),
        ("import atexit, os\nos.write(3, b'GRD1' + bytes(79))", "protocol", "No call was answered: it wrote bytes"),
    ],
)
def test_a_program_that_does_not_end_well_earns_nothing(box: Box, after: str, status: str, told: str) -> None:
    """Right values are not all that is asked of a program."""
    marked = mark(VECTORS, f"import sys\n{VECTORS.source}\n{after}\n", box, TIGHT)
    assert (marked.credit, marked.mistake) == (Fraction(0), status)
    assert marked.feedback.startswith(told)
