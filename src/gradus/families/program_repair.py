"""A program of image attention has a bug: repair it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from gradus.answers import Answer, Shape
from gradus.answers.program import Marked, Program, Tried
from gradus.family import Family, Mistake
from gradus.oracle.image_attention import by_einsum
from gradus.parameters import Between, Sizes, among, between
from gradus.programs import Bug, Task, boxes, image_attention, load, mark, preview

SIDES = range(8, 68, 4)
IMAGES = [Shape(height, width, depth) for height in SIDES for width in SIDES for depth in (2, 3, 4)]
NAMES = tuple(bug.name for bug in image_attention.BUGS)


@final
@dataclass(frozen=True, kw_only=True)
class ProgramRepair(Family):
    """A program of image attention with one bug in it: the answer is the repaired program."""

    parts: ClassVar[tuple[str, ...]] = ("program",)

    image: Shape = among(*IMAGES, allowed=Sizes(3, 1024))
    outputs: int = between(2, 16, allowed=Between(1, 1024))
    kernel: int = among(2, 3, 5, allowed=Between(2, 7))
    divisor: int = among(2, 4, 8, allowed=Between(1, 64))
    bug: str = among(*NAMES)

    def prompt(self) -> str:
        """State what the program should do, and show it with its bug."""
        height, width, depth = self.image.sizes
        size = self.kernel
        divided = f", divided by ${self.divisor}$" if self.divisor > 1 else ""
        return (
            "The function below has one bug. Send the repaired **program**. It takes an image of shape "
            f"$H \\times W \\times C$, such as ${height} \\times {width} \\times {depth}$, keys of shape "
            f"$O \\times {size} \\times {size} \\times C$ and values of shape $O \\times {size} \\times {size}$, with "
            f"$O$ outputs, such as ${self.outputs}$. It should first divide every channel of the image by its "
            "Frobenius norm over $H \\times W$ (a channel that is zero everywhere stays zero). The query at a pixel is "
            f"the pixel itself. For each output its scores are the ${size * size}$ inner products of the query with "
            f"that output's keys{divided}; a softmax over all of them together gives weights; the result is the sum of "
            "the output's values, each by its weight, of shape $H \\times W \\times O$.\n\n"
            f"```python\n{self._bug.seed(self._source)}```"
        )

    @property
    def _source(self) -> str:
        return image_attention.source(self.divisor)

    @property
    def _bug(self) -> Bug:
        return next(bug for bug in image_attention.BUGS if bug.name == self.bug)

    def key(self) -> Mapping[str, Answer]:
        """Run the program without its bug on the fixed inputs."""
        return {"program": self._program(self._source, marked=True)}

    def witness(self) -> Mapping[str, Answer]:
        """Contract indices on the same inputs."""
        probes = image_attention.probes(self.kernel)
        results = [by_einsum(image, keys, values, self.divisor).ravel() for image, keys, values in probes]
        behaviour = tuple(float(value) for result in results for value in result)
        return {"program": Program(inspect.getsource(by_einsum), image_attention.FUNCTION, behaviour)}

    def mistakes(self) -> Iterator[Mistake]:
        """Name the bug that is still there, and those that came with the repair."""
        still = self._bug
        yield Mistake("program", "not_repaired", self._program(still.seed(self._source)), "The bug is still there.")
        for bug in image_attention.BUGS:
            if bug.name != still.name:
                yield Mistake("program", bug.name, self._program(bug.seed(self._source)), bug.feedback, bug.credit)

    def _program(self, source: str, *, marked: bool = False) -> Program:
        function = load(source, image_attention.FUNCTION)
        results = [function(*arrays).ravel() for arrays in image_attention.probes(self.kernel)]
        behaviour = tuple(float(value) for result in results for value in result)
        how = (self._mark, self._preview) if marked else ()
        return Program(source, image_attention.FUNCTION, behaviour, *how)

    def _mark(self, source: str) -> Marked:
        marked = mark(self._task(), source, boxes.shared())
        if marked.mistake == self.bug:  # what was given earns nothing
            return Marked(
                marked.credit and marked.credit * 0, f"The bug is still there. {marked.feedback}", "not_repaired"
            )
        return marked

    def _preview(self, source: str) -> tuple[Tried, ...]:
        return preview(self._task(), source, boxes.shared())

    def _task(self) -> Task:
        depth, outputs = min(self.image.sizes[2], 4), min(self.outputs, 5)
        return image_attention.task(self.kernel, self.divisor, depth, outputs, False)

    def working(self) -> str:
        """Show the repair."""
        repaired = f"{image_attention.FUNCTION}, repaired:\n\n{self._source}"
        return f"{self._bug.feedback} Instead of `{self._bug.wrong}` write `{self._bug.right}`.\n\n{repaired}"
