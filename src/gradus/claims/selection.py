"""What L1 keeps among correlated inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from gradus.answers import Truth
from gradus.claim import Claim, Effect, Effort, Evidence, Route, assume

LEAST = 0.1  # of resamples


@final
@dataclass(frozen=True, kw_only=True)
class LassoSelection(Claim):
    """L1 among two inputs that matter equally: with a strong correlation it keeps one, and which is chance.

    Source: Zou and Hastie, Regularization and variable selection via the elastic net (2005), section 2.3.
    """

    subject: ClassVar[str] = "L1 regularisation"
    correlation: str = assume("0.999", "0.5")
    penalty: str = assume("L1", "L2")

    def statement(self) -> str:
        """Return the statement."""
        return (
            f"Of two equally relevant inputs with correlation {self.correlation}, {self.penalty} often keeps a weight "
            "for one alone, and which one changes with the sample."
        )

    def decide(self, effort: Effort) -> Evidence:
        """Fit resampled data with scikit-learn at strengths chosen by what the noise asks for."""
        import numpy as np
        from sklearn.linear_model import Lasso, Ridge

        source = np.random.default_rng(effort.seed("selection"))
        rho, first, second = float(self.correlation), 0, 0
        fits = effort.choose(60, 150, 2000)
        for _ in range(fits):
            common = source.normal(size=(100, 1))
            inputs = np.sqrt(rho) * common + np.sqrt(1 - rho) * source.normal(size=(100, 2))
            target = inputs.sum(axis=1) + source.normal(size=100)
            model = Lasso(alpha=0.15, max_iter=20000, tol=1e-3) if self.penalty == "L1" else Ridge(alpha=15.0)
            kept = np.abs(model.fit(inputs, target).coef_) > 1e-10
            first += bool(kept[0] and not kept[1])
            second += bool(kept[1] and not kept[0])
        return self._ruled(first, second, fits, "scikit-learn's fits")

    def witness(self, effort: Effort) -> Evidence:
        """Solve two inputs by the optimality conditions, in closed form, on data of another law."""
        import numpy as np

        source = np.random.default_rng(effort.seed("conditions"))
        rho, first, second = float(self.correlation), 0, 0
        samples, strength, size = effort.choose(200, 1000, 20000), 0.15, 100
        for _ in range(samples):
            common = source.uniform(-1, 1, size=(size, 1)) * 3**0.5
            inputs = np.sqrt(rho) * common + np.sqrt(1 - rho) * source.uniform(-1, 1, size=(size, 2)) * 3**0.5
            target = inputs.sum(axis=1) + source.uniform(-1, 1, size=size) * 3**0.5
            inputs, target = inputs - inputs.mean(axis=0), target - target.mean()
            gram, pull = inputs.T @ inputs / size, inputs.T @ target / size
            if self.penalty == "L2":
                weights = np.linalg.solve(gram + strength * np.eye(2), pull)
                alone = [bool(abs(weights[1 - i]) < 1e-10) for i in (0, 1)]
            else:
                # input i alone is optimal just when the other's pull on the residual stays within the strength
                alone = []
                for i in (0, 1):
                    weight = max(abs(pull[i]) - strength, 0.0) * np.sign(pull[i]) / gram[i, i]
                    alone.append(bool(abs(pull[1 - i] - gram[0, 1] * weight) <= strength))
            first += alone[0]
            second += alone[1] and not alone[0]
        return self._ruled(first, second, samples, "optimality conditions on uniform data")

    def _ruled(self, first: int, second: int, count: int, route: str) -> Evidence:
        from gradus.lab import statistics

        share = statistics.share([True] * (first + second) + [False] * (count - first - second), least=LEAST)
        both = min(first, second) / count
        finding = f"{route}: of {count} samples {first} keep the first alone, {second} the second alone"
        effect = Effect("share with one alone", share.estimate, share.low, share.high, "", LEAST)
        holds = share.low > LEAST and both > LEAST / 4
        verdict = Truth.of(holds) if holds or share.high < LEAST else Truth.UNDECIDED
        return Evidence(verdict, Route.EXPERIMENT, finding, effect, count, 1)
