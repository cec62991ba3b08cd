"""Multiplications are counted from the program, not from a clock."""

import jax
import jax.numpy as jnp
from jax import lax

from gradus.lab.operations import multiplications


def test_a_gradient_of_a_dense_layer_costs_two_products_more_than_the_layer() -> None:
    weight, x = jnp.ones((5, 7)), jnp.ones((3, 5))

    def loss(weight: jax.Array, x: jax.Array) -> jax.Array:
        return jnp.sum((x @ weight) ** 2)

    assert multiplications(loss, weight, x) == 3 * 5 * 7
    assert multiplications(jax.grad(loss, argnums=(0, 1)), weight, x) == 3 * 3 * 5 * 7


def test_a_loop_counts_as_often_as_it_runs() -> None:
    def repeated(weight: jax.Array, x: jax.Array) -> jax.Array:
        return lax.scan(lambda h, _: (weight @ h, None), x, None, length=11)[0]

    assert multiplications(repeated, jnp.ones((4, 4)), jnp.ones(4)) == 11 * 16


def test_a_convolution_multiplies_window_by_channels_for_every_output() -> None:
    image, kernel = jnp.ones((2, 3, 8, 8)), jnp.ones((5, 3, 3, 3))
    counted = multiplications(lambda x, k: lax.conv_general_dilated(x, k, (1, 1), "VALID"), image, kernel)
    assert counted == 2 * 5 * 6 * 6 * 9 * 3
