"""Random numbers inside compiled programs: a hash of (key, step, place, index), the same whatever runs beside it.

JAX's own generator takes seconds to compile for every place that it stands in; its fast one gives other numbers when
runs are batched. This one is the finaliser of MurmurHash3, twice, over a counter: enough for masks and flips.
"""

from __future__ import annotations

from typing import Any


def _mix(bits: Any) -> Any:
    """Return 32 bits of which every one depends on every bit given (Appleby's finaliser, MurmurHash3)."""
    import jax.numpy as jnp

    bits = (bits ^ (bits >> 16)) * jnp.uint32(0x85EBCA6B)
    bits = (bits ^ (bits >> 13)) * jnp.uint32(0xC2B2AE35)
    return bits ^ (bits >> 16)


def folded(key: Any, number: Any) -> Any:
    """Return the key of a branch: one for each step, place and use."""
    import jax.numpy as jnp

    return _mix(key + jnp.uint32(0x9E3779B9) * (jnp.asarray(number).astype(jnp.uint32) + 1))


def uniform(key: Any, shape: tuple[int, ...]) -> Any:
    """Return float32 numbers from 0 up to, but not including, 1; multiples of 2⁻²⁴."""
    import jax.numpy as jnp
    from jax import lax

    size = 1
    for length in shape:
        size *= length
    counter = lax.iota(jnp.uint32, size) * jnp.uint32(0x9E3779B9) + key
    bits = _mix(_mix(counter) ^ key)
    return ((bits >> 8).astype(jnp.float32) * 2.0**-24).reshape(shape)
