"""The public names of the package are written down, and importing them is cheap."""

from __future__ import annotations

import gradus


def test_the_public_names_are_these() -> None:
    assert sorted(gradus.__all__) == [
        "Answer",
        "Choice",
        "Count",
        "Family",
        "Fault",
        "GradusError",
        "Interval",
        "Mistake",
        "Real",
        "Shape",
        "Truth",
        "among",
        "between",
    ]
    assert all(hasattr(gradus, name) for name in gradus.__all__)
