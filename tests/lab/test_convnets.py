"""The small convolutional classifiers compute what another library computes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from gradus.lab.convnets import Design, Weights, convolve, draw_weights, logits


def test_convolution_is_cross_correlation_with_zeros_around() -> None:
    source = np.random.default_rng(0)
    images, kernel = source.normal(size=(1, 2, 8, 8, 3)), source.normal(size=(1, 3, 3, 3, 4))
    layout = ("NHWC", "HWIO", "NHWC")
    theirs = lax.conv_general_dilated(
        jnp.asarray(images[0]), jnp.asarray(kernel[0]), (1, 1), "SAME", dimension_numbers=layout
    )
    assert np.allclose(convolve(images, kernel)[0], theirs, atol=1e-4)


@pytest.mark.parametrize("pooling", ["max", "average"])
def test_a_network_is_its_layers_one_after_the_other(pooling: str) -> None:
    source = np.random.default_rng(1)
    weights, images = draw_weights(source, 1, bias=True), source.normal(size=(3, 8, 8, 1))
    assert weights.biases is not None
    hidden = jnp.asarray(images)
    for kernel, bias in zip(weights.kernels, weights.biases[:2], strict=True):
        layout = ("NHWC", "HWIO", "NHWC")
        hidden = (
            lax.conv_general_dilated(hidden, jnp.asarray(kernel[0]), (1, 1), "SAME", dimension_numbers=layout) + bias[0]
        )
        hidden = jax.nn.relu(hidden)
        start, rule = (-np.inf, lax.max) if pooling == "max" else (0.0, lax.add)
        hidden = lax.reduce_window(hidden, start, rule, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
        hidden = hidden if pooling == "max" else hidden / 4
    expected = hidden.reshape(3, -1) @ weights.matrix[0] + weights.biases[2][0]
    assert np.allclose(logits(Design(pooling=pooling), weights, images)[0], expected, atol=1e-4)


def test_scaling_reaches_weights_and_each_bias_by_its_own_factor() -> None:
    weights = draw_weights(np.random.default_rng(2), 1, bias=True)
    scaled = weights.scaled(10, (1, 2, 3))
    assert isinstance(scaled, Weights)
    assert scaled.biases is not None
    assert weights.biases is not None
    assert np.allclose(scaled.kernels[0], 10 * weights.kernels[0])
    assert np.allclose(scaled.biases[2], 3 * weights.biases[2])
