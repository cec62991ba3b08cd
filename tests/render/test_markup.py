"""Markdown and maths as people see them in a browser."""

from __future__ import annotations

from gradus.render.markup import to_html


def test_brackets_around_a_matrix_are_as_high_as_it() -> None:
    html = to_html(r"$\begin{pmatrix} 1 \\ 2 \end{pmatrix}$")
    assert '<mo stretchy="true" fence="true" form="prefix">&#x00028;</mo><mtable>' in html
    assert '</mtable><mo stretchy="true" fence="true" form="postfix">&#x00029;</mo></mrow>' in html
    assert html.count("<mrow>") == html.count("</mrow>")


def test_a_bar_has_no_room_around_it_as_an_operator_has() -> None:
    assert to_html("$|w|$").count('<mo lspace="0" rspace="0" stretchy="false">&#x0007C;</mo>') == 2
