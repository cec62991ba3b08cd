"""Networks that compute: the same counts and shapes as the calculator's, and the values of other libraries."""

from typing import Any

import jax
import numpy as np
import pytest

from gradus.errors import Fault
from gradus.lab.models import SCHEMES, build, scaled
from gradus.networks import Conv, Embedding, Network, Reuse
from gradus.networks import Named as Part

NETWORKS = {
    "mlp": ("dense 7 > relu > dense 3 nobias", (5,)),
    "cnn": ("conv 3x3x4 p1 > batchnorm > relu > maxpool 2 > conv 3x3x6 s2 same > prelu > gap > dense 3", (8, 8, 2)),
    "odd": ("conv 3x2x4 s2 p1 d2 > avgpool 2 s1 p1 > maxpool 3 s2 ceil > flatten > dense 2", (9, 11, 1)),
    "grouped": ("conv 3x3x8 g2 p1 > groupnorm g4 > conv 3x3 depthwise > instancenorm > flatten > dense 2", (6, 6, 4)),
    "signal": ("conv 5x4 > relu > maxpool 2 > flatten > dense 2", (20, 3)),
    "residual": ("dense 6 > 3 x (add(layernorm > dense 6 > tanh | skip)) > dense 2", (4,)),
    "gated": ("conv 1x4 > multiply(skip | gap > dense 4 > sigmoid) > concat(skip | skip) > flatten > dense 2", (3, 2)),
    "rnn": ("rnn 5 > lstm 4 layers2 bidirectional > gru 3 biases2 last > dense 2", (6, 2)),
    "shared": ("dense 5 > 3 x shared (dense 5 > relu) > dense 2", (5,)),
    "words": ("embedding 11x4 > position > classtoken > rmsnorm > select 0 > dense 3", (6,)),
    "shapes": ("reshape 2x2x3 > upsample 2 > pad p1 > crop p1:0x0:1 > flatten > dropout 0.5 > dense 2", (12,)),
}  # fmt: skip


def example(shape: Any, batch: Any = 3, seed: Any = 0) -> Any:
    return np.random.default_rng(seed).standard_normal((batch, *shape)).astype(np.float32)


@pytest.mark.parametrize(("text", "shape"), NETWORKS.values(), ids=NETWORKS)
def test_shapes_and_counts_are_those_of_the_calculator(text: Any, shape: Any) -> None:
    model = build(text, shape)
    parameters, state = model.initialise(0), model.state()
    inputs = np.abs(example(shape)) if "embedding" in text else example(shape)
    key = np.uint32(1)
    values, after = jax.eval_shape(lambda p, s, x: model.trace(p, s, x, train=True, key=key), parameters, state, inputs)
    assert sum(array.size for arrays in parameters.values() for array in arrays.values()) == model.table.parameters
    assert sum(array.size for arrays in state.values() for array in arrays.values()) == model.table.buffers
    for row in model.table.rows:
        assert values[row.place].shape == (3, *row.output), row.place
    assert {place: set(arrays) for place, arrays in after.items()} == {place: set(a) for place, a in state.items()}


