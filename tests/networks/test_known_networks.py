"""Known networks come out to the unit."""

import re
from dataclasses import replace
from typing import Any

import pytest

from gradus.networks import (
    Activation,
    Add,
    Attention,
    Conv,
    Dense,
    Embedding,
    Named,
    Network,
    Norm,
    Position,
    Repeat,
    Select,
)
from gradus.networks.branching import Branching
from gradus.networks.composition import Item
from gradus.networks.reading import read_text
from gradus.networks.receptive_field import last_spatial, receptive_fields
from gradus.networks.text import write_text
from tests.networks.known import fact, facts, names, network, table

UNET = "U-Net (same padding, 1 channel in, 2-filter 3x3 then 1x1 out)"


@pytest.mark.parametrize("name", names())
def test_output_parameters_and_multiply_adds_are_to_the_unit(name: str) -> None:
    known, found = fact(name), table(name)
    assert list(found.output) == known["output"]
    assert found.parameters == known["parameters"]
    assert found.multiply_adds == known["multiply_adds"]
    assert found.parameters == known["published"].get("params", found.parameters)


@pytest.mark.parametrize("name", [name for name in names() if name != UNET])
def test_the_receptive_field_of_the_last_spatial_layer_is_to_the_unit(name: str) -> None:
    field = last_spatial(receptive_fields(table(name)))
    assert (field[0].size if field else None) == fact(name)["receptive_field"]


def test_the_corpus_quotes_the_bottleneck_of_the_u_net_and_its_output_sees_more() -> None:
    # Brute force in test_receptive_field.py confirms 204: the decoder's convolutions see beyond the bottleneck's unit.
    fields = receptive_fields(table(UNET))
    bottleneck = max((field for field in fields if field), key=lambda field: field[0].stride)
    last = [field for field in fields if field and field[0].stride == bottleneck[0].stride][-1]
    assert last[0].size == fact(UNET)["receptive_field"] == 140
    assert [field[0].size for field in fields if field][-1] == 204


def plain(working: str) -> str:
    """Leave out brackets around products, which change nothing: (5·5·100)·50 is 5·5·100·50."""
    return re.sub(r"\(([\d·/]+)\)", r"\1", working)


@pytest.mark.parametrize("name", [name for name in names() if "layers" in fact(name)])
def test_every_layer_of_a_chain_is_to_the_unit(name: str) -> None:
    for known, row in zip(fact(name)["layers"], table(name).rows, strict=True):
        assert list(row.output) == known["output"], row.place
        assert (row.parameters, row.multiply_adds) == (known["parameters"], known["multiply_adds"]), row.place
        if known["how"].startswith("(") and known["parameters"]:
            assert plain(row.parameters_working.text) == plain(known["how"])


@pytest.mark.parametrize("name", names())
def test_the_text_form_reads_and_prints_back(name: str) -> None:
    assert write_text(network(name)) == fact(name)["text"]
    assert read_text(write_text(network(name))) == network(name)


def changed(item: Item, change: Any) -> Item:
    if isinstance(item, Branching):
        return type(item)(*(tuple(changed(i, change) for i in branch) for branch in item.branches))
    if isinstance(item, Network):
        return Network(*(changed(i, change) for i in item.layers))
    found: Item = change(item)
    return found


KERAS = {
    "VGG16": "VGG-16", "VGG19": "VGG-19", "ResNet50": "ResNet-50 v1 (stride in 1x1)", "ResNet101": "ResNet-101",
    "ResNet152": "ResNet-152", "MobileNet": "MobileNet v1 1.0 224", "MobileNetV2": "MobileNet v2 1.0 224",
    "DenseNet121": "DenseNet-121", "DenseNet169": "DenseNet-169", "DenseNet201": "DenseNet-201",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(KERAS))
def test_keras_totals_are_parameters_and_buffers(name: str) -> None:
    def with_bias(item: Item) -> Item:  # Keras' ResNets keep the biases before batch norm
        return replace(item, bias=True) if isinstance(item, Conv) and name.startswith("ResNet") else item

    known = facts()["keras"][name]
    found = changed(network(KERAS[name]), with_bias)
    assert isinstance(found, Network)
    described = found.describe((224, 224, 3))
    assert (described.parameters, described.buffers) == (known["trainable"], known["non_trainable"])
    assert described.parameters + described.buffers == known["total"]


