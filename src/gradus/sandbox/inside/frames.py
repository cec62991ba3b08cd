"""Frames of raw bytes between the sandbox and the judge: a header of fixed length, then the payload.

Both sides use this file. What comes out of the sandbox is checked by `gradus.sandbox.reading`, never trusted.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

MAGIC = b"GRD1"
MOST_AXES = 6
# magic, kind, dtype, axes, line of the source, call, sizes, bytes of payload
HEADER = struct.Struct(f"<4sBBHiI{MOST_AXES}qQ")
FACTS = struct.Struct("<?q")  # whether an argument was changed, line events
JOB = struct.Struct("<4sBddqQ")  # magic, mode, wall and processor seconds, address space, size of the request
DONE = struct.Struct("<4siddq")  # magic, wait status, wall-clock kill (1.0) or not, processor seconds, peak bytes

ARRAY, RAISED, REFUSED, AFTER, MISSING, LOADING, FINISHED, FOUND = range(1, 9)
RUN, INSPECT = 1, 2
COUNTED = 1

# what an array may be made of; objects, texts, dates and structures are never sent
DTYPES = ("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8")
LONGEST_TEXT = 4000


def pack(
    kind: int, call: int = 0, payload: bytes = b"", *, dtype: int = 0, sizes: Sequence[int] = (), line: int = 0
) -> bytes:
    """Return a frame."""
    padded = [*sizes, *([0] * (MOST_AXES - len(sizes)))]
    return HEADER.pack(MAGIC, kind, dtype, len(sizes), line, call, *padded, len(payload)) + payload
