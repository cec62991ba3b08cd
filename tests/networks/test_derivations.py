"""Every number comes with its written derivation."""

from gradus.networks import Activation, Conv, Dense, Flatten, Network, Pool, Repeat
from gradus.networks.checks import Shape
from gradus.networks.formula import NOTHING, Working

MIDTERM = Network(Conv(kernel=3, filters=64), Pool("max", 2, 2), Activation("relu"), Flatten(), Dense(units=10))


def test_a_convolution_shows_how_its_size_and_parameters_come_about() -> None:
    row = MIDTERM.describe((128, 128, 3)).rows[0]
    assert row.output == (126, 126, 64)
    assert row.output_working.text == "⌊(128 + 2·0 − 3)/1⌋ + 1 = 126"
    assert row.parameters_working.text == "(3·3·3 + 1)·64 = 1792"
    assert row.parameters_working.latex == r"(3 \cdot 3 \cdot 3 + 1) \cdot 64 = 1792"
    assert row.output_working.latex == r"\left\lfloor \frac{128 + 2 \cdot 0 - 3}{1} \right\rfloor + 1 = 126"


def test_sizes_that_differ_are_each_derived() -> None:
    row = Network(Conv((3, 5), 8, padding=((0, 1), 2), stride=2, dilation=(1, 2))).describe((32, 64, 3)).rows[0]
    assert row.output_working.text == "⌊(32 + 0 + 1 − 3)/2⌋ + 1 = 16, ⌊(64 + 2·2 − (2·(5 − 1) + 1))/2⌋ + 1 = 30"
    assert row.output == (16, 30, 8)


def test_groups_divide_the_depth_in_the_derivation() -> None:
    row = Network(Conv(3, 32, groups=4, bias=False)).describe((9, 9, 16)).rows[0]
    assert row.parameters_working.text == "3·3·(16/4)·32 = 1152"


def test_ceil_and_same_show_a_ceiling() -> None:
    rows = Network(Pool("max", 3, 2, ceil=True), Conv(3, 8, stride=2, padding="same")).describe((112, 112, 3)).rows
    assert rows[0].output_working.text == "⌈(112 + 2·0 − 3)/2⌉ + 1 = 56"
    assert rows[1].output_working.text == "⌈56/2⌉ = 28"


def test_a_window_that_would_start_in_the_padding_at_the_end_is_not_counted() -> None:
    row = Network(Pool("max", 2, 2, padding=1, ceil=True)).describe((5, 5, 1)).rows[0]
    assert row.output_working.text == "min(⌈(5 + 2·1 − 2)/2⌉, ⌊(5 + 1 − 1)/2⌋) + 1 = 3"


def test_the_whole_working_ends_with_the_sum() -> None:
    lines = MIDTERM.describe((128, 128, 3)).working().splitlines()
    assert lines[0] == "1.conv: 128 × 128 × 3 → 126 × 126 × 64"
    assert lines[-2] == "total parameters: 1792 + 2540170 = 2541962"
    assert lines[-1] == "total multiply-adds: 27433728 + 2540160 = 29973888"


def test_a_repeated_block_has_parameters_of_its_own_each_time() -> None:
    table = Network(Repeat((Conv(3, 8, padding=1), Activation("relu")), times=3)).describe((9, 9, 8))
    assert [row.place for row in table.rows][:3] == ["1.1.1.conv", "1.1.2.activation", "1.2.1.conv"]
    assert table.parameters == 3 * (3 * 3 * 8 + 1) * 8


def test_sizes_beyond_two_to_the_sixty_third_stay_exact() -> None:
    table = Network(Dense(10**12), Dense(10**12, bias=False)).describe((10**12,))
    assert table.parameters == (10**12 + 1) * 10**12 + 10**24


def test_compiled_rules_print_and_count_what_the_rules_of_the_layers_do() -> None:
    described = Network(Conv(3, 8), Conv(5, 4, 2, 2, bias=False), Pool(), Flatten(), Dense(3)).describe((32, 24, 3))
    for row in described.rows:
        general = row._replace(rule=None, found=())
        assert row.rule is not None
        assert row.found == (general.parameters, general.buffers, general.multiply_adds)
        text = row.rule.text(row.place, row.layer, row.input, row.output, row.found)
        assert text == "\n".join(general.lines())


def test_a_kind_derived_of_a_final_layer_counts_in_its_own_way() -> None:
    class Free(Conv):
        def parameters(self, shape: Shape) -> Working:
            return NOTHING

    assert Network(Conv(3, 8), Free(3, 8)).describe((9, 9, 3)).parameters == 224


def test_a_sum_of_thousands_of_terms_is_written_out() -> None:
    table = Network(Repeat((Dense(3),), times=5000)).describe((3,))
    text, latex = table.working("parameters").splitlines()[-1], table.parameters_working.latex
    assert text == f"total parameters: {' + '.join(['12'] * 5000)} = 60000"
    assert latex == f"{' + '.join(['12'] * 5000)} = 60000"
