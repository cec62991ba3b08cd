"""The largest batch whose training fits a memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, final

from gradus.answers import Answer, Count
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.networks import rules
from gradus.networks.memory import OPTIMISERS
from gradus.oracle.storage import Memory, count_fitting
from gradus.parameters import Between, among, between

HALF = Fraction(1, 2)
TOLD = {
    "sgd": "plain SGD, which remembers nothing",
    "momentum": "SGD with momentum, which remembers a velocity for each parameter",
    "adam": "Adam, which remembers a first and a second moment for each parameter",
}
STATES: Mapping[str, tuple[str, ...]] = {"sgd": (), "momentum": ("velocity",), "adam": ("first", "second")}


@final
@dataclass(frozen=True, kw_only=True)
class LargestBatch(Family):
    """Bytes that training takes whatever the batch, and the largest batch that fits a memory."""

    parts: ClassVar[tuple[str, ...]] = ("fixed", "batch")

    parameters: int = between(1_000_000, 400_000_000, step=1_000_000, allowed=Between(1, 10**12))
    values: int = between(2_000_000, 60_000_000, step=500_000, allowed=Between(1, 10**10))
    memory: int = among(4, 8, 12, 16, 24, 32, 40, 48, 80, allowed=Between(1, 4096))
    optimiser: Literal["sgd", "momentum", "adam"] = among("sgd", "momentum", "adam")
    width: int = among(4, 4, 2, allowed=Between(1, 8))

    def check(self) -> Iterator[Fault]:
        """Demand that one example fits, and not more than a witness can place one by one."""
        largest = self._left() // (self.values * self.width)
        if largest < 1:
            rule = f"leaves {max(self._left(), 0)} bytes of {self.memory} GiB, too few for one example"
            yield Fault("LargestBatch", "parameters", self.parameters, rule, "use more memory or a smaller network")
        elif largest > 1_000_000:
            rule = f"are so few that {largest} examples fit"
            yield Fault("LargestBatch", "values", self.values, rule, "use less memory or more values")

    def _left(self) -> int:
        vectors = 2 + len(STATES[self.optimiser])
        return self.memory * 2**30 - vectors * self.parameters * self.width

    def is_sensible(self) -> bool:
        """Draw batches of a usual size."""
        return 4 <= self._left() // (self.values * self.width) <= 1024

    def prompt(self) -> str:
        """Ask for what is fixed, and for the batch."""
        size = f"{self.width} bytes" if self.width > 1 else "1 byte"
        return (
            f"A network of ${self.parameters}$ parameters is trained by {TOLD[self.optimiser]}. Memory holds the "
            "weights, a gradient for each weight, what the optimiser remembers, and for every example of the batch "
            f"${self.values}$ activations that the backward pass needs. All of these are numbers of {size}; nothing "
            f"else takes memory. There are ${self.memory}$ GiB, where $1$ GiB is $1024^3$ bytes.\n\n"
            "Give the number of bytes that are **fixed**, that is, taken whatever the batch, and the largest **batch** "
            "that fits."
        )

    def key(self) -> Mapping[str, Answer]:
        """Add up what is fixed, and divide what is left."""
        weights = gradients = rules.PRODUCT(self.parameters, self.width)
        state = rules.PRODUCT(OPTIMISERS[self.optimiser], self.parameters, self.width)
        example = rules.PRODUCT(self.values, self.width)
        fixed = rules.SUM(weights, gradients, state)
        return {"fixed": Count(fixed, "bytes"), "batch": Count((self.memory * 2**30 - fixed) // example, "examples")}

    def witness(self) -> Mapping[str, Answer]:
        """Take memory vector by vector, then example by example until there is no room."""
        memory = Memory(room=self.memory << 30)
        for _ in ("weights", "gradients", *STATES[self.optimiser]):
            for _ in range(self.width):  # the first bytes of all numbers, the second bytes, …
                memory.take(self.parameters)
        fixed = memory.taken
        example = sum(self.values for _ in range(self.width))
        return {"fixed": Count(fixed, "bytes"), "batch": Count(count_fitting(memory, example), "examples")}

    def follow(self, part: str, given: Mapping[str, Answer]) -> Answer | None:
        """Divide what the candidate's fixed bytes leave."""
        fixed = given.get("fixed")
        if part == "batch" and isinstance(fixed, Count):
            return Count(max(self.memory * 2**30 - fixed.value, 0) // (self.values * self.width), "examples")
        return None

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        one, vectors = self.parameters * self.width, 2 + len(STATES[self.optimiser])
        room, example, left = self.memory * 2**30, self.values * self.width, self._left()
        yield _count("fixed", "weights_only", one, "Each weight has a gradient, and the optimiser may remember more.")
        if vectors > 2:
            told = f"There are {vectors} vectors: weights, gradients, and what the optimiser remembers."
            yield _count("fixed", "one_vector_forgotten", (vectors - 1) * one, told, HALF)
        else:
            told = "Plain SGD remembers nothing beside weights and gradients."
            yield _count("fixed", "state_added", 3 * one, told, HALF)
        if self.optimiser == "adam":
            told = "Adam remembers two moments for each parameter."
            yield _count("fixed", "state_forgotten", 2 * one, told, HALF)
        told = f"That is numbers: each takes {self.width} bytes."
        yield _count("fixed", "numbers_given", vectors * self.parameters, told)
        told = "Weights, gradients and the optimiser's memory take their share first."
        yield _count("batch", "fixed_forgotten", room // example, told)
        told = "A batch that large no longer fits: round down."
        yield _count("batch", "rounded_up", left // example + 1, told, HALF)
        told = "Weights, gradients and the optimiser's memory are there once, not for every example."
        yield _count("batch", "fixed_for_every_example", room // (example + vectors * one), told)
        told = "A GiB is 1024³ bytes here, more than 10⁹."
        decimal = max(self.memory * 10**9 - vectors * one, 0) // example
        yield _count("batch", "decimal_gigabytes", decimal, told, HALF)
        told = f"Each activation takes {self.width} bytes."
        yield _count("batch", "width_forgotten", left // self.values, told)

    def working(self) -> str:
        """Write out what is fixed, what is left, and the division."""
        fixed, batch = self.key().values()
        vectors = 2 + len(STATES[self.optimiser])
        return (
            f"fixed: {vectors}·{self.parameters}·{self.width} = {fixed}\n"
            f"left: {self.memory}·1024³ − {fixed} = {self._left()}\n"
            f"batch: ⌊{self._left()}/({self.values}·{self.width})⌋ = {batch}"
        )


def _count(part: str, name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake(part, name, Count(value, "bytes" if part == "fixed" else "examples"), feedback, credit)
