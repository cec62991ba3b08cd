"""Attention of pixels to a kernel of keys by index notation: all scores of all pixels held at once, in float64."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


def by_einsum(image: NDArray[Any], keys: NDArray[Any], values: NDArray[Any], divisor: float = 1) -> NDArray[Any]:
    """Return the result, height × width × outputs, for keys outputs × k × k × channels and values outputs × k × k.

    >>> import numpy as np
    >>> by_einsum(np.ones((2, 2, 1)), np.zeros((1, 3, 3, 1)), np.ones((1, 3, 3)))[0, 0, 0]
    np.float64(1.0)
    """
    import numpy as np

    image = np.asarray(image, np.float64)
    norms = np.linalg.norm(image.reshape(-1, image.shape[2]), axis=0)
    queries = np.divide(image, norms, out=np.zeros(image.shape), where=norms > 0)
    scores = np.einsum("hwc,oabc->hwoab", queries, keys) / divisor
    powers = np.exp(scores - scores.max(axis=(3, 4), keepdims=True))
    result: NDArray[Any] = np.einsum("hwoab,oab->hwo", powers, values) / powers.sum(axis=(3, 4))
    return result


def by_jax(image: NDArray[Any], keys: NDArray[Any], values: NDArray[Any], divisor: float = 1) -> NDArray[Any]:
    """Return the same by JAX, whose softmax and arithmetic are another library's, a pixel and an output at a time."""
    import jax
    import numpy as np

    with jax.enable_x64(True):
        jnp = jax.numpy
        norms = jnp.linalg.norm(image, axis=(0, 1))
        queries = jnp.where(norms > 0, image / jnp.where(norms > 0, norms, 1.0), 0.0)

        def one(query: Any, key: Any, value: Any) -> Any:
            return jax.nn.softmax((key.reshape(-1, key.shape[-1]) @ query) / divisor) @ value.reshape(-1)

        outputs = jax.vmap(one, (None, 0, 0))
        return np.asarray(jax.vmap(jax.vmap(outputs, (0, None, None)), (0, None, None))(queries, keys, values))
