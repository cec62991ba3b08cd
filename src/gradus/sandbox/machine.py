"""What this machine offers for a sandbox, and what to do where it offers none."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from typing import final

from gradus.errors import Fault
from gradus.sandbox import filtering
from gradus.sandbox.numbers import MACHINES, this_machine

_INSTALL = "install it (Debian, Ubuntu: apt install bubblewrap)"
_TRUST = "or pass --trust-submissions if you would run this code yourself"


@final
class Unavailable(Fault):
    """No sandbox can be had, so no stranger's program is run; it stops a whole grading run, not one candidate's."""


def refusal(why: str, remedy: str = "run `gradus doctor`") -> Unavailable:
    """Return the fault for a machine on which no sandbox can be had."""
    return Unavailable("", "sandbox", None, f"cannot be had: {why}", f"{remedy}, {_TRUST}")


def bwrap() -> str:
    """Return the path of bubblewrap; raises `Fault` where there is none."""
    found = shutil.which("bwrap")
    if found is None:
        raise refusal("bubblewrap is not installed", _INSTALL)
    return found


@cache
def why_not() -> Unavailable | None:
    """Return why no sandbox can be had here, or None where one can; tried once, by starting an empty one."""
    if sys.platform != "linux":
        return refusal(f"it needs Linux, and this is {sys.platform}", "use a Linux machine or a Linux container")
    if this_machine() is None:
        known = " and ".join(known.name for known in MACHINES)
        why = f"the numbers of system calls are known for {known}, and this is {platform.machine()}"
        return refusal(why, "use a machine of these")
    if find_spec("numpy") is None:
        return refusal("NumPy is not installed", "install it (pip install numpy)")
    try:
        command = [
            bwrap(),
            "--unshare-all",
            "--unshare-user",
            "--ro-bind",
            "/",
            "/",
            "--",
            shutil.which("true") or "/bin/true",
        ]
    except Unavailable as fault:
        return fault
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    if done.returncode == 0:
        return None
    remedy = "allow user namespaces (sysctl user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns)"
    return refusal(f"bubblewrap cannot make namespaces ({done.stderr.strip()[:200]})", remedy)


def demand() -> None:
    """Raise the fault where no sandbox can be had."""
    if (fault := why_not()) is not None:
        raise fault


def describe() -> list[tuple[str, str]]:
    """Return what this machine offers, for a person to read."""
    import os

    import numpy as np

    version = subprocess.run([bwrap(), "--version"], capture_output=True, text=True, timeout=30, check=False).stdout
    rules = f"{len(filtering.CHILD)} rules, all else refused"
    return [
        ("system", f"{platform.system()} {platform.release()}, {platform.machine()}"),
        ("sandbox", f"{version.strip()} as user {os.getuid()}"),
        ("system calls", rules),
        ("Python and NumPy", f"{platform.python_version()}, {np.__version__}"),
    ]
