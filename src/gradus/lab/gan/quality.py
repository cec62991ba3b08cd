"""How good made records are: five measures, each also as a score from 0 to 1."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from gradus.errors import Fault
from gradus.lab.gan.associations import associations
from gradus.lab.gan.encoding import Encoder, fit_encoder
from gradus.lab.gan.learners import default_target, detection, neighbours, utility
from gradus.lab.gan.marginals import distance
from gradus.lab.gan.tables import Table


@dataclass(frozen=True)
class Quality:
    """Made records beside real ones.

    Args:
        rows: of the real and of the made table, and of the unseen one if it was given.
        distances: of each column, Kolmogorov–Smirnov or total variation.
        correlations: of each pair of columns, in the real and in the made table.
        target: the column that is predicted.
        trained_on_made: accuracy, or R², on unseen real records after training on made ones.
        trained_on_real: the same after training on real ones.
        detection: AUC at which real and made are told apart.
        neighbours: as `learners.neighbours` returns them.
    """

    rows: tuple[int, ...]
    distances: dict[str, float]
    correlations: dict[tuple[str, str], tuple[float, float]]
    target: str
    trained_on_made: float
    trained_on_real: float
    detection: float
    neighbours: dict[str, float]

    @property
    def scores(self) -> dict[str, float]:
        """Each measure from 0 to 1, more being better; `copies` and nearness make up `privacy`."""
        off = [abs(one - other) for one, other in self.correlations.values()]
        near, usual = self.neighbours["made_to_real"], self.neighbours["real_to_real"]
        return {
            "marginals": 1 - sum(self.distances.values()) / len(self.distances),
            "correlations": 1 - sum(off) / len(off) / 2 if off else 1.0,
            "utility": _share(self.trained_on_made, self.trained_on_real),
            "detection": _bounded(2 * (1 - self.detection)),
            "privacy": _share(near, usual) * (1 - self.neighbours["copies"]),
        }

    def plain(self) -> dict[str, Any]:
        """Return everything in data that JSON can hold."""
        pairs = [[*names, *values] for names, values in self.correlations.items()]
        return asdict(self) | {"correlations": pairs, "scores": self.scores}


def _bounded(value: float) -> float:
    return min(1.0, max(0.0, value))


def _share(part: float, whole: float) -> float:
    """Return part/whole within 0 and 1; where there is nothing to reach, it is reached."""
    return _bounded(part / whole) if whole > 0 else 1.0


def assess(
    real: Table, made: Table, *, unseen: Table | None = None, target: str | None = None,
    categories: tuple[str, ...] = (), seed: int = 0,
) -> Quality:  # fmt: skip
    """Return how good made records are beside real ones.

    Args:
        real: the records to be like.
        made: as many or more or fewer, with the same columns.
        unseen: real records that the maker never saw. All but privacy is then measured beside these, so that
            remembering records earns nothing; and nearness to the real ones is compared with theirs.
        target: the column to predict; the last category unless given.
        categories: columns to take as texts.
        seed: of learners and of what they see.

    Raises:
        Fault: columns that are not in both tables, a target that is no column, cells that cannot be read.
    """
    tables = (real, made) if unseen is None else (real, made, unseen)
    for table in tables[1:]:
        _check_names(real, table)
    judge = real if unseen is None else unseen
    encoder = fit_encoder(real, categories)
    chosen = target or default_target(encoder)
    on_made, on_real = utility(encoder, real, made, chosen, seed, unseen)
    return Quality(
        rows=tuple(len(table) for table in tables),
        distances={column.name: distance(column, judge, made) for column in encoder.columns},
        correlations=_correlations(encoder, judge, made),
        target=chosen,
        trained_on_made=on_made,
        trained_on_real=on_real,
        detection=detection(encoder, judge, made, seed),
        neighbours=neighbours(encoder, real, made, seed, unseen),
    )


def _correlations(encoder: Encoder, real: Table, made: Table) -> dict[tuple[str, str], tuple[float, float]]:
    one, other = associations(encoder, real), associations(encoder, made)
    return {pair: (value, other[pair]) for pair, value in one.items()}


def _check_names(real: Table, made: Table) -> None:
    for one, other in ((real, made), (made, real)):
        for name in one.names:
            if name not in other.names:
                rule = f"is not in {other.place}"
                raise Fault(one.place, "column", name, rule, "compare tables with the same columns")
