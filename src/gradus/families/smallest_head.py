"""Which of several networks has the smallest dense head, and how large that head is."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from gradus.answers import Answer, Choice, Count, Shape
from gradus.errors import Fault, Underdetermined
from gradus.family import Family, Mistake
from gradus.networks import Conv, Dense, Flatten, Network, Pool, Repeat, rules
from gradus.oracle import scalars, windows
from gradus.parameters import Between, Domain, Sizes, among, drawn

LABELS = ("a", "b", "c", "d")


@final
@dataclass(frozen=True, slots=True)
class Architecture:
    """The convolution of one network's modules, and the label that the question gives the network."""

    label: str
    kernel: int
    stride: int
    padding: int
    filters: int


@final
@dataclass(frozen=True, slots=True)
class Architectures(Domain):
    """Sets of a few architectures with labels of their own."""

    most: int = 6

    def allows(self, value: object) -> bool:
        """Return whether there are two or more, told apart by labels, with sizes that exist."""
        return (
            isinstance(value, tuple)
            and 2 <= len(value) <= self.most
            and len({net.label for net in value}) == len(value)
            and all(1 <= net.kernel <= 31 and 1 <= net.stride <= 64 and 0 <= net.padding <= 64 for net in value)
            and all(1 <= net.filters <= 4096 and net.label.isalnum() for net in value)
        )

    def draw(self, source: random.Random) -> tuple[Architecture, ...]:
        """Return three that differ in more than their filters."""
        kernels = source.sample((1, 2, 3, 5), 3)
        return tuple(
            Architecture(label, kernel, source.choice((1, 1, 2)), source.randrange(kernel), source.randrange(8, 66, 2))
            for label, kernel in zip(LABELS, kernels, strict=False)
        )

    def values(self) -> Iterator[object]:
        """Yield a fixed sample: there are too many to list."""
        source = random.Random("architectures")
        return (self.draw(source) for _ in range(24))

    def __str__(self) -> str:
        return f"2 to {self.most} networks with different labels, kernels of 1 to 31, strides of 1 to 64"


