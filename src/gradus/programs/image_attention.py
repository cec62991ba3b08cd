"""Attention of every pixel to a small kernel of keys: the reference in loops, its inputs, laws and bugs."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gradus.programs.costs import Budget
from gradus.programs.task import WEIGHTS, Bug, Case, Property, Task

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Arrays = tuple[NDArray[Any], ...]
    Three = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]

FUNCTION = "image_attention"
SOURCE = """\
import numpy as np


def image_attention(image, keys, values):
    height, width, channels = image.shape
    outputs, size = values.shape[0], values.shape[1]
    normalised = np.zeros(image.shape)
    for channel in range(channels):
        norm = np.sqrt(np.square(image[:, :, channel]).sum())
        if norm > 0:
            normalised[:, :, channel] = image[:, :, channel] / norm
    result = np.zeros((height, width, outputs))
    for row in range(height):
        for column in range(width):
            query = normalised[row, column]
            for output in range(outputs):
                scores = np.zeros((size, size))
                for a in range(size):
                    for b in range(size):
                        scores[a, b] = query @ keys[output, a, b]
                weights = np.exp((scores - scores.max()) / DIVISOR)
                weights = weights / weights.sum()
                result[row, column, output] = (weights * values[output]).sum()
    return result
"""
QUICK = """\
import numpy as np


def image_attention(image, keys, values):
    norms = np.sqrt(np.square(image).sum(axis=(0, 1)))
    queries = (image / np.where(norms > 0, norms, 1)).reshape(-1, image.shape[2])
    scores = (queries @ keys.reshape(-1, image.shape[2]).T / DIVISOR).reshape(len(queries), len(values), -1)
    weights = np.exp(scores - scores.max(axis=2, keepdims=True))
    result = (weights * values.reshape(len(values), -1)).sum(axis=2) / weights.sum(axis=2)
    return result.reshape(*image.shape[:2], len(values))
