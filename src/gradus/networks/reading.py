"""Reading a network from one line of text; `text.py` writes the same line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradus.errors import Fault
from gradus.networks.branching import Add, Branch, Concat, Multiply
from gradus.networks.checks import Shape, checked_shape
from gradus.networks.composition import From, Item, Named, Repeat, Reuse
from gradus.networks.network import Network
from gradus.networks.words import read_layer

TOKEN = re.compile(r"[()|]|->|>|→|[^\s()|>→]+")
ARROWS = (">", "->", "→")
BRANCHINGS = {"add": Add, "multiply": Multiply, "concat": Concat}
DEEPEST = 60
LONGEST = 1_000_000


def read_text(text: str) -> Network:
    """Read a network in the short text form.

    Layers follow one another by `>`; `3 x (…)` repeats; `add(… | skip)`, `concat(… | …)` and `multiply(… | …)` join
    branches; `stem: (…)` names a part, `@stem` reads its output again, `reuse stem` applies it again.

    Raises:
        Fault: the layer's place, the word, what was expected and an example.

    >>> net = read_text("conv 3x3x64 s1 p0 > maxpool 2 > relu")
    >>> net.describe((128, 128, 3)).output
    (63, 63, 64)
    """
    if len(text) > LONGEST:
        raise Fault("network", "text", None, f"is longer than {LONGEST} characters", "use repeats, or a file of layers")
    reader = Reader(TOKEN.findall(text))
    layers = reader.row("", 0)
    if reader.here is not None:
        raise Fault("network", "text", reader.here, "has no bracket to close", "remove it, or open one before")
    return Network(*layers)


@dataclass
class Reader:
    """The tokens of a text, taken one by one."""

    tokens: list[str]
    at: int = 0

    @property
    def here(self) -> str | None:
        """The next token; `None` at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self) -> str:
        """Take a token that is known to be there."""
        token = self.here
        assert token is not None
        self.at += 1
        return token

    def expect(self, token: str, place: str) -> None:
        """Take this very token."""
        if self.here != token:
            rule = f"must be {token!r}" if self.here is not None else f"ends where {token!r} is expected"
            raise Fault(
                place or "network", "text", self.here, rule, "balance the brackets, as in 3 x (conv 3x3x64 > relu)"
            )
        self.at += 1

    def row(self, prefix: str, depth: int) -> tuple[Item, ...]:
        """Read layers one after another."""
        if depth > DEEPEST:
            raise Fault(
                prefix, "brackets", None, f"are nested deeper than {DEEPEST}", "name parts, or use fewer brackets"
            )
        items: list[Item] = []
        position = 1
        while True:
            if self.here == "skip":
                self.at += 1
            else:
                items.append(self.item(f"{prefix}{position}", depth))
                position += 1
            if self.here not in ARROWS:
                return tuple(items)
            self.at += 1

    def item(self, place: str, depth: int) -> Item:
        """Read a layer, or something made of layers."""
        word = self.here
        if word is None or word in ("|", ")", *ARROWS):
            rule = "has nothing where a layer is expected"
            raise Fault(place, "text", word, rule, "write a layer, or skip for the input itself")
        if word == "(":
            return Network(*self.bracket(f"{place}.", depth))
        if word in BRANCHINGS:
            return self.branching(place, depth)
        if word.endswith(":") and len(word) > 1:
            return self.named(place, depth)
        if word.startswith("@"):
            return From(self.take()[1:])
        repeat = re.fullmatch(r"(-?\d+)([x×*])?", word)
        if repeat:
            return self.repeat(int(repeat[1]), bool(repeat[2]), place, depth)
        return self.layer(place)

    def bracket(self, prefix: str, depth: int) -> tuple[Item, ...]:
        """Read a row in brackets."""
        self.expect("(", prefix.rstrip("."))
        items = self.row(prefix, depth + 1)
        self.expect(")", prefix.rstrip("."))
        return items

    def named(self, place: str, depth: int) -> Item:
        """Read `name: …`."""
        name = self.take()[:-1]
        outside = place.rpartition(".")[0]
        path = f"{outside}.{name}" if outside else name
        return Named(name, self.bracket(f"{path}.", depth) if self.here == "(" else (self.item(path, depth),))

    def repeat(self, times: int, crossed: bool, place: str, depth: int) -> Item:
        """Read what follows the number of a repeat; the × may be a part of the number's word."""
        self.at += 1
        if not crossed:
            if self.here not in ("x", "×", "*"):
                raise Fault(place, "text", times, "stands where a layer is expected", "repeat with 3 x (…)")
            self.at += 1
        shared = self.here == "shared"
        self.at += shared
        layers = self.bracket(f"{place}.1.", depth)
        try:
            return Repeat(layers, times, shared)
        except Fault as fault:
            raise fault.at(f"{place}.repeat") from None

    def branching(self, place: str, depth: int) -> Item:
        """Read `add(… | …)` and the like."""
        word = self.take()
        axis = -1
        if self.here is not None and re.fullmatch(r"axis=-?\d{1,3}", self.here):
            axis = int(self.take()[5:])
        self.expect("(", f"{place}.{word}")
        branches: list[Branch] = []
        while not branches or self.here == "|":
            self.at += bool(branches)
            branches.append(self.row(f"{place}.{len(branches) + 1}.", depth + 1))
        self.expect(")", f"{place}.{word}")
        return Concat(*branches, axis=axis) if word == "concat" else BRANCHINGS[word](*branches)

    def layer(self, place: str) -> Item:
        """Read the words of one layer."""
        words = []
        while self.here is not None and self.here not in ("(", ")", "|", *ARROWS):
            words.append(self.take())
        if words[0] == "reuse" and len(words) == 2:
            return Reuse(words[1])
        if self.here == "(":
            raise Fault(place, "layer", words[0], "takes no bracket", "write add(…), concat(…), multiply(…) or 3 x (…)")
        return read_layer(" ".join(words), f"{place}.{words[0]}")


def read_shape(text: str) -> Shape:
    """Read an input shape, with names for symbols.

    >>> read_shape("128x128x3")
    (128, 128, 3)
    """
    parts = [part.strip() for part in re.split("[x×,]", text.strip().strip("()[]"))]
    sizes: list[int | str] = []
    for part in parts:
        if not re.fullmatch(r"-?\d{1,4000}", part) and not part.isidentifier():
            raise Fault("input", "shape", text, "must be sizes joined by x", "write for example 128x128x3")
        sizes.append(part if part.isidentifier() else int(part))
    return checked_shape(tuple(sizes))
