"""Training that waits for an improvement, lived through epoch by epoch."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def train(losses: Sequence[Fraction], patience: int, least: Fraction) -> tuple[int, int]:
    """Run through a curve of validation losses; return the last epoch run and the epoch whose weights are kept.

    Args:
        losses: one an epoch.
        patience: how many epochs in a row may pass without an improvement.
        least: an improvement lowers the loss by more than this.

    >>> train([Fraction(5), Fraction(3), Fraction(4), Fraction(4), Fraction(1)], patience=2, least=Fraction(0))
    (4, 2)
    """
    epoch, kept, waited = 0, 0, 0
    best: Fraction | None = None
    for loss in losses:
        epoch += 1
        if best is None or best - loss > least:
            best, kept, waited = loss, epoch, 0
            continue
        waited += 1
        if waited == patience:
            break
    return epoch, kept
