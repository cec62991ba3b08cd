"""How many runs share a program: as many as the cache holds, never more than the memory does."""

import dataclasses

import pytest

from gradus.lab.data import Split, blobs, digits, flattened, split
from gradus.lab.models import build
from gradus.lab.training import Settings, sizing
from gradus.lab.training.program import Spec

DIGITS = split(flattened(digits()), 1437, seed=0)
SMALL = Split(blobs(40, seed=0))


def spec(text: str, data: Split, settings: Settings = Settings()) -> Spec:  # noqa: B008  # frozen
    return Spec(build(text, data.train.shape), settings, (), data.train.classes)


def test_small_networks_are_many_and_large_ones_few() -> None:
    tiny = sizing.width(spec("dense 2 > dense 2", SMALL, Settings(batch=8)), SMALL, 10_000, shared=True)
    usual = sizing.width(spec("dense 64 > relu > dense 10", DIGITS), DIGITS, 10_000, shared=True)
    large = sizing.width(spec("dense 4096 > relu > dense 4096 > relu > dense 10", DIGITS), DIGITS, 10_000, shared=True)
    assert tiny > usual > large >= 1
    assert 4 <= usual <= 32


def test_runs_are_shared_out_evenly_and_to_several_jobs() -> None:
    for runs in range(1, 200):
        width = sizing.width(spec("dense 64 > relu > dense 10", DIGITS), DIGITS, runs, shared=True)
        jobs = -(-runs // width)
        assert jobs >= min(runs, 2)
        assert jobs * width - runs < jobs + 4  # hardly a run is computed in vain


def test_the_memory_bounds_the_width_whatever_the_cache_would_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = sizing.width(spec("dense 8 > dense 2", SMALL), SMALL, 400, shared=True)
    monkeypatch.setattr(sizing, "MEMORY", 400_000)
    assert sizing.width(spec("dense 8 > dense 2", SMALL), SMALL, 400, shared=True) < usual
    long = dataclasses.replace(Settings(), epochs=2000)
    assert sizing.width(spec("dense 8 > dense 2", SMALL, long), SMALL, 400, shared=True) == 1


def test_only_long_trainings_of_networks_on_vectors_are_compiled_with_care() -> None:
    assert sizing.is_long(spec("dense 64 > relu > dense 10", DIGITS), DIGITS, 64)
    assert not sizing.is_long(spec("dense 64 > relu > dense 10", DIGITS), DIGITS, 8)
    images = split(digits(), 1437, seed=0)
    assert not sizing.is_long(spec("conv 3x3x4 > flatten > dense 10", images), images, 64)
