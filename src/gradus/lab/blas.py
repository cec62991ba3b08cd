"""NumPy's matrix products on one thread each, while threads of our own share the work out.

With its own threads, OpenBLAS makes products of several callers wait for each other. threadpoolctl does the same for
every library there is; for NumPy's own wheel, whose library and names are known, these lines do.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

_NAMES = ("scipy_openblas_{}_num_threads64_", "scipy_openblas_{}_num_threads", "openblas_{}_num_threads")


@contextmanager
def one_thread() -> Iterator[bool]:
    """Hold NumPy's OpenBLAS to one thread a product; yields whether that could be had."""
    found = _functions()
    if found is None:
        yield False
        return
    read, write = found
    before = read()
    write(1)
    try:
        yield True
    finally:
        write(before)


@cache
def _functions() -> tuple[Any, Any] | None:
    """Return the library's functions that read and write the number of threads, if it is NumPy's wheel's own."""
    import numpy as np

    for file in sorted(Path(np.__file__).parent.with_name("numpy.libs").glob("*openblas*")):
        library = ctypes.CDLL(str(file))
        for name in _NAMES:
            if hasattr(library, name.format("get")):
                return getattr(library, name.format("get")), getattr(library, name.format("set"))
    return None
