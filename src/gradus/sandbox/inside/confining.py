"""Limits that a child takes upon itself before it loads a stranger's code, and can never shed."""

from __future__ import annotations

import ctypes
import math
import os
import resource
from dataclasses import dataclass
from typing import final

PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 4, 22, 38
SECCOMP_MODE_FILTER = 2
MOST_FILES = 64


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


@final
@dataclass(frozen=True)
class ChildLimits:
    """Seconds of processor time and bytes of address space."""

    processor: float
    memory: int


_state: dict[str, object] = {}


def prepare(program: bytes, *, confined: bool) -> None:
    """Load what a child needs, once, in the warm process."""
    _state["prctl"] = ctypes.CDLL(None, use_errno=True).prctl if confined else None
    _state["program"] = _Program(len(program) // 8, program)


def confine(limits: ChildLimits) -> None:
    """Set resource limits and the system call filter; raises OSError where the kernel refuses."""
    seconds = max(1, math.ceil(limits.processor))
    wanted = {
        "RLIMIT_CPU": seconds,
        "RLIMIT_AS": limits.memory,
        "RLIMIT_NPROC": 0,
        "RLIMIT_NOFILE": MOST_FILES,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_MEMLOCK": 0,
    }
    for name, value in wanted.items():
        if (kind := getattr(resource, name, None)) is not None:
            try:
                resource.setrlimit(kind, (value, value))
            except (OSError, ValueError):
                if _state["prctl"] is not None:  # in the sandbox every limit must hold
                    raise
    prctl = _state["prctl"]
    if prctl is None:
        return
    for arguments in (
        (PR_SET_DUMPABLE, 0, 0, 0, 0),
        (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(_state["program"]), 0, 0),  # type: ignore[arg-type]
    ):
        if prctl(*arguments) != 0:  # type: ignore[operator]
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
