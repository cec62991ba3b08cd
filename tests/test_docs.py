"""The documentation is complete and its examples run."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import click
import pytest

from gradus import catalogue, claims
from gradus.cli import main

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
COMMANDS = main.list_commands(click.Context(main))
GROUPS = [name for name in COMMANDS if isinstance(main.get_command(click.Context(main), name), click.Group)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_of_a_page_run(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    failed, _ = doctest.testfile(str(page), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert failed == 0


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name: str) -> None:
    assert f"gradus {name}" in TEXT
    command = main.get_command(click.Context(main), name)
    assert command is not None
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.opts[0] in TEXT, f"gradus {name} {parameter.opts[0]}"
            for variable in [parameter.envvar] if isinstance(parameter.envvar, str) else []:
                assert variable in TEXT


@pytest.mark.parametrize("name", GROUPS)
def test_every_command_of_a_group_is_documented_with_its_options(name: str) -> None:
    """On the pages that show the group at work, so that an option of another command does not count."""
    group = main.get_command(click.Context(main), name)
    assert isinstance(group, click.Group)
    pages = (page.read_text(encoding="utf-8") for page in PAGES)
    text = "\n".join(page for page in pages if f"gradus {name} " in page)
    for each in group.commands.values():
        assert f"gradus {name} {each.name}" in text or f"`{name} {each.name}`" in text, f"gradus {name} {each.name}"
        for parameter in each.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                assert parameter.opts[0] in text, f"gradus {name} {each.name} {parameter.opts[0]}"


def test_there_are_groups_to_document() -> None:
    assert {"synth", "ledger"} <= set(GROUPS)


@pytest.mark.parametrize("name", catalogue.names())
def test_every_family_is_documented(name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs" / "authors.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", claims.names())
def test_every_claim_is_documented(name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")


def test_every_link_leads_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+?)\)", page.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_changelog_names_every_command() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in changes for name in COMMANDS)
