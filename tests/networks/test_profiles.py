"""Named profiles foretell what the tools print, to the unit."""

import json
from pathlib import Path

import pytest

from gradus.errors import Fault
from gradus.networks.conventions import LEDGER, convention
from gradus.networks.profiles import PROFILES, profile
from tests.networks.known import table

TOTALS = json.loads(Path(__file__).with_name("tool_totals.json").read_text(encoding="utf-8"))
NETS = {
    "LeNet-5": "LeNet-5 (modern, full C3, 32x32)", "VGG-16": "VGG-16", "ResNet-50": "ResNet-50",
    "MobileNetV2": "MobileNet v2 1.0 224", "ViT-B/16": "ViT-B/16",
}  # fmt: skip


@pytest.mark.parametrize("title", sorted(NETS))
@pytest.mark.parametrize("tool", sorted(PROFILES))
def test_a_profile_foretells_the_total_that_the_tool_prints(tool: str, title: str) -> None:
    printed = TOTALS[tool][title]
    if isinstance(printed, str):
        pytest.skip(f"{tool} fails on {title} with {printed}")
    assert profile(tool).total(table(NETS[title])) == printed


def test_differences_say_where_a_total_comes_from() -> None:
    lenet = table(NETS["LeNet-5"])
    assert profile("torchinfo").differences(lenet) == {"conv": 6304, "dense": 214}
    assert profile("thop").differences(lenet) == {"pool": 1576}


def test_an_unknown_tool_is_named() -> None:
    with pytest.raises(Fault) as fault:
        profile("torchinf")
    assert str(fault.value) == "profile: tool = 'torchinf' has no profile; did you mean 'torchinfo'?"


def test_the_ledger_names_each_convention_once() -> None:
    names = [entry.name for entry in LEDGER]
    assert len(names) == len(set(names))
    assert all(entry.question.endswith("?") and entry.ours and entry.others for entry in LEDGER)
    assert convention("attention").question == "What is counted of attention?"
