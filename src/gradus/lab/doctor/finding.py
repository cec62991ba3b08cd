"""What a diagnosis says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, final

CERTAIN, LIKELY, POSSIBLE = "certain", "likely", "possible"


@final
@dataclass(frozen=True)
class Finding:
    """What ails a training.

    Args:
        name: of the illness, as `zero initialisation`.
        evidence: sentences with figures, the strongest first.
        remedy: what to do about it.
        strength: `certain`, `likely` or `possible`.
        places: the layers concerned, if it is about layers.
    """

    name: str
    evidence: tuple[str, ...]
    remedy: str
    strength: str = LIKELY
    places: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it for programs."""
        return asdict(self)


def listed(places: Mapping[str, float], most: int = 4) -> str:
    """Return places with their figures, cut after a few.

    >>> listed({"1.dense": 0.25, "2.relu": 1.0})
    '1.dense 0.25, 2.relu 1'
    """
    shown = [f"{place} {value:.3g}" for place, value in list(places.items())[:most]]
    return ", ".join(shown) + (f" and {len(places) - most} more" if len(places) > most else "")


def fall(start: float, end: float) -> str:
    """Return how a loss went: the figures that all findings of flat losses share."""
    return f"the loss went from {start:.4g} to {end:.4g}"
