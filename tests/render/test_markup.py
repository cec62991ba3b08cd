"""Markdown and maths as people see them in a browser."""

from __future__ import annotations

import random
import re

import pytest

from gradus import catalogue
from gradus.render.markup import to_html


def test_brackets_around_a_matrix_are_as_high_as_it() -> None:
    html = to_html(r"$\begin{pmatrix} 1 \\ 2 \end{pmatrix}$")
    assert '<mo stretchy="true" fence="true" form="prefix">&#x00028;</mo><mtable>' in html
    assert '</mtable><mo stretchy="true" fence="true" form="postfix">&#x00029;</mo></mrow>' in html
    assert html.count("<mrow>") == html.count("</mrow>")


def test_a_bar_has_no_room_around_it_as_an_operator_has() -> None:
    assert to_html("$|w|$").count('<mo lspace="0" rspace="0" stretchy="false">&#x0007C;</mo>') == 2
    assert to_html(r"$\lVert w \rVert_1$").count('<mo lspace="0" rspace="0" stretchy="false">&#x02016;</mo>') == 2
    assert to_html(r"$\left| w \right|$").count('stretchy="true"') == 2


def test_the_name_of_a_function_stands_off_from_what_follows_without_brackets() -> None:
    space = '<mspace width="0.167em"/>'
    assert f"<mi>log</mi>{space}<mi>D</mi>" in to_html(r"$\log D(x)$")
    assert f"<mi>exp</mi>{space}<msub>" in to_html(r"$\exp x_i$")
    assert space not in to_html(r"$\log(x)$")


def test_a_formula_of_its_own_may_stand_in_the_middle_of_a_paragraph() -> None:
    html = to_html("Compare $$a + b$$ where $a > 0$.")
    assert html.startswith('<p>Compare <span class="math block"><math')
    assert html.count("<math ") == 2
    assert "$" not in html


@pytest.mark.parametrize("name", catalogue.names())
def test_no_prompt_leaves_a_formula_as_its_author_wrote_it(name: str) -> None:
    for seed in range(3):
        html = to_html(catalogue.family(name).draw(random.Random(seed)).prompt())
        shown = re.sub(r"<[^>]*>", "", re.sub(r"<(code|pre)\b.*?</\1>", "", html, flags=re.DOTALL))
        assert not set("$\\") & set(shown), shown
