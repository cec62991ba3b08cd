"""What came out of the sandbox, read with suspicion: any byte of it may have been forged."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import final

from gradus.sandbox.escaping import plain
from gradus.sandbox.inside import frames
from gradus.sandbox.nouns import Facts, Result

_EXCEPTIONS = frozenset(
    name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)
)


class Forged(Exception):
    """Bytes that the child's own harness would never send."""


@final
@dataclass(frozen=True, slots=True)
class Frame:
    """A frame whose header is in order."""

    kind: int
    dtype: int
    sizes: tuple[int, ...]
    line: int
    call: int
    payload: bytes


def split(raw: bytes) -> Iterator[Frame]:
    """Yield the frames of a stream; a last one that is cut short is left out, since its child was killed.

    Raises:
        Forged: at the first header that does not hold together.
    """
    at = 0
    while at + frames.HEADER.size <= len(raw):
        magic, kind, dtype, axes, line, call, *rest = frames.HEADER.unpack_from(raw, at)
        *sizes, size = rest
        at += frames.HEADER.size
        if magic != frames.MAGIC or axes > frames.MOST_AXES or line < 0 or size > 1 << 40:
            raise Forged
        if kind != frames.ARRAY and size > max(frames.LONGEST_TEXT, 1 << 18):
            raise Forged
        if at + size > len(raw):
            return
        yield Frame(kind, dtype, tuple(sizes[:axes]), line, call, raw[at : at + size])
        at += size


def results(raw: bytes, expected: int) -> tuple[tuple[Result, ...], Frame | None]:
    """Return the results of the calls in order, and the frame that says how it ended, if there is one.

    Raises:
        Forged: when frames are out of order or an array's shape, type and size do not agree.
    """
    found: list[Result] = []
    after: tuple[bool, int] | None = None
    for frame in split(raw):
        if frame.kind in {frames.LOADING, frames.MISSING, frames.FINISHED}:
            return tuple(found), frame
        if frame.call != len(found) or len(found) == expected:
            raise Forged
        if frame.kind == frames.AFTER and after is None and len(frame.payload) == frames.FACTS.size:
            after = frames.FACTS.unpack(frame.payload)
        elif frame.kind == frames.ARRAY and after is not None:
            found.append(replace(_array(frame), mutated=after[0], events=after[1]))
            after = None
        elif frame.kind == frames.RAISED and after is None:
            name, words = exception(frame)
            found.append(Result(None, name, frame.line, words))
        elif frame.kind == frames.REFUSED and after is None:
            found.append(Result(None, f"returned {plain(frame.payload, 40)}"))
        else:
            raise Forged
    return tuple(found), None


def _array(frame: Frame) -> Result:
    """Rebuild an array from its bytes; sizes are Python's integers, so their product cannot overflow."""
    import numpy as np

    count = 1
    for size in frame.sizes:
        if size < 0:
            raise Forged
        count *= size
    if frame.dtype >= len(frames.DTYPES):
        raise Forged
    dtype = np.dtype(frames.DTYPES[frame.dtype]).newbyteorder("<")
    if count * dtype.itemsize != len(frame.payload):
        raise Forged
    if dtype.kind == "b" and frame.payload.strip(b"\0\1"):
        raise Forged
    return Result(np.frombuffer(frame.payload, dtype).reshape(frame.sizes))


def exception(frame: Frame) -> tuple[str, str]:
    """Return the type of an exception, if it is one of Python's own, and its words, escaped."""
    name, _, words = frame.payload.decode("utf-8", "replace").partition("\0")
    return (name if name in _EXCEPTIONS else "Exception"), plain(words, 400)


def facts(raw: bytes) -> Facts:
    """Read what the parsing child says about a source; it has run nothing of it, so its word holds.

    Raises:
        Forged: when it says nothing.
    """
    for frame in split(raw):
        if frame.kind == frames.LOADING:
            return Facts(problem=exception(frame)[0])
        if frame.kind == frames.FOUND:
            told = frame.payload.decode("utf-8", "replace").split("\0")
            kinds = {kind: frozenset(fact[1:] for fact in told if fact[:1] == kind) for kind in "nitf"}
            return Facts(kinds["n"], kinds["i"], kinds["t"], kinds["f"])
    raise Forged
