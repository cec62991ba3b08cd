"""A network that cannot be is told with the layer, the value, the rule and the remedy."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradus.errors import Fault, GradusError
from gradus.networks import Conv, Network
from gradus.networks.readers.graph import Node, network_of
from gradus.networks.readers.yaml import read_yaml
from gradus.networks.reading import read_shape, read_text

FACTS = json.loads(Path(__file__).with_name("bad_networks.json").read_text(encoding="utf-8"))
BAD = [tuple(row.values()) for row in FACTS["text"]]
BAD_YAML = [tuple(row.values()) for row in FACTS["yaml"]]


@pytest.mark.parametrize(("text", "shape", "message"), BAD)
def test_a_bad_network_is_told_with_its_place(text: str, shape: str, message: str) -> None:
    with pytest.raises(Fault) as fault:
        read_text(text).describe(read_shape(shape))
    assert str(fault.value) == message


@pytest.mark.parametrize(("text", "message"), BAD_YAML)
def test_bad_yaml_is_told_with_its_place(text: str, message: str) -> None:
    with pytest.raises(Fault) as fault:
        read_yaml(text)
    assert str(fault.value) == message


def test_brackets_without_end_are_stopped() -> None:
    with pytest.raises(Fault) as fault:
        read_text("(" * 5000)
    assert "brackets are nested deeper than 60" in str(fault.value)


def test_a_cycle_is_spelled_out() -> None:
    nodes = [Node("a", Conv(3, 4), ("c",)), Node("b", Conv(3, 4), ("a",)), Node("c", "add", ("b", "input"))]
    with pytest.raises(Fault) as fault:
        network_of(nodes, "c")
    assert "graph: nodes read one another in a circle: " in str(fault.value)
    assert {"a", "b", "c"} <= set(str(fault.value).split(": ")[2].split(";")[0].split(" → "))


def test_a_node_that_reads_what_there_is_not_is_named() -> None:
    with pytest.raises(Fault) as fault:
        network_of([Node("a", Conv(3, 4), ("inputs",)), Node("inptu", Conv(3, 4), ("input",))], "a")
    assert str(fault.value) == "a: inputs = 'inputs' names no node; did you mean 'inptu'?"


@pytest.mark.parametrize("value", [True, 1.0, "3", None, [3]])
def test_what_is_no_whole_number_is_refused(value: object) -> None:
    with pytest.raises(Fault, match="kernel"):
        Conv(kernel=value, filters=8)


def test_no_layer_is_no_network() -> None:
    with pytest.raises(Fault) as fault:
        Network(3)  # type: ignore[arg-type]
    assert str(fault.value) == "network: layers = 3 is no layer; write for example Conv(kernel=3, filters=64)"


@pytest.mark.parametrize("shape", [(), "32", (3.5, 3), (True, 3), ("a b", 3)])
def test_a_bad_input_shape_is_refused(shape: object) -> None:
    with pytest.raises(Fault):
        read_text("relu").describe(shape)  # type: ignore[arg-type]


def test_layers_of_a_thousand_million_stay_exact() -> None:
    table = read_text("conv 3x3x1000000000 p1 > conv 1x1x1000000000").describe((10**9, 10**9, 10**9))
    assert table.parameters == (9 * 10**9 + 1) * 10**9 + (10**9 + 1) * 10**9
    assert table.multiply_adds == 10 * 10**36
    assert table.parameters > 2**63


PIECES = "conv 3x3x4 maxpool 2 > ( ) | add relu @a a: 3 x s2 p0:1 skip reuse k"
WORDS = PIECES.split()


@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join) | st.text(max_size=30))
def test_any_text_is_read_or_told(text: str) -> None:
    with suppress(GradusError):
        read_text(text).describe((16, 16, 3))
