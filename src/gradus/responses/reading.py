"""A file of responses, whatever its format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from gradus.errors import Fault
from gradus.responses.csv_file import read_csv
from gradus.responses.jsonl_file import read_jsonl
from gradus.responses.nouns import Response

READERS: dict[str, Callable[[Path], Iterator[Response | Fault]]] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
}


def read(path: Path | str) -> Iterator[Response | Fault]:
    """Yield every response of a file, and a fault for every line that is none.

    Raises:
        Fault: when the file as a whole cannot be used.
    """
    path = Path(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise Fault(str(path), "file", None, "is of no known kind", f"name it {', '.join('*' + s for s in READERS)}")
    return reader(path)
