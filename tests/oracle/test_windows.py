"""Sliding windows against other ways: pixel sets, real convolution, and JAX's abstract evaluation."""

import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax import lax

from gradus.networks import rules
from gradus.oracle.windows import count_placements, places_exactly

SIZES, WINDOWS, STRIDES, PADDINGS = st.integers(1, 60), st.integers(1, 12), st.integers(1, 8), st.integers(0, 5)


@given(SIZES, WINDOWS, STRIDES, PADDINGS)
def test_windows_are_the_starts_all_of_whose_pixels_exist(size: int, window: int, stride: int, padding: int) -> None:
    pixels = set(range(-padding, size + padding))
    starts = [p for p in sorted(pixels) if (p + padding) % stride == 0 and set(range(p, p + window)) <= pixels]
    assert count_placements(size, window, stride, padding) == len(starts)


@given(SIZES, WINDOWS, STRIDES, PADDINGS)
def test_with_ceil_one_more_may_hang_over_where_pixels_are_left(
    size: int, window: int, stride: int, padding: int
) -> None:
    """As PyTorch's documentation of MaxPool2d: windows may leave at the end, if they start in input or left padding."""
    end = size + padding
    whole = [p for p in range(-padding, end, stride) if p + window <= end]
    covered = whole[-1] + window if whole else -padding
    after = whole[-1] + stride if whole else -padding
    over = 1 if whole and covered < end and after < size else 0
    if whole:
        assert count_placements(size, window, stride, padding, ceil=True) == len(whole) + over


@settings(max_examples=60)
@given(st.tuples(SIZES, SIZES), WINDOWS, STRIDES, PADDINGS, st.integers(1, 4), st.integers(1, 5))
def test_jax_makes_outputs_of_the_same_size(
    image: tuple[int, int], window: int, stride: int, padding: int, depth: int, filters: int
) -> None:
    if window > min(image) + 2 * padding:
        return
    # arrays that are never filled: JAX evaluates shapes alone
    images = jax.eval_shape(lambda: jax.numpy.zeros((1, *image, depth)))
    kernels = jax.eval_shape(lambda: jax.numpy.zeros((window, window, depth, filters)))

    def convolve(image: jax.Array, kernel: jax.Array) -> jax.Array:
        padded, layout = [(padding, padding)] * 2, ("NHWC", "HWIO", "NHWC")
        return lax.conv_general_dilated(image, kernel, (stride, stride), padded, dimension_numbers=layout)

    def pool(image: jax.Array) -> jax.Array:
        padded = [(0, 0), (padding, padding), (padding, padding), (0, 0)]
        steps = (1, stride, stride, 1)
        pooled: jax.Array = lax.reduce_window(image, -float("inf"), lax.max, (1, window, window, 1), steps, padded)
        return pooled

    sides = tuple(count_placements(side, window, stride, padding) for side in image)
    assert jax.eval_shape(convolve, images, kernels).shape == (1, *sides, filters)
    assert jax.eval_shape(pool, images).shape == (1, *sides, depth)


@given(SIZES, WINDOWS, STRIDES, PADDINGS, st.integers(0, 70))
def test_asking_for_an_exact_count_is_counting(size: int, window: int, stride: int, padding: int, wanted: int) -> None:
    placed = count_placements(size, window, stride, padding)
    assert places_exactly(wanted, size, window, stride, padding) is (placed == wanted)
    assert places_exactly(placed, size, window, stride, padding)


@given(SIZES, WINDOWS, STRIDES, PADDINGS, st.booleans())
def test_the_closed_form_comes_to_the_same(size: int, window: int, stride: int, padding: int, ceil: bool) -> None:
    if ceil and 2 * padding > window:
        return  # PyTorch allows no such pooling; whether windows inside the padding count is a matter of taste
    if window <= size + 2 * padding:
        assert rules.conv_size(size, window, stride, padding, ceil=ceil) == count_placements(
            size, window, stride, padding, ceil
        )


@pytest.mark.parametrize(
    ("size", "window", "stride", "padding", "ceil", "placed"),
    [
        (224, 7, 2, 3, False, 112),  # ResNet's stem: He et al. 2015, table 1
        (112, 3, 2, 1, False, 56),  # and its pool
        (227, 11, 4, 0, False, 55),  # AlexNet's first layer: Krizhevsky et al. 2012
        (112, 3, 2, 0, True, 56),  # GoogLeNet's first pool rounds up: Szegedy et al. 2014, table 1
        (111, 3, 2, 0, True, 55),  # SqueezeNet's first pool: Iandola et al. 2016, table 1
        (5, 2, 2, 1, True, 3),  # the fourth would start in the padding at the end
        (3, 4, 1, 0, False, 0),
        (1, 1, 1, 0, False, 1),
    ],
)
def test_known_sizes_come_out(size: int, window: int, stride: int, padding: int, ceil: bool, placed: int) -> None:
    assert count_placements(size, window, stride, padding, ceil) == placed
