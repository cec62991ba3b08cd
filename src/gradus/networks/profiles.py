"""Counting tools as named profiles: what each of them counts, so that its total can be foretold to the unit.

A profile gives, for each kind of layer, the number that the tool adds for it; what it has no rule for it does not see.
The rules were found by running the tools (`bench/conventions.py`; torch 2.13, torchinfo 1.8.0, fvcore 0.1.5,
ptflops 0.7.5, thop 0.1.1, torchprofile 0.1.0, calflops 0.3.2) on modules in evaluation mode without gradients,
where torch runs `nn.MultiheadAttention` as one fused operation that most tools cannot look into.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gradus.errors import Fault, suggest
from gradus.networks.pooling import GlobalPool
from gradus.networks.sequence import Attention
from gradus.networks.table import Row, Table
from gradus.networks.tree import Quantity, product

Rule = Callable[[Row], Quantity]


def multiply_adds(row: Row) -> Quantity:
    """Return our own multiply-adds."""
    return row.multiply_adds


def with_bias(row: Row) -> Quantity:
    """Return the multiply-adds and one addition for each bias."""
    return row.multiply_adds + row.additions_working.value


def twice_with_bias(row: Row) -> Quantity:
    """Return two operations for each multiply-add, and one addition for each bias."""
    return 2 * row.multiply_adds + row.additions_working.value


def own_parameters(row: Row) -> Quantity:
    """Return the layer's parameters, as if each were used once: for sequences this misses the positions."""
    return row.parameters


def at_outputs(row: Row) -> Quantity:
    """Return all parameters at each output pixel, as for a convolution; for a transposed one this is too many."""
    return row.parameters * product(row.output[:-1])


def inputs(times: int) -> Rule:
    """Return a rule that counts each value of the input so many times."""
    return lambda row: times * product(row.input)


def outputs(times: int) -> Rule:
    """Return a rule that counts each value of the output so many times."""
    return lambda row: times * product(row.output)


def window_and_one(row: Row) -> Quantity:
    """Return for each channel the values averaged and one division."""
    assert isinstance(row.layer, GlobalPool)
    return (product(row.input[:-1]) + 1) * row.input[-1]


def attention_with_everything(row: Row) -> Quantity:
    """Return the multiply-adds, the biases of four projections, the scaling of queries, and one for each softmax."""
    layer = row.layer
    assert isinstance(layer, Attention)
    length, width = row.input
    return row.multiply_adds + (5 if layer.bias else 1) * length * width + layer.heads * length * length


def twice(rule: Rule) -> Rule:
    """Return a rule that counts two operations for each multiply-add."""
    return lambda row: 2 * rule(row)


@dataclass(frozen=True, slots=True)
class Profile:
    """How one tool counts.

    Args:
        tool: its name.
        unit: what it calls its number, and what that is.
        rules: by kind of layer (`conv`), or by kind and variety (`norm.batch`, `activation.relu`), which comes first.
    """

    tool: str
    unit: str
    rules: Mapping[str, Rule]

    def rule(self, row: Row) -> Rule | None:
        """Return the rule for a layer; `None` for what the tool does not see."""
        variety = getattr(row.layer, "kind", None) or getattr(row.layer, "function", None)
        return self.rules.get(f"{row.layer.word}.{variety}") or self.rules.get(row.layer.word)

    def total(self, table: Table) -> Quantity:
        """Return the total that the tool prints for a network."""
        return sum(rule(row) for row in table.rows if (rule := self.rule(row)) is not None)

    def differences(self, table: Table) -> dict[str, Quantity]:
        """Return by kind of layer what the tool counts more than our multiply-adds, or less where negative."""
        found: dict[str, Quantity] = {}
        for row in table.rows:
            rule = self.rule(row)
            difference = (0 if rule is None else rule(row)) - row.multiply_adds
            if difference:
                found[row.layer.word] = found.get(row.layer.word, 0) + difference
        return found


_PRODUCTS: dict[str, Rule] = {"conv": multiply_adds, "transposed": multiply_adds, "dense": multiply_adds}
_BIASED: dict[str, Rule] = {"conv": with_bias, "transposed": with_bias, "dense": with_bias}

PROFILES: dict[str, Profile] = {
    profile.tool: profile
    for profile in (
        Profile(
            "torchinfo",
            "total mult-adds: multiply-adds of convolutions with their biases, else one for each parameter",
            {"conv": with_bias, "transposed": at_outputs, "dense": own_parameters, "norm": own_parameters},
        ),
        Profile(
            "fvcore",
            "flops, which are multiply-adds; normalisation and global pooling by values",
            _PRODUCTS | {"norm.batch": inputs(2), "norm.layer": inputs(5), "globalpool.average": inputs(1)},
        ),
        Profile(
            "ptflops, pytorch",
            "MACs; most activations and poolings twice, by the module and by the function that it calls",
            _BIASED
            | {"norm.batch": inputs(2), "norm.layer": inputs(1), "pool": inputs(2), "globalpool": inputs(2)}
            | {"activation.relu": outputs(2), "activation.gelu": outputs(2), "activation.relu6": outputs(1)}
            | {"attention": attention_with_everything},
        ),
        Profile("ptflops, aten", "MACs; a bias is one more", _BIASED),
        Profile(
            "thop",
            "MACs, without biases; normalisation four times its values",
            _PRODUCTS
            | {"norm.batch": inputs(4), "norm.layer": inputs(4), "pool.average": outputs(1)}
            | {"globalpool.average": window_and_one},
        ),
        Profile(
            "torchprofile",
            "MACs, without biases",
            _PRODUCTS | {"norm.batch": inputs(1), "pool.average": outputs(1), "globalpool.average": outputs(1)},
        ),
        Profile(
            "calflops",
            "FLOPs, two for each multiply-add; a convolution's bias is one more, a dense layer's is not",
            {"conv": twice_with_bias, "transposed": twice_with_bias, "dense": twice(multiply_adds)}
            | {"norm.batch": inputs(2), "norm.layer": inputs(5), "pool": inputs(1), "globalpool": inputs(1)}
            | {"activation.relu": outputs(1), "activation.gelu": outputs(1)},
        ),
        Profile("FlopCounterMode", "FLOPs, two for each multiply-add", {k: twice(r) for k, r in _PRODUCTS.items()}),
    )
}


def profile(tool: str) -> Profile:
    """Return a tool's profile by its name.

    >>> from gradus.networks import Conv, Network
    >>> table = Network(Conv(3, 64)).describe((128, 128, 3))
    >>> table.multiply_adds, profile("torchinfo").total(table), profile("FlopCounterMode").total(table)
    (27433728, 28449792, 54867456)
    """
    if tool not in PROFILES:
        raise Fault("profile", "tool", tool, "has no profile", suggest(tool, PROFILES))
    return PROFILES[tool]
