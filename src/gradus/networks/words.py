"""Reading the words of one layer: `conv 3x3x64 s1 p0` to `Conv(kernel=3, filters=64)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from gradus.errors import Fault, suggest
from gradus.networks.convolution import DEPTHWISE, Conv
from gradus.networks.dense import ACTIVATIONS, Activation, Dense, Flatten
from gradus.networks.layer import Layer
from gradus.networks.normalisation import NORMS, Dropout, Norm
from gradus.networks.pooling import AdaptivePool, GlobalPool, Pool
from gradus.networks.reshaping import Crop, Pad, Reshape, Select, Tokens, Upsample
from gradus.networks.sequence import GATES, Attention, ClassToken, Embedding, Position, Recurrent
from gradus.networks.transposed import TransposedConv
from gradus.networks.tree import Quantity

OPTION = re.compile(r"([a-z]+)(?:=|(?=\d))(.+)")
LONG_NAMES = {"stride": "s", "padding": "p", "pad": "p", "dilation": "d", "groups": "g", "extra": "e", "count": "n"}


@dataclass
class Words:
    """The words after a layer's name, taken one by one; whatever is left in the end is an error."""

    name: str
    left: list[str]
    place: str
    taken: list[str] = field(default_factory=list)

    def flag(self, *words: str) -> bool:
        """Take a word if it is there."""
        found = next((word for word in words if word in self.left), None)
        if found is not None:
            self.left.remove(found)
        return found is not None

    def option(self, letter: str, usual: Quantity, *, pairs: bool = False) -> Quantity:
        """Take an option such as `s2`, `s=2` or `stride=2`, and return its value."""
        for word in self.left:
            match = OPTION.fullmatch(word)
            if match and LONG_NAMES.get(match[1], match[1]) == letter:
                self.left.remove(word)
                return self.sizes(match[2], letter, pairs=pairs)
        return usual

    def name_of(self, letter: str) -> str | None:
        """Take an option whose value is a name, such as `tied=words`."""
        found = next((word for word in self.left if word.startswith(f"{letter}=")), None)
        if found is None:
            return None
        self.left.remove(found)
        return found.partition("=")[2]

    def number(self, field: str, usual: Quantity = None, *, needed: bool = True) -> Quantity:
        """Take the leading number."""
        if not self.left or not _begins_a_size(self.left[0]):
            if needed:
                raise Fault(
                    self.place, field, None, "is missing", f"write {EXAMPLES.get(self.name, self.name + ' 64')}"
                )
            return usual
        return self.sizes(self.left.pop(0), field)

    def row(self, field: str) -> tuple[Quantity, ...]:
        """Take leading sizes such as `3x3x64`, always as a tuple."""
        found = self.number(field)
        return found if isinstance(found, tuple) else (found,)

    def sizes(self, text: str, field: str, *, pairs: bool = False) -> Quantity:
        """Return a number, or a tuple for `3x3`; with `pairs`, parts such as `0:1` too."""
        parts = [self._part(part, field, pairs) for part in re.split("[x×]", text)]
        return parts[0] if len(parts) == 1 and not isinstance(parts[0], tuple) else tuple(parts)

    def _part(self, text: str, field: str, pairs: bool) -> Quantity:
        if pairs and ":" in text:
            return tuple(self._part(side, field, False) for side in text.split(":"))
        if re.fullmatch(r"-?\d{1,4000}", text):
            return int(text)
        if text.isidentifier():
            from gradus.networks.symbols import symbol

            return symbol(text)
        rule = "must be a whole number, or sizes joined by x"
        raise Fault(self.place, field, text, rule, f"write {EXAMPLES.get(self.name, self.name + ' 64')}")

    def done(self) -> None:
        """Raise a fault if a word was not understood."""
        if self.left:
            rule = f"is not understood after {self.name}"
            raise Fault(self.place, "word", self.left[0], rule, f"write {EXAMPLES.get(self.name, self.name)}")


def _begins_a_size(word: str) -> bool:
    return word[0].isdigit() or word[0] == "-" or bool(re.fullmatch(r"[A-Za-z_]\w{0,3}(x.+)?", word))


EXAMPLES = {
    "conv": "conv 3x3x64 s1 p0",
    "transposed": "transposed 2x2x64 s2",
    "maxpool": "maxpool 2 s2",
    "avgpool": "avgpool 2 s2",
    "dense": "dense 10",
    "embedding": "embedding 30522x768",
    "lstm": "lstm 128 layers2 bidirectional last",
    "attention": "attention 12",
    "groupnorm": "groupnorm g4",
    "dropout": "dropout 0.5",
}


def _padding(words: Words, usual: Quantity = 0) -> Quantity:
    for word in ("same", "valid"):
        if words.flag(word):
            return word
    return words.option("p", usual, pairs=True)


def _taps(words: Words, whole: tuple[Quantity, ...]) -> Quantity:
    if not whole:
        rule = "has a number of filters but no kernel"
        raise Fault(words.place, "sizes", None, rule, f"write {EXAMPLES[words.name]}")
    return whole[0] if len(whole) == 2 and whole[0] == whole[1] else whole


