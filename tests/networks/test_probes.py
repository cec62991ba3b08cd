"""Seven small networks that fool other tools."""

from typing import Any

from gradus.networks.reading import read_text
from tests.networks.known import facts, table


def probe(name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(probe for probe in facts()["probes"] if probe["name"] == name)
    return found


def counts(text: str, *shape: int) -> dict[str, int]:
    found = read_text(text).describe(shape)
    return {"params": found.parameters, "macs": found.multiply_adds}


def known(name: str) -> dict[str, int]:
    return {key: probe(name)[key] for key in ("params", "macs")}


def test_a_dense_layer_acts_at_each_position() -> None:
    assert counts("dense 32", 2, 10, 16) == known("linear3d")


def test_a_layer_used_four_times_has_its_parameters_once_and_its_work_four_times() -> None:
    assert counts("4 x shared (dense 64)", 64) == known("shared")
    assert counts("a: dense 64 > reuse a > reuse a > reuse a", 64) == known("shared")


def test_tied_weights_are_counted_once_and_multiplied_with() -> None:
    assert counts("words: embedding 1000x64 > dense 1000 nobias tied=words", 20) == known("tied")


def test_a_convolution_is_one_however_it_is_called() -> None:
    assert counts("conv 3x3x32 p1", 32, 32, 3) == known("functional")


def test_dilated_grouped_ceil_and_transposed() -> None:
    down = "conv 3x3x16 p2 d2 > conv 3x3x32 same g4 > maxpool 3 s2 ceil"
    text = f"{down} > transposed 4x4x16 s2 p1 > groupnorm g4 > conv 1x1x5"
    assert counts(text, 33, 33, 8) == known("odd")
    rows = read_text(text).describe((33, 33, 8)).rows
    assert " + ".join(str(row.multiply_adds) for row in rows if row.multiply_adds) == probe("odd")["parts"]


def test_lstm_and_gru_in_both_conventions() -> None:
    text = "embedding 1000x64 > lstm 128 layers2 biases2 > gru 96 biases2 bidirectional > dense 1000"
    assert counts(text, 20) == known("lstmnet")
    one = counts(text.replace(" biases2", ""), 20)
    assert known("lstmnet")["params"] - one["params"] == 4 * 128 * 2 + 2 * 3 * 96


def test_attention_counts_its_projections_and_both_products() -> None:
    found = table("ViT-B/16")
    assert {"params": found.parameters, "macs": found.multiply_adds} == known("vit_b16")
    attention = next(row for row in found.rows if row.layer.word == "attention")
    assert attention.multiply_adds_working.text == "4·197·768·768 + 2·197·197·768 = 524391936"
