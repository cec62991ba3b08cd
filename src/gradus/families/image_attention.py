"""Write attention of an image's pixels to a kernel of keys, with loops or without."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from gradus.answers import Answer, Shape
from gradus.answers.program import Marked, Program
from gradus.family import Family, Mistake
from gradus.oracle.image_attention import by_einsum
from gradus.parameters import Between, Sizes, among, between
from gradus.programs import Task, boxes, image_attention, load, mark

SIDES = range(8, 68, 4)
IMAGES = [Shape(height, width, depth) for height in SIDES for width in SIDES for depth in (1, 2, 3, 4)]
MOST = 4  # channels of the inputs that answers are tried on, so that the reference stays quick


@final
@dataclass(frozen=True, kw_only=True)
class ImageAttention(Family):
    """A NumPy function: attention of every pixel of an image to a kernel of keys."""

    parts: ClassVar[tuple[str, ...]] = ("program",)

    image: Shape = among(*IMAGES, allowed=Sizes(3, 1024))
    outputs: int = between(2, 16, allowed=Between(1, 1024))
    kernel: int = among(2, 3, 5, allowed=Between(1, 7))
    divisor: int = among(1, 2, 4, 8, allowed=Between(1, 64))
    vectorised: bool = False

    def prompt(self) -> str:
        """State shapes, normalisation, softmax and what counts."""
        height, width, depth = self.image.sizes
        size, outputs = self.kernel, self.outputs
        divided = f", divided by ${self.divisor}$" if self.divisor > 1 else ""
        loops = (
            "It must not loop over pixels in Python: no loops, comprehensions or functions that hide them "
            "(`np.vectorize`, `np.apply_along_axis`, `map`); import nothing but NumPy."
            if self.vectorised
            else "Loops in Python are welcome."
        )
        return (
            "Write a **program** in Python with NumPy: a function `image_attention(image, keys, values)`. An image has "
            f"shape $H \\times W \\times C$, such as ${height} \\times {width} \\times {depth}$; the keys have shape "
            f"$O \\times {size} \\times {size} \\times C$ and the values $O \\times {size} \\times {size}$, with $O$ "
            f"outputs, such as ${outputs}$.\n\n"
            "First every channel of the image is divided by its Frobenius norm over $H \\times W$ (a channel that is "
            "zero everywhere stays zero). The query at a pixel is the pixel itself, a vector of $C$ numbers. For each "
            f"output its scores are the ${size * size}$ inner products of the query with that output's keys{divided}; "
            "a softmax over all of them together gives weights; the result is the sum of the output's values, each by "
            "its weight. The function returns an array of shape $H \\times W \\times O$ in float64 and leaves its "
            f"arguments as they were. {loops}"
        )

    def key(self) -> Mapping[str, Answer]:
        """Run the reference's loops on the fixed inputs."""
        source = image_attention.source(self.divisor)
        return {"program": self._program(source, marked=True)}

    def witness(self) -> Mapping[str, Answer]:
        """Contract indices on the same inputs."""
        probes = image_attention.probes(self.kernel)
        results = [by_einsum(image, keys, values, self.divisor).ravel() for image, keys, values in probes]
        behaviour = tuple(float(value) for result in results for value in result)
        return {"program": Program(inspect.getsource(by_einsum), image_attention.FUNCTION, behaviour)}

    def mistakes(self) -> Iterator[Mistake]:
        """Name the bugs that people make; marking recognises them by what a program returns."""
        source = image_attention.source(self.divisor)
        for bug in image_attention.bugs(self.divisor):
            yield Mistake("program", bug.name, self._program(bug.seed(source)), bug.feedback, bug.credit)

    def _program(self, source: str, *, marked: bool = False) -> Program:
        function = load(source, image_attention.FUNCTION)
        results = [function(*arrays).ravel() for arrays in image_attention.probes(self.kernel)]
        behaviour = tuple(float(value) for result in results for value in result)
        return Program(source, image_attention.FUNCTION, behaviour, self._mark if marked else None)

    def task(self) -> Task:
        """Return what a program must do, with the checks that it is marked by."""
        depth = min(self.image.sizes[2], MOST)
        return image_attention.task(self.kernel, self.divisor, depth, min(self.outputs, MOST + 1), self.vectorised)

    def _mark(self, source: str) -> Marked:
        return mark(self.task(), source, boxes.shared())

    def working(self) -> str:
        """Show the reference."""
        return f"{image_attention.FUNCTION}, written out:\n\n{image_attention.source(self.divisor)}"
