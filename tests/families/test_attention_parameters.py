"""Multi-head attention: published layers, abstract evaluation, and what goes wrong."""

import os
from typing import Any

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import pytest
from jax import numpy as jnp

from gradus.answers import Count
from gradus.families.attention_parameters import AttentionParameters
from gradus.grading import grade

LAYER = AttentionParameters(heads=4, head_width=8, length=10, bias=True)  # width 32
BARE = AttentionParameters(heads=4, head_width=8, length=10, bias=False)
WORK = 4 * 10 * 32 * 32 + 2 * 10 * 10 * 32


@pytest.mark.parametrize(
    ("variant", "parameters"),
    [
        pytest.param(
            AttentionParameters(heads=12, head_width=64, length=128, bias=True), 2_362_368, id="a layer of BERT base"
        ),
        pytest.param(
            AttentionParameters(heads=8, head_width=64, length=128, bias=False), 1_048_576,
            id="the base model of Vaswani et al. 2017, table 3: 4·512²",
        ),
        pytest.param(AttentionParameters(heads=1, head_width=1, length=1, bias=False), 4, id="one of everything"),
    ],
)  # fmt: skip
def test_published_layers_come_out_as_published(variant: AttentionParameters, parameters: int) -> None:
    assert variant.key()["parameters"] == Count(parameters, "parameters")
    assert variant.witness() == variant.key()


def test_the_compiler_counts_the_same_multiplications() -> None:
    def attend(tokens: jax.Array, query: jax.Array, key: jax.Array, value: jax.Array, back: jax.Array) -> jax.Array:
        split = [jnp.einsum("td,dhn->htn", tokens, projection) for projection in (query, key, value)]
        scores = jnp.einsum("htn,hsn->hts", split[0], split[1])
        return jnp.einsum("hts,hsn,hnd->td", scores, split[2], back, optimize="optimal")

    tokens, head, back = jnp.ones((10, 32)), jnp.ones((32, 4, 8)), jnp.ones((4, 8, 32))
    jaxpr = jax.make_jaxpr(attend)(tokens, head, head, head, back)
    assert (
        LAYER.key()["multiplications"]
        == Count(count_dots(jaxpr.jaxpr), "multiply-adds")
        == Count(WORK, "multiply-adds")
    )


def count_dots(jaxpr: Any) -> int:
    """Add up output entries times contracted entries of every dot_general."""
    taken = 0
    for step in jaxpr.eqns:
        for inner in step.params.values():
            taken += count_dots(inner.jaxpr) if hasattr(inner, "jaxpr") else 0
        if step.primitive.name == "dot_general":
            (contracted, _), _ = step.params["dimension_numbers"]
            work = step.outvars[0].aval.size
            for axis in contracted:
                work *= step.invars[0].aval.shape[axis]
            taken += work
    return taken


@pytest.mark.parametrize(
    ("variant", "part", "answer", "mistake"),
    [
        (LAYER, "parameters", 4 * 32 * 32, "bias_forgotten"),
        (BARE, "parameters", 4 * 33 * 32, "bias_added"),
        (LAYER, "parameters", 3 * 33 * 32, "output_projection_forgotten"),
        (LAYER, "parameters", 13 * 33 * 32, "heads_multiplied"),
        (LAYER, "parameters", 3 * 33 * 8 + 33 * 32, "one_head_only"),
        (LAYER, "parameters", 4 * 9 * 8, "head_width_only"),
        (LAYER, "multiplications", 2 * WORK, "flops_given"),
        (LAYER, "multiplications", 4 * 10 * 32 * 32, "scores_forgotten"),
        (LAYER, "multiplications", 2 * 10 * 10 * 32, "projections_forgotten"),
        (LAYER, "multiplications", 4 * 10 * 32 * 32 + 10 * 10 * 32, "values_forgotten"),
        (LAYER, "multiplications", 4 * 10 * 32 * 32 + 4 * 2 * 10 * 10 * 32, "heads_multiplied"),
        (LAYER, "multiplications", 4 * 32 * 32 + 2 * 10 * 10 * 32, "one_token_projected"),
        (LAYER, "multiplications", 3 * 10 * 32 * 32 + 2 * 10 * 10 * 32, "output_projection_forgotten"),
    ],
)
def test_a_mistake_is_recognised(variant: AttentionParameters, part: str, answer: int, mistake: str) -> None:
    assert grade(variant, {part: str(answer)})[part].mistake == mistake
