"""One file, one subject; each claim decided by its experiment; the folder is the list."""

from __future__ import annotations

import inspect
from functools import cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from gradus.claim import Claim, name_of
from gradus.errors import Fault, suggest


@cache
def names() -> tuple[str, ...]:
    """Return the names of all claims of the folder, by subject file.

    >>> from gradus.claims import names
    >>> "softmax_scaling" in names()
    True
    """
    return tuple(_all())


def find(reference: str, folder: Path | None = None) -> type[Claim]:
    """Return a claim by its name, or an author's own by `file.py:Name`, the file beside the exam in `folder`.

    A file is Python and is run: only an author's own command does that, never one that reads a candidate's text.

    Raises:
        Fault: when there is no such claim or file, or the file cannot be run.
    """
    if ":" in reference:
        path, _, wanted = reference.rpartition(":")
        return _authored((folder or Path()) / path, wanted, reference)
    if reference not in _all():
        raise Fault("", "claim", reference, "is not in the catalogue", suggest(reference, names()))
    return _all()[reference]


@cache
def _all() -> dict[str, type[Claim]]:
    """Return every claim of the folder by name; the files are light, what is heavy they import when they decide."""
    files = sorted(file.stem for file in Path(__file__).parent.glob("*.py") if not file.stem.startswith("_"))
    return {name: claim for stem in files for name, claim in defined(import_module(f"gradus.claims.{stem}")).items()}


def defined(module: ModuleType) -> dict[str, type[Claim]]:
    """Return the claims that a module itself defines, in its order."""
    return {
        name_of(value): value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Claim)
        and value.__module__ == module.__name__
        and not inspect.isabstract(value)
    }


def _authored(path: Path, wanted: str, reference: str) -> type[Claim]:
    module = load(path, reference)
    known = defined(module)
    for name, claim in known.items():
        if wanted in {name, claim.__name__}:
            return claim
    rule = f"names a claim that {path.name} does not define"
    raise Fault(str(path), "claim", reference, rule, suggest(wanted, known) if known else "define a Claim in it")


@cache
def load(path: Path, reference: str) -> ModuleType:
    """Run an author's file once and return it as a module."""
    import sys

    name = f"gradus_author_{path.resolve().as_posix().replace('/', '_').replace('.', '_')}"
    if not path.is_file():
        raise Fault(str(path), "claim", reference, "names a file that is not there", "write a path from the exam file")
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise Fault(str(path), "claim", reference, "must name a Python file", "let its name end in .py")
    module = module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up by name
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        rule = f"cannot be run: {type(error).__name__}: {error}"
        raise Fault(str(path), "claim", reference, rule, "run the file with Python and mend it") from error
    return module
