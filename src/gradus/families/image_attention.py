"""Write attention of an image's pixels to a kernel of keys, with loops or without."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Shape
from gradus.answers.program import Marked, Program, Tried
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.oracle.image_attention import by_einsum
from gradus.parameters import Between, Sizes, among, between
from gradus.programs import Task, boxes, image_attention, load, mark, preview

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
    time_limit: int = 0
    memory_limit: int = 0
    efficiency: Fraction = Fraction(1, 5)

    def check(self) -> Iterator[Fault]:
        """Demand limits that can be kept and a share that leaves something for being right."""
        for name, most in (("time_limit", self.time_limit), ("memory_limit", self.memory_limit)):
            if most and not 2 <= most <= 1000:
                rule = "must be 0, or 2 to 1000 times what the reference takes"
                yield Fault("ImageAttention", name, most, rule, "write 10; 0 where it does not count")
        if not 0 < self.efficiency <= Fraction(1, 2):
            rule = "must be above 0 and at most 1/2"
            yield Fault("ImageAttention", "efficiency", str(self.efficiency), rule, "write 1/5")

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
            f"arguments as they were. {loops}{self._limits()}"
        )

    def _limits(self) -> str:
        """State what the program may cost."""
        kind = "plain program without loops" if self.vectorised else "plain program with loops"
        limits = [
            f"at most ${most}$ times the {what}"
            for what, most in (("processor time", self.time_limit), ("memory", self.memory_limit))
            if most
        ]
        if not limits:
            return ""
        return f" It may take {' and '.join(limits)} of a {kind}; that is worth ${self.efficiency}$ of the points."

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
        how = (self._mark, self._preview) if marked else ()
        return Program(source, image_attention.FUNCTION, behaviour, *how)

    def _mark(self, source: str) -> Marked:
        return mark(self._task(), source, boxes.shared())

    def _preview(self, source: str) -> tuple[Tried, ...]:
        return preview(self._task(), source, boxes.shared())

    def _task(self) -> Task:
        depth = min(self.image.sizes[2], MOST)
        outputs = min(self.outputs, MOST + 1)
        limits = (self.time_limit, self.memory_limit, self.efficiency)
        return image_attention.task(self.kernel, self.divisor, depth, outputs, self.vectorised, *limits)

    def working(self) -> str:
        """Show the reference."""
        return f"{image_attention.FUNCTION}, written out:\n\n{image_attention.source(self.divisor)}"