"""
_BOTH = "The softmax runs over both axes of the kernel at once: all its weights sum to 1."
_SUM = "weights / weights.sum()"
_NORM = "norm = np.sqrt(np.square(image[:, :, channel]).sum())"
BUGS = (
    Bug("softmax_over_one_axis", _BOTH,
        _SUM, "weights / weights.sum(axis=0)", Fraction(1, 4)),
    Bug("softmax_over_the_other_axis", _BOTH,
        _SUM, "weights / weights.sum(axis=1, keepdims=True)", Fraction(1, 4)),
    Bug("softmax_not_normalised", "Divide the exponentials by their sum, else they are no softmax.", _SUM, "weights"),
    Bug("normalisation_missing", "Every channel is first divided by its Frobenius norm.",
        "image[:, :, channel] / norm", "image[:, :, channel]", Fraction(1, 4)),
    Bug("norm_over_all_channels", "Each channel has a norm of its own; this divides by the norm of the whole image.",
        _NORM, "norm = np.sqrt(np.square(image).sum())", Fraction(1, 4)),
    Bug("norm_of_each_pixel", "The norm is taken over the pixels of a channel, not over the channels of a pixel.",
        "query = normalised[row, column]",
        "query = image[row, column] / max(np.sqrt(np.square(image[row, column]).sum()), 1e-300)"),
    Bug("norm_squared", "The Frobenius norm is the root of the sum of squares.",
        _NORM, "norm = np.square(image[:, :, channel]).sum()", Fraction(1, 4)),
    Bug("values_transposed", "The kernel of values is read with its two axes exchanged.",
        "weights * values[output]", "weights * values[output].T", Fraction(1, 2)),
    Bug("keys_flipped", "The keys are used as they stand; flipping them belongs to true convolution.",
        "keys[output, a, b]", "keys[output, size - 1 - a, size - 1 - b]", Fraction(1, 2)),
    Bug("softmax_missing", "The scores go through a softmax before they weigh the values.",
        "weights * values[output]", "scores * values[output]"),
    Bug("values_averaged", "The weighted values are summed; the weights already make an average of them.",
        "(weights * values[output]).sum()", "(weights * values[output]).mean()", Fraction(1, 2)),
    Bug("values_ignored", "The result weighs the values, not the scores.",
        "weights * values[output]", "weights * scores"),
)  # fmt: skip
DIVIDED = Bug(
    "divisor_forgotten",
    "The scores are divided before the softmax.",
    " / DIVISOR",
    "",
    Fraction(1, 2),
)


def source(divisor: int) -> str:
    """Return the reference for scores that are divided by a number."""
    return (
        SOURCE.replace("(scores - scores.max()) / DIVISOR", "scores - scores.max()")
        if divisor == 1
        else SOURCE.replace("DIVISOR", str(divisor))
    )


def budget(divisor: int, sizes: Mapping[str, int], time: int, memory: int, *, vectorised: bool) -> Budget:
    """Return what a program may cost: beside loops where loops are welcome, else beside arrays that hold all scores."""
    large = {"height": 96, "width": 80} if vectorised else {"height": 12, "width": 15}
    quick = QUICK.replace("DIVISOR", str(divisor)) if vectorised else source(divisor)
    return Budget(quick, {**sizes, **large}, time, memory)


def bugs(divisor: int) -> tuple[Bug, ...]:
    """Return the bugs that can be seeded there."""
    if divisor == 1:
        return BUGS
    return (*BUGS, Bug(DIVIDED.name, DIVIDED.feedback, f" / {divisor}", "", DIVIDED.credit))


def draw(generator: np.random.Generator, sizes: Mapping[str, int]) -> Three:
    """Draw image, keys and values; large enough that the softmax is far from even, though the image is normalised."""
    height, width, inputs, outputs, size = (sizes[name] for name in ("height", "width", "inputs", "outputs", "kernel"))
    image = generator.normal(size=(height, width, inputs)) * generator.uniform(0.5, 2, size=inputs)
    keys = generator.normal(size=(outputs, size, size, inputs)) * 4
    return image, keys, generator.normal(size=(outputs, size, size))


def _constant(arguments: Arrays) -> Arrays:
    image, keys, values = arguments
    return image, keys, values * 0 + 1


def _scaled(arguments: Arrays) -> Arrays:
    image, keys, values = arguments
    image[:, :, 0] *= 8.0
    return image, keys, values


def _permuted(arguments: Arrays) -> Arrays:
    image, keys, values = arguments
    return image[:, :, ::-1].copy(), keys[:, :, :, ::-1].copy(), values


def _outputs_reversed(arguments: Arrays) -> Arrays:
    image, keys, values = arguments
    return image, keys[::-1].copy(), values[::-1].copy()


def _silent(arguments: Arrays) -> Arrays:
    image, keys, values = (a.copy() for a in arguments)
    image[:, :, 0] = 0
    return image, keys, values


def _loud(arguments: Arrays) -> Arrays:
    image, keys, values = arguments
    return image, keys * 1000, values


PROPERTIES = (
    Property("weights_do_not_sum_to_one", "Where all values are 1, the result must be 1: softmax weights sum to 1.",
             _constant, lambda result: result * 0 + 1),
    Property("channels_not_normalised", "Scaling one channel of the image must not change the result.",
             _scaled, lambda result: result),
    Property("channels_not_alike", "Reordering the channels of image and keys alike must not change the result.",
             _permuted, lambda result: result),
    Property("outputs_not_alike", "Reordering keys and values of the outputs must reorder the result's channels.",
             _outputs_reversed, lambda result: result[:, :, ::-1]),
)  # fmt: skip


@lru_cache(maxsize=256)
def task(
    kernel: int,
    divisor: int,
    inputs: int,
    outputs: int,
    vectorised: bool,
    time: int = 0,
    memory: int = 0,
    share: Fraction = Fraction(0),
) -> Task:
    """Return the task; sizes differ from one another so that no two axes can be confused unnoticed.

    `time` and `memory` are what it may cost, in times the reference's, and `share` what both together count.
    """

    def sizes(height: int, width: int, inputs: int = inputs, outputs: int = outputs) -> dict[str, int]:
        return {"height": height, "width": width, "inputs": inputs, "outputs": outputs, "kernel": kernel}

    cases = (
        Case(sizes(4, 3), 1, public=True),
        Case(sizes(5, 7), 2),
        Case(sizes(6, 2, inputs + 1, outputs + 1), 3),
        Case(sizes(1, 1), 4, edge="the image has one pixel"),
        Case(sizes(3, 1, 1, 1), 5, edge="there is one channel and one output"),
        Case(sizes(3, 4, max(2, inputs)), 6, edge="a channel is zero everywhere", alter=_silent),
        Case(sizes(3, 2), 7, edge="scores are large (take their maximum off before exp)", alter=_loud),
    )
    growing = (sizes(4, 5), sizes(12, 15)) if vectorised else None
    counted = [name for name, most in (("time", time), ("memory", memory)) if most]
    most = budget(divisor, sizes(0, 0), time, memory, vectorised=vectorised) if counted else None
    weights = {name: weight * (1 - share) for name, weight in WEIGHTS.items()} if counted else dict(WEIGHTS)
    weights |= {name: share / len(counted) for name in counted}
    return Task(
        FUNCTION, source(divisor), draw, cases, PROPERTIES, bugs(divisor), growing, weights=weights, budget=most
    )


PROBES = ((3, 4, 2, 2), (1, 2, 3, 1))


@lru_cache(maxsize=64)
def probes(kernel: int) -> tuple[Three, ...]:
    """Return the fixed inputs on which key and witness are compared."""
    import numpy as np

    names = ("height", "width", "inputs", "outputs")
    return tuple(
        draw(np.random.default_rng(at), {**dict(zip(names, sizes, strict=True)), "kernel": kernel})
        for at, sizes in enumerate(PROBES)
    )
