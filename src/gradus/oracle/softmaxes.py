"""Softmax and cross-entropy by SciPy's special functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

APART = 1e-9


@dataclass(frozen=True)
class Measured:
    """What a softmax over logits comes to.

    Args:
        probabilities: one for each logit.
        loss: minus the logarithm of the target's.
        quantities: by name, what may or may not change with the logits.
    """

    probabilities: tuple[float, ...]
    loss: float
    quantities: dict[str, Any]


def measure(logits: Sequence[float], target: int) -> Measured:
    """Measure a softmax; `target` counts from 0.

    >>> round(measure([0.0, 0.0], 1).loss, 6)
    0.693147
    """
    import numpy as np
    from scipy import special

    values = np.asarray(logits, float)
    probabilities, logs = special.softmax(values), special.log_softmax(values)
    onehot = np.eye(len(values))[target]
    quantities = {
        "order": np.argsort(-values, kind="stable"),
        "probabilities": probabilities,
        "loss": -logs[target],
        "gradient": probabilities - onehot,
        "logsumexp": special.logsumexp(values),
        "odds": np.subtract.outer(logs, logs),
    }
    return Measured(tuple(map(float, probabilities)), float(-logs[target]), quantities)


def changed(before: Measured, after: Measured) -> list[str]:
    """Return the names of the quantities that are not the same any more, to nine decimals.

    >>> changed(measure([0.0, 1.0], 0), measure([2.0, 3.0], 0))
    ['logsumexp']
    """
    import numpy as np

    pairs = ((name, value, after.quantities[name]) for name, value in before.quantities.items())
    return [name for name, one, other in pairs if float(np.max(np.abs(np.asarray(one) - other))) > APART]
