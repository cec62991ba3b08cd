"""A network described straight from its text is what the ordinary way describes, number by number and word by word."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradus.errors import Fault
from gradus.networks import describe, description
from gradus.networks.checks import Shape
from gradus.networks.description import LazyTable
from gradus.networks.origins import read_origins
from gradus.networks.reading import read_text
from gradus.networks.table import Table
from tests.networks.known import fact, names

GAP = "#"
SMALL = ("0", "1", "2", "3", "5", "7")
LAYERS = (
    "conv #x#x#", "conv #x#x# s# p#", "conv #x#x# same nobias", "conv #x#x# stride=# pad=# bias", "conv #x#x# d# g#",
    "conv #x# depthwise s# p# nobias", "conv #x# depthwise f#", "conv #x# p#", "conv #x#x#x# p#", "conv kxkx# p#",
    "maxpool #", "avgpool # s# p#", "maxpool #x# s#", "maxpool # s# ceil", "gap", "globalmaxpool keep", "bn", "ln",
    "groupnorm g#", "relu", "relu#", "prelu", "dropout 0.#", "dropout #", "flatten", "dense #", "dense # nobias",
    "transposed #x#x# s#", "embedding #x#", "attention #", "lstm # layers#", "adaptiveavgpool #", "pad p#",
)  # fmt: skip
ROWS = (
    "{0} > {1} > {2}", "{0}>{1} ->  {2}", "stem#: {0} > {1} > {2}", "a: ({0} > {1}) > {2} > @a", "{0} → {1} > reuse b#",
    "# x ({0} > {1}) > {2}", "2 x shared ({0}) > {1} > {2}", "add({0} | skip) > {1} > {2}", "{0} > concat({1} | {2})",
)  # fmt: skip

texts = st.builds(lambda row, own: row.format(*own), st.sampled_from(ROWS), st.tuples(*[st.sampled_from(LAYERS)] * 3))
digits = st.sampled_from(SMALL) | st.integers(0, 70).map(str) | st.sampled_from(["03", "-1", "4096", "123456789"])
sizes = st.integers(1, 40) | st.sampled_from([0, True, "H", 5000])
shapes = st.integers(1, 40).map(lambda size: (size, size, 3)) | st.lists(sizes, min_size=1, max_size=4).map(tuple)


@pytest.fixture(autouse=True, scope="module")
def _at_once() -> Iterator[None]:
    """Compile every skeleton when it is first seen."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(description, "PATIENCE", 1)
        yield


def filled(skeleton: str, numbers: list[str]) -> str:
    """Return a text with numbers in its gaps."""
    for number in numbers:
        skeleton = skeleton.replace(GAP, number, 1)
    return skeleton


def outcome(table: Table) -> tuple[object, ...]:
    totals = table.parameters, table.buffers, table.multiply_adds, table.flops
    return (
        table.working(),
        *totals,
        table,
        table.rows,
        table.plan,
        table.working("parameters"),
        table.parameters_working,
    )


def agree(text: str, shape: Shape) -> None:
    """Check that the two ways come to the same, or to the same complaint."""
    try:
        expected: Table | str = read_text(text).describe(shape)
    except Fault as fault:
        expected = str(fault)
    try:
        found: Table | str = describe(text, shape)
    except Fault as fault:
        found = str(fault)
    if isinstance(expected, Table) and isinstance(found, Table):
        assert outcome(found) == outcome(expected)
        assert expected == found
    assert found == expected


@given(st.data(), texts)
def test_texts_of_one_skeleton_are_described_as_the_ordinary_way_does(data: st.DataObject, skeleton: str) -> None:
    for _ in range(3):
        numbers = [data.draw(digits) for _ in range(skeleton.count(GAP))]
        agree(filled(skeleton, numbers), data.draw(shapes))


CHAIN = "conv #x#x# s# p# > {} > maxpool # > {} > flatten > dense #"
PLAIN = ("relu", "bn", "conv #x#x# same", "conv #x# depthwise p#", "avgpool # s# p#", "dropout 0.5", "prelu", "ln")


@given(st.data(), st.sampled_from(PLAIN), st.sampled_from(PLAIN))
def test_frequent_layers_in_a_row_too(data: st.DataObject, one: str, other: str) -> None:
    skeleton = CHAIN.format(one, other)
    square = data.draw(st.booleans())
    for _ in range(4):
        kernel = st.shared(st.integers(1, 4).map(str), key="kernel")
        numbers = [data.draw(kernel | st.integers(0, 9).map(str)) for _ in range(skeleton.count(GAP))]
        size = data.draw(st.integers(1, 70))
        agree(filled(skeleton, numbers), (size, size if square else data.draw(st.integers(1, 70)), 3))


def small_network(choose: random.Random) -> str:
    kernels = [choose.randint(1, 5) for _ in range(3)]
    modules = [f"conv {k}x{k}x{choose.randint(1, 999)} p{choose.randint(2, 4)} > relu > maxpool 2" for k in kernels]
    return f"{' > '.join(modules)} > gap > dense {choose.randint(1, 10**5)}"


@pytest.mark.parametrize("shape", [(32, 32, 3), (31, 77, 1), (5000, 5000, 3)])
def test_networks_that_differ_in_their_numbers_share_one_calculation(shape: Shape) -> None:
    choose = random.Random(7)
    describe(small_network(choose), shape)
    for _ in range(20):
        text = small_network(choose)
        assert isinstance(describe(text, shape), LazyTable)
        agree(text, shape)


@pytest.mark.parametrize("name", names())
def test_known_networks_are_described_from_their_text(name: str) -> None:
    for _ in range(2):
        agree(fact(name)["text"], tuple(fact(name)["input"]))


def test_a_skeleton_is_compiled_once_it_keeps_coming_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(description, "PATIENCE", 3)
    tables = [describe(f"dense {units} > tanh > dense {units} > tanh", (5,)) for units in range(1, 6)]
    assert [isinstance(table, LazyTable) for table in tables] == [False, False, False, True, True]


def test_skeletons_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(description, "MOST", 5)
    for count in range(20):
        describe(" > ".join(["relu"] * (count + 1)), (5,))
    assert len(description._SEEN) + len(description._SPELT) <= 12
    assert len(description._STRUCTURES) <= 6


def test_a_number_within_a_word_belongs_to_the_word() -> None:
    assert read_origins("conv 3x3x8 > relu6 > stem2: bn").conditions[-2:] == ["digits[3] == b'6'", "digits[4] == b'2'"]


@pytest.mark.parametrize("text", ["", "conv", "conv 3x3x0", "relu 5", "\ud800", "relu > \ud800"])
def test_what_cannot_be_read_is_told_as_always(text: str) -> None:
    for _ in range(2):
        agree(text, (8, 8, 3))


@pytest.mark.parametrize("shape", [(), 5, None, "8x8x3", (8, 8.0, 3), [8, 8, 3]])
def test_input_shapes_are_checked_as_always(shape: Shape) -> None:
    for _ in range(2):
        agree("conv 3x3x8 > relu", shape)