@final
@dataclass(frozen=True, kw_only=True)
class SmallestHead(Family):
    """Which of several networks needs the fewest parameters for a dense layer on its flattened output."""

    parts: ClassVar[tuple[str, ...]] = ("architecture", "parameters")

    image: Shape = among(*[Shape(side, side, 3) for side in range(64, 258, 2)], allowed=Sizes(3, 4096))
    nets: tuple[Architecture, ...] = drawn(Architectures())
    classes: int = among(2, 5, 10, 20, 26, 50, 100, allowed=Between(1, 1_000_000))
    modules: int = among(2, 3, allowed=Between(1, 12))
    pool: int = among(2, allowed=Between(1, 16))
    pool_stride: int = among(2, allowed=Between(1, 16))
    bias: bool = True

    def check(self) -> Iterator[Fault]:
        """Demand that every window of every network fits."""
        for net in self.nets:
            size = min(self.image.sizes[:2])
            for module in range(1, self.modules + 1):
                room = size + 2 * net.padding
                size = rules.conv_size(size, net.kernel, net.stride, net.padding)
                if net.kernel > room or self.pool > size:
                    left = f"where {max(size, 0)} pixels are left"
                    rule = f"must leave room in module {module} of network {net.label}, {left}"
                    yield Fault("SmallestHead", "nets", net.label, rule, "choose a larger image or fewer modules")
                    return
                size = rules.pool_size(size, self.pool, self.pool_stride)

    def is_sensible(self) -> bool:
        """Draw only networks of which one is smallest."""
        sizes = sorted(self._inputs(net) for net in self.nets)
        return sizes[0] < sizes[1]

    def prompt(self) -> str:
        """List the networks."""
        rows = "\n".join(
            f"* **{net.label}**: convolutions of ${net.filters}$ filters $({net.kernel} \\times {net.kernel})$, stride "
            f"${net.stride}$, zero padding ${net.padding}$"
            for net in self.nets
        )
        biases = "one bias per class" if self.bias else "no biases"
        return (
            f"Each network takes an image of shape ${self.image.latex()}$ (height × width × channels) through "
            f"${self.modules}$ equal modules: the convolution below, max pooling over "
            f"${self.pool} \\times {self.pool}$ with stride ${self.pool_stride}$, and ReLU. Sizes round down."
            f"\n\n{rows}\n\n"
            f"The output is flattened and goes into a dense layer with ${self.classes}$ outputs and {biases}. For "
            "which **architecture** does this dense layer need the fewest parameters, and how many **parameters** "
            "does it need?"
        )

    def key(self) -> Mapping[str, Answer]:
        """Compare the closed forms."""
        heads = {net.label: rules.dense_parameters(self._inputs(net), self.classes, self.bias) for net in self.nets}
        return self._answer(heads)

    def _answer(self, heads: Mapping[str, int]) -> Mapping[str, Answer]:
        least = min(heads.values())
        smallest = [label for label, head in heads.items() if head == least]
        if len(smallest) > 1:
            raise Underdetermined("architecture", smallest, "change one network, so that one head is smallest")
        chosen = Choice(frozenset(smallest), tuple(heads))
        return {"architecture": chosen, "parameters": Count(least, "parameters")}

    def _inputs(self, net: Architecture) -> int:
        """Return how many numbers the flattened output holds."""
        height, width, _ = self.image.sizes
        for _ in range(self.modules):
            height = rules.conv_size(height, net.kernel, net.stride, net.padding)
            width = rules.conv_size(width, net.kernel, net.stride, net.padding)
            height = rules.pool_size(height, self.pool, self.pool_stride)
            width = rules.pool_size(width, self.pool, self.pool_stride)
        return height * width * net.filters

    def witness(self) -> Mapping[str, Answer]:
        """Slide the windows, walk over the cells, name the head's scalars, and rank the networks by them."""
        ranked = sorted((self._count_head(net), place) for place, net in enumerate(self.nets))
        least, first = ranked[0]
        if ranked[1][0] == least:
            ties = [self.nets[place].label for named, place in ranked if named == least]
            raise Underdetermined("architecture", ties, "two heads are equally small")
        options = tuple(net.label for net in self.nets)
        return {
            "architecture": Choice(frozenset({self.nets[first].label}), options),
            "parameters": Count(least, "parameters"),
        }

    def _count_head(self, net: Architecture) -> int:
        sides = []
        for side in self.image.sizes[:2]:
            placed = side
            for _ in range(self.modules):
                placed = windows.count_placements(placed, net.kernel, net.stride, net.padding)
                placed = windows.count_placements(placed, self.pool, self.pool_stride)
            sides.append(placed)
        return scalars.count_dense(scalars.count_cells(sides[0], sides[1], net.filters), self.classes, self.bias)

    def follow(self, part: str, given: Mapping[str, Answer]) -> Answer | None:
        """Take the shapes and the choice that the candidate came to, and ask what is right for those."""
        heads = {}
        for net in self.nets:
            shape = given.get(net.label)
            cells = _product(shape) if isinstance(shape, Shape) else self._inputs(net)
            heads[net.label] = rules.dense_parameters(cells, self.classes, self.bias)
        if part == "architecture":
            try:
                return self._answer(heads)["architecture"]
            except Underdetermined:
                return None
        chosen = given.get("architecture")
        label = min(chosen.chosen) if isinstance(chosen, Choice) and len(chosen.chosen) == 1 else None
        return Count(heads[label], "parameters") if label in heads else None

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        options = tuple(net.label for net in self.nets)
        inputs = {net.label: self._inputs(net) for net in self.nets}
        largest = max(inputs, key=lambda label: inputs[label])
        least, extra = min(inputs.values()), 1 if self.bias else 0
        few = min(self.nets, key=lambda net: net.kernel**2 * net.filters)
        yield Mistake(
            "architecture",
            "largest_chosen",
            Choice(frozenset({largest}), options),
            "That network's flattened output is the largest, so its head needs the most parameters.",
        )
        yield Mistake(
            "architecture",
            "smallest_convolution_chosen",
            Choice(frozenset({few.label}), options),
            "Its convolutions are small, but the head depends on the flattened output alone.",
        )
        if self.bias:
            yield _count("bias_forgotten", least * self.classes, "Every output has a bias as well.")
        else:
            yield _count("bias_added", (least + 1) * self.classes, "This layer has no biases.")
        yield _count("one_bias_for_all", least * self.classes + 1, "There is one bias for each output.")
        yield _count("classes_forgotten", least + extra, "That is one output: multiply by their number.")
        for label, cells in inputs.items():
            feedback = f"That is the head of network {label}; another one is smaller."
            yield _count("head_of_another", (cells + extra) * self.classes, feedback)
        for net in self.nets:
            feedback = "All numbers of the flattened output go into the layer, not only its channels."
            yield _count("flatten_forgotten", (net.filters + extra) * self.classes, feedback)

    def working(self) -> str:
        """Write out every network's head."""
        lines = []
        for net in self.nets:
            module = (Conv(net.kernel, net.filters, net.stride, net.padding), Pool("max", self.pool, self.pool_stride))
            body = Network(Repeat(module, self.modules), Flatten(), Dense(self.classes, self.bias))
            *_, before, flat, head = body.describe(self.image.sizes).rows
            shape = " × ".join(map(str, before.output))
            lines.append(f"{net.label}: {shape} = {flat.output[0]}; head {head.parameters_working.text}")
        return "\n".join(lines)


def _product(shape: Shape) -> int:
    cells = 1
    for size in shape:
        cells *= max(size, 0)
    return cells


def _count(name: str, value: int, feedback: str) -> Mistake:
    return Mistake("parameters", name, Count(value, "parameters"), feedback)
