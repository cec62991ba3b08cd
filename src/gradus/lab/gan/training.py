"""Fitting a generator to a table: stretches of steps, and between them a measurement and a checkpoint."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from gradus.errors import Fault
from gradus.lab import compiling
from gradus.lab.data.changes import generator
from gradus.lab.gan.drawing import draw
from gradus.lab.gan.encoding import fit_encoder
from gradus.lab.gan.keeping import Fit, digest_of, load, save
from gradus.lab.gan.marginals import marginal_quality
from gradus.lab.gan.players import Players, build_players
from gradus.lab.gan.program import Position, advance, begin
from gradus.lab.gan.sampling import sample
from gradus.lab.gan.settings import GanSettings
from gradus.lab.gan.tables import Table

MEASURED = 1000
"""Records that a measurement compares."""


def fit(
    table: Table,
    settings: GanSettings | None = None,
    *,
    categories: tuple[str, ...] = (),
    checkpoint: Path | None = None,
) -> Fit:
    """Return a generator fitted to a table, and how it came about.

    Args:
        table: the records.
        settings: hyper-parameters.
        categories: columns to take as texts, though they look like numbers.
        checkpoint: file that the fit is kept in after each measurement. If it holds a part of this very fit, that is
            gone on with, and the outcome is the same to the bit.

    Raises:
        Fault: as `fit_encoder`; a checkpoint of another fit; losses that are not finite.
    """
    return deque(fitting(table, settings, categories=categories, checkpoint=checkpoint), maxlen=1)[0]


def fitting(
    table: Table,
    settings: GanSettings | None = None,
    *,
    categories: tuple[str, ...] = (),
    checkpoint: Path | None = None,
) -> Iterator[Fit]:
    """Yield the fit as it stands, at the beginning and after each measurement; as `fit` otherwise."""
    now = _begun(table, settings or GanSettings(), categories, checkpoint)
    yield now
    if now.finished:
        return
    data = now.encoder.encode(table, seed=now.settings.seed).astype("float32")
    program = _program(now.settings, now.players)
    while not now.finished:
        now = _stretch(now, program, table, data)
        if checkpoint is not None:
            save(now, checkpoint)
        yield now


def _begun(table: Table, settings: GanSettings, categories: tuple[str, ...], checkpoint: Path | None) -> Fit:
    """Return the fit of the checkpoint, or a new one."""
    digest = digest_of(table)
    encoder = fit_encoder(table, categories)
    if checkpoint is not None and checkpoint.exists():
        found = load(checkpoint)
        if (found.digest, found.settings, found.encoder) == (digest, settings, encoder):
            return found
        rule = "holds a fit to another table or with other settings"
        raise Fault(str(checkpoint), "model", None, rule, "name another file, or delete this one")
    players = build_players(settings, encoder.blocks)
    position = begin(settings, players)
    return Fit(encoder, settings, digest, position, position.generator)


def _program(settings: GanSettings, players: Players) -> Any:
    """Return the compiled program, made at its first call; seed and patience are no part of it."""
    kinds = replace(settings, seed=0, steps=settings.check_every, patience=None)
    identity = f"gan {kinds} {players.blocks}"

    def run(*arguments: Any) -> Any:
        function = partial(advance, kinds, players)
        return compiling.compiled(function, arguments, identity, quickly=settings.steps < 2000)(*arguments)

    return run


def _stretch(now: Fit, program: Any, table: Table, data: Any) -> Fit:
    """Train up to the next measurement, and measure."""
    import jax
    import numpy as np

    settings, step = now.settings, int(now.position.step)
    key = generator(settings.seed, 61).integers(2**32, dtype=np.uint32)
    arguments = (data, key, now.position, draw(settings, now.players, data, step))
    moved, losses = program(*jax.tree.map(np.asarray, arguments))
    position = Position(*jax.tree.map(np.asarray, tuple(moved)))
    step, means = step + settings.check_every, np.asarray(losses, np.float64).mean(axis=0)
    if not np.isfinite(means).all():
        rule = f"are not finite after {step} steps"
        raise Fault("gan", "losses", None, rule, "use a smaller rate, or the loss penalty")
    trial = replace(now, position=position, best=position.averaged)
    chosen = generator(settings.seed, 62).permutation(len(table))[:MEASURED]
    made = sample(trial, min(MEASURED, len(table)), seed=settings.seed)
    quality = marginal_quality(now.encoder, table.rows(chosen), made)
    better = quality > now.quality
    history = (
        *now.history,
        {"step": step, "quality": quality, "discriminator": float(means[0]), "generator": float(means[1])},
    )
    return replace(
        trial,
        best=position.averaged if better else now.best,
        history=history,
        finished=step >= settings.steps or _is_patience_over(settings, history),
    )


def _is_patience_over(settings: GanSettings, history: tuple[dict[str, float], ...]) -> bool:
    qualities = [each["quality"] for each in history]
    since = len(qualities) - 1 - qualities.index(max(qualities))
    return settings.patience is not None and since >= settings.patience
