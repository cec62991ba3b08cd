"""ONNX models: what exporters break into pieces is put together again exactly, or refused with its place."""

from math import prod
from pathlib import Path
from typing import Any

import pytest

from gradus.errors import Fault
from gradus.networks import Network
from gradus.networks.checks import Shape
from gradus.networks.readers.onnx import read_onnx
from gradus.networks.reading import read_text
from gradus.networks.text import write_text
from tests.networks.exporting import EXAMPLES, EXPORTERS, MODELS, exported
from tests.networks.known import fact, names, network
from tests.networks.test_round_trips import agrees

onnx = pytest.importorskip("onnx")
helper = onnx.helper
FLOAT, WHOLE = onnx.TensorProto.FLOAT, onnx.TensorProto.INT64


def model(nodes: list[Any], stored: dict[str, Any], sizes: Shape, output: str = "y") -> Any:
    """Return a model: its nodes, its stored tensors (a shape, or whole numbers), the shape of its input x."""
    tensors = [
        helper.make_tensor(name, FLOAT, value, [0.5] * prod(value))
        if isinstance(value, tuple)
        else helper.make_tensor(name, FLOAT, [], [value])
        if isinstance(value, float)
        else helper.make_tensor(name, WHOLE, [len(value)], value)
        for name, value in stored.items()
    ]
    x = helper.make_tensor_value_info("x", FLOAT, sizes)
    y = helper.make_tensor_value_info(output, FLOAT, None)
    return helper.make_model(helper.make_graph(nodes, "g", [x], [y], tensors))


def node(kind: str, inputs: str, output: str, **attributes: Any) -> Any:
    return helper.make_node(kind, inputs.split(), [output], name=f"{kind}_{output}", **attributes)


def complaint(made: Any) -> str:
    with pytest.raises(Fault) as fault:
        read_onnx(made)
    return str(fault.value)


@pytest.mark.parametrize("file", sorted(MODELS.glob("*.onnx")), ids=lambda file: file.stem)
def test_what_torch_exports_is_read_as_it_was_described(file: Path) -> None:
    text, shape = EXAMPLES[file.stem.partition("_")[0]]
    described, found = read_text(text).describe(shape), read_onnx(file).describe(shape)
    if file.stem.startswith(("vit", "response")):  # the others name an owner, or split layers in two
        assert [row.layer for row in found.rows] == [row.layer for row in described.rows]
    assert found.output == described.output
    for count in ("parameters", "buffers", "multiply_adds"):
        assert getattr(found, count) == getattr(described, count)


def attention(**changes: Any) -> Any:
    """Return a model of attention of 6 tokens, width 8, with 2 heads, each matrix by itself; changes break it."""
    how: dict[str, Any] = {
        "split": [1, 6, 2, 4],
        "turn": [0, 2, 1, 3],
        "join": [0, 2, 1, 3],
        "scale": 0.5,
        "from": "x",
        "axis": -1,
    }
    how |= {"bias": "", "keys": [0, 2, 3, 1]} | changes
    nodes, stored = [], {"split": how["split"], "join": [1, 6, -1], "scale": how["scale"]}
    for name in "qkv":
        stored[f"w{name}"] = (8, 8)
        nodes.append(node("MatMul", f"{how['from'] if name == 'k' else 'x'} w{name}", f"{name}1"))
        if name in how["bias"]:
            stored[f"b{name}"] = (8,)
            nodes.append(node("Add", f"{name}1 b{name}", f"{name}2"))
        last = f"{name}2" if name in how["bias"] else f"{name}1"
        nodes.append(node("Reshape", f"{last} split", f"{name}3"))
        nodes.append(node("Transpose", f"{name}3", f"{name}4", perm=how["keys"] if name == "k" else how["turn"]))
    stored["wo"] = (8, 8)
    nodes += [
        node("MatMul", "q4 k4", "s1"),
        node("Mul", "s1 scale", "s2"),
        node("Softmax", "s2", "s3", axis=how["axis"]),
        node("MatMul", "s3 v4", "h1"),
        node("Transpose", "h1", "h2", perm=how["join"]),
        node("Reshape", "h2 join", "h3"),
        node("MatMul", "h3 wo", "o"),
    ]
    if "o" in how["bias"]:
        stored["bo"] = (8,)
        nodes.append(node("Add", "bo o", "o2"))
    last = "o2" if "o" in how["bias"] else "o"
    if how["from"] != "x":
        nodes.insert(0, node("Relu", "x", how["from"]))
    return model([*nodes, node("Relu", last, "y")], stored, (1, 6, 8))


