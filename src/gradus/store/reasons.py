"""Why a part comes out otherwise than before: what changed of all that a verdict rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection

from gradus.store.marking_nouns import Assessed, Ruling, StoredVerdict
from gradus.store.nouns import ExamVersion
from gradus.store.places import Naming
from gradus.store.versions import exam_version, versions_in_use


def explain(
    connection: Connection,
    before: StoredVerdict,
    after: Assessed,
    version: ExamVersion,
    rulings: Iterable[Ruling],
) -> str:
    """Return in words what changed; the nearest reason first."""
    name = Naming(connection).name_part(after.family, before.paper_id, *before.part)
    said = [*_explain_marking(before, after, name, rulings)]
    old = exam_version(connection, before.version_id)
    if old.id != version.id:
        said.append(f"the exam is version {version.version}, not {old.version}")
    if after.family_hash != before.assessed.family_hash:
        said.append(f"the family {after.family} changed")
    elif before.engine_hash != versions_in_use()["engine_hash"]:
        said.append(f"Gradus changed ({before.gradus_version} → {versions_in_use()['gradus_version']})")
    return "; ".join(said) or "nothing that is recorded changed"


def _explain_marking(before: StoredVerdict, after: Assessed, name: str, rulings: Iterable[Ruling]) -> Iterator[str]:
    old = before.assessed
    for ruling in rulings:
        if ruling.id > before.rulings_seen and (ruling.item, ruling.part) == (old.item, name):
            share = "full points" if ruling.credit == 1 else f"{ruling.credit} of the points"
            yield f"{ruling.by} ruled {share} for {ruling.answer or 'every answer'!s}"
    if old.key != after.key:
        yield f"the key is {after.key}, not {old.key}"
    if old.worth != after.worth:
        yield f"it counts {after.worth} points, not {old.worth}"
    points = {code: was for code, _, was in old.rubric}
    for code, _, now in after.rubric:
        if points.get(code) != now:
            yield f"rubric item {code!r} gives {now}, not {points.get(code, 'nothing')}"
    for code in points.keys() - {code for code, _, _ in after.rubric}:
        yield f"rubric item {code!r} was withdrawn"
    if old.mistake == after.mistake and old.mistake and old.credit != after.credit:
        yield f"the mistake {old.mistake} earns {after.credit}, not {old.credit}"
