"""Layers on sequences T × d: embeddings, learned tokens, recurrent layers, attention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gradus.errors import Fault
from gradus.networks import rules
from gradus.networks.checks import Shape, among, dotted, truth, whole
from gradus.networks.formula import Working, Workings
from gradus.networks.layer import Layer
from gradus.networks.reach import Reach
from gradus.networks.tree import Quantity

GATES = {"rnn": 1, "gru": 3, "lstm": 4}


def _require_sequence(where: str, shape: Shape) -> None:
    if len(shape) != 2:
        rule = f"must be a sequence, length × width, but is {dotted(shape)}"
        raise Fault(where, "input", None, rule, "put tokens before it to turn an image into a sequence")


@dataclass(frozen=True)
class Embedding(Layer):
    """A table with one row for each word; an input of T indices becomes T × width.

    >>> print(Embedding(30522, 768).parameters((128,)))
    30522·768 = 23440896
    """

    vocabulary: Quantity
    width: Quantity
    word: ClassVar[str] = "embedding"

    def __post_init__(self) -> None:
        whole(self.word, "vocabulary", self.vocabulary)
        whole(self.word, "width", self.width)

    def output(self, shape: Shape) -> Shape:
        """Return the shape with the width appended."""
        return (*shape, self.width)

    def parameters(self, shape: Shape) -> Working:
        """Return one width for each word; looking a row up multiplies nothing."""
        return Working(rules.PRODUCT, (self.vocabulary, self.width))


@dataclass(frozen=True)
class Position(Layer):
    """A learned vector added at each position; `rows` where the table is longer than the input (512 in BERT).

    >>> print(Position(512).parameters((128, 768)))
    512·768 = 393216
    """

    rows: Quantity = None
    word: ClassVar[str] = "position"

    def __post_init__(self) -> None:
        if self.rows is not None:
            whole(self.word, "rows", self.rows)

    def output(self, shape: Shape) -> Shape:
        """Return the shape unchanged."""
        return shape

    def parameters(self, shape: Shape) -> Working:
        """Return one vector for each row."""
        return Working(rules.PRODUCT, shape if self.rows is None else (self.rows, shape[-1]))


@dataclass(frozen=True)
class ClassToken(Layer):
    """Learned tokens put before a sequence, as in ViT (Dosovitskiy et al. 2020, equation 1).

    >>> ClassToken().output((196, 768))
    (197, 768)
    """

    count: Quantity = 1
    word: ClassVar[str] = "classtoken"

    def __post_init__(self) -> None:
        whole(self.word, "count", self.count)

    def output(self, shape: Shape) -> Shape:
        """Return the sequence, longer by the tokens."""
        _require_sequence(self.word, shape)
        return (shape[0] + self.count, shape[1])

    def sizes(self, shape: Shape) -> Workings:
        """Return the new length."""
        return Workings((Working(rules.SUM, (shape[0], self.count)),))

    def parameters(self, shape: Shape) -> Working:
        """Return one vector for each token."""
        return Working(rules.PRODUCT, (self.count, shape[-1]))


@dataclass(frozen=True)
class Recurrent(Layer):
    """A recurrent layer over a sequence T × d.

    Args:
        kind: `rnn`, `lstm` or `gru`.
        units: width of the state.
        layers: how many are stacked.
        bidirectional: a second one reads backwards; outputs are concatenated.
        sequences: return the state at every step, not only the last.
        biases: bias vectors a gate: 1 in textbooks and in Keras' LSTM, 2 in PyTorch and in Keras' GRU, 0 for none.

    The LSTM of Keras' IMDB example has 98,816 parameters:

    >>> print(Recurrent("lstm", 64, bidirectional=True).parameters((200, 128)))
    2·4·(128 + 64 + 1)·64 = 98816
    """

    kind: str
    units: Quantity
    layers: Quantity = 1
    bidirectional: bool = False
    sequences: bool = True
    biases: int = 1
    word: ClassVar[str] = "recurrent"

    def __post_init__(self) -> None:
        among(self.word, "kind", self.kind, GATES)
        whole(self.word, "units", self.units)
        whole(self.word, "layers", self.layers)
        truth(self.word, "bidirectional", self.bidirectional)
        truth(self.word, "sequences", self.sequences)
        if self.biases not in (0, 1, 2):
            rule = "must be 0, 1 or 2 vectors a gate"
            raise Fault(self.word, "biases", self.biases, rule, "write 1, or 2 as in PyTorch")

    def output(self, shape: Shape) -> Shape:
        """Return T × width, or the width alone for the last step."""
        _require_sequence(self.word, shape)
        width = 2 * self.units if self.bidirectional else self.units
        return (shape[0], width) if self.sequences else (width,)

    def parameters(self, shape: Shape) -> Working:
        """Return, for each direction and gate, weights from the input and the state, and the biases."""
        return Working(rules.RECURRENT_PARAMETERS, (*self._slots(shape), self.biases or None))

    def multiply_adds(self, shape: Shape, output: Shape) -> Working:
        """Return the products with both matrices at each step; products of gates with states are not counted."""
        return Working(rules.RECURRENT_MULTIPLY_ADDS, (*self._slots(shape), shape[0]))

    def reach(self, shape: Shape) -> tuple[Reach, ...] | None:
        """Return nothing: every value of the output may depend on the whole input."""
        return None

    def _slots(self, shape: Shape) -> tuple[Quantity, ...]:
        directions = 2 if self.bidirectional else None
        gates = None if self.kind == "rnn" else GATES[self.kind]
        upper = None if type(self.layers) is int and self.layers == 1 else self.layers - 1
        return shape[-1], self.units, directions, gates, upper


@dataclass(frozen=True)
class Attention(Layer):
    """Multi-head self-attention with four projections (Vaswani et al. 2017, section 3.2.2).

    Args:
        heads: number of heads, which must divide the width unless `width` is given.
        bias: whether the projections have biases.
        width: width of all queries together; that of the input if not given.
        shared: number of heads for keys and values, fewer than `heads` in grouped-query attention.

    One block of BERT-base has 4·(768 + 1)·768 parameters in its attention:

    >>> print(Attention(12).parameters((128, 768)))
    4·(768 + 1)·768 = 2362368
    """

    heads: Quantity
    bias: bool = True
    width: Quantity = None
    shared: Quantity = None
    word: ClassVar[str] = "attention"

    def __post_init__(self) -> None:
        whole(self.word, "heads", self.heads)
        truth(self.word, "bias", self.bias)
        for field in ("width", "shared"):
            if getattr(self, field) is not None:
                whole(self.word, field, getattr(self, field))

    def output(self, shape: Shape) -> Shape:
        """Return the shape unchanged, after checking that the heads divide the width."""
        _require_sequence(self.word, shape)
        width = shape[-1] if self.width is None else self.width
        if type(width) is int and type(self.heads) is int and width % self.heads:
            rule = f"must divide the width, which is {width}"
            raise Fault(self.word, "heads", self.heads, rule, "choose a divisor of the width")
        if type(self.heads) is int and type(self.shared) is int and self.heads % self.shared:
            rule = f"must divide the number of heads, which is {self.heads}"
            raise Fault(self.word, "shared", self.shared, rule, "choose a divisor of the heads")
        return shape

    def parameters(self, shape: Shape) -> Working:
        """Return the parameters of the projections to queries, keys, values and back."""
        if self.width is None and self.shared is None:
            return Working(rules.SQUARE_ATTENTION_PARAMETERS, (shape[-1], self.bias))
        return Working(rules.ATTENTION_PARAMETERS, (*self._widths(shape), self.bias))

    def multiply_adds(self, shape: Shape, output: Shape) -> Working:
        """Return the projections, the scores Q·Kᵀ and the weighted values; softmax multiplies nothing here."""
        if self.width is None and self.shared is None:
            return Working(rules.SQUARE_ATTENTION_MULTIPLY_ADDS, shape)
        return Working(rules.ATTENTION_MULTIPLY_ADDS, (shape[0], *self._widths(shape)))

    def reach(self, shape: Shape) -> tuple[Reach, ...] | None:
        """Return nothing: every value of the output may depend on the whole input."""
        return None

    def _widths(self, shape: Shape) -> tuple[Quantity, Quantity, Quantity]:
        width = shape[-1] if self.width is None else self.width
        return shape[-1], width, width if self.shared is None else width * self.shared // self.heads