def encoder(width: int, inner: int, layers: int, heads: int) -> Item:
    first = Add(Attention(heads), ())
    second = Add((Dense(inner), Activation("gelu"), Dense(width)), ())
    return Repeat((first, Norm("layer"), second, Norm("layer")), layers)


def bert(config: dict[str, int], heads: int) -> Network:
    width = config["hidden_size"]
    tables = [Embedding(config["vocab_size"], width), Position(config["max_position_embeddings"])]
    types, pooler = Position(config["type_vocab_size"]), (Select(0), Dense(width), Activation("tanh"))
    blocks = encoder(width, config["intermediate_size"], config["num_hidden_layers"], heads)
    return Network(*tables, types, Norm("layer"), blocks, *pooler)


@pytest.mark.parametrize("name", ["bert-base-uncased", "bert-large-uncased", "bert-tiny(2/128)", "roberta-base"])
def test_bert_and_roberta_are_to_the_unit(name: str) -> None:
    known = facts()["transformers"][name]
    assert bert(known["config"], known["config"]["num_attention_heads"]).describe((128,)).parameters == known["params"]


def test_distilbert_is_bert_with_half_the_layers_and_no_types_or_pooler() -> None:
    known = facts()["transformers"]["distilbert-base"]
    net = Network(Embedding(30522, 768), Position(512), Norm("layer"), encoder(768, 3072, 6, 12))
    assert net.describe((128,)).parameters == known["params"]


@pytest.mark.parametrize("name", ["gpt2", "gpt2-medium", "gpt2-large", "gpt2-xl"])
def test_gpt_2_counts_its_tied_output_once(name: str) -> None:
    known = facts()["transformers"][name]
    config = known["config"]
    width = config["n_embd"]
    attention = Add((Norm("layer"), Attention(config["n_head"])), ())
    perceptron = Add((Norm("layer"), Dense(4 * width), Activation("gelu"), Dense(width)), ())
    words = Named("words", (Embedding(config["vocab_size"], width),))
    head = Dense(config["vocab_size"], bias=False, tied="words")
    blocks = Repeat((attention, perceptron), config["n_layer"])
    net = Network(words, Position(config["n_positions"]), blocks, Norm("layer"), head)
    assert net.describe((1024,)).parameters == known["params"]


@pytest.mark.parametrize("name", ["llama-2-7b", "llama-2-13b", "llama-2-70b", "llama-3-8b", "mistral-7b"])
def test_llamas_with_grouped_queries_and_gates_are_to_the_unit(name: str) -> None:
    config = facts()["transformers"][name]["config"]
    width, inner = config["hidden_size"], config["intermediate_size"]
    layers, heads, shared = (config[f"num_{part}"] for part in ("hidden_layers", "attention_heads", "key_value_heads"))
    net = read_text(
        f"embedding {config['vocab_size']}x{width} > {layers} x (add(rmsnorm > attention {heads}"
        f" shared={shared} nobias | skip) > add(rmsnorm > multiply(dense {inner} nobias > silu | dense {inner} nobias)"
        f" > dense {width} nobias | skip)) > rmsnorm > dense {config['vocab_size']} nobias"
    )
    assert net.describe((1,)).parameters == facts()["transformers"][name]["params"]


SLIM = {
    "vgg_a": "VGG-11",
    "vgg_16": "VGG-16",
    "resnet_v1_50": "ResNet-50 v1 (stride in 1x1)",
    "mobilenet_v1": "MobileNet v1 1.0 224",
}


@pytest.mark.parametrize("slim", sorted(SLIM))
def test_receptive_fields_agree_with_the_published_table_of_tf_slim(slim: str) -> None:
    seen = {(field[0].size, int(field[0].stride)) for field in receptive_fields(table(SLIM[slim])) if field}
    offsets = {(field[0].size, -field[0].offset) for field in receptive_fields(table(SLIM[slim])) if field}
    for row in facts()["receptive_fields"]["rows"]:
        if row["net"] == slim and not slim.startswith("resnet"):
            assert (row["rf"], row["stride"]) in seen, row["endpoint"]
            assert row["padding"] == "None" or (row["rf"], row["padding"]) in offsets, row["endpoint"]
        elif row["net"] == slim and row["endpoint"].endswith("block4"):
            assert (row["rf"], row["stride"]) in seen
