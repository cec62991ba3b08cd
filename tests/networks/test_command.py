"""`gradus network` tells what a network needs, and why."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gradus.cli import main

CHAIN = "conv 3x3x64 s1 p0 > maxpool 2 > relu > flatten > dense 10"


def run(*arguments: str, columns: int = 140) -> Result:
    return CliRunner(env={"COLUMNS": str(columns)}).invoke(main, ["network", *arguments])


def test_the_table_shows_numbers_and_their_derivations() -> None:
    found = run(CHAIN, "--input", "128x128x3")
    assert found.exit_code == 0
    for text in ("126 × 126 × 64", "1,792", "(3·3·3 + 1)·64 = 1792", "⌊(128 + 2·0 − 3)/1⌋ + 1 = 126", "2,541,962"):
        assert text in found.output


def test_in_a_narrow_terminal_the_derivations_stand_below() -> None:
    found = run(CHAIN, "-i", "128x128x3", columns=80)
    assert "1.conv: 128 × 128 × 3 → 126 × 126 × 64\n  output: ⌊(128 + 2·0 − 3)/1⌋ + 1 = 126" in found.output
    assert max(map(len, found.output.splitlines()[:12])) <= 80


def test_json_is_one_object_with_every_number() -> None:
    found = json.loads(run(CHAIN, "-i", "128x128x3", "--json").output)
    assert (found["parameters"], found["multiply_adds"], found["output"]) == (2541962, 29973888, [10])
    assert found["network"] == CHAIN
    assert found["layers"][1]["receptive_field"] == [{"size": 4, "stride": 2, "offset": 0}] * 2
    assert found["layers"][1]["activations"] == 63 * 63 * 64


def test_json_holds_the_memory_that_is_asked_for() -> None:
    found = json.loads(run("dense 10", "-i", "784", "--json", "--batch", "32", "--memory", "1MiB").output)
    assert found["training_memory"]["state_working"] == "2·7850·4 = 62800"
    assert found["training_memory"]["total"] == sum(
        found["training_memory"][part] for part in ("weights", "gradients", "state", "activations")
    )
    assert found["largest_batch"] == 294


def test_a_stride_of_half_a_pixel_is_a_fraction() -> None:
    found = json.loads(run("upsample 2", "-i", "8x8x3", "--json").output)
    assert found["layers"][0]["receptive_field"][0]["stride"] == "1/2"


def test_latex_is_a_table_with_derivations() -> None:
    found = run(CHAIN, "-i", "128x128x3", "--latex").output
    assert r"conv 3x3x64 s1 p0 & $126 \times 126 \times 64$ &" in found
    assert r"$(3 \cdot 3 \cdot 3 + 1) \cdot 64 = 1792$ \\" in found


def test_svg_and_html_are_written(tmp_path: Path) -> None:
    svg, html = tmp_path / "net.svg", tmp_path / "net.html"
    block = "2 x (add(conv 3x3x64 same > bn > relu | skip)) > gap"
    assert run(block, "-i", "56x56x64", "--svg", str(svg), "--html", str(html)).exit_code == 0
    drawing = svg.read_text(encoding="utf-8")
    assert drawing.startswith("<svg")
    assert "56 × 56 × 64" in drawing
    assert "× 2" in drawing
    page = html.read_text(encoding="utf-8")
    assert drawing in page
    assert 'buffers</td><td class="n">256<' in page


def test_drawings_are_well_formed_for_every_known_network() -> None:
    from xml.etree.ElementTree import fromstring

    from gradus.networks.writers.svg import draw_svg
    from tests.networks.known import names, network, table

    for name in names():
        root = fromstring(draw_svg(network(name), table(name)))
        width, height = (float(root.attrib[side]) for side in ("width", "height"))
        for box in root.iter("{http://www.w3.org/2000/svg}rect"):
            if "x" in box.attrib:
                assert 0 <= float(box.attrib["x"]) <= width - float(box.attrib["width"]), name
                assert 0 <= float(box.attrib["y"]) <= height - float(box.attrib["height"]), name


def test_letters_stand_open() -> None:
    found = run("conv 3x3xn s2 p1 > gap > dense 10", "-i", "HxWx3", "--working").output
    assert "output: ⌊(H + 2·1 − 3)/2⌋ + 1 = ⌊(H + 1)/2⌋, " in found
    assert "total parameters: 28·n + 10·n + 10 = 38·n + 10" in found


def test_memory_and_the_largest_batch_are_told() -> None:
    found = run("dense 10", "-i", "784", "--batch", "32", "--memory", "225952B", "--optimiser", "adam").output
    assert "state: 2·7850·4 = 62800" in found
    assert "largest batch in 225952B with adam: 32" in found


def test_a_file_of_text_or_yaml_is_read(tmp_path: Path) -> None:
    yaml, text = tmp_path / "net.yaml", tmp_path / "net.txt"
    yaml.write_text("- conv 3x3x64\n- {pool: {kind: max, kernel: 2}}\n", encoding="utf-8")
    text.write_text("conv 3x3x64 > maxpool 2\n", encoding="utf-8")
    for path in (yaml, text):
        assert json.loads(run(f"@{path}", "-i", "128x128x3", "--json").output)["output"] == [63, 63, 64]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["conv 3x3x64 s0", "-i", "8x8x3"],
            "1.conv: stride = 0 must be at least 1; write a larger number",
        ),
        (
            ["relu", "-i", "8xx3"],
            "input: shape = '8xx3' must be sizes joined by x; write for example 128x128x3",
        ),
        (["@no/such.yaml", "-i", "8"], "no/such.yaml: file cannot be read: No such file or directory"),
        (["relu", "-i", "8", "--memory", "much"], "memory: size = 'much' must be a number with a unit"),
        (["relu", "-i", "8", "--svg", "/dev/null/a.svg"], "/dev/null/a.svg: file cannot be written"),
    ],
)
def test_bad_input_ends_with_a_message_and_exit_code_2(arguments: list[str], message: str) -> None:
    found = run(*arguments)
    assert found.exit_code == 2
    assert f"gradus: {message}" in found.output


def test_help_has_examples() -> None:
    found = run("--help")
    assert found.exit_code == 0
    assert f"  gradus network '{CHAIN}' --input 128x128x3\n" in found.output