def _conv(words: Words) -> Layer:
    sizes = words.row("kernel")
    depthwise = words.flag(DEPTHWISE, "dw")
    # conv 3x3 depthwise names a kernel only; its filters, where they are not the depth, are an option: f64
    taps, filters = (sizes, words.option("f", None)) if depthwise else (sizes[:-1], sizes[-1])
    groups = DEPTHWISE if depthwise else words.option("g", 1)
    stride, padding, dilation = words.option("s", 1), _padding(words), words.option("d", 1)
    return Conv(_taps(words, taps), filters, stride, padding, not words.flag("nobias"), dilation, groups)


def _transposed(words: Words) -> Layer:
    *taps, filters = words.row("kernel")
    extra, bias = words.option("e", 0), not words.flag("nobias")
    dilation, groups = words.option("d", 1), words.option("g", 1)
    stride, padding = words.option("s", 1), _padding(words)
    return TransposedConv(_taps(words, tuple(taps)), filters, stride, padding, extra, bias, dilation, groups)


def _pool(kind: str) -> Callable[[Words], Layer]:
    def read(words: Words) -> Layer:
        kernel, stride, padding = words.number("kernel"), words.option("s", None), _padding(words)
        return Pool(kind, kernel, stride, padding, words.flag("ceil"), words.option("d", 1))

    return read


def _norm(kind: str) -> Callable[[Words], Layer]:
    def read(words: Words) -> Layer:
        groups = words.option("g", 1) if kind == "group" else 1
        return Norm(kind, groups, not words.flag("noscale"), not words.flag("noshift"))

    return read


def _recurrent(kind: str) -> Callable[[Words], Layer]:
    def read(words: Words) -> Layer:
        units, layers, biases = words.number("units"), words.option("layers", 1), words.option("biases", 1)
        return Recurrent(kind, units, layers, words.flag("bidirectional"), not words.flag("last"), biases)

    return read


def _dropout(words: Words) -> Layer:
    if not words.left:
        return Dropout()
    text = words.left.pop(0)
    try:
        return Dropout(float(text))
    except ValueError:
        raise Fault(words.place, "probability", text, "must be from 0 to 1", "write dropout 0.5") from None


def _attention(words: Words) -> Layer:
    width, shared = words.option("width", None), words.option("shared", None)
    return Attention(words.number("heads"), not words.flag("nobias"), width, shared)


def _embedding(words: Words) -> Layer:
    sizes = words.row("sizes")
    if len(sizes) != 2:
        raise Fault(words.place, "sizes", sizes, "must be words x width", f"write {EXAMPLES['embedding']}")
    return Embedding(*sizes)


READINGS: dict[str, Callable[[Words], Layer]] = {
    "conv": _conv,
    "transposed": _transposed,
    "maxpool": _pool("max"),
    "avgpool": _pool("average"),
    "globalmaxpool": lambda words: GlobalPool("max", words.flag("keep")),
    "globalavgpool": lambda words: GlobalPool("average", words.flag("keep")),
    "adaptivemaxpool": lambda words: AdaptivePool("max", words.number("size")),
    "adaptiveavgpool": lambda words: AdaptivePool("average", words.number("size")),
    "dense": lambda words: Dense(words.number("units"), not words.flag("nobias"), words.name_of("tied")),
    "flatten": lambda _: Flatten(),
    "dropout": _dropout,
    "embedding": _embedding,
    "position": lambda words: Position(words.number("rows", needed=False)),
    "classtoken": lambda words: ClassToken(words.option("n", 1)),
    "attention": _attention,
    "tokens": lambda _: Tokens(),
    "select": lambda words: Select(words.number("index", 0, needed=False)),
    "reshape": lambda words: Reshape(words.row("sizes")),
    "upsample": lambda words: Upsample(words.number("scale")),
    "pad": lambda words: Pad(words.option("p", 0, pairs=True), words.option("depth", 0)),
    "crop": lambda words: Crop(words.option("p", 0, pairs=True)),
    **{f"{kind}norm": _norm(kind) for kind in NORMS},
    **{kind: _recurrent(kind) for kind in GATES},
}
ALIASES = {
    "convolution": "conv", "convtranspose": "transposed", "deconv": "transposed", "linear": "dense", "fc": "dense",
    "gap": "globalavgpool", "gmp": "globalmaxpool", "averagepool": "avgpool", "bn": "batchnorm", "ln": "layernorm",
    "lrn": "responsenorm", "mha": "attention",
}  # fmt: skip


def read_layer(text: str, place: str) -> Layer:
    """Read one layer.

    >>> read_layer("conv 3x3x64 s2 same", "1")
    Conv(kernel=3, filters=64, stride=2, padding='same', bias=True, dilation=1, groups=1)
    """
    name, *rest = text.split()
    name = ALIASES.get(name.lower(), name.lower())
    if name in ACTIVATIONS and not rest:
        return Activation(name)
    if name not in READINGS:
        raise Fault(place, "layer", name, "is no layer", suggest(name, known_words()))
    words = Words(name, rest, place)
    try:
        layer = READINGS[name](words)
    except Fault as fault:
        raise fault.at(place) from None
    words.done()
    return layer


def known_words() -> Iterable[str]:
    """Return every word that can begin a layer."""
    return (*READINGS, *ACTIVATIONS, *ALIASES, "add", "concat", "multiply", "reuse", "skip")
