"""Products of matrices: which are possible, what shape they make, how many multiplications they take."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

Matrix = tuple[int, int]


def multiply(left: Matrix, right: Matrix) -> Matrix:
    """Return the shape of a product; a row of the left one meets a column of the right one, entry by entry.

    >>> multiply((32, 784), (784, 10))
    (32, 10)
    """
    if left[1] != right[0]:
        raise ValueError(f"a row of {left[1]} entries cannot meet a column of {right[0]}")
    return left[0], right[1]


def transpose(matrix: Matrix) -> Matrix:
    """Return the shape of the transpose.

    >>> transpose((32, 784))
    (784, 32)
    """
    return matrix[::-1]


def solve_right(left: Matrix, made: Matrix, sizes: Iterable[int]) -> list[Matrix]:
    """Try every matrix with sides among `sizes` as the right factor; return those that make what is wanted.

    >>> solve_right((32, 784), (32, 10), (10, 32, 784))
    [(784, 10)]
    """
    sides = sorted(set(sizes))
    fitting = (matrix for matrix in product(sides, sides) if matrix[0] == left[1])
    return [matrix for matrix in fitting if multiply(left, matrix) == made]


def count_products(left: Matrix, right: Matrix) -> int:
    """Walk over a matrix product and count its multiplications: entry by entry of one row, then row by row.

    >>> count_products((20, 64), (64, 1000))
    1280000
    """
    rows, columns = multiply(left, right)
    one_row = 0
    for _ in range(columns):
        one_row += left[1]
    taken = 0
    for _ in range(rows):
        taken += one_row
    return taken
