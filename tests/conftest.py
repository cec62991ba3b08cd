"""Fixtures that several folders share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gradus.sandbox import Box, machine


@pytest.fixture(scope="session")
def box() -> Iterator[Box]:
    """Return one box for all tests: each must leave it fit for the next."""
    if (fault := machine.why_not()) is not None:
        pytest.skip(f"no sandbox here: {fault}")
    with Box() as made:
        yield made
