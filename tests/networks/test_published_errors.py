"""Ten published figures that are wrong, each shown to be so by our own working."""

from gradus.networks import Add, Attention, Concat, Conv, Dense, Network
from gradus.networks.reading import read_text
from gradus.networks.receptive_field import receptive_fields
from gradus.networks.rules import conv_size
from gradus.networks.symbols import symbol
from tests.networks.known import facts, table


def test_there_are_ten_of_them() -> None:
    assert len(facts()["published_errors"]) == 10


def test_cs231n_sums_the_volumes_of_vgg_16_to_24_million_but_they_are_15() -> None:
    vgg = table("VGG-16")
    listed = [row.activations for row in vgg.rows if row.layer.word in ("conv", "pool", "dense")]
    assert sum(listed) + 224 * 224 * 3 == 15_237_608
    assert round(15_237_608 * 4 / 1e6, 2) == 60.95  # MB, not 93


def test_multiplications_of_a_5_by_5_convolution_are_1228800() -> None:
    row = Network(Conv(5, 256)).describe((12, 12, 3)).rows[0]
    assert row.multiply_adds_working.text == "5·5·3·8·8·256 = 1228800"


def test_an_encoder_block_without_attention_biases_has_12_d_squared_plus_5_d() -> None:
    d = symbol("d")
    block = Network(Add(Attention(8, bias=False), ()), Add((Dense(4 * d), Dense(d)), ()))
    parameters = block.describe(("n", "d")).parameters
    assert str(parameters) == "12·d² + 5·d"
    assert parameters.at(d=512) == 3_148_288
    assert (12 * d * d + 4 * d).at(d=512) == 3_147_776  # what the printed formula gives


def test_the_kernel_is_subtracted_not_added() -> None:
    width, kernel, padding = symbol("W"), symbol("F"), symbol("P")
    assert str(conv_size(width, kernel, 1, padding)) == "2·P − F + W + 1"
    assert conv_size(32, 5, 1, 2) == 32
    assert (32 + 5 + 2 * 2) // 1 + 1 == 42  # the printed formula


def test_four_filters_make_four_volumes_of_5_by_5() -> None:
    found = table("exam: 15x15x3, 4@3x3 s2 p1, pool 4 s1")
    assert found.rows[1].output == (5, 5, 4)
    assert found.output == (100,)


def test_one_output_of_a_convolution_takes_2kkc_minus_1_operations() -> None:
    k, depth = symbol("k"), symbol("C")
    products = Network(Conv(k, 1, bias=False)).describe((k, k, depth)).multiply_adds
    operations = products + (products - 1)  # as many products, one addition fewer
    printed = (k * k + (k * k - 1)) * depth
    assert str(operations) == "2·C·k² − 1"
    assert operations.at(k=3, C=1) == printed.at(k=3, C=1)
    assert operations.at(k=3, C=64) - printed.at(k=3, C=64) == 63


def test_the_bias_is_added_at_every_output_pixel() -> None:
    row = Network(Conv(3, 64)).describe((128, 128, 3)).rows[0]
    assert row.additions_working.text == "126·126·64 = 1016064"  # printed: 64


def test_three_wavenet_blocks_see_3070_samples() -> None:
    block = " > ".join(f"conv 2x1 d{2**i}" for i in range(10))
    found = read_text(f"3 x ({block})").describe((4000, 1))
    field = receptive_fields(found)[-1]
    assert field is not None
    assert field[0].size == 1 + 3 * 1023 == 3070  # printed: 3 · 1024


def test_valid_padding_rounds_up_the_places_left_which_is_rounding_down_the_steps() -> None:
    found = Network(Conv(4, 1, stride=2, padding="valid")).describe((32, 32, 1))
    assert found.rows[0].output_working.text == "⌊(32 + 2·0 − 4)/2⌋ + 1 = 15"
    assert -(-(32 - 4 + 1) // 2) == 15
    assert (32 - 4 + 1) // 2 == 14  # the printed formula


def test_the_inception_slide_needs_128_channels_into_its_3_by_3() -> None:
    naive = Concat(Conv(1, 128), Conv(3, 192, padding=1), Conv(5, 96, padding=2))
    assert Network(naive).describe((28, 28, 256)).multiply_adds == 854_196_224
    branches = (
        "conv 1x1x128 | conv 1x1x{0} > conv 3x3x192 p1 | conv 1x1x64 > conv 5x5x96 p2 | maxpool 3 s1 p1 > conv 1x1x64"
    )

    def count(into: int) -> int:
        total: int = read_text(f"concat({branches.format(into)})").describe((28, 28, 256)).multiply_adds
        return total

    assert count(64) == 271_351_808
    listed = count(64) - 28 * 28 * 9 * 64 * 192 + 28 * 28 * 9 * 128 * 192  # the 3x3 alone reading 128 channels
    assert round(listed / 1e6, 2) == 358.06
