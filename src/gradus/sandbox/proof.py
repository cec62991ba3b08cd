"""Attacks that prove a sandbox on this very machine: each tries one thing and prints HARM if it works."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

from gradus.sandbox.box import Box
from gradus.sandbox.nouns import Call, Limits, Outcome

TIGHT = Limits(seconds=1.0, processor=1.0, memory=128 << 20, output=10_000, results=1 << 20)
HONEST = "def answer(x):\n    return x + 1\n"
_TRY = "import os, socket, ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\ntry:\n    {attempt}\n    print('HARM')\n"
_TRY += "except (OSError, AttributeError, ImportError): pass\ndef answer(x): return x\n"


@final
@dataclass(frozen=True, slots=True)
class Proof:
    """One attack: what it tries, what became of it, and whether it was contained and the next submission unharmed."""

    what: str
    outcome: Outcome
    contained: bool


ATTEMPTS = {
    "start a process": "os.fork() >= 0 or os._exit(0)",
    "start another program": "os.execv('/bin/sh', ['sh', '-c', 'echo HARM'])",
    "write a file": "os.close(os.open('/tmp/HARM', os.O_CREAT | os.O_WRONLY))",
    "change Python for the next": "open(os.__file__, 'ab').close()",
    "see other files": "os.stat('/etc/passwd')",
    "see other processes": "os.listdir('/proc/1')",
    "open a network connection": "socket.socket(socket.AF_INET)",
    "open a local socket": "socket.socketpair()",
    "signal others": "os.kill(1, 0)",
    "leave memory behind": "os.memfd_create('x')",
    "leave System V memory behind": "assert libc.shmget(0, 4096, 0o1666) >= 0 or os.stat('/none')",
    "gain a namespace": "assert libc.unshare(0x10000000) == 0 or os.stat('/none')",
    "mount": "assert libc.mount(b'x', b'/tmp', b'tmpfs', 0, None) == 0 or os.stat('/none')",
    "trace another process": "assert libc.ptrace(16, 1, 0, 0) == 0 or os.stat('/none')",
    "import another package": "import gradus.grading",
}
BODIES = {
    "run for ever": "def answer(x):\n    while True: pass\n",
    "sleep for ever": "import time\ndef answer(x): time.sleep(1e6)\n",
    "take all memory": "def answer(x):\n    kept = []\n    while True: kept.append(bytearray(1 << 22))\n",
    "print without end": "while True: print('A' * 65536)\n",
    "crash": "import ctypes\ndef answer(x): ctypes.string_at(0)\n",
    "forge a result": "import os\nos.write(3, b'GRD1' + bytes(200))\ndef answer(x): return x + 1\n",
    "end early": "import os\nos._exit(0)\n",
}


def prove(box: Box) -> Iterator[Proof]:
    """Run every attack, each followed by an honest submission that must be answered rightly."""
    import numpy as np

    call = Call((np.arange(3.0),))
    sources = {what: _TRY.format(attempt=attempt) for what, attempt in ATTEMPTS.items()} | BODIES
    for what, source in sources.items():
        outcome = box.run(source, "answer", [call], TIGHT)
        after = box.run(HONEST, "answer", [call], TIGHT)
        value = after.results[0].value if after.results else None
        unharmed = value is not None and bool(np.array_equal(value, np.arange(3.0) + 1))
        ended = outcome.status != "finished" or what in ATTEMPTS or all(r.value is None for r in outcome.results)
        yield Proof(what, outcome, "HARM" not in outcome.output and unharmed and ended)
