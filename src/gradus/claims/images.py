"""What a convolutional classifier makes of images that are centred or flipped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, final

from gradus.answers import Truth
from gradus.claim import Claim, Effect, Effort, Evidence, Route, assume

if TYPE_CHECKING:
    import numpy as np

    from gradus.lab.data import Dataset

    Array = np.ndarray[Any, np.dtype[Any]]

LEAST = 0.02  # of accuracy
LETTERS = "ABCDEFGHIJ"


def _images(population: str, seed: int) -> Dataset:
    """Return dark digits or letters on a light ground, 8 × 8 × 1, ten classes: their mean is far from zero."""
    from gradus.lab.data import digits, letters

    drawn = (
        letters(60, alphabet=LETTERS, side=8, jitter=0.5, noise=0.1, seed=seed) if population == "letters" else digits()
    )
    return replace(drawn, inputs=1 - drawn.inputs)


@final
@dataclass(frozen=True, kw_only=True)
class CentredInput(Claim):
    """The mean of each channel taken from the input of a network that was trained without.

    A first layer whose filters sum to zero would not notice; trained filters do not.
    Source: LeCun et al., Efficient backprop (1998), section 4.3.
    """

    subject: ClassVar[str] = "scaling of weights and inputs"
    training: str = assume("raw images", "images centred likewise")

    def statement(self) -> str:
        """Return the statement."""
        return "Subtracting the per-channel mean from the input at inference leaves the accuracy unchanged."

    def decide(self, effort: Effort) -> Evidence:
        """Train convolutional networks without biases on handwritten digits."""
        return self._judged("digits", effort)

    def witness(self, effort: Effort) -> Evidence:
        """Train them on rendered letters."""
        return self._judged("letters", effort)

    def _judged(self, population: str, effort: Effort) -> Evidence:
        import numpy as np

        from gradus.lab.data import Split
        from gradus.lab.training import Settings, train

        whole = _images(population, effort.seed("letters"))
        order = np.random.default_rng(effort.seed(population)).permutation(len(whole))
        sets = [whole.taken(order[:300]), whole.taken(order[300:500])]
        mean = sets[0].inputs.mean(axis=(0, 1, 2))
        centred = [replace(part, inputs=(part.inputs - mean).astype(np.float32)) for part in sets]
        # what training saw, and what inference subtracts on top of it: of centred images the mean is nothing
        seen = sets if self.training == "raw images" else centred
        moved = seen[1].inputs - seen[0].inputs.mean(axis=(0, 1, 2))
        text = "conv 3x3x8 p1 nobias > maxpool 2 > relu > conv 3x3x8 p1 nobias > relu > flatten > dense 10 nobias"
        way = Settings(rate=0.05, epochs=15, batch=30, measure_every=15, watch=())
        runs = train(text, Split(seen[0], seen[1]), [way], seeds=range(effort.choose(10, 12, 64)))
        test = seen[1].targets
        before, after = (
            (runs.outputs(inputs.astype(np.float32))[0, 0].argmax(axis=-1) == test).mean(axis=-1)
            for inputs in (seen[1].inputs, moved)
        )
        change = after - before
        middle, half = float(change.mean()), 2.3 * float(change.std(ddof=1)) / len(change) ** 0.5
        finding = f"{population}: accuracy {before.mean():.3f} becomes {after.mean():.3f}"
        effect = Effect("change of accuracy", middle, middle - half, middle + half, "", LEAST)
        same, moves = max(abs(effect.low), abs(effect.high)) < LEAST, effect.high < -LEAST
        verdict = Truth.of(same) if same or moves else Truth.UNDECIDED
        return Evidence(verdict, Route.EXPERIMENT, finding, effect, len(change), 1)


@final
@dataclass(frozen=True, kw_only=True)
class FlippedLetters(Claim):
    """Augmentation by flips where a flipped letter is no letter, or another one.

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 7.4.
    """

    subject: ClassVar[str] = "augmentation"
    tested: str = assume("upright", "flipped at random")

    def statement(self) -> str:
        """Return the statement."""
        return (
            "For a small set of handwritten letters A to Z it is a good idea to augment by random horizontal and "
            "vertical flips."
        )

    def decide(self, effort: Effort) -> Evidence:
        """Fit scikit-learn's logistic regression to rendered letters with and without flipped copies."""
        from sklearn.linear_model import LogisticRegression

        return self._judged(
            lambda: LogisticRegression(max_iter=200, tol=1e-2), "logistic regression", effort, noise=0.15
        )

    def witness(self, effort: Effort) -> Evidence:
        """Classify by the nearest neighbour, on letters with more noise."""
        from sklearn.neighbors import KNeighborsClassifier

        return self._judged(lambda: KNeighborsClassifier(1, algorithm="brute"), "nearest neighbour", effort, noise=0.3)

    def _judged(self, model: Any, name: str, effort: Effort, noise: float) -> Evidence:
        import numpy as np

        from gradus.lab.data import letters

        gains, scores = [], []
        for trial in range(effort.choose(4, 6, 48)):
            train, test = (
                letters(count, side=12, jitter=0.4, noise=noise, seed=effort.seed(name, trial, count))
                for count in (10, 8)
            )
            source = np.random.default_rng(effort.seed(name, trial))
            shown = _flipped_at_random(test.inputs, source) if self.tested == "flipped at random" else test.inputs
            accuracy = []
            for augmented in (False, True):
                sets = [train.inputs]
                if augmented:
                    sets += [train.inputs[:, ::-1], train.inputs[:, :, ::-1], train.inputs[:, ::-1, ::-1]]
                inputs = np.concatenate(sets).reshape(-1, 144)
                fitted = model().fit(inputs, np.tile(train.targets, len(sets)))
                accuracy.append(float(fitted.score(shown.reshape(len(shown), -1), test.targets)))
            scores.append(accuracy)
            gains.append(accuracy[1] - accuracy[0])
        gain = np.array(gains)
        middle, half = float(gain.mean()), 2.6 * float(gain.std(ddof=1)) / len(gain) ** 0.5
        without, with_flips = np.mean(scores, axis=0)
        finding = f"{name}: accuracy {without:.3f} without flips, {with_flips:.3f} with"
        effect = Effect("accuracy, with flips minus without", middle, middle - half, middle + half, "", LEAST)
        verdict = Truth.TRUE if effect.low > LEAST else Truth.FALSE if effect.high < LEAST else Truth.UNDECIDED
        return Evidence(verdict, Route.EXPERIMENT, finding, effect, 2 * len(gain), 1)


def _flipped_at_random(images: Array, source: np.random.Generator) -> Array:
    import numpy as np

    sides = source.random((2, len(images), 1, 1, 1)) < 0.5
    upright = np.where(sides[0], images[:, ::-1], images)
    return np.where(sides[1], upright[:, :, ::-1], upright)
