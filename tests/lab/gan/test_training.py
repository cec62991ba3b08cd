"""A generator learns a table; a fit that was killed goes on to the same bits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from scipy import stats

from gradus.errors import Fault
from gradus.lab.gan.keeping import Fit, load, save
from gradus.lab.gan.players import build_players, normal
from gradus.lab.gan.program import begin, discriminator_loss, generator_loss
from gradus.lab.gan.sampling import sample
from gradus.lab.gan.settings import LOSSES, GanSettings
from gradus.lab.gan.tables import Table
from gradus.lab.gan.training import fit, fitting

SMALL = GanSettings(
    generator="dense 16 > relu", discriminator="dense 16 > leaky_relu", noise=8, batch=32, steps=40, check_every=20
)


def leaves(found: Fit) -> list[Any]:
    return jax.tree.leaves((found.position, found.best))


def same(one: Fit, other: Fit) -> bool:
    pairs = zip(leaves(one), leaves(other), strict=True)
    return one.history == other.history and all(np.array_equal(a, b) for a, b in pairs)


@pytest.fixture(scope="module")
def fitted(records: Table) -> Fit:
    return fit(records, SMALL)


@pytest.mark.parametrize(
    "changed",
    [{"loss": "minimax"}, {"loss": "nonsaturating", "critic": 2}, {"loss": "clipping", "critic": 3}],
    ids=lambda changed: changed["loss"],
)
def test_every_loss_trains(records: Table, changed: dict[str, Any]) -> None:
    found = fit(records, replace(SMALL, **changed))
    assert found.finished
    assert [each["step"] for each in found.history] == [20, 40]
    if changed["loss"] == "clipping":
        judge = found.position.discriminator
        assert max(float(np.abs(leaf).max()) for leaf in jax.tree.leaves(judge)) <= np.float32(SMALL.clip)


def test_a_killed_fit_goes_on_to_the_same_bits(records: Table, fitted: Fit, tmp_path: Path) -> None:
    path = tmp_path / "model"
    begun = fitting(records, SMALL, checkpoint=path)
    next(begun)
    next(begun)  # one measurement, then killed
    del begun
    assert not load(path).finished
    assert same(fit(records, SMALL, checkpoint=path), fitted)
    assert same(load(path), fitted)
    assert same(fit(records, SMALL, checkpoint=path), fitted)  # nothing is left to do


def test_a_checkpoint_of_another_fit_is_refused(records: Table, fitted: Fit, tmp_path: Path) -> None:
    path = tmp_path / "model"
    save(fitted, path)
    with pytest.raises(Fault, match="model holds a fit to another table or with other settings; name another file"):
        fit(records, replace(SMALL, seed=1), checkpoint=path)
    with pytest.raises(Fault, match="model holds a fit to another table"):
        fit(records.rows(range(100)), SMALL, checkpoint=path)


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    path = tmp_path / "model"
    with pytest.raises(Fault, match="model cannot be read: No such file"):
        load(path)
    for content in (b"", b"a,b\n", b"PK\x03\x04 broken"):
        path.write_bytes(content)
        with pytest.raises(Fault, match=r"model (is no model or is damaged|cannot be read: it is no model); give a"):
            load(path)


def test_samples_have_the_table_s_columns_and_depend_on_the_seed(records: Table, fitted: Fit) -> None:
    made = sample(fitted, 1200, seed=3)
    assert made.names == records.names
    assert len(made) == 1200
    assert made == sample(fitted, 1200, seed=3)
    assert made.rows(range(10)) == sample(fitted, 10, seed=3)
    assert made != sample(fitted, 1200, seed=4)


def test_categories_can_be_asked_for(fitted: Fit) -> None:
    made = sample(fitted, 30, where={"job": "nurse", "owner": "yes", "country": "de"})
    assert set(made.column("job")) == {"nurse"}
    assert set(made.column("owner")) == {"yes"}
    assert set(sample(fitted, 20, where={"job": "NA"}).column("job")) == {""}
    for where, message in [
        ({"age": "30"}, "where = 'age' is no column of categories"),
        ({"job": "nurs"}, r"where job = 'nurs' is no category of it; did you mean 'nurse'\?"),
    ]:
        with pytest.raises(Fault, match=message):
            sample(fitted, 3, where=where)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"loss": "wgan"}, "gan: loss = 'wgan' must be one of minimax, nonsaturating, clipping, penalty"),
        ({"steps": 0}, "gan: steps = 0 must be a whole number from 1; write 1 or more"),
        ({"rate": -1.0}, "gan: rate = -1.0 must be a number above 0; write for example 0.01"),
        ({"check_every": 30}, "gan: check_every = 30 must divide the 40 steps; choose a divisor"),
        ({"patience": 0}, "gan: patience = 0 must be at least 1; write None to train all steps"),
        ({"seed": -1}, "gan: seed = -1 must be a whole number from 0; write 0"),
    ],
)
def test_settings_that_cannot_be_used_are_named(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(Fault) as fault:
        replace(SMALL, **changed)
    assert str(fault.value).startswith(message)


def test_layers_with_statistics_are_refused(fitted: Fit) -> None:
    with pytest.raises(
        Fault, match="generator = 'dense 8 > bn > relu' must not keep statistics; use ln in place of bn"
    ):
        build_players(replace(SMALL, generator="dense 8 > bn > relu"), fitted.encoder.blocks)


def test_patience_ends_a_fit_that_gets_no_better(records: Table) -> None:
    still = replace(SMALL, rate=1e-30, steps=200, check_every=20, patience=2)
    assert len(fit(records, still).history) == 3


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_are_those_of_the_papers(records: Table, fitted: Fit, loss: str) -> None:
    """Recomputed in NumPy from scores; the slopes of the penalty by finite differences."""
    settings = replace(SMALL, loss=loss)
    players = build_players(settings, tuple(b for b in fitted.encoder.blocks if b.scalar)[:1])
    position = begin(settings, players)
    random = np.random.default_rng(0)
    width = players.blocks[-1].end
    real, made = (random.uniform(-1, 1, (6, width)).astype(np.float32) for _ in range(2))
    nothing = np.zeros((6, 0), np.float32)

    def score(rows: Any) -> Any:
        hidden = position.discriminator["1.dense"]
        last = position.discriminator["3.dense"]
        z = rows.astype(np.float64) @ hidden["weight"] + hidden["bias"]
        return (np.where(z > 0, z, 0.01 * z) @ last["weight"] + last["bias"])[:, 0]

    def chance(z: Any) -> Any:
        return 1 / (1 + np.exp(-z))

    found = float(discriminator_loss(settings, players, real, made, nothing, np.uint32(5), position.discriminator))
    if loss in ("minimax", "nonsaturating"):
        assert found == pytest.approx(-(np.log(chance(score(real))) + np.log(1 - chance(score(made)))).mean(), rel=1e-5)
    else:
        plain = float((score(made) - score(real)).mean())
        if loss == "clipping":
            assert found == pytest.approx(plain, abs=1e-6)
        else:
            assert found - plain == pytest.approx(10 * _penalty(score, real, made), rel=1e-3)
    own = float(generator_loss(settings, players, position.discriminator, nothing, np.uint32(5), position.generator))
    assert np.isfinite(own)


def _penalty(score: Any, real: Any, made: Any) -> float:
    from gradus.lab.noise import folded, uniform

    between = np.asarray(uniform(folded(np.uint32(5), 9), (6, 1)))
    inside = (between * real + (1 - between) * made).astype(np.float64)
    slopes = np.empty_like(inside)
    for column in range(inside.shape[1]):
        step = np.zeros(inside.shape[1])
        step[column] = 1e-6
        slopes[:, column] = (score(inside + step) - score(inside - step)) / 2e-6
    return float(((np.sqrt((slopes**2).sum(axis=1)) - 1) ** 2).mean())


def test_noise_is_normal() -> None:
    drawn = np.asarray(normal(np.uint32(1), (400, 101)))
    assert drawn.shape == (400, 101)
    assert abs(drawn.mean()) < 0.02
    assert drawn.std() == pytest.approx(1, abs=0.02)
    assert (np.abs(drawn) < 1.96).mean() == pytest.approx(0.95, abs=0.01)
    assert stats.kstest(drawn.ravel(), "norm").statistic < 0.01
    assert np.abs(np.corrcoef(drawn.T) - np.eye(101)).max() < 0.3  # columns know nothing of each other
    assert abs(np.corrcoef(drawn[:-1].ravel(), drawn[1:].ravel())[0, 1]) < 0.02
