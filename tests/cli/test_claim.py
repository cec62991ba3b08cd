"""`gradus claims` and `gradus claim`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gradus.claims import names
from gradus.cli import main


@pytest.fixture(autouse=True)
def _shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADUS_CACHE", str(tmp_path / "cache"))


def test_the_list_names_every_claim() -> None:
    result = CliRunner().invoke(main, ["claims", "--json"])
    assert [row["claim"] for row in json.loads(result.output)] == list(names())


def test_a_claim_is_decided_with_its_evidence_and_witness(tmp_path: Path) -> None:
    page = tmp_path / "softmax.html"
    arguments = ["claim", "softmax_scaling", "--with", "compared=probabilities", "--effort", "quick", "--json"]
    result = CliRunner().invoke(main, [*arguments, "--html", str(page)])
    told = json.loads(result.output)
    assert (result.exit_code, told["verdict"]) == (1, "false")
    assert told["depends_on"] == {"change": ["shift"]}
    usual, shifted = told["readings"]
    assert usual["evidence"]["route"] == "counterexample"
    assert (shifted["differs_in"], shifted["verdict"]) == ("change", "true")
    assert "depends on change (false for scale, true for shift)" in page.read_text()


def test_a_claim_whose_assumptions_are_all_fixed_ends_with_zero() -> None:
    arguments = ["claim", "softmax_scaling", "--with", "compared=probabilities", "--with", "change=shift"]
    result = CliRunner().invoke(main, [*arguments, "--effort", "quick"])
    assert result.exit_code == 0
    assert "the usual reading" in result.output


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("shift", "with = 'shift' must be an assumption and its value; write --with bias=false"),
        ("change=turn", "softmax_scaling: change = 'turn' must be one of scale, shift"),
    ],
)
def test_a_wrong_assumption_is_told_in_one_line(given: str, message: str) -> None:
    result = CliRunner().invoke(main, ["claim", "softmax_scaling", "--with", given])
    assert (result.exit_code, message in result.output) == (2, True)


def test_a_page_tells_how_it_was_decided_and_from_what_an_effect_counts(tmp_path: Path) -> None:
    page = tmp_path / "growth.html"
    arguments = ["claim", "relu_against_explosion", "--with", "initialisation=He", "--effort", "quick", "--seed", "3"]
    assert CliRunner().invoke(main, [*arguments, "--html", str(page)]).exit_code == 0
    text = page.read_text()
    assert "Decided with quick effort, from the master seed 3." in text
    assert "counts from 0.02" in text
    assert "witness: theory" in text


def test_a_page_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    arguments = ["claim", "softmax_scaling", "--effort", "quick", "--html", str(tmp_path / "file" / "page.html")]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "cannot be written: " in result.output
