"""What is printed is read back: text, plain data, YAML; and torch and ONNX where they are installed."""

from collections.abc import Sequence
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gradus.errors import Fault
from gradus.networks import (
    Activation,
    AdaptivePool,
    Add,
    Attention,
    ClassToken,
    Concat,
    Conv,
    Crop,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    From,
    GlobalPool,
    Multiply,
    Named,
    Network,
    Norm,
    Pad,
    Pool,
    Position,
    Recurrent,
    Repeat,
    Reshape,
    Reuse,
    Select,
    Tokens,
    TransposedConv,
    Upsample,
)  # fmt: skip
from gradus.networks.composition import Item
from gradus.networks.dense import ACTIVATIONS
from gradus.networks.normalisation import NORMS
from gradus.networks.readers.plain import read_plain, write_plain
from gradus.networks.readers.yaml import read_yaml
from gradus.networks.reading import read_text
from gradus.networks.receptive_field import last_spatial, receptive_fields
from gradus.networks.symbols import symbol
from gradus.networks.text import write_text
from tests.networks.known import fact, names, network, table

COUNT = st.integers(1, 40)
SIDE = st.integers(0, 4)
SYMBOL = st.sampled_from("kns").map(symbol)
KERNEL = COUNT | st.tuples(COUNT) | st.tuples(COUNT, COUNT, COUNT) | SYMBOL
UNEVEN = st.tuples(COUNT, COUNT).filter(lambda pair: pair[0] != pair[1])
STEP = COUNT | UNEVEN | SYMBOL
PADDING = SIDE | UNEVEN | st.sampled_from(["same", "valid"]) | st.tuples(st.tuples(SIDE, SIDE), st.tuples(SIDE, SIDE))
FLAG = st.booleans()
NAME = st.sampled_from(["stem", "block_1", "Head"])

LEAVES: st.SearchStrategy[Item] = st.one_of(
    st.builds(Conv, KERNEL | UNEVEN, COUNT | SYMBOL, STEP, PADDING, FLAG, STEP, COUNT | st.just("depthwise")),
    st.builds(Conv, COUNT, st.none(), groups=st.just("depthwise")),
    st.builds(TransposedConv, KERNEL | UNEVEN, COUNT, STEP, PADDING, SIDE, FLAG, COUNT, COUNT),
    st.builds(Pool, st.sampled_from(["max", "average"]), STEP, st.none() | STEP, PADDING, FLAG, COUNT),
    st.builds(GlobalPool, st.sampled_from(["max", "average"]), FLAG),
    st.builds(AdaptivePool, st.sampled_from(["max", "average"]), STEP),
    st.builds(Dense, COUNT | SYMBOL, FLAG, st.none() | NAME),
    st.builds(Activation, st.sampled_from(ACTIVATIONS)),
    st.builds(Norm, st.sampled_from([n for n in NORMS if n != "group"]), scale=FLAG, shift=FLAG),
    st.builds(Norm, st.just("group"), COUNT, FLAG, FLAG),
    st.builds(Dropout, st.floats(0, 1)),
    st.builds(Embedding, COUNT, COUNT),
    st.builds(Position, st.none() | COUNT),
    st.builds(ClassToken, COUNT),
    st.builds(Recurrent, st.sampled_from(["rnn", "lstm", "gru"]), COUNT, COUNT, FLAG, FLAG, st.integers(0, 2)),
    st.builds(Attention, COUNT, FLAG, st.none() | COUNT, st.none() | COUNT),
    st.builds(Select, st.integers(-1, 5)),
    st.builds(Reshape, st.tuples(COUNT, COUNT)),
    st.builds(Upsample, STEP),
    st.builds(Pad, SIDE | UNEVEN, SIDE),
    st.builds(Crop, SIDE | UNEVEN),
    st.sampled_from([Flatten(), Tokens()]),
    st.builds(From, NAME),
    st.builds(Reuse, NAME),
)


def composites(inner: st.SearchStrategy[Item]) -> st.SearchStrategy[Item]:
    row = st.lists(inner, min_size=1, max_size=3).map(tuple)
    branches = st.lists(st.just(()) | row, min_size=1, max_size=3)
    return st.one_of(
        st.builds(Repeat, row, COUNT, FLAG),
        st.builds(Named, NAME, row),
        branches.map(lambda found: Add(*found)),
        branches.map(lambda found: Multiply(*found)),
        st.builds(lambda found, axis: Concat(*found, axis=axis), branches, st.sampled_from([-1, 0, 1])),
        row.map(lambda found: Network(*found)),
    )


NETWORKS = st.lists(st.recursive(LEAVES, composites, max_leaves=6), max_size=4).map(lambda items: Network(*items))


@given(NETWORKS)
def test_text_is_read_back(net: Network) -> None:
    assert read_text(write_text(net)) == net


@given(NETWORKS)
def test_plain_data_and_yaml_are_read_back(net: Network) -> None:
    data = write_plain(net)
    assert read_plain(data) == net
    assert read_yaml(yaml.safe_dump(data)) == net


@pytest.mark.parametrize("name", names())
def test_known_networks_survive_plain_data(name: str) -> None:
    assert read_plain(write_plain(network(name))) == network(name)


def agrees(found: Network, name: str, counts: Sequence[str] = ("parameters", "buffers", "multiply_adds")) -> None:
    """Check that a network that was read elsewhere is the one described by hand."""
    known, described = table(name), found.describe(tuple(fact(name)["input"]))
    assert described.output == known.output
    assert [getattr(described, count) for count in counts] == [getattr(known, count) for count in counts]
    fields, expected = last_spatial(receptive_fields(described)), last_spatial(receptive_fields(known))
    assert (fields and fields[0].size) == (expected and expected[0].size)


IN_TORCH = [name for name in names() if "IMDB" not in name]  # one bias a gate, which torch does not have


@pytest.mark.parametrize("name", IN_TORCH)
def test_a_torch_module_is_read_as_it_was_described(name: str) -> None:
    torch = pytest.importorskip("torch")
    from gradus.networks.readers.torch import read_torch
    from gradus.networks.writers.torch import torch_module

    with torch.device("meta"):
        module = torch_module(network(name), table(name).input)
    agrees(read_torch(module), name)


def test_an_unsupported_module_is_named_with_its_place() -> None:
    nn = pytest.importorskip("torch").nn
    from gradus.networks.readers.torch import read_torch

    with pytest.raises(Fault) as fault:
        read_torch(nn.Sequential(nn.Conv2d(3, 4, 3), nn.Sequential(nn.FractionalMaxPool2d(2, output_size=3))))
    assert str(fault.value).startswith("1.0: module is a FractionalMaxPool2d, which is not supported; supported are ")


def test_a_module_that_cannot_be_traced_says_why() -> None:
    torch = pytest.importorskip("torch")
    from gradus.networks.readers.torch import read_torch

    class Undecided(torch.nn.Module):  # type: ignore[misc,name-defined]
        def forward(self, x: Any) -> Any:
            return x if x.sum() > 0 else -x

    with pytest.raises(Fault, match="Undecided: forward cannot be traced: TraceError"):
        read_torch(Undecided())


def test_a_missing_package_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from gradus.networks.readers.onnx import read_onnx
    from gradus.networks.readers.torch import read_torch

    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(Fault) as fault:
        read_torch(None)
    assert str(fault.value) == "torch: package = 'torch' is not installed; run pip install torch"
    with pytest.raises(Fault) as fault:
        read_onnx("model.onnx")
    assert str(fault.value) == "onnx: package = 'onnx' is not installed; run pip install onnx"
