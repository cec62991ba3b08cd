"""Decisions kept on disk: each under the source that it rests on, so that changed code decides anew."""

from __future__ import annotations

import inspect
import json
import os
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, final

from gradus.answers import Truth
from gradus.claim import Claim, Effect, Effort, Evidence, Figure, Route, Series, name_of
from gradus.decisions.decision import Decision

RESTS_ON = ("lab", "networks", "oracle")  # besides the claim's own file


@final
class Shelf:
    """A folder of decisions; one that cannot be read or written is as good as empty."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or cache_folder() / "decisions"

    def get(self, claim: Claim, effort: Effort) -> Decision | None:
        """Return what was decided of this reading at this effort, by the code as it is now."""
        try:
            kept = json.loads(self._file(claim, effort).read_text(encoding="utf-8"))
            return Decision(claim, _evidence(kept["evidence"]), _evidence(kept["witness"]), kept["seconds"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, decision: Decision, effort: Effort) -> None:
        """Keep a decision; whole or not at all, so that a killed process leaves nothing half written."""
        kept = {"claim": name_of(type(decision.claim)), "given": decision.claim.given(), "seconds": decision.seconds}
        kept |= {"evidence": asdict(decision.evidence), "witness": asdict(decision.witness)}
        file = self._file(decision.claim, effort)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            part = file.with_suffix(f".{os.getpid()}")
            part.write_text(json.dumps(kept, default=lambda value: value.value), encoding="utf-8")
            part.replace(file)
        except OSError:
            return  # a disk that is full or read-only costs time, not the decision

    def _file(self, claim: Claim, effort: Effort) -> Path:
        reading = (name_of(type(claim)), claim.given(), effort.level.value, effort.master)
        text = json.dumps([*reading, _source(inspect.getfile(type(claim))), _source("")])
        return self.folder / f"{name_of(type(claim))}-{sha256(text.encode()).hexdigest()[:24]}.json"


def cache_folder() -> Path:
    """Return where Gradus keeps what it can compute again: `GRADUS_CACHE`, or the user's cache folder."""
    if told := os.environ.get("GRADUS_CACHE"):
        return Path(told)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gradus"


@cache
def _source(file: str) -> str:
    """Return a hash of a claim's file, or of all that experiments stand on: our code and versions of libraries."""
    digest = sha256()
    if file:
        digest.update(Path(file).read_bytes())
        return digest.hexdigest()
    from importlib.metadata import PackageNotFoundError, version

    root = Path(__file__).parent.parent
    for name in sorted(path for folder in RESTS_ON for path in (root / folder).rglob("*.py")):
        digest.update(name.read_bytes())
    for package in ("numpy", "scipy", "jax", "optax", "scikit-learn"):
        try:
            digest.update(version(package).encode())
        except PackageNotFoundError:
            digest.update(b"none")
    return digest.hexdigest()


def _evidence(kept: dict[str, Any]) -> Evidence:
    effect, figure = kept["effect"], kept["figure"]
    return Evidence(
        Truth(kept["verdict"]),
        Route(kept["route"]),
        kept["finding"],
        Effect(**effect) if effect else None,
        kept["networks"],
        kept["populations"],
        _figure(figure) if figure else None,
    )


def _figure(kept: dict[str, Any]) -> Figure:
    return Figure(**{**kept, "series": tuple(_series(row) for row in kept["series"])})


def _series(kept: dict[str, Any]) -> Series:
    numbers = (tuple(kept[name]) for name in ("x", "y", "low", "high"))
    return Series(kept["label"], *numbers)
