"""What every layer owes: its output shape, and the workings of all that is counted.

    Layer       one input, one output
    Merge       several inputs, one output

Both are abstract. A final layer is a frozen dataclass whose fields are checked when it is made.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from gradus.networks.checks import Shape
from gradus.networks.formula import NOTHING, Working, Workings

if TYPE_CHECKING:
    from gradus.networks.compiled import Pattern
    from gradus.networks.plan import Plan
    from gradus.networks.reach import Reach

UNCHANGED = Workings(())


class Part:
    """What networks are made of (abstract): a layer, or something made of layers.

    Whether something is one is asked very often, and is answered much faster without the metaclass of an `ABC`.
    """

    __slots__ = ()

    word: ClassVar[str]
    """Its name in the text form, in places (`2.pool`) and in messages."""

    def lower(self, plan: Plan, source: int, place: str) -> int:
        """Add the steps to the plan, reading from the step `source`; return the step that holds the output."""
        raise NotImplementedError


class Layer(Part, ABC):
    """A layer with one input. Shapes are without the batch, channels last."""

    tied: str | None = None
    """The name of the layer whose weight matrix it uses, if any."""
    pattern: Pattern | None = None
    """The structure that it shares with others, so that their rules can be compiled; `None` for the general way."""

    def __init_subclass__(cls) -> None:
        """Keep the compiled rules of a final layer from a kind derived of it, which may count in its own way."""
        super().__init_subclass__()
        if any(base is not Layer and issubclass(base, Layer) for base in cls.__mro__[1:]):
            cls.pattern = property(_none)  # type: ignore[assignment]  # hides what an instance holds

    def lower(self, plan: Plan, source: int, place: str) -> int:
        """Add this layer as one step."""
        return plan.add(place, self, (source,))

    @abstractmethod
    def output(self, shape: Shape) -> Shape:
        """Return the output shape, or raise a `Fault` if the layer does not fit its input."""

    def sizes(self, shape: Shape) -> Workings:
        """Return how the sizes of the output come about; nothing where a size is copied."""
        return UNCHANGED

    def parameters(self, shape: Shape) -> Working:
        """Return the number of trainable scalars."""
        return NOTHING

    def buffers(self, shape: Shape) -> Working:
        """Return the number of stored scalars that no gradient reaches."""
        return NOTHING

    def multiply_adds(self, shape: Shape, output: Shape) -> Working:
        """Return the multiply-adds of one forward pass of one example."""
        return NOTHING

    def additions(self, shape: Shape, output: Shape) -> Working:
        """Return the additions of biases in one forward pass of one example, which multiply-adds leave out."""
        return NOTHING

    def reach(self, shape: Shape) -> tuple[Reach, ...] | None:
        """Return what a unit reads along each spatial axis; empty for its own place, `None` for the whole input."""
        return ()


class Merge(ABC):
    """A layer with several inputs."""

    word: ClassVar[str]
    tied: None = None
    pattern: None = None

    @abstractmethod
    def merged(self, shapes: tuple[Shape, ...]) -> Shape:
        """Return the output shape, or raise a `Fault` if the inputs do not fit one another."""

    def sizes(self, shapes: tuple[Shape, ...]) -> Workings:
        """Return how the sizes of the output come about."""
        return UNCHANGED


def _none(layer: Layer) -> None:
    """Return no pattern."""
