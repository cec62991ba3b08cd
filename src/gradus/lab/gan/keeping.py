"""A fit as a file: written whole or not at all, and read back to the bit."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gradus.errors import Fault
from gradus.lab.gan.encoding import Encoder, read_encoder
from gradus.lab.gan.players import Players, build_players
from gradus.lab.gan.program import Position, begin
from gradus.lab.gan.settings import GanSettings
from gradus.lab.gan.tables import Table

FORM = 2
"""Of the file; another number is of another Gradus."""


@dataclass(frozen=True, eq=False)
class Fit:
    """A pair of players, trained so far. It holds no record of the table.

    Args:
        encoder: how records become numbers.
        settings: how it is trained.
        digest: of the table that it is fitted to.
        position: after the last step, from which training goes on.
        best: the generator's averaged parameters at the best measurement, which samples are made by.
        history: of each measurement: step, quality, and the mean losses since the one before.
        finished: whether all steps are taken, or patience has ended.
    """

    encoder: Encoder
    settings: GanSettings
    digest: str
    position: Position
    best: Any
    history: tuple[dict[str, float], ...] = field(default=())
    finished: bool = False

    @property
    def players(self) -> Players:
        """The networks."""
        return build_players(self.settings, self.encoder.blocks)

    @property
    def quality(self) -> float:
        """The best quality measured; 0 before any."""
        return max((float(each["quality"]) for each in self.history), default=0.0)


def digest_of(table: Table) -> str:
    """Return a fingerprint of a table's cells."""
    return hashlib.sha256(json.dumps([table.names, table.columns]).encode()).hexdigest()


def save(fit: Fit, path: Path) -> None:
    """Write a fit; a reader sees the old file or the new one, never a part.

    Raises:
        Fault: when the folder or the disk does not take it.
    """
    import jax
    import numpy as np

    leaves = jax.tree.leaves((fit.position, fit.best))
    text = {
        "form": FORM, "encoder": fit.encoder.plain(), "settings": fit.settings.plain(), "digest": fit.digest,
        "history": fit.history, "finished": fit.finished,
    }  # fmt: skip
    arrays = {f"array{number}": np.asarray(leaf) for number, leaf in enumerate(leaves)}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".gradus-")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, text=np.array(json.dumps(text)), **arrays)  # type: ignore[arg-type]
            Path(temporary).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise
    except OSError as error:
        rule = f"cannot be written: {error.strerror or 'unknown error'}"
        raise Fault(str(path), "file", None, rule, "check the folder, its rights and the disk") from None


def load(path: Path) -> Fit:
    """Return the fit of a file.

    Raises:
        Fault: a file that cannot be read or is no fit of this Gradus.
    """
    import numpy as np

    try:
        with path.open("rb") as opened:  # NumPy leaves a damaged file open
            file = np.load(opened, allow_pickle=False)
            text = json.loads(str(file["text"]))
            leaves = [file[f"array{number}"] for number in range(len(file.files) - 1)]
        if text.get("form") != FORM:
            raise Fault(str(path), "form", text.get("form"), f"must be {FORM}", "fit again with this Gradus")
        return _built(text, leaves)
    except OSError as error:
        rule = f"cannot be read: {error.strerror or 'it is no model'}"
        raise Fault(str(path), "model", None, rule, "give a file that `gradus synth fit` wrote") from None
    except (ValueError, KeyError, TypeError, AttributeError, EOFError, IndexError, zipfile.BadZipFile):
        raise Fault(
            str(path), "model", None, "is no model or is damaged", "give a file that `gradus synth fit` wrote"
        ) from None


def _built(text: dict[str, Any], leaves: list[Any]) -> Fit:
    import jax

    encoder, settings = read_encoder(text["encoder"]), GanSettings(**text["settings"])
    fresh = begin(settings, build_players(settings, encoder.blocks))
    structure = jax.tree.structure((fresh, fresh.generator))
    position, best = jax.tree.unflatten(structure, leaves)
    return Fit(encoder, settings, text["digest"], position, best, tuple(text["history"]), text["finished"])
