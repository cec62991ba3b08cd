"""Compiled programs, kept in memory and on disk: a program that was compiled once is loaded in milliseconds.

A file is found by a hash of what the program is called, the shapes of its arrays, the code of the laboratory and of the
calculator, the versions of Python, JAX, jaxlib and optax, and the processor. `GRADUS_CACHE` names another folder;
empty, it keeps nothing on disk.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import platform
import sys
import tempfile
import threading
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

OPTIONS: dict[str, str | bool] = {"xla_cpu_multi_thread_eigen": False}
"""Threads of ours share the runs; XLA's own would wait for each other at every small product."""

QUICK: dict[str, str | bool] = {"xla_cpu_use_fusion_emitters": False}
"""Compiles in 0.6 of the time; small dense networks then take 1.3 of theirs, networks on images 0.9."""

_programs: dict[str, Any] = {}
_locks: dict[str, threading.Lock] = {}
_guard = threading.Lock()


def compiled(function: Any, arguments: tuple[Any, ...], identity: str, *, quickly: bool = True) -> Any:
    """Return a function compiled for arguments of these shapes; from memory or disk, where it was compiled before.

    Args:
        function: pure, of arrays; `identity` must say all that it depends on besides the code of the laboratory.
        arguments: arrays, or trees of them, of the shapes and types to compile for.
        identity: a text that no other function has.
        quickly: rather compile soon than run fast.
    """
    key = hashlib.sha256(f"{identity} {quickly}\n{_signature(arguments)}\n{_surroundings()}".encode()).hexdigest()
    with _guard:
        lock = _locks.setdefault(key, threading.Lock())
    with lock:  # several threads may want the same program; one of them makes it
        if key not in _programs:
            _programs[key] = _load(key) or _make(key, function, arguments, OPTIONS | QUICK if quickly else OPTIONS)
        return _programs[key]


def _make(key: str, function: Any, arguments: tuple[Any, ...], options: dict[str, str | bool]) -> Any:
    import jax

    lowered = jax.jit(function).lower(*arguments)
    try:
        program = lowered.compile(compiler_options=options if jax.default_backend() == "cpu" else {})
    except jax.errors.JaxRuntimeError:  # another version of XLA, without one of the options
        program = lowered.compile()
    _save(key, program)
    return program


def folder() -> Path | None:
    """Return where programs are kept: `GRADUS_CACHE`, else the user's cache folder; `None` if nowhere."""
    chosen = os.environ.get("GRADUS_CACHE")
    if chosen is not None:
        return Path(chosen) if chosen else None
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "gradus"
    usual = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME")
    return (Path(usual) if usual else Path.home() / ".cache") / "gradus"


def _load(key: str) -> Any:
    """Return a program from disk; `None` if it is not there or was damaged."""
    place = folder()
    if place is None:
        return None
    try:
        content = (place / "programs" / key).read_bytes()
    except OSError:
        return None
    if hashlib.sha256(content[32:]).digest() != content[:32]:
        return None
    from jax.experimental.serialize_executable import deserialize_and_load

    try:
        return deserialize_and_load(*pickle.loads(content[32:]))  # noqa: S301  # the user's own folder
    except Exception:  # noqa: BLE001  # whatever an old or foreign file does, compiling anew mends it
        return None


def _save(key: str, program: Any) -> None:
    """Keep a program on disk; a folder that cannot be written to is no reason to stop."""
    place = folder()
    if place is None:
        return
    from jax.experimental.serialize_executable import serialize

    with contextlib.suppress(OSError, ValueError, NotImplementedError):  # some devices cannot serialise
        content = pickle.dumps(serialize(program))
        (place / "programs").mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place / "programs", delete=False) as file:
            file.write(hashlib.sha256(content).digest() + content)
        Path(file.name).replace(place / "programs" / key)


def _signature(arguments: tuple[Any, ...]) -> str:
    import jax

    leaves, structure = jax.tree.flatten(arguments)
    return f"{structure} {[(leaf.shape, str(leaf.dtype)) for leaf in leaves]}"


@cache
def _surroundings() -> str:
    """Return what a compiled program depends on besides its own description."""
    import jax

    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for file in sorted(path for name in ("lab", "networks") for path in (package / name).rglob("*.py")):
        digest.update(file.read_bytes())
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        digest.update(next((line for line in lines if line.startswith(("flags", "Features"))), "").encode())
    packages = [f"{name} {version(name)}" for name in ("jax", "jaxlib", "optax")]
    device = jax.devices()[0].device_kind
    return f"{digest.hexdigest()} {platform.machine()} {platform.processor()} {sys.version} {packages} {device}"
