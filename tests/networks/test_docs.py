"""The page says what is so: its examples run, its table is the recorded one."""

import doctest
import json
from pathlib import Path

from gradus.networks.spelling import SPELLINGS, spell

PAGE = Path(__file__).parent.parent.parent / "docs" / "networks.md"


def test_the_examples_of_the_page_run() -> None:
    assert doctest.testfile(str(PAGE), module_relative=False).failed == 0


def test_the_table_of_the_page_is_what_the_tools_printed() -> None:
    totals = json.loads(Path(__file__).with_name("tool_totals.json").read_text(encoding="utf-8"))
    text = PAGE.read_text(encoding="utf-8")
    for tool, row in totals.items():
        cells = (f"{value:,}" if isinstance(value, int) else value for value in row.values())
        assert f"| {tool} | {' | '.join(cells)} |" in text


def test_every_kind_of_layer_can_be_spelt() -> None:
    assert len(SPELLINGS) == len({kind.word for kind in SPELLINGS})
    assert callable(spell)
