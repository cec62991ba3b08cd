"""Faulty exam files, each with what is said about it: file, line, column, field, value, rule, remedy."""

from pathlib import Path

import pytest

from gradus import catalogue, exam
from gradus.errors import Faults

HEADER = "---\ntitle: A test\npoints: 2\n---\n"
FAMILIES = f"known are {', '.join(catalogue.names())}"
LAYER = """```conv_layer
id: 1
points: 2
image: [32, 32, 3]
kernel: 3
stride: 1
padding: 0
filters: 8
```
"""


def with_line(line: str, replaced: str = "filters: 8") -> str:
    """Return a good file in which one line is another; lines 5 to 13 are the block."""
    return HEADER + LAYER.replace(replaced, line)


def messages(text: str) -> list[str]:
    with pytest.raises(Faults) as caught:
        exam.parse(text, "a.md")
    return [str(fault) for fault in caught.value.faults]


TRUTH = "must be true or false; write true or false"
WHOLE = "must be a whole number; write digits"
CASES: dict[str, tuple[str, str]] = {
    # the file
    "empty file": ("", "a.md:1:1: header is missing; begin the file with ---, title: …, points: …, ---"),
    "no question": (
        HEADER + "Words.\n",
        "a.md: exam holds no question; add a fenced block named after a family; see `gradus families`",
    ),
    "control character": (HEADER + "\x1b[31m", "a.md:5:1: text = 'U+001B' is a control character; delete it"),
    # the header
    "no header": (LAYER, "a.md:1:1: header is missing; begin the file with ---, title: …, points: …, ---"),
    "header never closed": (
        "---\ntitle: A\n" + LAYER,
        "a.md:1:1: header is missing; begin the file with ---, title: …, points: …, ---",
    ),
    "empty header": ("---\n---\n" + LAYER, "a.md:2:1: block is empty; write one `name: value` a line"),
    "no title": ("---\npoints: 2\n---\n" + LAYER, "a.md:2:1: title is missing; add title: … to the header"),
    "no points in the header": (
        "---\ntitle: A\n---\n" + LAYER,
        "a.md:2:1: points is missing; add points: … to the header",
    ),
    "unknown header field": (
        "---\ntitle: A\npoints: 2\ncovers: 2\n---\n" + LAYER,
        "a.md:4:1: covers is no field of the header; did you mean 'cover'?",
    ),
    "negative header points": (
        "---\ntitle: A\npoints: -2\n---\n" + LAYER,
        "a.md:3:9: points = '-2' must not be negative; write 0 or more",
    ),
    "blank title": (
        "---\ntitle: ' '\npoints: 2\n---\n" + LAYER,
        "a.md:2:8: title = ' ' must not be empty; write a title",
    ),
    "name with a slash": (
        "---\ntitle: A\npoints: 2\nname: a/b\n---\n" + LAYER,
        "a.md:4:7: name = 'a/b' must be letters, digits, dots and dashes; write dl-midterm-1",
    ),
    "symbols that are no mapping": (
        "---\ntitle: A\npoints: 2\nsymbols: x\n---\n" + LAYER,
        "a.md:4:10: symbols = 'x' must be a mapping; write one `symbol: meaning` a line",
    ),
    "header that is a list": (
        "---\n- a\n---\n" + LAYER,
        "a.md:2:1: block = '[a]' must be `name: value` lines; write one `name: value` a line",
    ),
    # the fence
    "unknown family": (
        HEADER + LAYER.replace("conv_layer", "conv_layr"),
        "a.md:5:1: family = 'conv_layr' is not in the catalogue; did you mean 'conv_layer'?",
    ),
    "unknown language": (
        HEADER + "```fortran\nend\n```\n",
        f"a.md:5:1: family = 'fortran' is not in the catalogue; {FAMILIES}; to show code, name its language: ```python",
    ),
    "family given as a path": (
        HEADER + "```../families/conv_layer\nid: 1\n```\n",
        "a.md:5:1: family = '../families/conv_layer' is not in the catalogue; did you mean 'conv_layer'?",
    ),
    "fence never closed": (
        HEADER + LAYER.removesuffix("```\n"),
        "a.md:5:1: block = 'conv_layer' is never closed; end it with a line of ```",
    ),
    "empty block": (HEADER + "```conv_layer\n```\n", "a.md:6:1: block is empty; write one `name: value` a line"),
    "block that is a text": (
        HEADER + "```conv_layer\nkernel 3\n```\n",
        "a.md:6:1: block = 'kernel 3' must be `name: value` lines; write one `name: value` a line",
    ),
    "no YAML": (
        with_line("filters: [8"),
        "a.md:13:1: block is not YAML: did not find expected ',' or ']'; check indentation, colons and quotes",
    ),
    "name that stands twice": (
        with_line("stride: 2"),
        "a.md:12:1: stride stands twice, first at a.md:10:1; keep one of them",
    ),
    "name that is a list": (
        with_line("[a]: 1"),
        "a.md:12:1: name = '[a]' must be a plain text; write `name: value`",
    ),
    # id and points
    "no id": (with_line("bias: yes", "id: 1"), "a.md:5:1: id is missing; add id: …"),
    "bad id": (
        with_line("id: 3 i", "id: 1"),
        "a.md:6:5: id = '3 i' must be letters, digits, dots and dashes; write 3.i",
    ),
    "id that is a list": (with_line("id: [1]", "id: 1"), "a.md:6:5: id = '[1]' must be a text; write it in quotes"),
    "no points": (with_line("bias: no", "points: 2"), "a.md:5:1: points is missing; add points: …"),
    "no points at all": (with_line("points: 0", "points: 2"), "a.md:7:9: points = '0' must be more than 0; write 2"),
    "points in words": (
        with_line("points: two", "points: 2"),
        "a.md:7:9: points = 'two' must be a number; write 2, 0.5 or 1/2",
    ),
    "points over a foreign zero": (
        with_line("points: 1/٠", "points: 2"),
        "a.md:7:9: points = '1/٠' must be a number; write 2, 0.5 or 1/2",
    ),
    "empty list of points": (
        with_line("points: []", "points: 2"),
        "a.md:7:9: points = '[]' must hold at least one value; write 2",
    ),
    "points of an unknown part": (
        with_line("points: {shape: 1, parameters: 1, shap: 1}", "points: 2"),
        "a.md:7:35: points.shap is no part of ConvLayer; did you mean 'shape'?",
    ),
    "points of one part only": (
        with_line("points: {shape: 1}", "points: 2"),
        "a.md:7:9: points.parameters is missing; give every part its points",
    ),
    # fields
    "unknown field": (with_line("filtres: 8"), "a.md:12:1: filtres is no field of ConvLayer; did you mean 'filters'?"),
    "wrong type": (with_line("filters: many"), f"a.md:12:10: filters = 'many' {WHOLE}"),
    "a decimal where a whole number stands": (with_line("filters: 8.0"), f"a.md:12:10: filters = '8.0' {WHOLE}"),
    "no value": (with_line("filters:"), f"a.md:12:9: filters = '' {WHOLE}"),
    "neither true nor false": (with_line("bias: 1"), f"a.md:12:7: bias = '1' {TRUTH}"),
    "value not allowed": (
        with_line("stride: 0", "stride: 1"),
        "a.md:10:9: stride = '0' must be between 1 and 64; choose a value that is",
    ),
    "shape of another rank": (
        with_line("image: [32, 32]", "image: [32, 32, 3]"),
        "a.md:8:8: image = '[32, 32]' must be 3 sizes, each between 1 and 4096; choose a value that is",
    ),
    "no shape": (
        with_line("image: 32 by", "image: [32, 32, 3]"),
        "a.md:8:8: image = '32 by' must be a shape: a size in digits is expected here; write [128, 128, 3]",
    ),
    "kernel larger than the image": (
        with_line("image: [2, 32, 3]", "image: [32, 32, 3]"),
        (
            "a.md:9:9: kernel = 3 must fit on the image with its padding, 2 + 2·0 pixels; "
            "choose a smaller kernel or more padding"
        ),
    ),
    "word that is no literal": (
        HEADER + "```missing_hyperparameter\nid: 1\npoints: 2\nmissing: strides\n```\n",
        "a.md:8:10: missing = 'strides' must be one of kernel, stride, padding, filters, depth; did you mean 'stride'?",
    ),
    # narrowing
    "empty among": (
        with_line("filters: {among: []}"),
        "a.md:12:18: filters.among = '[]' must hold at least one value; write [3, 5]",
    ),
    "among a value not allowed": (
        with_line("kernel: {among: [3, 99]}", "kernel: 3"),
        "a.md:9:9: kernel = '99' must be between 1 and 31; leave it out of the values",
    ),
    "between the wrong way round": (
        with_line("filters: {between: [64, 16]}"),
        "a.md:12:20: filters.between = '[64, 16]' must be two whole numbers, the lower first; write [16, 64]",
    ),
    "between for what is no number": (
        with_line("image: {between: [1, 2]}", "image: [32, 32, 3]"),
        "a.md:8:18: image.between = '[1, 2]' must be two whole numbers, the lower first; write [16, 64]",
    ),
    "values that never fit together": (
        with_line("image: {among: [[1, 1, 3]]}", "image: [32, 32, 3]"),
        (
            "a.md:9:9: kernel, stride, padding, filters, image leaves no variant in 400 draws: kernel must fit on the "
            "image with its padding, 1 + 2·0 pixels; fix fewer fields or widen"
        ),
    ),
    # printed, follows, credit
    "printed that is no mapping": (
        with_line("printed: 216"),
        "a.md:12:10: printed = '216' must be a mapping from parts; write {shape: …, parameters: …}",
    ),
    "printed for an unknown part": (
        with_line("printed: {size: 8}"),
        "a.md:12:11: printed.size is no part of ConvLayer; known are parameters, shape",
    ),
    "unreadable printed answer": (
        with_line("printed: {parameters: '22,4'}"),
        (
            "a.md:12:23: printed.parameters = '22,4' cannot be read: groups of digits have three digits each; "
            "write the whole number, such as 250\n  22,4\n    ^"
        ),
    ),
    "follows an unknown item": (
        with_line("follows: {a: 9.shape}"),
        "a.md:5:1: follows.a = '9.shape' must be an earlier item; name an earlier item",
    ),
    "follows a later item": (
        with_line("follows: {a: 2.shape}") + LAYER.replace("id: 1", "id: 2"),
        "a.md:5:1: follows.a = '2.shape' must be an earlier item; name an earlier item",
    ),
    "follows an unknown part": (
        HEADER + LAYER + LAYER.replace("id: 1", "id: 2\nfollows: {a: 1.shap}"),
        "a.md:14:1: follows.a = '1.shap' must be a part of 1; did you mean 'shape'?",
    ),
    "follows no part": (
        with_line("follows: {a: shape}"),
        "a.md:12:14: follows.a = 'shape' must be an item and its part; write 3.iv.shape",
    ),
    "follows that is no mapping": (
        with_line("follows: 1.shape"),
        "a.md:12:10: follows = '1.shape' must be a mapping; write {label: 3.iv.shape}",
    ),
    "credit for an unknown mistake": (
        with_line("credit: {bias_forgoten: 1/2}"),
        "a.md:5:1: credit.bias_forgoten is no mistake that this family names; did you mean 'bias_forgotten'?",
    ),
    "credit of more than the whole": (
        with_line("credit: {bias_forgotten: 2}"),
        "a.md:12:26: credit.bias_forgotten = '2' must be a share from 0 to 1; write 1/2",
    ),
    "credit that is no mapping": (
        with_line("credit: 1/2"),
        "a.md:12:9: credit = '1/2' must be a mapping from mistakes; write {name: 1/2}",
    ),
}


