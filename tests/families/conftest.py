"""Variants to test a family on: drawn from hashed seeds, as papers draw them."""

import os
import random
from collections.abc import Callable
from itertools import islice

import pytest

from gradus import catalogue, paper
from gradus.derivations.derived import Named
from gradus.family import Family

VARIANTS = int(os.environ.get("GRADUS_VARIANTS", "300"))  # 10000 for the long run
DEAR = 15  # so many times fewer variants where a witness trains its eye on running networks


def few_enough(name: str, count: int) -> int:
    """Return how many variants to look at: fewer where each is dear."""
    return count // DEAR if issubclass(catalogue.family(name), Named) else count


def draw(name: str, count: int) -> list[Family]:
    family = catalogue.family(name)
    return [family.draw(random.Random(paper.seed("conformance", str(i), name, b""))) for i in range(count)]


@pytest.fixture(params=catalogue.names())
def name(request: pytest.FixtureRequest) -> str:
    """Return the name of each family of the catalogue in turn."""
    found: str = request.param
    return found


_DRAWN: dict[str, list[Family]] = {}


@pytest.fixture
def variants(name: str) -> list[Family]:
    """Return many variants of the family."""
    if name not in _DRAWN:
        _DRAWN[name] = draw(name, few_enough(name, VARIANTS))
    return _DRAWN[name]


@pytest.fixture
def few(variants: list[Family]) -> list[Family]:
    """Return the first variants, for what is dear to check."""
    return list(islice(variants, 60))


@pytest.fixture
def some() -> Callable[[str, int], list[Family]]:
    """Return the way of drawing variants for what is dear to check of some families."""
    return lambda name, count: draw(name, few_enough(name, count))


@pytest.fixture
def drawn() -> Callable[[str, int], list[Family]]:
    """Return the way of drawing variants of a family."""
    return draw
