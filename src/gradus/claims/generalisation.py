"""High variance and its remedies, and what small batches bring."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any, ClassVar, final

from gradus.answers import Truth
from gradus.claim import Claim, Effect, Effort, Evidence, Route, assume
from gradus.lab.populations import OnBothPopulations

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

NETWORK = "dense 32 > relu > dense 10"
EPOCHS = 40
LEAST = 0.01  # of variance
EXAMPLES, SMALL, LARGE = 1437, 8, 512  # of training, and in a batch


@final
@dataclass(frozen=True, kw_only=True)
class VarianceRemedy(OnBothPopulations):
    """How much predictions vary with the training set, with a remedy and without.

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, section 7.3.
    """

    subject: ClassVar[str] = "variance"
    remedy: str = assume("more data", "weight decay")

    def statement(self) -> str:
        """Return the statement."""
        return f"High variance, fitting the training data too closely, is reduced by {self.remedy}."

    def _judged(self, population: str, effort: Effort) -> Evidence:
        from gradus.lab import statistics

        before, accuracy = self._variance(population, effort, remedied=False)
        after, better = self._variance(population, effort, remedied=True)
        change = statistics.paired(after, before, least=LEAST)
        finding = (
            f"{population}: the variance of predicted probabilities is {before.mean():.4f}, with {self.remedy} "
            f"{after.mean():.4f}; test accuracy {accuracy:.3f} and {better:.3f}"
        )
        effect = Effect("variance, with minus without", change.estimate, change.low, change.high, "", LEAST)
        verdict = Truth.TRUE if effect.high < -LEAST else Truth.FALSE if effect.low > -LEAST else Truth.UNDECIDED
        return Evidence(verdict, Route.EXPERIMENT, finding, effect, 2 * change.count, 1)

    def _variance(self, population: str, effort: Effort, remedied: bool) -> tuple[Array, float]:
        """Return the parts of training sets in the variance of predictions over them, and the mean accuracy."""
        from scipy.special import softmax

        from gradus.lab import statistics
        from gradus.lab.populations import samples
        from gradus.lab.training import Settings, train

        sets = effort.choose(8, 12, 64)
        settings: dict[str, Any] = {"rate": 0.1, "epochs": EPOCHS, "batch": 40, "watch": (), "measure_every": EPOCHS}
        sizes: dict[str, Any] = {"train": 120}
        if remedied and self.remedy == "more data":
            sizes, settings["epochs"], settings["measure_every"] = {"train": 480}, EPOCHS // 4, EPOCHS // 4
        if remedied and self.remedy == "weight decay":
            settings["l2"] = 0.03
        data = samples(population, effort.seed(population), sets, wrong=0.2, validation=0, **sizes)
        runs = train(NETWORK, data, [Settings(**settings)], seeds=[effort.seed("start")])
        test = data[0].test
        assert test is not None
        shares = softmax(runs.outputs(test.inputs)[0, :, 0], axis=-1)
        return statistics.variance_parts(shares), float(runs.final("test_accuracy").mean())


@final
@dataclass(frozen=True, kw_only=True)
class SmallBatches(Claim):
    """Small batches: less memory and noise that regularises, more steps.

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 8.1.3.
    """

    subject: ClassVar[str] = "batches"
    effect: str = assume("need less memory", "need more steps for an epoch", "have noisier gradients")

    def statement(self) -> str:
        """Return the statement."""
        return f"Small batches {self.effect} than large ones."

    def decide(self, effort: Effort) -> Evidence:
        """Count exactly what a step keeps, how many there are, and how batches of whole numbers vary."""
        if self.effect == "need less memory":
            from gradus.networks.memory import training_memory
            from gradus.networks.reading import read_text

            table = read_text("conv 3x3x16 p1 > relu > maxpool 2 > flatten > dense 10").describe((32, 32, 3))
            small, large = (int(training_memory(table, batch, "sgd").total) for batch in (SMALL, LARGE))
            finding = f"a step keeps {small:,} bytes with batches of {SMALL} and {large:,} with batches of {LARGE}"
            return Evidence(Truth.of(small < large), Route.PROOF, finding, networks=1)
        if self.effect == "have noisier gradients":
            spreads = [_spread((1, -2, 4, 3, -5, 2), batch) for batch in (2, 4)]
            finding = (
                f"over all batches of 2 and of 4 among six gradients the mean varies by {spreads[0]} and {spreads[1]}"
            )
            return Evidence(Truth.of(spreads[0] > spreads[1]), Route.PROOF, finding)
        small, large = (-(-EXAMPLES // batch) for batch in (SMALL, LARGE))
        finding = f"{EXAMPLES} examples take {small} steps with batches of {SMALL}, {large} with batches of {LARGE}"
        return Evidence(Truth.of(small > large), Route.PROOF, finding)

    def witness(self, effort: Effort) -> Evidence:
        """Look at what XLA allocates, how scikit-learn parts an epoch, and how real gradients vary."""
        if self.effect == "need less memory":
            small, large = (_allocated(batch) for batch in (SMALL, LARGE))
            finding = f"XLA allocates {small:,} bytes for a gradient of {SMALL} examples and {large:,} for {LARGE}"
            return Evidence(Truth.of(small < large), Route.EXPERIMENT, finding, networks=1)
        if self.effect == "have noisier gradients":
            spread = [_measured_spread(batch, effort) for batch in (SMALL, LARGE)]
            finding = f"gradients of softmax regression on digits vary by {spread[0]:.3g} and {spread[1]:.3g}"
            return Evidence(Truth.of(spread[0] > spread[1]), Route.EXPERIMENT, finding, networks=1, populations=1)
        from sklearn.utils import gen_batches

        small, large = (len(list(gen_batches(EXAMPLES, batch))) for batch in (SMALL, LARGE))
        finding = f"scikit-learn parts {EXAMPLES} examples into {small} and {large} batches"
        return Evidence(Truth.of(small > large), Route.EXPERIMENT, finding)


def _spread(gradients: tuple[int, ...], batch: int) -> Fraction:
    """Return the variance of a batch's mean gradient over all batches without replacement, exactly."""
    means = [Fraction(sum(chosen), batch) for chosen in combinations(gradients, batch)]
    middle = sum(means, Fraction()) / len(means)
    return sum(((mean - middle) ** 2 for mean in means), Fraction()) / len(means)


