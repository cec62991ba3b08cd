"""The command that starts the warm process, in bubblewrap or, for those who trust the submissions, without."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

INSIDE = Path(__file__).parent / "inside"
PACKAGES = "/packages"
SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")
START = (
    "import sys; sys.path[:0] = {paths!r}; from gradus.sandbox.inside import warm; "
    "warm.main({program!r}, confined={confined})"
)
ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
}


def interpreter() -> str:
    """Return the real interpreter, past the links of a virtual environment."""
    return str(Path(sys.executable).resolve())


def python(program: bytes, paths: list[str], *, confined: bool) -> list[str]:
    """Return the interpreter's command line: isolated, no site, no byte code."""
    script = START.format(paths=paths, program=program, confined=confined)
    return [interpreter(), "-I", "-S", "-B", "-X", "utf8", "-c", script]


def trusting() -> list[str]:
    """Return the command line without a sandbox."""
    return python(b"", [str(INSIDE.parents[2]), str(numpy_folders()[0].parent)], confined=False)


def numpy_folders() -> list[Path]:
    """Return NumPy's own folders: the package and the libraries that its wheel brings."""
    spec = find_spec("numpy")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    return [package, *(folder for folder in (package.with_name("numpy.libs"),) if folder.is_dir())]


def bubblewrap(bwrap: str, control: int, filter_file: int, program: bytes) -> list[str]:
    """Return the command line that confines the warm process."""
    return [
        bwrap,
        "--unshare-all", "--unshare-user", "--disable-userns",
        "--new-session", "--die-with-parent", "--clearenv",
        "--uid", "65534", "--gid", "65534", "--hostname", "sandbox", "--cap-drop", "ALL",
        *_environment(control),
        *_folders(),
        "--seccomp", str(filter_file),
        "--remount-ro", "/",
        "--chdir", "/tmp",  # noqa: S108 - the sandbox's own, empty and read-only
        "--",
        *python(program, [PACKAGES], confined=True),
    ]  # fmt: skip


def _environment(control: int) -> Iterator[str]:
    for name, value in (ENVIRONMENT | {"GRADUS_CONTROL": str(control)}).items():
        yield from ("--setenv", name, value)


def _folders() -> Iterator[str]:
    """Yield what is seen inside: libraries, Python without its packages, NumPy, this folder; nothing to write to."""
    for folder in SYSTEM:
        path = Path(folder)
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), folder)
        elif path.is_dir():
            yield from ("--ro-bind", folder, folder)
    standard = Path(sysconfig.get_path("stdlib"))
    real = Path(interpreter())
    for needed in (real, *real.parent.parent.glob("lib/libpython*"), standard):
        if not any(str(needed).startswith(folder + "/") for folder in SYSTEM):
            yield from ("--ro-bind", str(needed), str(needed))
    # other packages, the distribution's too
    hidden = (standard / "site-packages", standard / "dist-packages", Path("/usr/lib/python3/dist-packages"))
    for packages in hidden:
        if packages.is_dir():
            yield from ("--tmpfs", str(packages), "--remount-ro", str(packages))
    for part in numpy_folders():
        yield from ("--ro-bind", str(part), f"{PACKAGES}/{part.name}")
    yield from ("--ro-bind", str(INSIDE), f"{PACKAGES}/gradus/sandbox/inside")
    yield from ("--dir", "/dev", "--dev-bind", "/dev/null", "/dev/null")
    yield from ("--tmpfs", "/tmp", "--remount-ro", "/tmp")  # noqa: S108
