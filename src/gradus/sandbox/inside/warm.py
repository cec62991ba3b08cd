"""The warm process: NumPy is imported once, then one child is forked a submission.

It reads jobs from its control socket (a message with three descriptors: request, results, output), kills the child's
process group at the wall clock, and reports how it ended. No stranger's code ever runs in this process.
"""

from __future__ import annotations

import gc
import os
import resource
import select
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from gradus.sandbox.inside import child, confining, frames, parsing

CONTROL = int(os.environ.get("GRADUS_CONTROL", "3"))
KILL = b"kill"
TICK = 0.005  # seconds between looks where the kernel has no pidfd


def main(program: bytes, *, confined: bool) -> None:
    """Serve jobs until the control socket closes."""
    confining.prepare(program, confined=confined)
    control = socket.socket(fileno=CONTROL)
    base = _address_space()
    _warm_up()
    gc.collect()
    gc.freeze()
    control.send(b"ready")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, frames.JOB.size, 3)
        if not message:
            return
        if message == KILL:  # came as its child had ended by itself
            continue
        magic, mode, seconds, processor, memory, size = frames.JOB.unpack(message)
        assert magic == frames.MAGIC
        pid = os.fork()
        if pid == 0:
            control.close()
            limits = confining.ChildLimits(processor, base + memory)
            child.main(mode, size, descriptors, limits)  # never returns
        os.setpgid(pid, pid)
        for descriptor in descriptors:
            os.close(descriptor)
        control.send(_wait(pid, time.monotonic() + seconds, control))


def _warm_up() -> None:
    """Do what submissions do, so that libraries are bound and caches filled before the first fork, not after each."""
    scope: dict[str, Any] = {}
    exec(compile("import numpy as np\ndef f(a): return [x for x in a]", "<warm>", "exec"), scope)  # noqa: S102
    scope["f"]([0])
    array = np.ones((32, 32, 3))
    weights = np.exp(array.reshape(-1, 3) @ np.ones((3, 45)))
    np.where(weights > 0, np.sqrt(weights), weights).sum(axis=1)
    np.einsum("hwc,oc->hwo", array, np.ones((5, 3))).max(axis=2, keepdims=True)
    parsing.facts(b"def f(): pass")


def _address_space() -> int:
    """Return the bytes of address space that this process has; a child's limit counts from there."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:  # no /proc in the sandbox: what Python and NumPy have is well below this
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + (192 << 20)


def _wait(pid: int, deadline: float, control: socket.socket) -> bytes:
    """Wait for a child, kill its group at the deadline or when asked to, and return the report."""
    handle = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
    killed = 0.0
    while True:
        left = deadline - time.monotonic()
        watched: list[Any] = [control] if handle is None else [control, handle]
        ready = select.select(watched, [], [], max(0.0, left if handle is not None else min(left, TICK)))[0]
        if control in ready:  # "kill", or the judge is gone
            if not control.recv(len(KILL)):
                os.killpg(pid, signal.SIGKILL)
                sys.exit(0)
            os.killpg(pid, signal.SIGKILL)
            break
        if handle in ready or (handle is None and os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)):
            break
        if left <= 0:
            killed = 1.0
            os.killpg(pid, signal.SIGKILL)
            break
    _, status, usage = os.wait4(pid, 0)
    if handle is not None:
        os.close(handle)
    spent = usage.ru_utime + usage.ru_stime
    return frames.DONE.pack(frames.MAGIC, status, killed, spent, usage.ru_maxrss * 1024)
