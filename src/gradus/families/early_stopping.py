"""Early stopping with patience on a given curve of validation losses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, final

from gradus.answers import Answer, Count, Real
from gradus.arithmetic import HALF, count, real, show, tex
from gradus.domains import Lists, Ratios, sample
from gradus.family import Family, Mistake
from gradus.oracle import waiting
from gradus.parameters import Between, Domain, among, drawn

if TYPE_CHECKING:
    import random

LOSS = Ratios(Fraction(-1000), Fraction(1000), 10**6)


@final
@dataclass(frozen=True, slots=True)
class _Curves(Domain):
    """Curves of 9 to 12 losses that fall, then rise, both with noise; any list of 2 to 60 is allowed."""

    def allows(self, value: object) -> bool:
        return _CURVE.allows(value)

    def draw(self, source: random.Random) -> tuple[Fraction, ...]:
        length, lowest = source.randrange(9, 13), source.randrange(3, 8)
        level, curve = source.randrange(70, 130), []
        for epoch in range(length):
            curve.append(Fraction(max(level + source.randrange(-6, 7), 1), 100))
            level += source.randrange(-12, -3) if epoch < lowest else source.randrange(-2, 7)
        return tuple(curve)

    def values(self) -> Iterator[object]:
        return sample(self)

    def __str__(self) -> str:
        return str(_CURVE)


_CURVE = Lists(2, 60, LOSS)


@final
@dataclass(frozen=True, kw_only=True)
class EarlyStopping(Family):
    """Which epoch stops training by early stopping with patience, whose weights are kept, and with which loss.

    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), algorithm 7.1; Prechelt, Early stopping – but when?
    (1998), stopping criterion UP.

    >>> losses = tuple(Fraction(n, 10) for n in (9, 6, 7, 5, 6, 8, 3))
    >>> variant = EarlyStopping(losses=losses, patience=2, least=Fraction(0))
    >>> [str(answer) for answer in variant.key().values()]
    ['6', '4', '0.5']
    """

    parts: ClassVar[tuple[str, ...]] = ("stopped", "kept", "loss")

    losses: tuple[Fraction, ...] = drawn(_Curves())
    patience: int = among(1, 2, 2, 3, 4, allowed=Between(1, 60))
    least: Fraction = among(
        *map(Fraction, ("0", "0", "0.01", "0.02", "0.05")), allowed=Ratios(Fraction(0), Fraction(100))
    )

    def is_sensible(self) -> bool:
        """Draw curves on which patience ends training before the last epoch, and not at once."""
        *_, last = self._records(self.least)
        return last > 1 and last + self.patience < len(self.losses)

    def prompt(self) -> str:
        """Tabulate the curve, then state every rule."""
        shown = [show(loss) for loss in self.losses]
        wide = max(4, *map(len, shown))
        epochs = "  ".join(str(number).rjust(wide) for number in range(1, len(shown) + 1))
        curve = f"```text\nepoch  {epochs}\nloss   {'  '.join(text.rjust(wide) for text in shown)}\n```"
        least = "is lower than the lowest so far"
        if self.least:
            least = f"is more than ${tex(self.least)}$ lower than the loss of the last improvement"
        epoch = "one epoch passes" if self.patience == 1 else f"${self.patience}$ epochs in a row pass"
        return (
            "Trained on without stopping, a network would have these losses on its validation set, measured at the end "
            f"of each epoch:\n\n{curve}\n\nAn epoch is an improvement when its loss {least}; the first epoch always "
            f"is. Early stopping with patience ${self.patience}$ ends training after the epoch with which {epoch} "
            f"without an improvement (at the latest after epoch ${len(shown)}$), and then goes back to the weights "
            "of the last improvement.\n\nAfter which epoch does training end (**stopped**), the weights of which epoch "
            "are kept (**kept**), and what is their validation **loss**?"
        )

    def _records(self, least: Fraction, patience: int = 0) -> list[int]:
        """Return the epochs that improve, each found from the one before, until none follows within patience."""
        found, wait = [1], patience or self.patience
        while True:
            last = found[-1]
            bar = self.losses[last - 1] - least
            window = range(last + 1, min(last + wait, len(self.losses)) + 1)
            better = next((epoch for epoch in window if self.losses[epoch - 1] < bar), None)
            if better is None:
                return found
            found.append(better)

    def key(self) -> Mapping[str, Answer]:
        """Go from improvement to improvement; training ends its patience after the last."""
        last = self._records(self.least)[-1]
        stopped = min(last + self.patience, len(self.losses))
        return {"stopped": Count(stopped), "kept": Count(last), "loss": Real(self.losses[last - 1])}

    def witness(self) -> Mapping[str, Answer]:
        """Live through the epochs, with a counter."""
        stopped, kept = waiting.train(self.losses, self.patience, self.least)
        return {"stopped": Count(stopped), "kept": Count(kept), "loss": Real(self.losses[kept - 1])}

    def mistakes(self) -> Iterator[Mistake]:
        """Name what else might be compared, kept or counted."""
        end, losses = len(self.losses), self.losses
        last = self._records(self.least)[-1]
        stopped = min(last + self.patience, end)
        told = "Training goes on for all its patience after the last improvement."
        yield count("stopped", "at_the_improvement", last, told)
        told = "Patience is used up with that many epochs without improvement, not with one more."
        yield count("stopped", "one_epoch_too_late", stopped + 1, told, HALF)
        told = "The last improvement is itself not without improvement: count from the next epoch."
        yield count("stopped", "one_epoch_too_early", stopped - 1, told, HALF)
        told = "Patience ends training earlier; the rest of the curve is never seen."
        yield count("stopped", "never_stopped", end, told)
        told = "Compare with the best loss so far, not with that of the epoch before."
        yield count("stopped", "compared_with_the_epoch_before", self._versus_previous(), told)
        told = "The weights go back to those of the last improvement."
        yield count("kept", "last_epoch_kept", stopped, told)
        yield real("loss", "last_epoch_kept", losses[stopped - 1], told)
        told = "Training has stopped before that epoch: it is never seen."
        best = min(range(1, end + 1), key=lambda epoch: losses[epoch - 1])
        yield count("kept", "best_of_the_whole_curve", best, told)
        yield real("loss", "best_of_the_whole_curve", losses[best - 1], told)
        if self.least:
            told = f"An improvement lowers the loss by more than {show(self.least)}."
            other = self._records(Fraction(0))[-1]
            yield count("stopped", "least_improvement_ignored", min(other + self.patience, end), told, HALF)
            yield count("kept", "least_improvement_ignored", other, told, HALF)
            yield real("loss", "least_improvement_ignored", losses[other - 1], told, HALF)
        told = "Epochs are counted from 1 here."
        yield count("kept", "counted_from_zero", last - 1, told, HALF)

    def _versus_previous(self) -> int:
        """Return where training would end if each epoch were compared with the one before."""
        waited = 0
        for epoch in range(2, len(self.losses) + 1):
            waited = 0 if self.losses[epoch - 2] - self.losses[epoch - 1] > self.least else waited + 1
            if waited == self.patience:
                return epoch
        return len(self.losses)

    def follow(self, part: str, given: Mapping[str, Answer]) -> Answer | None:
        """Accept the loss of another epoch that was given as kept."""
        kept = given.get("kept")
        if part == "loss" and isinstance(kept, Count) and 1 <= kept.value <= len(self.losses):
            return Real(self.losses[kept.value - 1])
        return None

    def working(self) -> str:
        """List the improvements."""
        records, key = self._records(self.least), self.key()
        shown = "; ".join(f"epoch {epoch} with {show(self.losses[epoch - 1])}" for epoch in records)
        return "\n".join(
            (
                f"improvements: {shown}",
                f"none in the epochs up to {key['stopped']}, the patience being {self.patience}",
                f"stopped: {key['stopped']}",
                f"kept: {key['kept']}",
                f"loss: {key['loss']}",
            )
        )
