"""A program in `gradus practice`: by its file or line by line; public checks before it is sent, hidden ones after."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from gradus.answers import Program
from gradus.cli import main
from gradus.programs import image_attention
from gradus.sandbox import Box

SEED = "k"  # asks with a divisor of 1
RIGHT = image_attention.source(1)
WRONG = RIGHT.replace("return result", "return 2 * result")
HIDDEN = RIGHT.replace("if norm > 0:", "if True:")  # fails for a channel of zeros, which is no public check


def practise(text: str) -> str:
    words = ["practice", "image_attention", "--questions", "1", "--seed", SEED]
    done = CliRunner().invoke(main, words, input=text, catch_exceptions=False)
    assert done.exit_code == 0
    return " ".join(done.stdout.split())


def test_a_program_is_read_from_a_file(box: Box, tmp_path: Path) -> None:
    (tmp_path / "answer.py").write_text(RIGHT, encoding="utf-8")
    told = practise(f"{tmp_path / 'answer.py'}\n")
    assert "holds values on drawn inputs" in told
    assert "program right: Right: values on drawn inputs, edge cases" in told
    assert "1 of 1 right." in told


@pytest.mark.parametrize("end", [".\n", ""], ids=["a dot", "the end of input"])
def test_a_program_of_several_lines_ends_with_a_dot_or_the_input(box: Box, end: str) -> None:
    assert "1 of 1 right." in practise(RIGHT + end)


def test_public_checks_are_shown_before_it_is_sent_and_it_may_be_mended(box: Box) -> None:
    told = practise(f"{WRONG}.\nn\n{RIGHT}.\n")
    assert "fails values on drawn inputs: For image 4 × 3 × 1" in told
    assert "Send it all the same?" in told
    assert "1 of 1 right." in told


def test_what_fails_may_be_sent_all_the_same(box: Box) -> None:
    told = practise(f"{WRONG}.\ny\n")
    assert "program wrong:" in told
    assert "0 of 1 right." in told


def test_a_hidden_check_is_told_only_after_it_is_sent(box: Box) -> None:
    told = practise(f"{HIDDEN}.\n")
    before, _, after = told.partition("program partial:")
    assert "a channel is zero" not in before.partition("Loops in Python")[2]
    assert "Where a channel is zero everywhere" in after


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("none.py\nq\n", "none.py cannot be read: No such file or directory; name another file"),
        ("a\0b.py\nq\n", "cannot be read: embedded null byte; name another file"),
        ("\n", "program blank: Nothing was answered."),
        ("q\n", "0 of 0 right."),
        ("", "0 of 0 right."),
        (f"{'x' * 200_001}\n.\nq\n", "a program has at most 200,000 characters"),
    ],
)
def test_what_is_no_program_is_asked_again_and_q_stops(typed: str, told: str) -> None:
    assert told in practise(typed)


def test_a_box_runs_only_what_is_public_before_it_is_sent(box: Box) -> None:
    from gradus.answers import Shape
    from gradus.families.image_attention import ImageAttention

    key = ImageAttention(image=Shape(8, 8, 1), outputs=4, kernel=5, divisor=1).key()["program"]
    assert isinstance(key, Program)
    assert key.preview is not None
    tried = key.preview(RIGHT)
    assert [one.what for one in tried] == ["values on drawn inputs", "type of the result", "inputs left as they were"]
    assert all(one.holds and not one.feedback for one in tried)
