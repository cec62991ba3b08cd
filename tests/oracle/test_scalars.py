"""Scalars named one by one against the arrays of JAX, and against what changes a real output."""

import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jax import lax

from gradus.oracle.scalars import count_cells, count_conv, count_dense, count_filter
from gradus.oracle.windows import count_placements

SMALL = st.integers(1, 9)


@given(SMALL, SMALL, SMALL, st.booleans())
def test_a_convolution_has_as_many_scalars_as_its_arrays(kernel: int, depth: int, filters: int, bias: bool) -> None:
    arrays = [np.zeros((kernel, kernel, depth, filters))] + ([np.zeros(filters)] if bias else [])
    assert count_conv(kernel, depth, filters, bias) == sum(array.size for array in arrays)
    assert count_conv(kernel, depth, 1, bias) == count_filter(kernel, depth, bias)


@given(SMALL, SMALL, SMALL, st.booleans())
def test_a_dense_layer_has_as_many_scalars_as_its_arrays(side: int, depth: int, units: int, bias: bool) -> None:
    flat = np.zeros((side, side + 1, depth)).ravel()
    assert count_cells(side, side + 1, depth) == flat.size
    arrays = [np.zeros((flat.size, units))] + ([np.zeros(units)] if bias else [])
    assert count_dense(flat.size, units, bias) == sum(array.size for array in arrays)


@pytest.mark.parametrize(
    ("kernel", "depth", "filters", "bias", "scalars"),
    [
        (11, 3, 96, True, 34_944),  # AlexNet conv1
        (3, 512, 512, True, 2_359_808),  # VGG-16 conv5
        (7, 3, 64, False, 9408),  # ResNet's stem
        (5, 1, 6, True, 156),  # LeNet-5 C1
    ],
)
def test_published_convolutions_have_as_many_scalars_as_published(
    kernel: int, depth: int, filters: int, bias: bool, scalars: int
) -> None:
    assert count_conv(kernel, depth, filters, bias) == scalars


def test_the_heads_of_published_networks_have_as_many_scalars_as_published() -> None:
    assert count_dense(4096, 1000, bias=True) == 4_097_000  # VGG-16 fc8
    assert count_dense(count_cells(7, 7, 512), 4096, bias=True) == 102_764_544  # VGG-16 fc6
    assert count_dense(84, 10, bias=True) == 850  # LeNet-5's last layer, as a dense one


def convolve(image: np.ndarray, weights: np.ndarray, biases: np.ndarray, stride: int, padding: int) -> np.ndarray:
    """Slide every filter over the image [H, W, C]; weights are [k, k, C, F]; the result is [H', W', F]."""
    padded = np.pad(image, ((padding, padding), (padding, padding), (0, 0)))
    kernel = weights.shape[0]
    rows = range(0, padded.shape[0] - kernel + 1, stride)
    columns = range(0, padded.shape[1] - kernel + 1, stride)
    out = np.zeros((len(rows), len(columns), weights.shape[3]), dtype=np.int64)
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            window = padded[top : top + kernel, left : left + kernel]
            out[i, j] = np.tensordot(window, weights, axes=3) + biases
    return out


@pytest.mark.parametrize(
    ("kernel", "stride", "padding"), [(1, 1, 0), (2, 1, 0), (3, 1, 1), (3, 2, 1), (2, 3, 1), (4, 2, 2)]
)
def test_every_scalar_counted_changes_a_real_output_and_nothing_else_does(
    kernel: int, stride: int, padding: int
) -> None:
    depth, filters = 2, 3
    source = np.random.default_rng(7)
    image = source.integers(1, 100, (7, 6, depth))  # whole numbers: what changes, changes exactly
    weights = source.integers(-50, 50, (kernel, kernel, depth, filters))
    biases = source.integers(-50, 50, filters)
    before = convolve(image, weights, biases, stride, padding)
    assert before.shape[:2] == tuple(count_placements(side, kernel, stride, padding) for side in (7, 6))
    changing = 0
    for scalars in (weights, biases):
        for place in np.ndindex(scalars.shape):
            scalars[place] += 1
            changing += bool((convolve(image, weights, biases, stride, padding) != before).any())
            scalars[place] -= 1
    assert changing == weights.size + biases.size == count_conv(kernel, depth, filters, bias=True)


def test_the_small_convolution_is_that_of_jax() -> None:
    source = np.random.default_rng(11)
    image, weights = source.integers(0, 9, (7, 6, 2)), source.integers(-9, 9, (3, 3, 2, 4))
    theirs = lax.conv_general_dilated(
        jax.numpy.asarray(image[None], "float32"), jax.numpy.asarray(weights, "float32"), (2, 2), [(1, 1), (1, 1)],
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
    )  # fmt: skip
    ours = convolve(image, weights, np.zeros(4, dtype=np.int64), stride=2, padding=1)
    assert (np.asarray(theirs[0]) == ours).all()
