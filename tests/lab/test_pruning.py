"""Pruning: the smaller network says what the whole one says, on inputs that it has never seen."""

from typing import Any

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradus.lab.models import build
from gradus.lab.sparse import pruned
from gradus.networks.text import write_text

RANDOM = np.random.default_rng(1)


def broken(text: Any, shape: Any, mute: Any = (), deaf: Any = (), seed: int = 0) -> Any:
    """Return a network with random biases and statistics, some weights into or out of units being 0."""
    random = np.random.default_rng(seed)
    model = build(text, shape)
    p = jax.tree.map(lambda a: random.standard_normal(a.shape).astype(np.float32), model.initialise(seed))
    state = jax.tree.map(lambda a: random.uniform(0.5, 2, a.shape).astype(np.float32), model.state())
    for place, unit in mute:
        p[place]["weight"][..., unit] = 0
    for place, unit in deaf:
        p[place]["weight"][..., unit, :] = 0
    return model, p, state


def same(whole: Any, smaller: Any) -> None:
    model, p, state = whole
    inputs = RANDOM.standard_normal((9, *model.shape)).astype(np.float32)
    wanted = np.asarray(model.apply(p, state, inputs)[0])
    found = np.asarray(smaller.model.apply(smaller.parameters, smaller.state, inputs)[0])
    assert np.allclose(found, wanted, atol=1e-4 * max(1, np.abs(wanted).max()))
    counted = sum(array.size for arrays in smaller.parameters.values() for array in arrays.values())
    assert counted == smaller.table.parameters


