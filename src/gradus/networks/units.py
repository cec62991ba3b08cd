"""Sizes of memory as people write them."""

from __future__ import annotations

import re
from fractions import Fraction

from gradus.errors import Fault

UNITS = {"": 1, "b": 1}
for _power, _letter in enumerate("kmgtp", start=1):
    UNITS |= {f"{_letter}b": 1000**_power, f"{_letter}ib": 1024**_power}


def read_bytes(text: str) -> int:
    """Read a number of bytes: `16GiB` is 16·1024³, `16GB` is 16·1000³.

    >>> read_bytes("16GiB"), read_bytes("1.5 kB")
    (17179869184, 1500)
    """
    match = re.fullmatch(r"(\d{1,30}(?:\.\d{1,9})?)\s*([a-z]*)", text.strip().lower())
    if match is None or match[2] not in UNITS:
        raise Fault("memory", "size", text, "must be a number with a unit", "write for example 16GiB or 800MB")
    return int(Fraction(match[1]) * UNITS[match[2]])
