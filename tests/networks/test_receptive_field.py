"""Receptive fields are what a perturbation finds."""

import numpy as np
import pytest

from gradus.errors import Fault
from gradus.networks import AdaptivePool, Add, Concat, Conv, Crop, Network, Pad, Pool, TransposedConv, Upsample
from gradus.networks.branching import Branching
from gradus.networks.composition import Item
from gradus.networks.reading import read_text
from gradus.networks.receptive_field import last_spatial, receptive_fields


def seen_by_outputs(items: tuple[Item, ...], x: np.ndarray) -> np.ndarray:
    """Push one boolean row of dependencies per position through 1-D layers: x[i, j] says that unit i sees pixel j."""
    for item in items:
        x = _through(item, x)
    return x


def _through(item: Item, x: np.ndarray) -> np.ndarray:
    if isinstance(item, Branching):
        ends = [seen_by_outputs(branch, x) for branch in item.branches]
        joined: np.ndarray = np.logical_or.reduce(ends)
        return joined
    n = len(x)
    nothing = np.zeros_like(x[0])
    if isinstance(item, Conv | Pool):
        s = item.stride or item.kernel
        p = item.padding
        out = range((n + 2 * p - item.dilation * (item.kernel - 1) - 1) // s + 1)
        taps = [[o * s - p + t * item.dilation for t in range(item.kernel)] for o in out]
    elif isinstance(item, TransposedConv):
        out = range((n - 1) * item.stride - 2 * item.padding + item.kernel)
        taps = [[i for i in range(n) if 0 <= o + item.padding - i * item.stride < item.kernel] for o in out]
    elif isinstance(item, Upsample):
        taps = [[o // item.scale] for o in range(n * item.scale)]
    else:
        assert isinstance(item, AdaptivePool)
        m = item.size
        taps = [list(range(i * n // m, -(-(i + 1) * n // m))) for i in range(m)]
    return np.array([np.logical_or.reduce([x[i] if 0 <= i < n else nothing for i in row] or [nothing]) for row in taps])


NETS = {
    "chain": Network(Conv(3, 1, padding=1), Pool("max", 2), Conv(5, 1, stride=2, dilation=2)),
    "skip": Network(
        Conv(7, 1, stride=2, padding=3), Add((Conv(3, 1, padding=1), Conv(3, 1, padding=1)), ()), Pool("max", 3, 2)
    ),
    "even kernels": Network(Conv(4, 1, stride=2, padding=1), Conv(2, 1)),
    "up and down": Network(
        Conv(3, 1, padding=1), Add((Pool("max", 2), Conv(3, 1, padding=1), TransposedConv(2, 1, 2)), ()), Conv(3, 1)
    ),
    "odd transposed": Network(Conv(3, 1, stride=2), TransposedConv(5, 1, stride=3, padding=1), Conv(2, 1, stride=2)),
    "upsampled": Network(Pool("max", 4), Upsample(3), Conv(3, 1, padding=1), Pool("average", 2)),
    "adaptive": Network(Conv(3, 1), AdaptivePool("max", 5)),
}


@pytest.mark.parametrize("name", sorted(NETS))
def test_the_field_is_what_perturbing_each_pixel_finds(name: str) -> None:
    size = 96
    net = NETS[name]
    field = last_spatial(receptive_fields(net.describe((size, 1))))
    assert field is not None
    dependencies = seen_by_outputs(net.layers, np.eye(size, dtype=bool))
    for unit, row in enumerate(dependencies):
        first, last = field[0].at(unit)
        found = np.flatnonzero(row)
        assert (found[0], found[-1]) == (max(first, 0), min(last, size - 1))


def test_the_decoder_of_a_u_net_sees_more_than_its_bottleneck() -> None:
    def level(filters: int, inner: tuple[Item, ...]) -> tuple[Item, ...]:
        two = (Conv(3, filters, padding=1), Conv(3, filters, padding=1))
        return (*two, Concat((), (Pool("max", 2), *inner, TransposedConv(2, filters, 2))), *two) if inner else two

    net = Network(*level(1, level(1, level(1, level(1, level(1, ()))))))
    size = 512
    dependencies = seen_by_outputs(net.layers, np.eye(size, dtype=bool))
    widths = [int(np.ptp(np.flatnonzero(row))) + 1 for row in dependencies[150:350]]
    field = last_spatial(receptive_fields(net.describe((size, 1))))
    assert field is not None
    assert max(widths) == field[0].size == 204
    assert min(widths) == min(last - first for first, last in field[0].ranges) + 1


def test_padding_and_cropping_move_the_field() -> None:
    field = last_spatial(receptive_fields(Network(Pad(2), Crop(1), Conv(3, 1)).describe((9, 9, 1))))
    assert field is not None
    assert (field[0].offset, field[0].size) == (-1, 3)


def test_branches_that_step_differently_are_refused() -> None:
    with pytest.raises(Fault) as fault:
        receptive_fields(read_text("concat(maxpool 2 > upsample 3 | upsample 2 > crop p0)").describe((12, 8, 1)))
    assert "must agree in all sizes" in str(fault.value)


def test_beyond_flatten_a_unit_sees_everything() -> None:
    assert receptive_fields(read_text("conv 3x3x4 > flatten > dense 10").describe((8, 8, 1)))[1:] == (None, None)