CASES = [
    ("dense 5 > relu > dense 3", (4,), [("1.dense", 1)], [("3.dense", 3)], {"1.dense": (5, 3)}),
    ("dense 5 > tanh > dense 3 nobias", (4,), [("1.dense", 1)], [], {"1.dense": (5, 4)}),
    ("dense 5 > batchnorm > prelu > dropout 0.5 > dense 3", (4,), [("1.dense", 0)], [("5.dense", 4)],
     {"1.dense": (5, 3)}),
    ("conv 3x3x4 > relu > maxpool 2 > flatten > dense 2", (8, 8, 1), [("1.conv", 2)], [], {"1.conv": (4, 3)}),
    ("conv 3x3x4 > flatten > batchnorm > dense 2", (5, 5, 1), [("1.conv", 2)], [], {"1.conv": (4, 3)}),
    ("conv 3x3x4 p1 > relu > conv 3x3x3 > globalavgpool > dense 2", (6, 6, 1), [("1.conv", 2)], [("3.conv", 0)],
     {"1.conv": (4, 2), "3.conv": (3, 3)}),
    ("dense 4 > layernorm > dense 2", (3,), [("1.dense", 1)], [], {}),
    ("3 x (dense 4 > relu) > dense 2", (4,), [("1.2.1.dense", 1)], [("1.3.1.dense", 0)],
     {"1.1.1.dense": (4, 4), "1.2.1.dense": (4, 2), "1.3.1.dense": (4, 4)}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shape", "mute", "deaf", "units"), CASES, ids=[case[0] for case in CASES])
def test_outputs_stay_when_units_go(text: Any, shape: Any, mute: Any, deaf: Any, units: Any) -> None:
    whole = broken(text, shape, mute, deaf)
    smaller = pruned(*whole)
    assert smaller.units == units
    same(whole, smaller)


@given(st.integers(0, 10_000), st.floats(0.3, 0.95))
@settings(max_examples=12, deadline=None)
def test_random_zeros_change_nothing_either(seed: Any, share: Any) -> None:
    model, p, state = broken("dense 4 > relu > dense 4 > tanh > dense 2", (3,), seed=seed)
    random = np.random.default_rng(seed)
    for arrays in p.values():
        arrays["weight"] *= random.random(arrays["weight"].shape) > share
    same((model, p, state), pruned(model, p, state))


def test_what_is_left_is_a_description_with_its_own_counts() -> None:
    smaller = pruned(*broken(*CASES[0][:4]))
    assert write_text(smaller.network) == "dense 3 > relu > dense 3"
    assert (smaller.before.parameters, smaller.table.parameters) == (5 * 5 + 6 * 3, 5 * 3 + 4 * 3)


def test_a_unit_that_lost_its_last_listener_goes_too() -> None:
    model, p, state = broken("dense 3 > relu > dense 3 > relu > dense 1", (2,), deaf=[("5.dense", 0)])
    p["3.dense"]["weight"][1, 1:] = 0  # unit 1 of the first layer speaks to unit 0 of the second only
    assert pruned(model, p, state).units == {"1.dense": (3, 2), "3.dense": (3, 2)}


def test_a_constant_that_the_border_cuts_off_is_kept() -> None:
    whole = broken("conv 3x3x4 p1 > sigmoid > conv 3x3x2 p1 > flatten > dense 2", (5, 5, 1), [("1.conv", 1)])
    assert pruned(*whole).units["1.conv"] == (4, 4)
    whole[1]["1.conv"]["bias"][1] = -200.0  # whose sigmoid is 0 in float32
    smaller = pruned(*whole)
    assert smaller.units["1.conv"] == (4, 3)
    same(whole, smaller)


def test_one_unit_always_stays() -> None:
    whole = broken("dense 3 > relu > dense 2", (2,), mute=[("1.dense", unit) for unit in range(3)])
    smaller = pruned(*whole)
    assert smaller.units == {"1.dense": (3, 1)}
    assert smaller.unused == (0, 1)
    same(whole, smaller)


BRANCHED = [
    # inside of a residual block, the skip untouched; a constant that the border cuts off stays
    ("conv 3x3x4 p1 > add(conv 3x3x6 p1 > relu > conv 3x3x4 p1 | skip) > globalavgpool > dense 2", (6, 6, 1),
     [("2.1.1.conv", 1)], [("2.1.3.conv", 4)], {"1.conv": (4, 4), "2.1.1.conv": (6, 5), "2.1.3.conv": (4, 4)}),
    # across: what the branch ends in, and what is skipped, lose the same channels
    ("conv 3x3x4 p1 > batchnorm > relu > add(conv 3x3x3 > relu > conv 3x3x4 | conv 5x5x4) > relu > flatten > dense 2",
     (6, 6, 1), [("4.1.3.conv", 1), ("4.2.1.conv", 1)], [("7.dense", slice(2, None, 4))],
     {"1.conv": (4, 4), "4.1.1.conv": (3, 3), "4.1.3.conv": (4, 2), "4.2.1.conv": (4, 2)}),
    # a block that writes into what it reads
    ("dense 5 > 2 x (add(dense 5 > tanh | skip)) > relu > dense 2", (3,),
     [("1.dense", 2), ("2.1.1.1.1.dense", 2), ("2.2.1.1.1.dense", 2)],
     [("2.1.1.1.1.dense", 3), ("2.2.1.1.1.dense", 3), ("4.dense", 3)],
     {"1.dense": (5, 3), "2.1.1.1.1.dense": (5, 3), "2.2.1.1.1.dense": (5, 3)}),
    # only one of the two is mute: nothing can go
    ("dense 4 > add(dense 4 > tanh | dense 4) > dense 2", (3,), [("2.1.1.dense", 1)], [],
     {"1.dense": (4, 4), "2.1.1.dense": (4, 4), "2.2.1.dense": (4, 4)}),
    # the input's own features cannot be taken out, nor what is joined to them
    ("add(dense 3 | skip) > dense 2", (3,), [("1.1.1.dense", 0)], [("2.dense", 1)], {}),
    # channels that go their own way in a depthwise convolution
    ("conv 3x3x6 > conv 3x3 depthwise p1 > batchnorm > relu > conv 1x1x4 > globalavgpool > dense 2", (7, 7, 2),
     [("5.conv", 0)], [("5.conv", 2)], {"1.conv": (6, 5), "5.conv": (4, 3)}),
    # a gate: squeeze and excitation
    ("conv 3x3x4 > multiply(skip | globalavgpool > dense 2 > relu > dense 4 > sigmoid) > globalavgpool > dense 2",
     (7, 7, 2), [("2.2.2.dense", 0)], [("4.dense", 3), ("2.2.2.dense", 3)],
     {"1.conv": (4, 3), "2.2.2.dense": (2, 1), "2.2.4.dense": (4, 3)}),
    # read again from far behind
    ("stem: dense 4 > relu > dense 6 > relu > add(dense 4 | @stem) > dense 2", (3,), [("3.dense", 0)],
     [("6.dense", 1), ("3.dense", 1)], {"stem.dense": (4, 3), "3.dense": (6, 5), "5.1.1.dense": (4, 3)}),
    # joined along the depth, grouped, used twice: kept
    ("dense 4 > concat(dense 3 | dense 2) > dense 2", (3,), [("2.1.1.dense", 0)],
     [("2.1.1.dense", 2), ("2.2.1.dense", 2)], {"1.dense": (4, 3)}),
    ("conv 3x3x4 > conv 3x3x4 g2 > globalavgpool > dense 2", (7, 7, 2), [("1.conv", 0)], [], {}),
    ("dense 4 > 2 x shared (dense 4 > relu) > dense 2", (3,), [("1.dense", 0)], [], {}),
    ("2 x (a: (dense 4 > relu) > dense 3 > relu) > dense 2", (3,), [("1.1.2.dense", 0)], [], {"1.2.2.dense": (3, 3)}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shape", "mute", "deaf", "units"), BRANCHED, ids=[case[0] for case in BRANCHED])
def test_branches_lose_channels_together_or_keep_them(text: Any, shape: Any, mute: Any, deaf: Any, units: Any) -> None:
    whole = broken(text, shape, mute, deaf)
    smaller = pruned(*whole)
    assert smaller.units == units
    same(whole, smaller)


@given(st.integers(0, 10_000), st.floats(0.4, 0.9))
@settings(max_examples=4, deadline=None)
def test_random_zeros_in_a_residual_network_change_nothing(seed: Any, share: Any) -> None:
    text = "conv 3x3x3 p1 > 2 x (add(conv 3x3x3 p1 > batchnorm > relu > conv 1x1x3 | skip)) > relu > flatten > dense 2"
    model, p, state = broken(text, (4, 4, 1), seed=seed)
    random = np.random.default_rng(seed)
    for arrays in p.values():
        if "weight" in arrays:
            shape = arrays["weight"].shape
            rows, columns = (random.random(shape[axis]) > share for axis in (-2, -1))
            arrays["weight"] *= np.outer(rows, columns)
    same((model, p, state), pruned(model, p, state))
