"""How a pair of generator and discriminator is trained."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from gradus.errors import Fault, suggest

LOSSES = ("minimax", "nonsaturating", "clipping", "penalty")
"""log(1 − D(G(z))) as in Goodfellow et al. 2014, eq. 1; −log D(G(z)) for the generator, section 3 there; Wasserstein
with weights clipped (Arjovsky et al. 2017, algorithm 1) or with a gradient penalty (Gulrajani et al. 2017, algorithm
1)."""


@dataclass(frozen=True)
class GanSettings:
    """Hyper-parameters of one fit.

    Args:
        loss: one of `LOSSES`.
        generator: its hidden layers, as `gradus.networks` reads them; a dense layer to the record follows.
        discriminator: its hidden layers; a dense layer to one score follows.
        noise: normal numbers that a record is made from.
        batch: records a step.
        steps: of the generator, at most.
        critic: steps of the discriminator before each of the generator's.
        rate: of both players' Adam (β₁ = 0.5, β₂ = 0.9); of RMSProp with `clipping`, as in its paper.
        clip: bound of the discriminator's parameters with `clipping`.
        penalty: λ of the gradient penalty.
        check_every: steps between measurements of quality and checkpoints.
        patience: measurements without a better one after which the fit stops; `None` trains all steps.
        seed: of everything drawn.
    """

    loss: str = "penalty"
    generator: str = "dense 128 > relu > dense 128 > relu"
    discriminator: str = "dense 128 > leaky_relu > dense 128 > leaky_relu"
    noise: int = 128
    batch: int = 256
    steps: int = 4000
    critic: int = 1
    rate: float = 5e-4
    clip: float = 0.05
    penalty: float = 10.0
    check_every: int = 500
    patience: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.loss not in LOSSES:
            raise Fault("gan", "loss", self.loss, f"must be one of {', '.join(LOSSES)}", suggest(self.loss, LOSSES))
        for field in ("noise", "batch", "steps", "critic", "check_every"):
            value = getattr(self, field)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise Fault("gan", field, value, "must be a whole number from 1", "write 1 or more")
        for field in ("rate", "clip", "penalty"):
            if not 0 < getattr(self, field) < float("inf"):
                raise Fault("gan", field, getattr(self, field), "must be a number above 0", "write for example 0.01")
        if self.patience is not None and self.patience < 1:
            raise Fault("gan", "patience", self.patience, "must be at least 1", "write None to train all steps")
        if isinstance(self.seed, bool) or not isinstance(self.seed, int) or self.seed < 0:
            raise Fault("gan", "seed", self.seed, "must be a whole number from 0", "write 0")
        if self.steps % self.check_every:
            rule = f"must divide the {self.steps} steps"
            raise Fault("gan", "check_every", self.check_every, rule, "choose a divisor")

    def plain(self) -> dict[str, Any]:
        """Return the fields, for JSON."""
        return asdict(self)
