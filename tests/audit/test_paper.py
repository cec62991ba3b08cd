"""The paper against itself: points, cover, ids, symbols."""

import pytest

from gradus import exam
from gradus.audit import audit
from gradus.audit.symbols import symbols_in


def layer(item: str, points: str) -> str:
    return (
        f"```conv_layer\nid: {item}\npoints: {points}\nimage: [32, 32, 3]\nkernel: 3\nstride: 1\npadding: 0\n"
        "filters: 8\n```\n"
    )


def findings(text: str, header: str = "points: 4") -> list[tuple[str, str, str]]:
    read = exam.parse(f"---\ntitle: A\n{header}\n---\n{text}")
    return [(finding.kind, finding.item, finding.message) for finding in audit(read).paper]


def test_a_paper_that_adds_up_has_no_findings() -> None:
    assert findings("# 1 A (4 points)\n" + layer("1", "1.5") + layer("2", "2.5"), "points: 3\nextra: 1\ncover: 4") == []


def test_a_heading_that_states_other_points_than_its_items_is_found() -> None:
    assert findings("# 1 A (5 points)\n" + layer("1", "1.5") + layer("2", "2.5")) == [
        ("points", "1", "the heading states 5 points, and its items add up to 4 points")
    ]


def test_items_are_added_up_heading_by_heading() -> None:
    text = "# 1 A (1 point)\n" + layer("1", "1") + "# 2 B (3 points)\n" + layer("2", "3")
    assert findings(text) == []


def test_points_of_parts_add_up_to_the_item() -> None:
    assert findings("# 1 A (4 points)\n" + layer("1", "{shape: 1, parameters: 3}")) == []


def test_a_header_that_states_other_points_than_the_items_is_found() -> None:
    assert findings(layer("1", "1"), "points: 3\nextra: 1") == [
        ("points", "header", "the header states 4 points in all, and the items add up to 1 point")
    ]


def test_a_cover_that_states_another_total_is_found() -> None:
    assert findings(layer("1", "4"), "points: 3\nextra: 1\ncover: 3") == [
        ("points", "cover", "the cover says 3 points, and the header 3 points and 1 extra")
    ]


def test_an_item_printed_with_five_and_three_points_is_told_that_only_three_fits() -> None:
    # the midterm's Q5: 3 + 4 + 5 + (5 or 3) + 5 + 1 + 1 + 3 = 25 with 3 alone … here in small: 2 + (5 or 3) = 5
    text = "# 5 GAN (5 points)\n" + layer("5.iii", "2") + layer("5.iv", "[5, 3]")
    assert findings(text, "points: 5") == [
        ("points", "5.iv", "states 5 points and 3 points; only 3 points makes question 5 come to 5 points")
    ]


def test_an_item_with_two_values_of_which_none_fits_is_found_and_so_is_the_sum() -> None:
    text = "# 5 GAN (9 points)\n" + layer("5.iii", "2") + layer("5.iv", "[5, 3]")
    assert findings(text, "points: 9") == [
        ("points", "5", "the heading states 9 points, and its items add up to 5 points or 7 points"),
        ("points", "5.iv", "states 5 points and 3 points"),
        ("points", "header", "the header states 9 points in all, and the items add up to 5 points or 7 points"),
    ]


def test_the_same_value_stated_twice_is_no_finding() -> None:
    assert findings("# 1 A (4 points)\n" + layer("1", "[4, 4]")) == []


def test_an_id_that_stands_twice_is_found_with_its_place() -> None:
    assert findings(layer("1", "2") + layer("1", "2")) == [
        ("duplicate", "1", "the id 1 stands twice, again at exam.md:14:1; give each question its own")
    ]


@pytest.mark.parametrize(
    ("prose", "symbols"),
    [
        ("Minimise $J(w)$.", ["J", "w"]),
        ("Let $J$ be the loss and $w$ its weights. Minimise $J(w)$.", []),
        ("The image $x$ goes through the layer $f$. What is $f(x)$?", []),
        (r"The step $\alpha$ is small. Take $\alpha + \beta$.", ["beta"]),
        (r"Take $$\nabla_\theta L$$ now.", ["L", "theta"]),
        (r"It costs $3 \times 4$ units, $\mathrm{ReLU}$ and $e^2$.", []),
        ("What $n$ is remains open. Then $n$ counts samples.", []),
        ("It costs $5.", []),
        ("First $m$. Then $m$ again.", ["m"]),
    ],
)
def test_symbols_used_and_not_introduced_are_noted_once(prose: str, symbols: list[str]) -> None:
    found = findings(f"{prose}\n\n{layer('1', '4')}")
    assert [(kind, message.split(" ")[0]) for kind, _, message in found] == [("symbol", symbol) for symbol in symbols]


def test_a_noted_symbol_tells_its_line_and_never_fails_the_audit() -> None:
    read = exam.parse("---\ntitle: A\npoints: 4\n---\n\nMinimise $J$.\n\n" + layer("1", "4"))
    (finding,) = audit(read).paper
    assert finding.message == "J is used from line 6 on and never introduced; say what it is"
    assert audit(read).agrees


def test_symbols_of_the_header_are_introduced() -> None:
    assert (
        findings("Minimise $J(\\theta)$.\n\n" + layer("1", "4"), 'points: 4\nsymbols: {J: loss, "\\\\theta": all}')
        == []
    )


def test_other_findings_fail_the_audit() -> None:
    assert not audit(exam.parse("---\ntitle: A\npoints: 5\n---\n" + layer("1", "4"))).agrees


def test_numbers_and_functions_are_no_symbols() -> None:
    assert symbols_in(r"$\log 3 + \sum_{i=1}^{n} \exp(x_i)$ and $5 and x$") >= {"i", "n", "x"}
    assert symbols_in(r"$\log 3 + \max(1, 2)$") == set()
