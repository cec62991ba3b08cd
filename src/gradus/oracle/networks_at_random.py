"""Random sizes, inputs and concrete functions for a program whose author said shapes only.

What the question leaves open, an activation `g` or a discriminator `D` with parameters θ, is made some function
here, so that a derivative can be measured; the key must hold for any.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gradus.errors import Fault

Array = Any
_SIZES = (3, 5, 2, 7, 4, 6, 8, 9, 11, 10)  # of as many names; more names take the numbers after


@dataclass(frozen=True, eq=False)
class Setting:
    """Values for one run.

    Args:
        sizes: named sizes, all distinct.
        values: inputs by name; parameters that hide in functions among them.
        functions: opaque functions, each taking `(xp, values, *arguments)`.
        hidden: function → the parameters hiding in it.
    """

    sizes: Mapping[str, int]
    values: Mapping[str, Array]
    functions: Mapping[str, Callable[..., Array]]
    hidden: Mapping[str, str]


@lru_cache(maxsize=256)
def draw(declared: tuple[tuple[str, str], ...], seed: int) -> Setting:
    """Draw sizes, inputs and functions; remembered, since programs by the thousand run on one network.

    Args:
        declared: names, each with `"m × k"`, `"scalar"`, `"positive scalar"`, `"elementwise"`, `"unit k -> scalar"`; a
            gradient such as `∇_θ D` says only that θ hides in D.
        seed: of sizes, inputs and functions.

    >>> setting = draw((("W", "m × k"), ("x", "k"), ("g", "elementwise")), seed=1)
    >>> sorted(setting.sizes), setting.values["W"].shape == (setting.sizes["m"], setting.sizes["k"])
    (['k', 'm'], True)
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    kinds = {name: _kind(text) for name, text in declared}
    names = sorted({size for _, shapes in kinds.values() for shape in shapes for size in shape if not size.isdigit()})
    every = (*_SIZES, *range(12, 12 + len(names)))
    sizes = dict(zip(names, rng.permutation(every[: max(len(names), 4)]).tolist(), strict=False))
    hidden = {
        found[2]: found[1]
        for name, _ in declared
        if (found := re.fullmatch(r"(?:∇|\\nabla)\s*_\{?\\?(\w+)\}?\s+(\w+)", name))
    }
    values: dict[str, Array] = dict(sizes)
    functions: dict[str, Callable[..., Array]] = {}
    for name, text in declared:
        kind, shapes = kinds[name]
        dims = [tuple(int(size) if size.isdigit() else sizes[size] for size in shape) for shape in shapes]
        if "∇" in name or "nabla" in name:
            continue
        if kind == "input":
            values[name] = _input(rng, text, dims[0])
        elif kind == "elementwise":
            functions[name] = _activation(rng)
        else:
            functions[name] = _function(rng, dims, hidden.get(name), text.strip().startswith("unit"))
    return Setting(sizes, values, functions, hidden)


def _kind(text: str) -> tuple[str, list[tuple[str, ...]]]:
    bare = re.sub(r"^\s*(real|positive|pos|unit|nonzero|natural)\b", "", text).replace("→", "->")
    if bare.strip() == "elementwise":
        return "elementwise", []
    shapes = [
        tuple(w for w in re.split(r"[\s×,()]+", part) if w and w not in ("scalar", "x"))
        for part in re.split(r"->|;", bare)
    ]
    return ("function" if "->" in bare else "input"), shapes


def _input(rng: Any, text: str, dims: tuple[int, ...]) -> Array:
    if text.strip().startswith("unit"):
        return rng.uniform(0.1, 0.9, dims)
    return rng.uniform(0.5, 2, dims) if text.strip().startswith("pos") else rng.standard_normal(dims)


def _activation(rng: Any) -> Callable[..., Array]:
    pace, shift, slope = rng.uniform(0.7, 1.3), rng.uniform(-1, 1), rng.uniform(0.1, 0.4)
    return lambda xp, _, z: xp.tanh(pace * z + shift) + slope * z


def _function(rng: Any, dims: list[tuple[int, ...]], parameter: str | None, unit: bool) -> Callable[..., Array]:
    """Return a smooth function of one vector, with the parameter's help where one hides in it."""
    if len(dims) != 2 or len(dims[0]) > 1 or len(dims[1]) > 1:
        raise Fault(
            "", "function", dims, "must take a vector and give a scalar or a vector", "declare it as k -> scalar"
        )
    width, out = (dims[0] or (1,))[0], (dims[1] or (1,))[0]
    features = rng.standard_normal((64, width)) / max(1, width) ** 0.5
    mixing = rng.standard_normal((out, 64)) / 8

    def apply(xp: Any, values: Mapping[str, Array], z: Array) -> Array:
        inner = features @ (z if dims[0] else z[None])
        if parameter is not None:
            theta = values[parameter]
            inner = inner + xp.concatenate([theta.ravel()] * (64 // theta.size + 1))[:64]
        found = mixing @ xp.tanh(inner)
        found = found if dims[1] else found[0]
        return 1 / (1 + xp.exp(-2 * found)) if unit else found

    return apply
