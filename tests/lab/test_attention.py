"""The fast implementations against index notation, finite differences and each other; memory by what is allocated."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest

from gradus.lab import attention, attention_jax
from gradus.lab.attention import attend
from gradus.lab.attention_gradient import gradient
from gradus.lab.blas import one_thread
from gradus.oracle.image_attention import by_einsum

SIZES = [(1, 1, 1, 1, 3), (4, 3, 2, 5, 3), (3, 5, 4, 2, 2), (20, 23, 3, 4, 3), (40, 61, 5, 7, 5)]


def draw(
    sizes: tuple[int, ...], dtype: str = "f8", factor: float = 3.0, batch: tuple[int, ...] = ()
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    height, width, channels, outputs, kernel = sizes
    source = np.random.default_rng(sum(sizes))
    image = source.normal(size=(*batch, height, width, channels))
    keys = source.normal(size=(outputs, kernel, kernel, channels)) * factor
    return image.astype(dtype), keys.astype(dtype), source.normal(size=(outputs, kernel, kernel)).astype(dtype)


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize(("dtype", "close"), [("f8", 1e-12), ("f4", 2e-5)])
@pytest.mark.parametrize("tile", [64, attention.TILE])
def test_numpy_agrees_with_index_notation(
    sizes: tuple[int, ...], dtype: str, close: float, tile: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attention, "TILE", tile)
    image, keys, values = draw(sizes, dtype)
    result = attend(image, keys, values, 2)
    assert result.dtype == dtype
    assert np.allclose(result, by_einsum(image, keys, values, 2), rtol=close, atol=close)


@pytest.mark.parametrize("factor", [1e2, 1e4, 1e6])
def test_large_scores_do_not_overflow(factor: float) -> None:
    image, keys, values = draw((20, 23, 3, 4, 3), "f4", factor)
    want = by_einsum(image, keys, values)
    assert np.isfinite(attend(image, keys, values)).all()
    exact = attend(image.astype("f8"), keys.astype("f8"), values.astype("f8"))
    assert np.allclose(exact, want, rtol=1e-8, atol=1e-8)


def test_a_channel_of_zeros_stays_zero() -> None:
    image, keys, values = draw((4, 3, 2, 5, 3))
    image[:, :, 0] = 0
    assert np.allclose(attend(image, keys, values), by_einsum(image, keys, values), atol=1e-13)
    assert np.isfinite(gradient(image, keys, values, np.ones((4, 3, 5)))[0]).all()


def test_a_batch_is_its_images_one_by_one() -> None:
    image, keys, values = draw((4, 3, 2, 5, 3), batch=(3,))
    result = attend(image, keys, values)
    assert np.array_equal(result, np.stack([attend(one, keys, values) for one in image]))
    jitted = np.asarray(attention_jax.attend(image.astype("f4"), keys.astype("f4"), values.astype("f4")))
    assert np.allclose(jitted, result, atol=1e-5)


def scalar(image: Any, keys: Any, values: Any, upstream: Any) -> Any:
    return (by_einsum(image, keys, values, 2) * upstream).sum()


@pytest.mark.parametrize("batch", [(), (2,)])
def test_the_gradient_agrees_with_finite_differences(batch: tuple[int, ...]) -> None:
    arrays = draw((3, 4, 2, 2, 3), batch=batch)
    upstream = np.random.default_rng(1).normal(size=(*batch, 3, 4, 2))
    found = gradient(*arrays, upstream, 2)
    for which in range(3):
        assert found[which].shape == arrays[which].shape
        for place in list(np.ndindex(arrays[which].shape))[::3]:
            moved = []
            for step in (1e-5, -1e-5):
                shifted = [array.copy() for array in arrays]
                shifted[which][place] += step
                images = zip(shifted[0], upstream, strict=True) if batch else [(shifted[0], upstream)]
                moved.append(sum(scalar(one, shifted[1], shifted[2], flow) for one, flow in images))
            assert np.isclose(found[which][place], (moved[0] - moved[1]) / 2e-5, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("tile", [64, attention_jax.TILE])
def test_jax_agrees_and_so_does_its_gradient(tile: int, monkeypatch: pytest.MonkeyPatch) -> None:
    import jax

    monkeypatch.setattr(attention_jax, "TILE", tile)
    attention_jax._compiled.cache_clear()
    image, keys, values = draw((20, 23, 3, 4, 3))
    upstream = np.random.default_rng(1).normal(size=(20, 23, 4))
    with jax.enable_x64(True):
        result = np.asarray(attention_jax.attend(image, keys, values, 2.0))
        assert result.dtype == np.float64

        def weighed(image: Any, keys: Any, values: Any) -> Any:
            return (attention_jax.attend(image, keys, values, 2.0) * upstream).sum()

        slopes = jax.grad(weighed, (0, 1, 2))(image, keys, values)
    attention_jax._compiled.cache_clear()
    assert np.allclose(result, attend(image, keys, values, 2), rtol=1e-12)
    for ours, theirs in zip(gradient(image, keys, values, upstream, 2), slopes, strict=True):
        assert np.allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_it_holds_little_beside_input_and_output() -> None:
    image, keys, values = draw((200, 200, 16, 16, 3), "f4")
    attend(image, keys, values)
    tracemalloc.start()
    attend(image, keys, values)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    scores = 200 * 200 * 16 * 9 * 4
    assert peak < 1.2 * (image.nbytes + 200 * 200 * 16 * 4) < scores / 3


def test_threads_of_the_library_are_given_back() -> None:
    with one_thread() as held, one_thread() as again:
        assert held is again


@pytest.mark.parametrize("factor", [1.0, 1e2, 1e6])
def test_jax_holds_for_small_and_for_large_scores(factor: float) -> None:
    image, keys, values = draw((6, 7, 3, 4, 3), "f4", factor)
    exact = by_einsum(image.astype("f8"), keys.astype("f8"), values.astype("f8"))
    found = np.asarray(attention_jax.attend(image, keys, values))
    assert np.isfinite(found).all()
    assert np.allclose(found, exact, atol=1e-5 * max(1.0, factor / 1e2))
