"""What all tests share: no test depends on how fast the machine is, and one sandbox serves them all."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from gradus.sandbox import Box, machine

# Hypothesis counts examples, never milliseconds
settings.register_profile("gradus", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("gradus")


def pytest_configure(config: pytest.Config) -> None:
    """Keep what claims were decided by beside what pytest keeps, unless told where: no test writes into a home."""
    os.environ.setdefault("GRADUS_CACHE", str(config.rootpath / ".pytest_cache" / "gradus"))


@pytest.fixture(scope="session")
def box() -> Iterator[Box]:
    """Return one box for all tests: each must leave it fit for the next."""
    if (fault := machine.why_not()) is not None:
        pytest.skip(f"no sandbox here: {fault}")
    with Box() as made:
        yield made
