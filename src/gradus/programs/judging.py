"""Results against what is expected: shape, type, finiteness, values. Runs where no stranger's code is ever loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gradus.sandbox import Result

FEW = 8  # values that are shown in full
SINGLE = 2e-4  # tolerance of float32, relative to the largest value
HALF = 2e-2


def differ(result: Result, expected: NDArray[Any], tolerance: float) -> str:
    """Return how a result differs from what is expected, or nothing where it agrees.

    Where a finite value is expected, NaN and infinity are wrong; where NaN or an infinity is, only the same is right.
    """
    import numpy as np

    if result.value is None:
        at = f" at line {result.line}" if result.line else ""
        return (
            f"it raised {result.problem}{at}" if not result.problem.startswith("returned") else f"it {result.problem}"
        )
    value = result.value
    if value.shape != expected.shape:
        return f"expected shape {_sizes(expected)}, got {_sizes(value)}"
    if value.dtype.kind != "f":
        return f"expected type {expected.dtype}, got {value.dtype}"
    got = value.astype(np.float64)
    same = (got == expected) | (np.isnan(got) & np.isnan(expected))
    finite = np.isfinite(got) & np.isfinite(expected)
    span = float(np.abs(expected[np.isfinite(expected)]).max(initial=0.0))
    with np.errstate(invalid="ignore", over="ignore"):
        close = finite & (np.abs(got - expected) <= _tolerance(value, tolerance) * max(span, 1e-30))
    wrong = ~(same | close)
    if not wrong.any():
        return ""
    if expected.size <= FEW:
        return f"expected {_values(expected)}, got {_values(got)}"
    place = tuple(int(i) for i in np.unravel_index(int(np.argmax(wrong)), wrong.shape))
    return f"at {place} expected {expected[place]:.6g}, got {got[place]:.6g}"


def _tolerance(value: NDArray[Any], tolerance: float) -> float:
    return {4: max(SINGLE, tolerance), 2: max(HALF, tolerance)}.get(value.dtype.itemsize, tolerance)


def _sizes(array: NDArray[Any]) -> str:
    return " × ".join(map(str, array.shape)) or "none (one number)"


def _values(array: NDArray[Any]) -> str:
    return "[" + ", ".join(f"{float(x):.6g}" for x in array.ravel()) + "]"


def describe(arguments: tuple[NDArray[Any], ...], names: tuple[str, ...]) -> str:
    """Return an input as text: values where they are few, else shapes."""
    shown = []
    for name, array in zip(names, arguments, strict=True):
        shown.append(
            f"{name} {_values(array)} of shape {_sizes(array)}" if array.size <= FEW else f"{name} {_sizes(array)}"
        )
    return ", ".join(shown)