@pytest.mark.parametrize(
    ("changes", "text"), [({}, "attention 2 nobias > relu"), ({"bias": "qkvo"}, "attention 2 > relu")]
)
def test_attention_by_four_matrices_is_attention(changes: dict[str, Any], text: str) -> None:
    assert write_text(read_onnx(attention(**changes))) == text


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"scale": 0.7}, "scales its scores by 0.7, not by one over the root of the 4 numbers a head"),
        ({"bias": "qv"}, "has biases in some of its projections only"),
        ({"from": "r"}, "reads its queries, keys and values from different tensors"),
        ({"join": [0, 1, 2, 3]}, "joins its heads in an order that is not supported"),
        ({"axis": 1}, "takes a softmax of something else than a product of queries and keys"),
        ({"split": [1, 2, 6, 4], "turn": [0, 1, 2, 3], "keys": [0, 1, 3, 2]}, "deals its numbers to heads in an order"),
    ],
)
def test_what_is_not_exactly_attention_is_refused(changes: dict[str, Any], rule: str) -> None:
    assert complaint(attention(**changes)).startswith(f"Softmax_s3: attention {rule}")


def recurrent(**changes: Any) -> Any:
    """Return a model of an LSTM with 4 units on 6 steps of width 3, of which it gives the last; changes break it."""
    how: dict[str, Any] = {
        "attributes": {},
        "turn": [2, 0, 1, 3],
        "state": (1, 1, 4),
        "sizes": [1, 6, 4],
        "step": -1,
    } | changes
    nodes = [
        node("Transpose", "x", "t", perm=[1, 0, 2]),
        node("LSTM", "t w r b  h", "s", hidden_size=4, **how["attributes"]),
        node("Transpose", "s", "u", perm=how["turn"]),
        node("Reshape", "u sizes", "v"),
        node("Gather", "v last", "y", axis=1),
    ]
    nodes[1].input[:] = ["t", "w", "r", "b", "", "h"]
    stored = {"w": (1, 16, 3), "r": (1, 16, 4), "b": (1, 32), "sizes": how["sizes"], "h": how["state"]}
    made = model(nodes, stored, (1, 6, 3))
    made.graph.initializer.append(helper.make_tensor("last", WHOLE, [], [how["step"]]))
    if how["state"] == (1, 1, 4) and not how.get("begun"):
        made.graph.initializer[4].float_data[:] = [0.0] * 4
    return made


def test_an_lstm_is_read_with_the_states_that_it_gives() -> None:
    assert write_text(read_onnx(recurrent())) == "lstm 4 biases2 last"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"begun": True}, "begins with states that are not 0"),
        ({"attributes": {"direction": "reverse"}}, "reads backwards, or the batch first, which is not supported"),
        ({"attributes": {"clip": 3.0}}, "has other functions, lengths or peepholes than usual, which is not supported"),
        ({"step": 2}, "gives states in an order that is not supported"),
        ({"turn": [3, 0, 1, 2]}, "gives states in an order that is not supported"),
    ],
)
def test_what_is_not_exactly_an_lstm_is_refused(changes: dict[str, Any], rule: str) -> None:
    assert complaint(recurrent(**changes)).startswith(f"LSTM_s: node {rule}; supported is one sequence forward")


def test_a_batch_of_any_size_is_read_as_one() -> None:
    made = attention()
    made.graph.input[0].type.tensor_type.shape.dim[0].dim_param = "batch"
    assert write_text(read_onnx(made)) == "attention 2 nobias > relu"


def test_matrices_that_are_used_twice_belong_to_the_first() -> None:
    nodes = [node("MatMul", "x w", "a"), node("Relu", "a", "b"), node("MatMul", "b w", "y")]
    found = read_onnx(model(nodes, {"w": (8, 8)}, (1, 8)))
    assert write_text(found) == "a: dense 8 nobias > relu > reuse a"
    assert found.describe((8,)).parameters == 64


def test_a_matrix_shared_with_another_kind_of_layer_is_refused() -> None:
    nodes = [node("MatMul", "x w", "a"), node("MatMul", "a w", "b"), node("Add", "b c", "y")]
    assert complaint(model(nodes, {"w": (8, 8), "c": (8,)}, (1, 8))).startswith(
        "y: weights = 'w' shares a stored matrix with a, which is another kind of layer or has another bias"
    )


