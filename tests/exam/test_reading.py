"""What a good exam file reads to."""

from fractions import Fraction

import pytest

from gradus import exam
from gradus.answers import Shape
from gradus.exam import Heading, Prose, Question
from gradus.families.conv_layer import ConvLayer
from gradus.families.smallest_head import Architecture
from gradus.nodes import Place
from gradus.parameters import Among, Between

FILE = """---
title: A small exam
points: 9.5
extra: 1
cover: 10.5
name: small-1
symbols: {n: the number of samples}
---

Welcome. $x$ is an *image*.

# 3 Convolutions (6 points)

Prose with a [link](https://example.org).

## A smaller heading is prose

```python
kernel = 3  # code is prose
```

```conv_layer
id: 3.i
points: [2, 3]
image: 32 x 32 x 3
kernel: {among: [3, 5]}
filters: {between: [16, 18]}
bias: no
printed: {shape: [30 × 30 × 16, 30 x 30 x 18], parameters: 432}
credit: {bias_added: 1/4}
```
Between.
```conv_layer
id: 3.ii
points: {shape: 1, parameters: 2.5}
follows: {before: 3.i.shape}
```

# 4 Heads

~~~smallest_head
id: 4
points: 1/2
nets:
  - {label: iv, kernel: 3, stride: 1, padding: 0, filters: 64}
  - {label: v, kernel: 5, stride: 1, padding: 2, filters: 16}
~~~
Goodbye.
"""
EXAM = exam.parse(FILE, "dir/small.md")
FIRST, SECOND, THIRD = EXAM.questions


def test_the_header_gives_title_points_name_and_symbols() -> None:
    assert (EXAM.title, EXAM.name, EXAM.file) == ("A small exam", "small-1", "dir/small.md")
    assert (EXAM.points, EXAM.extra, EXAM.cover) == (Fraction(19, 2), Fraction(1), Fraction(21, 2))
    assert EXAM.symbols == {"n": "the number of samples"}


def test_without_a_name_the_exam_is_called_after_its_file_and_owes_no_extra() -> None:
    read = exam.parse("---\ntitle: A\npoints: 1\n---\n```conv_layer\nid: 1\npoints: 1\n```\n", "dir/quiz.md")
    assert (read.name, read.cover) == ("quiz", None)
    assert read.extra == 0
    assert read.symbols == {}


def test_headings_prose_and_questions_keep_their_order() -> None:
    kinds = [type(piece) for piece in EXAM.content]
    assert kinds == [Prose, Heading, Prose, Question, Prose, Question, Heading, Question, Prose]


def test_prose_is_kept_as_it_is_with_its_line() -> None:
    prose = [piece for piece in EXAM.content if isinstance(piece, Prose)]
    assert prose[0] == Prose("Welcome. $x$ is an *image*.", 10)
    assert prose[1].line == 14
    assert prose[1].text.startswith(
        "Prose with a [link](https://example.org).\n\n## A smaller heading is prose\n\n```python"
    )
    assert prose[2:] == [Prose("Between.", 32), Prose("Goodbye.", 48)]


def test_headings_state_their_number_and_points() -> None:
    assert EXAM.headings == (
        Heading("3", "3 Convolutions", Fraction(6), 12),
        Heading("4", "4 Heads", None, 39),
    )


def test_questions_know_their_section_family_and_place() -> None:
    assert [question.item for question in EXAM.questions] == ["3.i", "3.ii", "4"]
    assert [question.section for question in EXAM.questions] == ["3", "3", "4"]
    assert [question.place for question in EXAM.questions] == [Place("dir/small.md", line, 1) for line in (22, 33, 41)]
    assert (FIRST.family, FIRST.family_name) == (ConvLayer, "conv_layer")


def test_fields_are_read_by_their_types() -> None:
    assert FIRST.fixed == {"image": Shape(32, 32, 3), "bias": False}
    assert THIRD.fixed == {"nets": (Architecture("iv", 3, 1, 0, 64), Architecture("v", 5, 1, 2, 16))}


def test_among_and_between_narrow_what_is_drawn() -> None:
    assert FIRST.narrowed == {"kernel": Among((3, 5)), "filters": Between(16, 18)}


def test_points_may_be_several_or_those_of_the_parts() -> None:
    assert (FIRST.stated_points, FIRST.points) == ((Fraction(2), Fraction(3)), Fraction(2))
    assert FIRST.part_points == {}
    assert (SECOND.stated_points, SECOND.points) == ((), Fraction(7, 2))
    assert [SECOND.worth(part, ConvLayer.parts) for part in ConvLayer.parts] == [1, Fraction(5, 2)]
    assert [FIRST.worth(part, ConvLayer.parts) for part in ConvLayer.parts] == [1, 1]
    assert THIRD.points == Fraction(1, 2)


def test_printed_answers_stay_texts_and_may_be_several() -> None:
    assert FIRST.printed == {"shape": ("30 × 30 × 16", "30 x 30 x 18"), "parameters": ("432",)}


def test_a_printed_list_of_sizes_is_one_shape() -> None:
    text = FILE.replace("[30 × 30 × 16, 30 x 30 x 18]", "[30, 30, 16]")
    assert exam.parse(text).questions[0].printed["shape"] == ("[30, 30, 16]",)


def test_follows_and_credit_are_read() -> None:
    assert SECOND.follows == {"before": ("3.i", "shape")}
    assert FIRST.credit == {"bias_added": Fraction(1, 4)}


def test_questions_are_found_by_id_and_doubles_by_the_later_one() -> None:
    assert EXAM.question("3.ii") is SECOND
    assert EXAM.question("9") is None
    assert list(EXAM.duplicates()) == []
    doubled = exam.parse(FILE.replace("id: 4", "id: 3.i"))
    assert [question.place.line for question in doubled.duplicates()] == [41]


def test_a_printed_list_of_numbers_is_one_shape_or_several_accepted_counts() -> None:
    block = "```conv_layer\nid: a\npoints: 2\nprinted: {shape: [14, 14, 64], parameters: [1792, 1728]}\n```\n"
    read = exam.parse(f"---\ntitle: T\npoints: 2\n---\n{block}").questions[0]
    assert read.printed == {"shape": ("[14, 14, 64]",), "parameters": ("1792", "1728")}


@pytest.mark.parametrize(
    ("family", "mistakes"),
    [
        ("missing_hyperparameter", ["bias_forgotten", "both_sides_together", "sizes_divided", "padding_counted_once"]),
        ("conv_layer", ["bias_forgotten", "bias_added"]),
    ],
)
def test_credit_may_be_given_to_mistakes_that_only_some_variants_know(family: str, mistakes: list[str]) -> None:
    for name in mistakes:
        block = f"```{family}\nid: a\npoints: 2\ncredit: {{{name}: 1/4}}\n```\n"
        assert exam.parse(f"---\ntitle: T\npoints: 2\n---\n{block}").questions[0].credit == {name: Fraction(1, 4)}
