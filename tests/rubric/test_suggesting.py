"""Which words suggest which idea: forms of a word, alternatives, windows, negations."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradus.rubric import Cap, Idea, Rejected, Rubric, suggest_ideas
from gradus.rubric.matching import find_phrase
from gradus.rubric.words import are_forms, read_words, spell

FORMS = """overfit overfits overfitting overfitted | regularise regularised regularisation regularization regularize |
small smaller smallest | rate rates | initial initialise initialised initialization | sparse sparsity | noise noisy |
precise precision precisely | generalise generalises generalisation generalizes | weight weights weighted |
augment augmentation augmented | converge converges convergence | memory memories | class classes | fit fits fitting"""
APART = """weight weird | batch bath | small smart | precision predict | variance variable | loss lost | input output |
noise node | mean meat | general gradient | none nose | data date | train trial | test text"""


@pytest.mark.parametrize("row", FORMS.split("|"))
def test_forms_of_one_word_are_known(row: str) -> None:
    words = [spell(word) for word in row.split()]
    assert all(are_forms(words[0], word) and are_forms(word, words[0]) for word in words)


@pytest.mark.parametrize("row", APART.split("|"))
def test_words_that_only_look_alike_are_kept_apart(row: str) -> None:
    one, other = map(spell, row.split())
    assert not are_forms(one, other)


@given(st.text(max_size=200))
def test_every_text_is_read_and_places_are_those_of_the_text(text: str) -> None:
    for word in read_words(text):
        assert 0 <= word.start < word.end <= len(text)
    for match in find_phrase("a|b c", text):
        assert match.quote(text)


@pytest.mark.parametrize(
    ("phrase", "text", "quoted"),
    [
        ("learning rate small|tiny", "The learning rate is much too small.", "learning rate … small"),
        ("learning rate small|tiny", "A tiny rate of learning.", "tiny rate … learning"),
        ("learning rate small|tiny", "The rate is fine. We are learning small things.", None),
        ("overfit", "Over-fitting!", "Over-fitting"),
        ("over-fit", "It overfits.", "overfits"),
        ("batch norm", "BATCH-NORM", "BATCH-NORM"),
        ("f1", "the F1-score", "F1"),
        ("f1", "the f12", None),
        ("first last", "first" + " and" * 30 + " last", None),
        ("weights weights", "weights", None),
        ("naïve", "a naive choice", "naive"),
        ("", "anything", None),
        ("|", "anything", None),
    ],
)
def test_a_phrase_matches_near_one_another_in_one_sentence(phrase: str, text: str, quoted: str | None) -> None:
    found = find_phrase(phrase, text)
    assert (found[0].quote(text) if found else None) == quoted


@pytest.mark.parametrize(
    ("text", "sure", "negated"),
    [
        ("The learning rate is small.", True, ""),
        ("It is not the learning rate that is small.", False, "not"),
        ("It isn't a small learning rate.", False, "isn't"),
        ("There is no doubt. The learning rate is small.", True, ""),
        ("Not a small learning rate. Well: the learning rate is small.", True, ""),
        ("the learning rate", False, ""),
    ],
)
def test_a_negation_before_it_and_a_near_phrase_make_a_suggestion_unsure(text: str, sure: bool, negated: str) -> None:
    idea = Idea("rate", "…", Fraction(1), ("learning rate small",), ("learning rate",))
    (found,) = suggest_ideas(text, Rubric((idea,), (), (), Fraction(1)))
    assert (found.sure, found.match.negated) == (sure, negated)


def test_what_is_rejected_is_suggested_and_never_earns() -> None:
    rejected = Rejected("strong", "…", "it is not", ("strong",))
    (found,) = suggest_ideas("too strong", Rubric((), (rejected,), (), Fraction(1)))
    assert (found.entry, found.sure, found.earns) == (rejected, True, False)


def test_a_text_of_any_length_is_searched_in_its_beginning_only() -> None:
    idea = Idea("end", "…", Fraction(1), ("finis",))
    assert suggest_ideas("word " * 100_000 + "finis", Rubric((idea,), (), (), Fraction(1))) == ()


IDEAS = tuple(Idea(name, name, Fraction(points), group=group) for name, points, group in
              [("a", 1, ""), ("b", 2, ""), ("c", 1, "x"), ("d", 1, "x"), ("e", 3, "y")])  # fmt: skip
RUBRIC = Rubric(IDEAS, (), (Cap("x", Fraction(1)), Cap("y", Fraction(2))), Fraction(4))


@pytest.mark.parametrize(
    ("names", "points"),
    [("", 0), ("a", 1), ("a b", 3), ("c d", 1), ("e", 2), ("a c d", 2), ("a b c d e", 4), ("nobody", 0), ("a a", 1)],
)
def test_points_are_counted_under_the_caps(names: str, points: int) -> None:
    assert RUBRIC.points(names.split()) == points


@given(st.sets(st.sampled_from("abcde")), st.sampled_from("abcde"))
def test_another_idea_never_costs_points_and_all_is_never_more_than_the_most(names: set[str], more: str) -> None:
    assert RUBRIC.points(names) <= RUBRIC.points({*names, more}) <= RUBRIC.most