@pytest.mark.parametrize(
    ("nodes", "stored", "message"),
    [
        (
            [node("Transpose", "x", "y", perm=[0, 1, 3, 2])],
            {},
            "Transpose_y: node rearranges 1 × 3 × 4 × 5 to 1 × 3 × 5 × 4 in a way that is not supported; "
            "supported are flatten, tokens, one position of a sequence, and a vector as an image",
        ),
        (
            [node("Clip", "x low high", "y")],
            {"low": 0.0, "high": 1.0},
            "Clip_y: bounds = (0.0, 1.0) are those of no activation known here; use 0 and 6, -1 and 1, or 0",
        ),
        (
            [node("Concat", "x c", "y", axis=1)],
            {"c": (1, 2, 4, 5)},
            "Concat_y: input joins stored values to others, which is supported only for tokens before a sequence; "
            "compute all of them",
        ),
        (
            [node("Add", "x c", "y")],
            {"c": (3, 4, 5)},
            "Add_y: input adds or multiplies stored values, which is not supported; fold it into the layer before",
        ),
        (
            [node("Gemm", "x w", "y", alpha=2.0)],
            {"w": (5, 2)},
            "Gemm_y: node scales or transposes what it reads, which is not supported; "
            "fold the factors into the weights",
        ),
        (
            [node("MatMul", "w x", "y")],
            {"w": (2, 4)},
            "MatMul_y: input = 'x' is computed by the graph, but must be stored; "
            "export the model with constant weights",
        ),
        ([node("PRelu", "x s", "y")], {"s": (1, 1, 1)}, "PRelu_y: slope is one for all channels, which is not "
         "supported; learn one for each"),
        ([node("LayerNormalization", "x s", "y", axis=1)], {"s": (3, 4, 5)}, "LayerNormalization_y: axes normalises "
         "several axes at once, which is not supported; normalise the last axis alone"),
        ([node("Pad", "x p v a", "y")], {"p": [1, 1], "v": 0.0, "a": [2]}, "Pad_y: axes are named, which is not "
         "supported; pad all axes, by 0 where nothing is added"),
        ([node("ConvTranspose", "x w", "y", output_shape=[9, 9])], {"w": (3, 2, 2, 2)}, "ConvTranspose_y: output_shape "
         "is stated, which is not supported; state pads instead"),
        ([node("Reshape", "x s", "z"), node("ReduceMean", "z a", "y")], {"s": [1, 12, 5], "a": [2]}, "ReduceMean_y: "
         "axes averages over an axis of a sequence, which is not supported; select one position, or average the "
         "positions of an image"),
        ([node("Relu", "z", "y")], {}, "graph: tensor = 'z' is neither computed by a node nor the first input; "
         "export a model with one input"),
    ],
)  # fmt: skip
def test_what_is_no_layer_is_named_with_its_place(nodes: list[Any], stored: dict[str, Any], message: str) -> None:
    assert complaint(model(nodes, stored, (1, 3, 4, 5))) == message


def test_a_mean_over_the_positions_of_a_signal_is_a_global_pool() -> None:
    nodes = [node("Conv", "x w", "a"), node("Relu", "a", "b"), node("ReduceMean", "b axes", "y", keepdims=0)]
    made = model(nodes, {"w": (8, 3, 5), "axes": [-1]}, (1, 3, 20))
    assert read_onnx(made) == read_text("conv 5x5x8 nobias > relu > gap")  # five taps along every axis, here one


def test_bounds_tell_which_activation_a_clip_is() -> None:
    for low, high, function in ((0.0, 6.0, "relu6"), (-1.0, 1.0, "hardtanh")):
        clip = node("Clip", "x low high", "y")
        assert write_text(read_onnx(model([clip], {"low": low, "high": high}, (1, 3)))) == function


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("exporter", EXPORTERS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_are_what_torch_exports_today(name: str, exporter: str) -> None:
    pytest.importorskip("torch")
    if (name, exporter) == ("words", "dynamo"):
        pytest.skip("the exporter cuts the table of positions, and stores the tied matrix twice")
    text, shape = EXAMPLES[name]
    found = read_onnx(exported(read_text(text), shape, exporter))
    assert found.describe(shape).parameters == read_text(text).describe(shape).parameters


SOON = ["LeNet-5 (modern, full C3, 32x32)", "ResNet-18", "MobileNet v2 1.0 224", "SqueezeNet 1.0", "DenseNet-121",
        "GoogLeNet (true 5x5, with BN)", "ResNet-20 (CIFAR-10, option A)"]  # fmt: skip
LATER = [name for name in names() if "IMDB" not in name and name not in SOON]  # that one: one bias a gate, not torch's


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("exporter", EXPORTERS)
@pytest.mark.parametrize("name", [*SOON, *(pytest.param(name, marks=pytest.mark.slow) for name in LATER)])
def test_a_known_network_is_read_from_onnx_as_it_was_described(name: str, exporter: str) -> None:
    pytest.importorskip("torch")
    found: Network = read_onnx(exported(network(name), tuple(fact(name)["input"]), exporter))
    folds = exporter == "dynamo" and "batchnorm" in fact(name)["text"]  # into biases, whatever mode one exports in
    agrees(found, name, ("multiply_adds",) if folds else ("parameters", "buffers", "multiply_adds"))