def _measured_spread(batch: int, effort: Effort) -> float:
    """Return the mean squared distance of a batch's gradient of softmax regression from that of all examples."""
    import numpy as np
    from scipy.special import softmax

    from gradus.lab.populations import population

    data = population("digits")
    source = np.random.default_rng(effort.seed("batches", batch))
    weights = source.normal(size=(64, 10)) * 0.1
    errors = softmax(data.inputs @ weights, axis=1) - np.eye(10)[data.targets]
    whole = data.inputs.T @ errors / len(data)
    distances = []
    for _ in range(effort.choose(20, 40, 400)):
        rows = source.choice(len(data), size=batch, replace=False)
        distances.append(((data.inputs[rows].T @ errors[rows] / batch - whole) ** 2).sum())
    return float(np.mean(distances))


def _allocated(batch: int) -> int:
    """Return the bytes of temporary arrays that the compiled gradient of a small network needs."""
    import jax
    import jax.numpy as jnp

    def loss(weights: Any, inputs: Any) -> Any:
        hidden = inputs
        for weight in weights:
            hidden = jnp.tanh(hidden @ weight)
        return (hidden**2).mean()

    weights = [jnp.ones((64, 64))] * 4
    compiled = jax.jit(jax.grad(loss)).lower(weights, jnp.ones((batch, 64))).compile()
    analysis = compiled.memory_analysis()
    assert analysis is not None
    return int(analysis.temp_size_in_bytes)
