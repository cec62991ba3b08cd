"""Python-level line events of one call: what loops cost, without a clock."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def count(function: Callable[..., Any], arguments: list[Any]) -> tuple[Any, int]:
    """Call a function and count the line events of it and of all that it calls; -1 if someone else's hand was in it."""
    seen = 0

    def trace(_frame: FrameType, event: str, _: Any) -> Callable[..., Any]:
        nonlocal seen
        if event in {"line", "call"}:
            seen += 1
        return trace

    sys.settrace(trace)
    try:
        value = function(*arguments)
        honest = sys.gettrace() is trace
    finally:
        sys.settrace(None)
    return value, seen if honest else -1