def direct_convolution(image: Any, own: Any, stride: int, padding: tuple[int, int], dilation: int) -> Any:
    """Convolve one image by loops."""
    weight, bias = own["weight"], own["bias"]
    image = np.pad(image, (padding, padding, (0, 0)))
    taps, filters = weight.shape[0], weight.shape[3]
    span = (taps - 1) * dilation + 1
    rows, columns = ((size - span) // stride + 1 for size in image.shape[:2])
    found = np.zeros((rows, columns, filters))
    for i in range(rows):
        for j in range(columns):
            window = image[i * stride : i * stride + span : dilation, j * stride : j * stride + span : dilation]
            found[i, j] = np.einsum("xyc,xycf->f", window, weight) + bias
    return found


@pytest.mark.parametrize(
    ("layer", "padding", "stride", "dilation"),
    [("conv 3x3x4", (0, 0), 1, 1), ("conv 3x3x4 s2 p1", (1, 1), 2, 1), ("conv 2x2x3 d2", (0, 0), 1, 2),
     ("conv 2x2x3 same", (0, 1), 1, 1)],
)  # fmt: skip
def test_a_convolution_is_what_loops_compute(layer: Any, padding: Any, stride: Any, dilation: Any) -> None:
    model = build(layer, (7, 7, 2))
    parameters = model.initialise(0, bias=0.5)["1.conv"]
    inputs = example((7, 7, 2), batch=2)
    found, _ = model.apply({"1.conv": parameters}, {}, inputs)
    for image, result in zip(inputs, np.asarray(found), strict=True):
        wanted = direct_convolution(image, parameters, stride, padding, dilation)
        assert np.allclose(result, wanted, atol=1e-5)


def test_a_grouped_convolution_is_one_convolution_for_each_group() -> None:
    model = build("conv 3x3x6 g2", (5, 5, 4))
    weight = model.initialise(1)["1.conv"]["weight"]
    inputs = example((5, 5, 4))
    found, _ = model.apply(model.initialise(1), {}, inputs)
    for group in range(2):
        part = build(Network(Conv(3, 3)), (5, 5, 2))
        own = {"1.conv": {"weight": weight[..., 3 * group : 3 * group + 3], "bias": np.zeros(3, np.float32)}}
        wanted, _ = part.apply(own, {}, inputs[..., 2 * group : 2 * group + 2])
        assert np.allclose(found[..., 3 * group : 3 * group + 3], wanted, atol=1e-5)


def test_pools_take_the_largest_and_the_mean_of_each_window() -> None:
    inputs = example((4, 4, 1), batch=1)
    windows = inputs.reshape(2, 2, 2, 2)
    largest, _ = build("maxpool 2", (4, 4, 1)).apply({}, {}, inputs)
    mean, _ = build("avgpool 2", (4, 4, 1)).apply({}, {}, inputs)
    assert np.allclose(largest[0, :, :, 0], windows.max(axis=(1, 3)))
    assert np.allclose(mean[0, :, :, 0], windows.mean(axis=(1, 3)), atol=1e-6)


def test_batch_norm_uses_the_batch_in_training_and_what_it_recorded_afterwards() -> None:
    model = build("batchnorm", (3,))
    inputs = 5 + 2 * example((3,), batch=64)
    parameters, state = model.initialise(0), model.state()
    outputs, after = model.apply(parameters, state, inputs, train=True)
    assert np.allclose(outputs.mean(axis=0), 0, atol=1e-5)
    assert np.allclose(after["1.norm"]["mean"], 0.1 * inputs.mean(axis=0), atol=1e-5)
    assert np.allclose(after["1.norm"]["variance"], 0.9 + 0.1 * inputs.var(axis=0, ddof=1), atol=1e-4)
    tested, _ = model.apply(parameters, state, inputs)
    assert np.allclose(tested, inputs, atol=1e-3)


def test_dropout_drops_its_share_and_keeps_the_mean() -> None:
    model = build("dropout 0.25", (100_000,))
    ones = np.ones((1, 100_000), np.float32)
    trained, _ = model.apply({}, {}, ones, train=True, key=np.uint32(7))
    assert abs(float((trained == 0).mean()) - 0.25) < 0.01
    assert abs(float(trained.mean()) - 1) < 0.02
    tested, _ = model.apply({}, {}, ones)
    assert (tested == 1).all()
    everything, _ = model.apply({}, {}, ones, train=True, key=np.uint32(7), dropout=1.0)
    assert (everything == 0).all()


def test_a_recurrent_layer_is_a_loop_over_time() -> None:
    model = build("rnn 4 last", (6, 3))
    own = model.initialise(2)["1.recurrent"]
    inputs = example((6, 3))
    state = np.zeros((3, 4))
    for t in range(6):
        state = np.tanh(inputs[:, t] @ own["forward1_input"] + state @ own["forward1_hidden"] + own["forward1_bias1"])
    found, _ = model.apply({"1.recurrent": own}, {}, inputs)
    assert np.allclose(found, state, atol=1e-5)


def test_parts_that_are_used_again_have_one_set_of_parameters() -> None:
    model = build(Network(Part("twin", (Conv(3, 2, padding=1),)), Reuse("twin")), (4, 4, 2))
    assert list(model.initialise(0)) == ["twin.conv"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_schemes_have_the_deviation_that_they_promise(scheme: Any) -> None:
    wanted = {"he": 2 / 300, "glorot": 2 / 500, "lecun": 1 / 300, "normal": 1, "uniform": 1 / 900, "zero": 0}
    weight = build("dense 200", (300,)).initialise(0, scheme, gain=3.0)["1.dense"]["weight"]
    assert weight.dtype == np.float32
    if scheme == "orthogonal":
        assert np.allclose(weight.T @ weight, 9 * np.eye(200), atol=1e-4)
    else:
        assert weight.std() == pytest.approx(3 * wanted[scheme.removesuffix("_uniform")] ** 0.5, rel=0.02)


def test_equal_seeds_give_equal_weights_up_to_the_gain() -> None:
    model = build("dense 4 > dense 3", (5,))
    one, other = model.initialise(3), model.initialise(3, gain=2.0)
    assert np.array_equal(2 * one["2.dense"]["weight"], other["2.dense"]["weight"])
    assert not np.array_equal(one["1.dense"]["weight"], model.initialise(4)["1.dense"]["weight"])


def test_scaling_leaves_biases_alone_unless_told() -> None:
    model = build("dense 4", (5,))
    parameters = model.initialise(0, bias=1.0)
    assert (scaled(model, parameters, 10)["1.dense"]["bias"] == 1).all()
    assert (scaled(model, parameters, 10, ("weight", "bias"))["1.dense"]["bias"] == 10).all()


def test_what_is_added_to_a_layer_reaches_the_output() -> None:
    model = build("dense 4 > dense 2", (3,))
    parameters = model.initialise(0)
    inputs = example((3,))
    values, _ = model.trace(parameters, {}, inputs, added={"1.dense": np.ones((3, 4), np.float32)})
    before, _ = model.trace(parameters, {}, inputs)
    assert np.allclose(values["2.dense"] - before["2.dense"], parameters["2.dense"]["weight"].sum(axis=0), atol=1e-5)


def test_a_layer_that_cannot_be_trained_is_named() -> None:
    with pytest.raises(Fault, match=r"^1.attention: layer = 'attention' cannot be trained in the laboratory; known"):
        build("attention 2", (4, 4)).initialise(0)


def test_a_layer_that_does_not_fit_is_named() -> None:
    with pytest.raises(Fault, match=r"^1.conv: kernel"):
        build(Network(Conv(9, 2)), (4, 4, 1))


def test_an_embedding_looks_rows_up() -> None:
    model = build(Network(Embedding(5, 3)), (2,))
    parameters = model.initialise(0)
    found, _ = model.apply(parameters, {}, np.array([[4, 0]], np.float32))
    assert np.array_equal(found[0], parameters["1.embedding"]["weight"][[4, 0]])
