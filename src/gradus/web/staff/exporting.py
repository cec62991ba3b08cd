"""What leaves the room: marks as CSV, and everything as a folder that rebuilds the database."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.responses import Response, StreamingResponse

from gradus import store
from gradus.web.access import STAFF, Page, Visit
from gradus.web.pages import show

CHUNK = 1 << 16


def page(visit: Visit) -> Response:
    """Show what can be had."""
    return show(visit, "staff/export.html")


def marks(visit: Visit) -> Response:
    """Send everyone's marks as CSV."""
    file = io.StringIO()
    store.write_marks(visit.room.ledger, visit.room.name, file)
    store.note(visit.room.ledger, "marks exported", visit.visitor.name, exam=visit.room.name)
    headers = {"Content-Disposition": f'attachment; filename="marks-{visit.room.name}.csv"'}
    return Response(file.getvalue(), media_type="text/csv", headers=headers)


def everything(visit: Visit) -> Response:
    """Send the whole ledger, row by row, as a zip file made on disk."""
    folder = tempfile.TemporaryDirectory(prefix="gradus-export-")
    root = Path(folder.name)
    try:
        store.export_ledger(visit.room.ledger, root / "room")
        with zipfile.ZipFile(root / "room.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted((root / "room").rglob("*")):
                archive.write(path, path.relative_to(root))
    except BaseException:
        folder.cleanup()
        raise
    store.note(visit.room.ledger, "everything exported", visit.visitor.name, exam=visit.room.name)
    headers = {"Content-Disposition": f'attachment; filename="{visit.room.name}.zip"'}
    return StreamingResponse(
        _chunks(root / "room.zip"),
        media_type="application/zip",
        headers=headers,
        background=BackgroundTask(folder.cleanup),
    )


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


PAGES = (
    Page("/staff/export", page, STAFF),
    Page("/staff/marks.csv", marks, STAFF),
    Page("/staff/everything.zip", everything, STAFF, heavy=True),
)
