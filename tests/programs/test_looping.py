"""Loops are decided by what runs, fakes by what they are called, and what cannot be seen through earns nothing."""

from __future__ import annotations

import pytest

from gradus.programs import image_attention, mark
from gradus.sandbox import Box

FAST = """
import numpy as np


def image_attention(image, keys, values):
    norms = np.sqrt((image**2).sum(axis=(0, 1)))
    queries = image / np.where(norms > 0, norms, 1)
    scores = np.einsum("hwc,oabc->hwoab", queries, keys)
    weights = np.exp(scores - scores.max(axis=(3, 4), keepdims=True))
    weights /= weights.sum(axis=(3, 4), keepdims=True)
    return (weights * values).sum(axis=(3, 4))
"""
TASK = image_attention.task(3, 1, 3, 5, True)
ROWS = FAST.replace("image_attention", "_whole")
BODY = """
def image_attention(image, keys, values):
    norms = np.sqrt((image**2).sum(axis=(0, 1)))
    image = image / np.where(norms > 0, norms, 1)
"""
NO_NORM = ROWS.replace("queries = image / np.where(norms > 0, norms, 1)", "queries = image")


def verdict(box: Box, source: str) -> tuple[float | None, str]:
    marked = mark(TASK, source, box)
    return None if marked.credit is None else float(marked.credit), marked.mistake


def test_array_operations_are_free_of_loops(box: Box) -> None:
    assert verdict(box, FAST) == (1.0, "")


def test_a_loop_over_outputs_or_the_kernel_does_not_grow_with_the_image(box: Box) -> None:
    source = NO_NORM + BODY + "    planes = [_whole(image, k[None], v[None]) for k, v in zip(keys, values)]\n"
    assert verdict(box, source + "    return np.concatenate(planes, axis=2)\n") == (1.0, "")


@pytest.mark.parametrize(
    ("last", "mistake"),
    [
        ("    return np.concatenate([_whole(row[None], keys, values) for row in image])", "python_loop"),
        ("    return np.stack([_whole(image[:, j : j + 1], keys, values)[:, 0] for j in range(image.shape[1])], 1)",
         "python_loop"),
        ("    if len(image) == 1: return _whole(image, keys, values)\n"
         "    def down(rest): return [] if not len(rest) else [_whole(rest[:1], keys, values), *down(rest[1:])]\n"
         "    return np.concatenate(down(image))", "python_loop"),
        ("    f = np.vectorize(lambda i: _whole(image[i : i + 1], keys, values)[0], signature='()->(w,o)')\n"
         "    return f(np.arange(len(image)))", "fake_vectorisation"),
        ("    return np.apply_along_axis(lambda q: _whole(q[None, None], keys, values)[0, 0], 2, image)",
         "fake_vectorisation"),
        ("    return np.concatenate(list(map(lambda row: _whole(row[None], keys, values), image)))",
         "fake_vectorisation"),
        ("    return _whole(image.astype('O').astype(float), keys, values)", "fake_vectorisation"),
        ("    import sys\n    sys.settrace(None)\n    return _whole(image, keys, values)", "count_stopped"),
        ("    getattr(np, 'a' + 'bs')\n    return _whole(image, keys, values)", "unseen"),
        ("    import itertools\n    return _whole(image, keys, values)", "unseen"),
        ("    _whole.__globals__\n    return _whole(image, keys, values)", "unseen"),
    ],
)  # fmt: skip
def test_a_loop_or_a_fake_earns_nothing_where_none_may_be(box: Box, last: str, mistake: str) -> None:
    assert verdict(box, NO_NORM + BODY + last + "\n") == (0.0, mistake)


def test_the_reference_itself_has_loops(box: Box) -> None:
    assert verdict(box, image_attention.source(1)) == (0.0, "python_loop")
