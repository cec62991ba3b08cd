"""One child: takes its limits, loads the submission, calls it, sends frames. Everything it says is checked outside."""

from __future__ import annotations

import builtins
import contextlib
import os
import struct
import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from gradus.sandbox.inside import confining, counting, frames, parsing

RESULTS = 3


def main(mode: int, size: int, descriptors: list[int], limits: confining.ChildLimits) -> NoReturn:
    """Read the request, take the limits, serve the calls, and end."""
    status = 1
    try:
        request, results, output = descriptors
        body = _read(request, size)
        _keep_only(results, output)
        confining.confine(limits)
        if mode == frames.INSPECT:
            _send(parsing.facts(body))
        else:
            serve(body)
        status = 0
    finally:
        with contextlib.suppress(BaseException):  # a stranger's stdout may do anything
            sys.stdout.flush()
        os._exit(status)


def _read(descriptor: int, size: int) -> bytes:
    body = bytearray()
    while len(body) < size:
        piece = os.read(descriptor, size - len(body))
        if not piece:
            break
        body += piece
    return bytes(body)


def _keep_only(results: int, output: int) -> None:
    """Leave open: nothing to read, output as stdout and stderr, results; no control socket, no request."""
    nothing = os.open("/dev/null", os.O_RDONLY)
    highest = 3 + max(results, output, nothing)
    for source, spare in ((nothing, highest), (output, highest + 1), (results, highest + 2)):
        os.dup2(source, spare)
    for spare, target in ((highest, 0), (highest + 1, 1), (highest + 1, 2), (highest + 2, RESULTS)):
        os.dup2(spare, target, inheritable=True)
    os.closerange(RESULTS + 1, max(1024, highest + 3))


def _send(frame: bytes) -> None:
    view = memoryview(frame)
    while view:
        view = view[os.write(RESULTS, view) :]


def serve(body: bytes) -> None:
    """Load the submission and answer every call with a frame."""
    name, source, calls = unpack(body)
    scope: dict[str, Any] = {"__name__": "submission", "__builtins__": builtins}
    try:
        exec(compile(source, "<submission>", "exec", dont_inherit=True), scope)  # noqa: S102 - what the sandbox is for
    except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt too
        _send(_tell(frames.LOADING, 0, error))
        return
    function = scope.get(name)
    if not callable(function):
        _send(frames.pack(frames.MISSING))
        return
    for number, (flags, arguments) in enumerate(calls):
        _send(_answer(number, function, arguments, counted=bool(flags & frames.COUNTED)))
    _send(frames.pack(frames.FINISHED))


def _answer(number: int, function: Callable[..., Any], arguments: list[Any], *, counted: bool) -> bytes:
    before = [bytes(argument.data) for argument in arguments]
    events = 0
    try:
        if counted:
            value, events = counting.count(function, arguments)
        else:
            value = function(*arguments)
    except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt too
        return _tell(frames.RAISED, number, error)
    if not isinstance(value, np.ndarray | np.generic):
        return frames.pack(frames.REFUSED, number, type(value).__name__.encode()[: frames.LONGEST_TEXT])
    if value.dtype.str[1:].replace("b1", "?") not in frames.DTYPES or value.ndim > frames.MOST_AXES:
        return frames.pack(frames.REFUSED, number, str(value.dtype).encode()[: frames.LONGEST_TEXT])
    try:
        plain = np.array(value, order="C", subok=False, dtype=value.dtype.newbyteorder("<")).tobytes()
    except MemoryError:
        return frames.pack(frames.REFUSED, number, b"too large an array")
    code = frames.DTYPES.index(value.dtype.str[1:].replace("b1", "?"))
    changed = [bytes(argument.data) for argument in arguments] != before
    after = frames.pack(frames.AFTER, number, frames.FACTS.pack(changed, events))
    return after + frames.pack(frames.ARRAY, number, plain, dtype=code, sizes=value.shape)


def _tell(kind: int, number: int, error: BaseException) -> bytes:
    """Return a frame with an exception's type, line and words; its words may take all limits to write."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<submission>":
            line = trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and isinstance(error.lineno, int):
        line = error.lineno
    name = next((kin.__name__ for kin in type(error).__mro__ if kin.__module__ == "builtins"), "Exception")
    try:
        words = str(error)[:1000]
    except BaseException:  # noqa: BLE001 - its __str__ is a stranger's too
        words = ""
    text = f"{name}\0{words}".encode("utf-8", "replace")[: frames.LONGEST_TEXT]
    return frames.pack(kind, number, text, line=min(line, 1 << 30))


def unpack(body: bytes) -> tuple[str, bytes, list[tuple[int, list[Any]]]]:
    """Take a request apart: function name, source, calls."""
    pieces = _pieces(body)
    name, source = next(pieces).decode(), next(pieces)
    calls = []
    for _ in range(struct.unpack("<I", next(pieces))[0]):
        flags, count = struct.unpack("<BB", next(pieces))
        calls.append((flags, [_array(next(pieces), next(pieces)) for _ in range(count)]))
    return name, source, calls


def _pieces(body: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(body):
        (size,) = struct.unpack_from("<Q", body, at)
        yield body[at + 8 : at + 8 + size]
        at += 8 + size


def _array(described: bytes, data: bytes) -> Any:
    dtype, *sizes = described.decode().split()
    return np.frombuffer(bytearray(data), dtype).reshape([int(size) for size in sizes])
