"""Maths at the terminal: nothing that changes the meaning is dropped."""

import random
import re

import pytest

from gradus import catalogue
from gradus.render.plain import to_plain


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        ("$$w \\leftarrow w - \\eta g,$$", "w ← w - η g,"),
        ("set $a$, then $$b$$ and $c$", "set a, then b and c"),
        (r"$\hat{x}_i$ is not $x_i$", "x\N{COMBINING CIRCUMFLEX ACCENT}_i is not x_i"),
        (r"$\frac{g}{\sqrt{s}}$ and $\sqrt{v / (1 - \beta^t)}$", "g/(√s) and √(v / (1 - β^t))"),
    ],
)
def test_maths_reads_as_it_is_meant(latex: str, text: str) -> None:
    assert to_plain(latex) == text


@pytest.mark.parametrize("name", catalogue.names())
def test_no_prompt_shows_commands_at_the_terminal(name: str) -> None:
    text = to_plain(catalogue.family(name).draw(random.Random(name)).prompt())
    text = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)  # code is shown as it is
    assert not re.findall(r"\\[A-Za-z]+|\$", text)
