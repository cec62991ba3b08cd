"""Shapes whose sizes have names: `()` a scalar, `("n",)` a column vector, `("m", "n")` a matrix, `(1, "n")` a row.

A size is a whole number, a name (`"n"`), or an unknown (`"?0"`) that stands until an operation says what it must be:
the identity in `X^T X + 2 I` takes its size from its neighbour.
"""

from __future__ import annotations

import re

from gradus.errors import Fault

Size = int | str
Shape = tuple[Size, ...]


def show(shape: Shape) -> str:
    """Say a shape in words a writer knows.

    >>> show(()), show(("n",)), show(("m", 3)), show((1, "n"))
    ('a scalar', 'a vector of n', 'a matrix of m × 3', 'a row of n')
    """
    if not shape:
        return "a scalar"
    if len(shape) == 1:
        return f"a vector of {_size(shape[0])}"
    if len(shape) == 2 and shape[0] == 1:
        return f"a row of {_size(shape[1])}"
    kind = "a matrix" if len(shape) == 2 else "a batch"
    return f"{kind} of {' × '.join(map(_size, shape))}"


def _size(size: Size) -> str:
    return "any size" if isinstance(size, str) and size.startswith("?") else str(size)


def read(text: str) -> Shape:
    """Read a declared shape: sizes parted by blanks, `×`, `x` or commas; `scalar` or nothing is a scalar.

    >>> read("m × n"), read("n"), read("scalar"), read("(5, 4)")
    (('m', 'n'), ('n',), (), (5, 4))

    Raises:
        Fault: a size is neither a name nor a whole number above 0.
    """
    words = [w for w in re.split(r"[\s,×()\[\]]+|(?<=\w)\s+x\s+(?=\w)", text.strip()) if w]
    if words in ([], ["scalar"], ["1"]):
        return ()
    sizes: list[Size] = []
    for word in words:
        if word == "x":
            continue
        if not re.fullmatch(r"[1-9]\d{0,8}|[A-Za-z_]\w*", word):
            raise Fault(
                "", "shape", text, "must list sizes, names or whole numbers above 0", "write m × n, n or scalar"
            )
        sizes.append(int(word) if word.isdigit() else word)
    return tuple(sizes)


class Sizes:
    """What the unknown sizes of one reading turned out to be.

    >>> sizes = Sizes()
    >>> unknown = sizes.fresh()
    >>> sizes.same(unknown, "n"), sizes.same("m", "n"), sizes.settle((unknown, unknown))
    (True, False, ('n', 'n'))
    """

    def __init__(self) -> None:
        self.known: dict[str, Size] = {}
        self.asked = 0

    def fresh(self) -> str:
        """Return a size that nothing is known of."""
        self.asked += 1
        return f"?{self.asked - 1}"

    def find(self, size: Size) -> Size:
        """Return what a size stands for so far."""
        while isinstance(size, str) and size in self.known:
            size = self.known[size]
        return size

    def same(self, one: Size, other: Size) -> bool:
        """Make two sizes equal if they can be; say whether they are."""
        one, other = self.find(one), self.find(other)
        if one == other:
            return True
        for unknown, size in ((one, other), (other, one)):
            if isinstance(unknown, str) and unknown.startswith("?"):
                self.known[unknown] = size
                return True
        return False

    def settle(self, shape: Shape) -> Shape:
        """Return a shape with every size that has become known."""
        return tuple(self.find(size) for size in shape)
