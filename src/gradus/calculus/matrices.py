"""Values of what only vectors and matrices have: products, inverses, traces, norms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradus.calculus.expression import Expression

if TYPE_CHECKING:
    from gradus.calculus.evaluate import Evaluation

Array = Any


def matmul(e: Evaluation, tree: Expression) -> Array:
    """Multiply matrices, columns and rows."""
    left, right = tree.parts
    a, b = e.of(left), e.of(right)
    if len(left.shape) == 1:
        a = a[..., None]
    if len(right.shape) == 1:
        b = b[..., None]
    product = a @ b
    if not tree.shape:
        return product[..., 0, 0]
    return product[..., 0] if len(tree.shape) == 1 else product


def transpose(e: Evaluation, tree: Expression) -> Array:
    """Transpose; a column becomes a row."""
    array = e.of(tree.parts[0])
    if len(tree.parts[0].shape) == 1:
        return array[..., None, :]
    return array[..., 0, :] if len(tree.shape) == 1 else array.swapaxes(-1, -2)


def inverse(e: Evaluation, tree: Expression) -> Array:
    """Invert; a singular matrix becomes nan."""
    return _inverted(e, e.of(tree.parts[0]))


def _inverted(e: Evaluation, array: Array) -> Array:
    """Invert matrices; a singular one becomes nan."""
    np = e.np
    plain = array.astype(np.complex128)
    sound = np.isfinite(plain).all((-1, -2)) & (np.abs(np.linalg.det(np.where(np.isfinite(plain), plain, 0))) > 1e-300)
    found = np.linalg.inv(np.where(sound[..., None, None], plain, np.eye(array.shape[-1])))
    if e.long:  # LAPACK has no long precision: two steps of Newton's iteration refine its inverse
        found = found.astype(np.clongdouble)
        for _ in range(2):
            found = 2 * found - found @ array @ found
    return np.where(sound[..., None, None], found, np.nan)


def matpow(e: Evaluation, tree: Expression) -> Array:
    """Raise a matrix to a whole power by squaring."""
    np, exponent = e.np, int(tree.label)
    base = e.of(tree.parts[0])
    base = _inverted(e, base) if exponent < 0 else base
    result, exponent = np.eye(base.shape[-1]) + 0 * base, abs(exponent)
    while exponent:
        result = result @ base if exponent & 1 else result
        base, exponent = base @ base, exponent >> 1
    return result


def det(e: Evaluation, tree: Expression) -> Array:
    """Return determinants."""
    return e.np.linalg.det(e.of(tree.parts[0]).astype(e.np.complex128))


def trace(e: Evaluation, tree: Expression) -> Array:
    """Return traces."""
    return e.np.trace(e.of(tree.parts[0]), axis1=-2, axis2=-1)


def diag(e: Evaluation, tree: Expression) -> Array:
    """Return a diagonal, or the diagonal matrix of a vector."""
    array = e.of(tree.parts[0])
    if len(tree.shape) == 1:
        return e.np.diagonal(array, axis1=-2, axis2=-1)
    array = array[..., 0, :] if len(tree.parts[0].shape) == 2 else array
    return array[..., None] * e.np.eye(array.shape[-1])


def softmax(e: Evaluation, tree: Expression) -> Array:
    """Return the softmax over the last axis."""
    array = e.of(tree.parts[0])
    powers = e.np.exp(array - array.real.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def logsumexp(e: Evaluation, tree: Expression) -> Array:
    """Return the log-sum-exp over the last axis."""
    array = e.of(tree.parts[0])
    top = array.real.max(-1, keepdims=True)
    return e.np.log(e.np.exp(array - top).sum(-1)) + top[..., 0]


def norm(e: Evaluation, tree: Expression) -> Array:
    """Return the norm 1, 2 or inf over all elements."""
    size = e.np.abs(e.of(tree.parts[0]))
    axes = (-1, -2)[: len(tree.parts[0].shape)]
    if tree.label == "inf":
        return size.max(axes) + 0j
    return size.sum(axes) + 0j if tree.label == 1 else e.np.sqrt((size * size).sum(axes)) + 0j
