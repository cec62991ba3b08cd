"""Which variant each candidate gets, and papers that are stored and come back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradus import exam, paper
from gradus.errors import Fault

EXAM = exam.parse(
    "---\ntitle: A\npoints: 6\nname: quiz\n---\n"
    + "".join(
        f"```{family}\nid: {item}\npoints: 1\n```\n"
        for item, family in enumerate(
            ["conv_layer", "conv_layer", "conv_stack", "missing_hyperparameter", "smallest_head", "smallest_head"]
        )
    )
)


def test_the_same_four_things_draw_the_same_paper() -> None:
    assert paper.draw(EXAM, "ada", b"secret") == paper.draw(EXAM, "ada", b"secret")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("quiz", "ada", "1", b""), ("quiz", "ada", "2", b"")),
        (("quiz", "ada1", "1", b""), ("quiz", "ada2", "1", b"")),
        (("quiz", "ada", "1", b""), ("quiz2", "ada", "1", b"")),
        (("quiz", "ada", "1", b""), ("quiz", "ada", "1", b"0")),
        (("ab", "c", "1", b""), ("a", "bc", "1", b"")),
        (('a", "b', "c", "1", b""), ("a", 'b", "c', "1", b"")),
    ],
)
def test_seeds_of_neighbours_share_nothing(
    one: tuple[str, str, str, bytes], other: tuple[str, str, str, bytes]
) -> None:
    differing = (paper.seed(*one) ^ paper.seed(*other)).bit_count()
    assert 80 <= differing <= 176  # of 256 bits; six standard deviations of 8 around 128


def test_a_seed_is_the_hash_it_says_it_is() -> None:
    # printf '["midterm", "ada", "3.i"]' | openssl dgst -sha256 -mac HMAC -macopt hexkey:736563726574
    assert paper.seed("midterm", "ada", "3.i", b"secret") == int(SEED, 16)


SEED = "dc63cb53a149f1f43de90198487e5e91d397452ef0660f2b74a5712e39937aa6"


def test_neighbours_papers_share_hardly_a_question() -> None:
    papers = [paper.draw(EXAM, f"candidate{i}", b"secret") for i in range(50)]
    for item in papers[0].variants:
        assert len({each.variants[item] for each in papers}) >= 49


def test_two_questions_of_one_family_differ_on_one_paper() -> None:
    drawn = paper.draw(EXAM, "ada")
    assert drawn.variants["0"] != drawn.variants["1"]


def test_the_secret_decides_what_is_drawn() -> None:
    assert paper.draw(EXAM, "ada", b"one").variants != paper.draw(EXAM, "ada", b"two").variants


@given(st.text(st.characters()), st.binary(max_size=40))
def test_any_candidate_gets_a_paper_that_is_stored_and_comes_back(candidate: str, secret: bytes) -> None:
    drawn = paper.draw(EXAM, candidate, secret)
    assert paper.from_data(json.loads(json.dumps(drawn.to_json())), "paper.json") == drawn


def test_a_stored_paper_holds_families_and_fields_and_no_seed() -> None:
    stored = paper.draw(EXAM, "ada", b"secret").to_json()
    assert (stored["format"], stored["exam"], stored["candidate"]) == (1, "quiz", "ada")
    assert [question["family"] for question in stored["questions"]][:3] == ["conv_layer", "conv_layer", "conv_stack"]
    assert set(stored["questions"][0]["fields"]) == {"image", "kernel", "stride", "padding", "filters", "bias"}
    assert "seed" not in json.dumps(stored)


def test_ids_that_stand_twice_cannot_be_drawn() -> None:
    text = "---\ntitle: A\npoints: 2\n---\n" + "```conv_layer\nid: 1\npoints: 1\n```\n" * 2
    with pytest.raises(Fault) as caught:
        paper.draw(exam.parse(text, "a.md"), "ada")
    assert str(caught.value) == "a.md:9:1: id = '1' stands twice, first at a.md:5:1; give each question its own"


FIELDS = {"image": [32, 32, 3], "kernel": 3, "stride": 1, "padding": 0, "filters": 8, "bias": True}
QUESTION = {"item": "1", "family": "conv_layer", "fields": FIELDS}
NEST: Any = []
for _ in range(400):
    NEST = [NEST]


def stored(**fields: Any) -> Any:
    return {"format": 1, "questions": [QUESTION | {"fields": FIELDS | fields}]}


CASES: dict[str, tuple[Any, str]] = {
    "no object": ([], "paper must be an object with questions; draw it again with `gradus draw`"),
    "no questions": ({"format": 1}, "paper must be an object with questions; draw it again with `gradus draw`"),
    "later format": (
        {"format": 2, "questions": []},
        "format = 2 is not known; this Gradus reads format 1; draw it again or use the Gradus that wrote it",
    ),
    "no format": (
        {"questions": []},
        "format is not known; this Gradus reads format 1; draw it again or use the Gradus that wrote it",
    ),
    "question that is a text": (
        {"format": 1, "questions": ["conv"]},
        "questions = 'conv' must have item, family and fields; draw the paper again",
    ),
    "question without fields": (
        {"format": 1, "questions": [{"item": "1", "family": "conv_layer"}]},
        "questions = {'item': '1', 'family': 'conv_layer'} must have item, family and fields; draw the paper again",
    ),
    "item that stands twice": (
        {"format": 1, "questions": [QUESTION, QUESTION]},
        "item = '1' stands twice; draw the paper again",
    ),
    "unknown family": (
        {"format": 1, "questions": [QUESTION | {"family": "conv_laye"}]},
        "family = 'conv_laye' is not in the catalogue; did you mean 'conv_layer'?",
    ),
    "fields that are a list": (
        {"format": 1, "questions": [QUESTION | {"fields": [1]}]},
        "fields = [1] must be an object; draw the paper again",
    ),
    "unknown field": (stored(kernle=3), "kernle is no field of ConvLayer; did you mean 'kernel'?"),
    "missing field": (
        {"format": 1, "questions": [QUESTION | {"fields": {"image": [32, 32, 3]}}]},
        "kernel is missing from ConvLayer; draw the paper again",
    ),
    "wrong type": (stored(kernel="three"), "kernel = 'three' must be a whole number; write digits"),
    "decimal": (stored(kernel=3.5), "kernel = '3.5' must be a whole number; write digits"),
    "true for a number": (stored(kernel=True), "kernel = 'true' must be a whole number; write digits"),
    "null": (stored(bias=None), "bias = 'null' must be true or false; write true or false"),
    "value not allowed": (stored(kernel=99), "kernel = 99 must be between 1 and 31; choose a value that is"),
    "fields that do not fit": (
        stored(image=[2, 2, 3]),
        ("kernel = 3 must fit on the image with its padding, 2 + 2·0 pixels; choose a smaller kernel or more padding"),
    ),
    "deep nesting": (stored(image=NEST), "fields are nested more than 20 deep; draw the paper again"),
}


@pytest.mark.parametrize(("data", "message"), CASES.values(), ids=CASES)
def test_a_faulty_stored_paper_is_told_where_and_how_to_mend_it(data: Any, message: str) -> None:
    with pytest.raises(Fault) as caught:
        paper.from_data(data, "paper.json")
    assert str(caught.value) == f"paper.json: {message}"


def test_the_paper_that_the_faulty_ones_are_made_from_has_no_fault() -> None:
    assert list(paper.from_data(stored(), "paper.json").variants) == ["1"]
