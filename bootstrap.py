"""Set Gradus up on a fresh machine and run one task; needs nothing but Python 3.11 or newer.

    python3 bootstrap.py audit      set up, then audit the bundled midterm
    python3 bootstrap.py test       set up with the developers' tools, then run the tests

Everything lands in `.venv` beside this file, from the locked and hashed lists in `locks/`.
A second run finds the environment ready and starts at once.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
BIN = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")

# task: (lock file, what to run). The first word is a module or a program of the environment.
TASKS = {
    "audit": ("run", ["gradus", "audit", "exams/midterm.md"]),
    "gradus": ("run", ["gradus"]),
    "test": ("dev", ["pytest", "-n", "auto"]),
    "lint": ("dev", ["ruff", "check"]),
    "format": ("dev", ["ruff", "format", "--check"]),
    "types": ("dev", ["mypy"]),
    "contracts": ("dev", ["lint-imports"]),
    "wheel": ("dev", ["pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", "dist", "."]),
    "bench": ("bench", ["python", "-m", "bench"]),
}


def stop(message: str) -> None:
    """End with a message for a person and the exit code for an unusable set-up."""
    print(f"bootstrap.py: {message}", file=sys.stderr)
    raise SystemExit(2)


def run(command: list[str], *, what: str) -> None:
    """Run one step of the set-up; its output is shown only if it fails."""
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        stop(f"{what} failed:\n{done.stdout}\nRemedy: read the last lines above; delete {ENVIRONMENT} and try again.")


def make_environment() -> None:
    """Create the virtual environment unless it is there."""
    if PYTHON.exists():
        return
    print(f"Setting up {ENVIRONMENT} …", flush=True)
    run(
        [sys.executable, "-m", "venv", str(ENVIRONMENT)],
        what="creating the virtual environment (on Debian: apt install python3-venv)",
    )


def install(lock: str) -> None:
    """Install a locked list and Gradus itself, once per state of the list."""
    listed = ROOT / "locks" / f"{lock}.txt"
    state = hashlib.sha256(listed.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    stamp = ENVIRONMENT / f"gradus-{lock}.sha256"
    if stamp.exists() and stamp.read_text() == state:
        return
    print(f"Installing locks/{lock}.txt …", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "-r", str(listed)], what=f"installing locks/{lock}.txt")
    run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], what="installing Gradus")
    stamp.write_text(state)


def main(words: list[str]) -> int:
    """Set up what the task needs, run it, and return its exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this is where an old Python is told so
        stop(f"Python {sys.version.split()[0]} is too old; Gradus needs 3.11 or newer")
    if not words or words[0] not in TASKS:
        asked = f"there is no task {words[0]!r}; " if words else ""
        stop(f"{asked}tasks are {', '.join(TASKS)}, as in: python3 bootstrap.py audit")
    lock, (program, *arguments) = TASKS[words[0]]
    make_environment()
    install(lock)
    suffix = sysconfig.get_config_var("EXE") or ""
    command = [str(BIN / f"{program}{suffix}"), *arguments, *words[1:]]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
