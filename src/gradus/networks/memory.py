"""The memory that training and inference need, in bytes, split by what it is for."""

from __future__ import annotations

from dataclasses import dataclass

from gradus.errors import Fault
from gradus.networks.checks import among, whole
from gradus.networks.formula import Formula, Working
from gradus.networks.keeping import VIEWS, kept
from gradus.networks.plan import INPUT
from gradus.networks.table import Table
from gradus.networks.tree import Quantity, product

OPTIMISERS = {"sgd": 0, "momentum": 1, "rmsprop": 1, "adagrad": 1, "adam": 2, "adamw": 2}
"""State vectors as long as the parameters that each optimiser keeps (Kingma and Ba 2015, algorithm 1, for Adam)."""

OF_PARAMETERS = Formula(lambda parameters, width: parameters * width)
OF_STATE = Formula(lambda vectors, parameters, width: vectors * parameters * width)
OF_ACTIVATIONS = Formula(
    lambda batch, values, width, indices, masks, fixed: batch * (values * width + 8 * indices + masks) + fixed * width
)


@dataclass(frozen=True, slots=True)
class Saved:
    """What a forward pass leaves behind for the backward pass: for one example, and `fixed` for the whole batch."""

    values: Quantity
    indices: Quantity
    masks: Quantity
    fixed: Quantity


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes needed at the end of a forward pass in training.

    Args:
        weights: parameters and buffers.
        gradients: one for each parameter.
        state: what the optimiser remembers.
        activations: what the backward pass needs, for the whole batch.
    """

    weights: Working
    gradients: Working
    state: Working
    activations: Working

    @property
    def parts(self) -> dict[str, Working]:
        """The four parts by name."""
        names = ("weights", "gradients", "state", "activations")
        return {name: getattr(self, name) for name in names}

    @property
    def total(self) -> Quantity:
        """The sum of all parts, in bytes."""
        return sum(part.value for part in self.parts.values())

    def working(self) -> str:
        """Return the derivation, a line for each part, then the total."""
        lines = [f"{name}: {part.text}" for name, part in self.parts.items()]
        terms = " + ".join(str(part.value) for part in self.parts.values())
        return "\n".join((*lines, f"total bytes: {terms} = {self.total}"))


def saved_activations(table: Table) -> Saved:
    """Return what is kept for the backward pass of one example; a tensor that several layers keep counts once.

    >>> from gradus.networks import Activation, Conv, Network
    >>> saved_activations(Network(Conv(3, 8), Activation("relu")).describe((5, 5, 1)))
    Saved(values=97, indices=0, masks=0, fixed=0)
    """
    storage: list[int] = []
    held: set[int] = set()
    values: Quantity = 0
    indices: Quantity = 0
    masks: Quantity = 0
    fixed: Quantity = 0
    for number, (step, row) in enumerate(zip(table.plan.steps, table.rows, strict=True)):
        sources = [source if source == INPUT else storage[source] for source in step.sources]
        storage.append(sources[0] if isinstance(step.layer, VIEWS) else number)
        found = kept(step.layer, row.input, row.output)
        held.update(sources if found.inputs else ())
        held.update([storage[number]] if found.output else ())
        values, indices = values + found.values, indices + found.indices
        masks, fixed = masks + found.masks, fixed + found.fixed
    tensors = sum(product(table.input if at == INPUT else table.rows[at].output) for at in held)
    return Saved(values + tensors, indices, masks, fixed)


def training_memory(table: Table, batch: Quantity = 1, optimiser: str = "adam", width: int = 4) -> Memory:
    """Return the memory of training, split by what it is for.

    Args:
        table: a described network.
        batch: examples at once.
        optimiser: `sgd`, `momentum`, `rmsprop`, `adagrad`, `adam` or `adamw`.
        width: bytes of one value: 4 for single precision.

    >>> from gradus.networks import Dense, Network
    >>> print(training_memory(Network(Dense(10)).describe((784,)), batch=32).working())
    weights: 7850·4 = 31400
    gradients: 7850·4 = 31400
    state: 2·7850·4 = 62800
    activations: 32·(784·4 + 8·0 + 0) + 0·4 = 100352
    total bytes: 31400 + 31400 + 62800 + 100352 = 225952
    """
    among("memory", "optimiser", optimiser, OPTIMISERS)
    whole("memory", "batch", batch)
    whole("memory", "width", width)
    saved = saved_activations(table)
    parameters = table.parameters
    return Memory(
        weights=Working(OF_PARAMETERS, (parameters + table.buffers, width)),
        gradients=Working(OF_PARAMETERS, (parameters, width)),
        state=Working(OF_STATE, (OPTIMISERS[optimiser], parameters, width)),
        activations=Working(OF_ACTIVATIONS, (batch, *_sizes(saved, width))),
    )


def _sizes(saved: Saved, width: int) -> tuple[Quantity, ...]:
    return saved.values, width, saved.indices, saved.masks, saved.fixed


def largest_batch(table: Table, memory: int, optimiser: str = "adam", width: int = 4) -> int:
    """Return the largest batch whose training fits in `memory` bytes.

    Raises:
        Fault: not even one example fits; the message names the bytes that one needs.

    >>> from gradus.networks import Dense, Network
    >>> largest_batch(Network(Dense(10)).describe((784,)), memory=225952)
    32
    """
    whole("memory", "memory", memory)
    one = training_memory(table, 1, optimiser, width)
    per_example = training_memory(table, 2, optimiser, width).total - one.total
    fixed = one.total - per_example
    if one.total > memory:
        rule = f"is too little: one example needs {one.total} bytes, {fixed} of them whatever the batch"
        raise Fault("memory", "memory", memory, rule, "use more memory, a smaller network, or a leaner optimiser")
    if not per_example:
        raise Fault("memory", "network", None, "keeps no activations, so every batch fits", "add a layer with weights")
    return int((memory - fixed) // per_example)


def peak_values(table: Table) -> int:
    """Return the most values that are alive at once in a forward pass of one example without training.

    A tensor lives from the step that makes it to the last step that reads it; views share their input's storage.

    >>> from gradus.networks import Activation, Conv, Network
    >>> peak_values(Network(Conv(3, 8), Activation("relu")).describe((5, 5, 1)))
    144
    """
    steps = table.plan.steps
    last = {source: number for number, step in enumerate(steps) for source in step.sources}
    alive: dict[int, int] = {INPUT: product(table.input)}
    most = alive[INPUT]
    for number, row in enumerate(table.rows):
        alive[number] = 0 if isinstance(row.layer, VIEWS) else product(row.output)
        most = max(most, sum(alive.values()))
        for source in steps[number].sources:
            if last[source] == number and not isinstance(row.layer, VIEWS):
                alive.pop(source, None)
    return most
