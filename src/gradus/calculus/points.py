"""Where expressions are compared: random sizes, all distinct, and points of several magnitudes in the domains.

Values hang on (seed, name, sizes) alone, never on the order in which names appear, so the same answer gets the same
verdict in any process, thread or order of grading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zlib import crc32

from gradus.calculus.shapes import Shape
from gradus.calculus.vocabulary import Vocabulary
from gradus.errors import Fault

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SCALES = (1.0, 0.3, 2.0, 0.7, 1.5, 5.0, 0.05, 1.2, 12.0, 0.4, 0.002, 0.9, 3.0, 30.0, 1.1, 0.15)
BRANCHED = 320  # points where a key has branches, each of which must be reached
COMPLEX = 6  # of the points are complex, after the real ones
_SIZES = (2, 3, 5, 4, 7, 6, 8, 9, 11, 10, 13, 12)  # enough for a dozen named sizes


@dataclass(frozen=True)
class Sample:
    """Values of all symbols at a number of points, for one choice of sizes.

    Args:
        sizes: what each named size is.
        real: how many real points come first.
        unreal: how many complex points follow; 0 where kinks or branch cuts forbid them.
        fixed: what a scalar is held at, at which points.
        vocabulary: the domains.
    """

    vocabulary: Vocabulary
    sizes: Mapping[str, int]
    real: int
    unreal: int
    seed: int
    fixed: Mapping[str, tuple[tuple[slice, float], ...]] = field(default_factory=dict)
    _values: dict[tuple[str, Shape], NDArray[np.complex128]] = field(default_factory=dict, compare=False, repr=False)

    def size(self, size: int | str) -> int:
        """Return a size as a number."""
        return size if isinstance(size, int) else self.sizes.get(size) or 3 + crc32(size.encode()) % 4

    def value(self, name: str, shape: Shape) -> NDArray[np.complex128]:
        """Return the values of a symbol, of shape `(points, *sizes)`."""
        found = self._values.get((name, shape))
        if found is None:
            found = self._values[name, shape] = self._draw(name, shape)
        return found

    def _draw(self, name: str, shape: Shape) -> NDArray[np.complex128]:
        import numpy as np

        rng = np.random.default_rng((self.seed, crc32(name.encode()), *sorted(self.sizes.values())))
        dims = tuple(map(self.size, shape))
        count = self.real + self.unreal
        domain = self.vocabulary.domain_of(name)
        scales = np.resize(np.asarray(SCALES), count).reshape(count, *(1,) * len(dims))
        values: NDArray[np.complex128] = _DRAW[domain](np, rng, (count, *dims), scales).astype(np.complex128)
        if self.unreal:
            values[self.real :] += 1j * rng.uniform(-1.2, 1.2, (self.unreal, *dims))
        if name in self.fixed:
            for some, value in self.fixed[name]:
                values[some] = value
        return values


def _real(_np: Any, rng: Any, shape: tuple[int, ...], scales: Any) -> Any:
    return rng.choice((-1.0, 1.0), shape) * rng.uniform(0.4, 1.6, shape) * scales


def _positive(_np: Any, rng: Any, shape: tuple[int, ...], scales: Any) -> Any:
    return rng.uniform(0.4, 1.6, shape) * scales


def _unit(np: Any, rng: Any, shape: tuple[int, ...], _scales: Any) -> Any:
    return 1 / (1 + np.exp(-1.7 * rng.standard_normal(shape)))


def _natural(_np: Any, rng: Any, shape: tuple[int, ...], _scales: Any) -> Any:
    return rng.integers(1, 9, shape)


_DRAW = {"real": _real, "nonzero": _real, "positive": _positive, "unit": _unit, "natural": _natural}


def samples(vocabulary: Vocabulary, sized: bool, analytic: bool, seed: int, kinks: bool = False) -> tuple[Sample, ...]:
    """Return the samples to compare at.

    Args:
        vocabulary: domains and named sizes.
        seed: of the points.
        sized: named sizes occur: three choices of sizes with fewer points each, else one with many points.
        analytic: complex points may be added.
        kinks: there are branches; so many points are taken that a branch reached at one point in fifty is tried.

    >>> from gradus.calculus.vocabulary import OPEN
    >>> [(s.real, s.unreal) for s in samples(OPEN, sized=False, analytic=True, seed=0)]
    [(16, 6)]
    """
    if not sized:
        return (Sample(vocabulary, {}, BRANCHED if kinks else len(SCALES), COMPLEX if analytic else 0, seed),)
    names = sorted(vocabulary.sizes)
    found = []
    for turn in range(3):
        ordered = sorted(names, key=lambda name: crc32(f"{name}{turn}".encode()))
        pool = _SIZES if len(names) <= len(_SIZES) else tuple(range(2, 2 + len(names)))
        shift = turn % max(1, min(3, len(pool) - len(names) + 1))
        sizes = {name: pool[position + shift] for position, name in enumerate(ordered)}
        found.append(Sample(vocabulary, sizes, 12 if kinks else 4, 2 if analytic else 0, seed + turn))
    return tuple(found)


@dataclass(frozen=True)
class Point:
    """One point: sizes, values and functions by name; it stands in for a sample of points.

    Args:
        many: each value is an array of numbers, one for each of many points.
    """

    vocabulary: Vocabulary
    sizes: Mapping[str, int]
    values: Mapping[str, Any]
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    many: bool = False

    def size(self, size: int | str) -> int:
        """Return a size as a number."""
        return size if isinstance(size, int) else self.sizes[size]

    def value(self, name: str, shape: Shape) -> Any:
        """Return a value of shape `(points, *sizes)`."""
        import numpy as np

        if name not in self.values:
            raise Fault("", "value", name, "is not given", "give a value for it")
        found = np.asarray(self.values[name], np.complex128)
        return found if self.many else found[None]
