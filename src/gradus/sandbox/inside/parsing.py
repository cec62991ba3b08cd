"""What a source says about itself: parsed, never run, in a child of its own whose word can therefore be trusted."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradus.sandbox.inside import frames

LONGEST = 1 << 18


def facts(source: bytes) -> bytes:
    """Return a frame with the names, imports, texts and functions of a source, or why it cannot be parsed."""
    try:
        tree = ast.parse(source)
        told = sorted(set(_facts(tree)))
    except BaseException as error:  # noqa: BLE001 - a source can also exhaust memory or the stack
        return frames.pack(frames.LOADING, 0, type(error).__name__.encode())
    text = "\0".join(told).encode("utf-8", "replace")
    if len(text) > LONGEST:
        return frames.pack(frames.LOADING, 0, b"MemoryError")
    return frames.pack(frames.FOUND, 0, text)


def _facts(tree: ast.AST) -> Iterator[str]:
    """Yield each fact with a letter for its kind; identifiers come normalised (NFKC) from the parser."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield f"n{node.id}"
        elif isinstance(node, ast.Attribute):
            yield f"n{node.attr}"
        elif isinstance(node, ast.Import):
            yield from (f"i{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield f"i{'.' * node.level}{node.module or ''}"
            yield from (f"n{alias.name}" for alias in node.names)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"f{node.name}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield f"t{node.value[:200]}".replace("\0", " ")
