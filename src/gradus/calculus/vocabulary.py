"""The words of a question: symbols with shapes and domains, opaque functions, and what a written name means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from gradus.calculus import shapes
from gradus.calculus.expression import Expression, symbol
from gradus.calculus.functions import ECHOES, SHAPED, SPELLINGS
from gradus.calculus.names import canonical, split, squashed
from gradus.calculus.shapes import Shape
from gradus.errors import Fault

DOMAINS = ("real", "positive", "unit", "nonzero", "natural")
# words of the language, with an index or a prime too: a number called if_0 could not be told from them
RESERVED = frozenset(("sum", "prod", "mean", "max", "min"))
RESERVED |= {"if", "when", "whenever", "for", "where", "otherwise", "else", "and", "True"}
_NAME = re.compile(r"[^\W\d_]\w*?(?:_[\w+\-]+)*['*]*")
_DOMAIN_WORDS = {"pos": "positive", **{name: name for name in DOMAINS}}


@dataclass(frozen=True)
class Symbol:
    """A quantity that an answer may name.

    Args:
        name: canonical, as `names.canonical` gives it.
        shape: sizes, named or whole.
        domain: one of `DOMAINS`; values are drawn from it.
        aliases: other names for the same quantity, such as `dz_2` for `∂L/∂z_2`.
    """

    name: str
    shape: Shape = ()
    domain: str = "real"
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Operation:
    """A function of which nothing is known but its shapes: a discriminator `D`, an activation `g`, a gradient `∇D`.

    Args:
        arguments: the shape of each argument; empty with `elementwise`.
        result: its shape.
        elementwise: one unknown function of a number, applied to every element; `g'`, `g''` are its derivatives.
        domain: `unit` for values between 0 and 1, `positive`, or `real`.
    """

    name: str
    arguments: tuple[Shape, ...] = ()
    result: Shape = ()
    elementwise: bool = False
    domain: str = "real"


class Found(NamedTuple):
    """What a written name means: `kind` is symbol, function, shaped, operation or echo; `marks` holds primes."""

    kind: str
    name: str
    tree: Expression | None = None
    marks: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """All the words of a question.

    Args:
        open: names that are not declared are real scalars (`domain`); otherwise they are faults.
    """

    symbols: tuple[Symbol, ...] = ()
    operations: tuple[Operation, ...] = ()
    open: bool = False
    domain: str = "real"
    _cache: dict[str, Found | None] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def by_name(self) -> dict[str, Symbol]:
        """Return symbols by each of their names."""
        named = {symbol.name: symbol for symbol in self.symbols}
        for declared in self.symbols:
            short = (f"d{declared.name.partition('/d(')[2][:-1]}",) if declared.name.startswith("d(") else ()
            for alias in (*map(canonical, declared.aliases), *short):
                named.setdefault(alias, declared)
        return named

    @cached_property
    def read_so_far(self) -> dict[str, tuple[str, Expression, Vocabulary]]:
        """Return the statements read in these words, each with its name, its meaning and the words after it."""
        return {}

    @cached_property
    def by_squashed(self) -> dict[str, Symbol]:
        """Return symbols by their names without joints, where no two collide."""
        found: dict[str, Symbol] = {}
        clash = set()
        for name, declared in self.by_name.items():
            key = squashed(name)
            if found.setdefault(key, declared) != declared:
                clash.add(key)
        return {key: declared for key, declared in found.items() if key not in clash}

    @cached_property
    def by_operation(self) -> dict[str, Operation]:
        """Return opaque functions by name."""
        return {operation.name: operation for operation in self.operations}

    @cached_property
    def sizes(self) -> frozenset[str]:
        """Return the names of all sizes that shapes mention."""
        every = [symbol.shape for symbol in self.symbols]
        every += [s for o in self.operations for s in (*o.arguments, o.result)]
        return frozenset(size for shape in every for size in shape if isinstance(size, str))

    @cached_property
    def whole_sizes(self) -> frozenset[int]:
        """Return the sizes that an answer may write as figures: those declared, and small ones; not `ones_9999999`."""
        every = [symbol.shape for symbol in self.symbols]
        return frozenset(range(2, 17)).union(size for shape in every for size in shape if isinstance(size, int))

    def domain_of(self, name: str) -> str:
        """Return the domain that a symbol's values are drawn from."""
        declared = self.by_name.get(name)
        return declared.domain if declared else self.domain

    def find(self, raw: str) -> Found | None:
        """Say what a written name means, or `None`; remembered, since answers to one question use the same words.

        >>> OPEN.find("ln").name, OPEN.find("W1").tree.label
        ('log', 'W_1')
        """
        try:
            return self._cache[raw]
        except KeyError:
            if len(self._cache) > 10_000:  # a hostile stream of answers must not fill the memory
                self._cache.clear()
            found = self._cache[raw] = self._find(raw)
            return found

    def _find(self, raw: str) -> Found | None:
        name = canonical(raw)
        base, scripts, marks = split(raw)
        declared = self.by_name.get(name)
        if declared:
            return Found("symbol", declared.name, symbol(declared.name, declared.shape))
        return (
            self._operation(name)
            or self._element(base, scripts, marks)
            or self._function(base, scripts, marks)
            or self._constant(name, base, scripts)
            or self._squashed(name)
            or (Found("symbol", name, symbol(name)) if self.open and _free(raw, name) else None)
        )

    def _operation(self, name: str) -> Found | None:
        bare = name.rstrip("'")
        operation = self.by_operation.get(bare)
        if (not operation and squashed(bare) != bare) or (not operation and bare[-1:].isdigit()):
            return None
        primes = name[len(bare) :]
        if not operation or (primes and not operation.elementwise):
            return None
        return Found("operation", bare, None, primes)

    def _function(self, base: str, scripts: tuple[str, ...], marks: str) -> Found | None:
        if base == "log" and scripts in (("2",), ("10",)):
            return Found("function", base + scripts[0], None, marks)
        joined = base + "".join(scripts)
        if (base, *scripts) == ("matrix", "power"):
            return Found("shaped", "matrix_power")
        if (base, *scripts) == ("ones", "like"):
            return Found("shaped", "ones_like")
        if base in ECHOES:
            return Found("echo", base)
        if joined in SHAPED and not marks:
            return Found("shaped", SHAPED[joined])
        if joined in SPELLINGS and set(marks) <= {"'"}:
            return Found("function", SPELLINGS[joined], None, marks)
        return None

    def _element(self, base: str, scripts: tuple[str, ...], marks: str) -> Found | None:
        for kept in range(len(scripts) - 1, -1, -1):  # X_1_i is element i of X_1 where that is declared
            declared = self.by_name.get("_".join((base, *scripts[:kept])) + marks)
            if declared:
                return self._picked(declared, scripts[kept:])
        return None

    def _picked(self, declared: Symbol, scripts: tuple[str, ...]) -> Found | None:
        indices = tuple(scripts) if len(scripts) > 1 or len(declared.shape) == 1 else tuple(scripts[0])
        if not 0 < len(indices) <= len(declared.shape) or not all(len(i) == 1 and i.isalpha() for i in indices):
            return None
        tree = symbol(declared.name, declared.shape)
        return Found("symbol", declared.name, Expression("element", (tree,), indices, declared.shape[len(indices) :]))

    def _constant(self, name: str, base: str, scripts: tuple[str, ...]) -> Found | None:
        if name in self.sizes:
            return Found("symbol", name, Expression("size", (), name, ()))
        sized = not scripts or not scripts[0].isdigit() or int(scripts[0]) in self.whole_sizes
        if (
            base in ("ones", "eye", "I", "1", "𝟙")
            and len(scripts) <= 1
            and sized
            and (base not in ("I", "1") or not self.open)
        ):
            label: tuple[shapes.Size, ...] = tuple(int(s) if s.isdigit() else s for s in scripts) or ("?",)
            head = "eye" if base in ("eye", "I") else "ones"
            return Found("symbol", name, Expression(head, (), label, label * 2 if head == "eye" else label))
        if name in ("pi", "infty", "inf"):
            return Found("symbol", name, Expression("constant", (), "pi" if name == "pi" else "inf", ()))
        if name == "e" and not self.open:
            return Found("symbol", name, Expression("constant", (), "e", ()))
        return None

    def _squashed(self, name: str) -> Found | None:
        declared = self.by_squashed.get(squashed(name))
        return Found("symbol", declared.name, symbol(declared.name, declared.shape)) if declared else None

    def names(self) -> Iterator[str]:
        """Yield every word that is declared, for remedies."""
        yield from (symbol.name for symbol in self.symbols)
        yield from (operation.name for operation in self.operations)


