"""Closed forms agree with numbers, whatever is put in for their symbols."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradus.errors import Fault
from gradus.networks.reading import read_text
from gradus.networks.substitution import shape_at, substituted
from gradus.networks.symbols import Closed, symbol

SIZES = st.integers(20, 80)


@given(SIZES, SIZES, st.integers(1, 5), st.integers(1, 3), st.integers(0, 2), st.integers(1, 9))
def test_a_network_in_symbols_gives_the_numbers_of_the_network_in_numbers(
    height: int, width: int, k: int, s: int, p: int, n: int
) -> None:
    net = read_text("conv kxkxn s=s p=p > maxpool 2 ceil > conv 3x3x4 s2 same > avgpool 2 s1 > flatten > dense 10")
    values = {"H": height, "W": width, "k": k, "s": s, "p": p, "n": n}
    table = net.describe(("H", "W", 3))
    known = substituted(net, values).describe((height, width, 3))
    for row, plain in zip(table.rows, known.rows, strict=True):
        assert shape_at(row.output, values) == plain.output
    assert table.parameters.at(**values) == known.parameters
    assert table.multiply_adds.at(**values) == known.multiply_adds


@given(*(st.integers(-40, 40) for _ in range(5)), st.integers(1, 7), st.integers(1, 7), st.integers(-100, 100))
def test_nested_floors_keep_their_value(a: int, b: int, c: int, d: int, e: int, m: int, n: int, value: int) -> None:
    h = symbol("h")
    form = ((a * h + b) // m + c * h + d) // n + e
    number = ((a * value + b) // m + c * value + d) // n + e
    assert (form.at(h=value) if isinstance(form, Closed) else form) == number
    ceiling = -(-(a * h + b) // m)
    assert (ceiling.at(h=value) if isinstance(ceiling, Closed) else ceiling) == -(-(a * value + b) // m)


def test_nested_floors_become_one() -> None:
    halved = read_text("maxpool 2 > maxpool 2 > maxpool 2").describe(("H", "W", 1)).output
    assert str(halved[0]) == "⌊H/8⌋"
    strided = read_text("3 x (conv 3x3x4 s2 p1)").describe(("n", "n", 4)).output
    assert str(strided[0]) == "⌊(n + 7)/8⌋"


def test_ceil_mode_becomes_a_floor_too() -> None:
    assert str(read_text("maxpool 3 s2 ceil").describe(("H", 9, 1)).output[0]) == "⌊H/2⌋"


def test_a_clipped_last_window_stays_a_choice() -> None:
    size = read_text("maxpool 2 s2 p1 ceil").describe(("H", "H", 1)).output[0]
    assert [size.at(H=n) for n in range(1, 8)] == [1, 2, 2, 3, 3, 4, 4]


def test_symbols_stand_in_every_slot() -> None:
    table = read_text("conv kxkxn s=s p=p d=d g=g").describe(("H", "W", "c"))
    assert str(table.parameters) == "⌊c·k²/g⌋·n + n" or set(table.parameters.symbols) == {"c", "g", "k", "n"}
    assert table.output[0].at(H=32, k=3, s=2, p=2, d=2) == 16
    assert table.rows[0].output_working.text.startswith("⌊(H + 2·p − (d·(k − 1) + 1))/s⌋ + 1")
    latex = table.rows[0].output_working.latex
    assert latex.startswith(r"\left\lfloor \frac{H + 2 \cdot p - (d \cdot (k - 1) + 1)}{s} \right\rfloor + 1")


def test_attention_has_12_d_squared_plus_13_d_with_its_norms() -> None:
    d = symbol("d")
    block = (
        read_text("add(ln > attention 8 | skip)").layers + read_text("add(ln > dense u > gelu > dense v | skip)").layers
    )
    from gradus.networks import Network

    parameters = substituted(Network(*block), {"u": 4 * d, "v": d}).describe(("n", "d")).parameters  # type: ignore[dict-item]
    assert str(parameters) == "12·d² + 13·d"


def test_a_missing_value_is_named() -> None:
    with pytest.raises(Fault) as fault:
        (symbol("H") * symbol("W")).at(H=3)
    assert str(fault.value) == "symbols: W has no value; give W=…"


def test_sympy_takes_a_closed_form_over() -> None:
    sympy = pytest.importorskip("sympy")
    form = read_text("conv 3x3x4 s2 > maxpool 2").describe(("H", "H", 1)).output[0]
    h = sympy.Symbol("H", integer=True, positive=True)
    assert form.sympy().subs(h, 33) == form.at(H=33)
