"""Keras' own models are read to the unit."""

from typing import Any

import pytest

from gradus.errors import Fault
from tests.networks.known import facts

MODELS = ["VGG16", "ResNet50", "MobileNet", "MobileNetV2", "DenseNet121"]


@pytest.fixture
def keras(monkeypatch: pytest.MonkeyPatch) -> Any:
    pytest.importorskip("torch")
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    return pytest.importorskip("keras")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", MODELS)
def test_an_application_is_read_to_the_unit(keras: Any, name: str) -> None:
    from gradus.networks.readers.keras import read_keras

    known = facts()["keras"][name]
    table = read_keras(getattr(keras.applications, name)(weights=None)).describe((224, 224, 3))
    assert (table.parameters, table.buffers, table.output) == (known["trainable"], known["non_trainable"], (1000,))


@pytest.mark.filterwarnings("ignore")
def test_the_imdb_example_has_one_bias_a_gate(keras: Any) -> None:
    from gradus.networks.readers.keras import read_keras

    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((200,)), layers.Embedding(20000, 128),
            layers.Bidirectional(layers.LSTM(64, return_sequences=True)), layers.Bidirectional(layers.LSTM(64)),
            layers.Dense(1, activation="sigmoid"),
        ]
    )  # fmt: skip
    assert read_keras(model).describe((200,)).parameters == model.count_params() == 2757761


@pytest.mark.filterwarnings("ignore")
def test_an_unsupported_layer_is_named(keras: Any) -> None:
    from gradus.networks.readers.keras import read_keras

    model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.SeparableConv2D(4, 3, name="separable")])
    with pytest.raises(Fault) as fault:
        read_keras(model)
    assert str(fault.value).startswith("separable: layer is a SeparableConv2D, which is not supported; supported are ")


def test_a_model_that_is_not_built_is_refused() -> None:
    from gradus.networks.readers.keras import read_keras

    with pytest.raises(Fault) as fault:
        read_keras(object())
    assert str(fault.value).startswith("model: model must be built, with one input and one output; ")