def _free(raw: str, name: str) -> bool:
    """Say whether an open vocabulary may take a word as a number: not a gradient, not an unknown command of LaTeX."""
    from gradus.calculus.names import GREEK_NAMES

    written = raw.lstrip()
    if written.startswith(("∇", "∂", "\\nabla", "\\partial")):
        return False
    base = name.partition("_")[0].rstrip("'*")
    if base in RESERVED or not _NAME.fullmatch(name):
        return False
    return not written.startswith("\\") or "{" in written.partition("_")[0] or base in GREEK_NAMES or len(base) == 1


OPEN = Vocabulary(open=True)


def declare(
    words: Mapping[str, str], domain: str = "real", aliases: Mapping[str, tuple[str, ...]] | None = None
) -> Vocabulary:
    """Declare the words of a question.

    Args:
        words: name to what it is: `"m × k"`, `"n"`, `"scalar"`, `"positive scalar"`, `"elementwise"`, `"k ->
            scalar"`, `"unit k -> scalar"` (values between 0 and 1), `"(n, k) -> n"`.
        domain: the domain of symbols that name none.
        aliases: further names of a symbol.

    >>> words = declare({"W1": "m × k", "alpha": "positive scalar", "g": "elementwise", "D": "unit k -> scalar"})
    >>> words.by_name["W_1"].shape, words.domain_of("alpha"), words.by_operation["D"].arguments
    (('m', 'k'), 'positive', (('k',),))
    """
    symbols, operations = [], []
    for raw, text in words.items():
        name = canonical(raw)
        kind, rest = _domain(text, _DOMAIN_WORDS.get(domain, ""))
        if not kind:
            raise Fault("", "domain", domain, f"must be one of {', '.join(DOMAINS)}", "leave it out for real")
        if "->" in rest or "→" in rest:
            left, _, right = rest.replace("→", "->").partition("->")
            operations.append(
                Operation(name, tuple(shapes.read(part) for part in left.split(";")), shapes.read(right), False, kind)
            )
        elif rest.strip() == "elementwise":
            operations.append(Operation(name, (), (), True, kind))
        else:
            symbols.append(Symbol(name, shapes.read(rest), kind, tuple((aliases or {}).get(raw, ()))))
    return Vocabulary(tuple(symbols), tuple(operations), False, _DOMAIN_WORDS[domain])


def _domain(text: str, default: str) -> tuple[str, str]:
    word, _, rest = text.strip().partition(" ")
    return (_DOMAIN_WORDS[word], rest) if word in _DOMAIN_WORDS else (default, text)
