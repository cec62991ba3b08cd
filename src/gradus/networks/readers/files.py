"""A network from a line of text, or from a file that holds one."""

from __future__ import annotations

from pathlib import Path

from gradus.errors import Fault
from gradus.networks.network import Network
from gradus.networks.reading import read_text

LARGEST = 10_000_000
"""Bytes of a text or YAML file: a network of a hundred thousand layers takes less."""


def read_network(text: str) -> Network:
    """Read a network from a text, or from the file named after an @.

    The ending decides: `.yaml`, `.yml` and `.json` hold plain data, `.onnx` a model, anything else the text form.

    >>> len(read_network("conv 3x3x64 > relu").layers)
    2
    """
    if not text.startswith("@") or text[1:].isidentifier():
        return read_text(text)
    path = Path(text[1:])
    if path.suffix == ".onnx":
        from gradus.networks.readers.onnx import read_onnx

        return read_onnx(path)
    content = _content(path)
    if path.suffix not in {".yaml", ".yml", ".json"}:
        return read_text(content)
    from gradus.networks.readers.yaml import read_yaml

    return read_yaml(content, str(path))


def _content(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise Fault(str(path), "file", None, f"is larger than {LARGEST} bytes", "use repeats")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise Fault(str(path), "file", None, f"cannot be read: {reason}", "name a text, YAML or ONNX file") from None