@pytest.mark.parametrize(("text", "message"), CASES.values(), ids=CASES)
def test_a_faulty_file_is_told_where_what_and_how_to_mend_it(text: str, message: str) -> None:
    assert messages(text) == [message]


def test_the_file_that_the_faulty_ones_are_made_from_has_no_fault() -> None:
    assert len(exam.parse(HEADER + LAYER).questions) == 1


def test_every_fault_of_a_file_is_reported_at_once_in_the_order_of_its_lines() -> None:
    text = "---\ntitle: ''\ncoverr: 2\n---\n" + LAYER.replace("stride: 1", "strid: 1").replace("id: 1\n", "")
    text += "Words.\n\n```conv_layr\n```\n" + LAYER.replace("filters: 8", "filters: x\nprinted: {size: 1}")
    found = messages(text)
    assert [message.split(" ")[0] for message in found] == [
        "a.md:2:1:", "a.md:2:8:", "a.md:3:1:", "a.md:5:1:", "a.md:9:1:", "a.md:14:1:", "a.md:23:10:", "a.md:24:11:",
    ]  # fmt: skip


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(Faults, match=r"^/nowhere/a\.md: file cannot be read: No such file or directory; check"):
        exam.read("/nowhere/a.md")


def test_a_folder_is_no_exam(tmp_path: Path) -> None:
    with pytest.raises(Faults) as caught:
        exam.read(tmp_path)
    assert str(caught.value) == f"{tmp_path}: file cannot be read: Is a directory; check the path"


def test_a_path_that_cannot_exist_is_refused() -> None:
    with pytest.raises(Faults, match=r"^a·b: file cannot be read: no such path can exist; check the path$"):
        exam.read("a\0b")
