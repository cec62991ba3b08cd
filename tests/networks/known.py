"""The facts about known networks, loaded once."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from gradus.networks import Network
from gradus.networks.reading import read_text
from gradus.networks.table import Table


@cache
def facts() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name("known_networks.json").read_text(encoding="utf-8"))
    return found


def names() -> list[str]:
    return [fact["name"] for fact in facts()["networks"]]


@cache
def fact(name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(fact for fact in facts()["networks"] if fact["name"] == name)
    return found


@cache
def network(name: str) -> Network:
    return read_text(fact(name)["text"])


@cache
def table(name: str) -> Table:
    return network(name).describe(tuple(fact(name)["input"]))
