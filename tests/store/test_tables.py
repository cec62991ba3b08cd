"""The tables are what the migrations make, go up and down with data, and take rows only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from gradus import store
from gradus.errors import Fault
from gradus.store import migrating
from gradus.store.guards import SAID
from gradus.store.ledger import reading, writing
from gradus.store.tables import METADATA, candidates
from tests.store.conftest import Clock, Room, furnish

TABLES = sorted(METADATA.tables)
REFUSAL = (store.Unavailable, IntegrityError)  # SQLite takes a trigger's refusal for a broken constraint


def test_the_migrations_make_the_tables_that_the_code_reads(ledger: store.Ledger) -> None:
    with ledger.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_the_newest_migration_is_the_one_that_is_asked_for(ledger: store.Ledger) -> None:
    files = sorted((Path(migrating.__file__).parent / "migrations" / "versions").glob("0*.py"))
    assert store.revision_of(ledger) == migrating.LATEST == files[-1].name[:4]


def test_tables_go_down_and_up_with_their_rows(room: Room, tmp_path: Path) -> None:
    room.sit("ada", a_shape="126 x 126 x 64", a_parameters="about 2")
    room.grade()
    before = store.export_ledger(room.ledger, tmp_path / "before")
    store.downgrade(room.ledger, "0001")
    assert store.revision_of(room.ledger) == "0001"
    store.upgrade(room.ledger)
    assert store.export_ledger(room.ledger, tmp_path / "after") == before
    for name in before:
        assert (tmp_path / "before" / f"{name}.jsonl").read_bytes() == (
            tmp_path / "after" / f"{name}.jsonl"
        ).read_bytes()
    assert store.recompute(room.ledger, room.exam, "ada").differences == ()


def test_all_the_way_down_leaves_nothing_and_up_again_works(room: Room) -> None:
    store.downgrade(room.ledger, "base")
    assert store.revision_of(room.ledger) is None
    store.upgrade(room.ledger)
    assert store.exam_names(room.ledger) == ()
    furnish(room.ledger, Clock())


def test_of_many_that_open_an_empty_database_at_once_one_makes_the_tables(room: Room, address: str) -> None:
    store.downgrade(room.ledger, "base")
    with ThreadPoolExecutor(6) as several:
        opened = list(several.map(lambda _: store.open_ledger(address), range(6)))
    assert {store.exam_names(one) for one in opened} == {()}
    for one in opened:
        store.close_ledger(one)


def test_a_step_that_fails_leaves_the_tables_as_they_were(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    store.downgrade(room.ledger, "0001")
    with writing(room.ledger) as connection:
        connection.execute(text("DROP TABLE events"))  # so that the step fails at its last table
    with pytest.raises(store.Unavailable, match="refused a statement"):
        store.upgrade(room.ledger)
    assert store.revision_of(room.ledger) == "0001"
    with writing(room.ledger) as connection:
        connection.execute(text("UPDATE saves SET text = ''"))  # nothing of the step is there: no guard


def test_tables_of_another_gradus_are_refused_with_the_remedy(address: str, ledger: store.Ledger) -> None:
    for revision, remedy in (
        ("0001", "run `gradus ledger upgrade`"),
        ("9999", "use the Gradus that made it, or a newer"),
    ):
        with writing(ledger) as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))
        with pytest.raises(store.Outdated) as caught:
            store.open_ledger(address)
        assert f"has tables of revision {revision}, and this Gradus has 0003; {remedy}" in str(caught.value)


@pytest.fixture
def full(room: Room) -> Room:
    """Return a room with a row in every table."""
    ledger, exam = room.ledger, room.exam
    version = store.current_exam(ledger, exam)
    store.record_audit(ledger, version.id, complete=True, report={"a": 1}, by="staff")
    store.accept(ledger, exam, "a", "checked by hand", by="prof")
    store.issue_link(ledger, room.ids["ada"], "hash", "link", by="staff")
    store.correct_candidate(ledger, room.ids["ada"], "Ada King", "she says so", by="staff")
    store.revoke(ledger, exam, "candidate", "ada", "links", by="staff")
    room.sit("ada", a_shape="126 x 126 x 64", a_parameters="about 2")
    store.reopen(ledger, room.ids["ada"], "clicked by mistake", by="staff")
    store.submit(ledger, room.ids["ada"])
    room.grade()
    store.set_rubric_item(ledger, exam, "a", "parameters", "idea", "Idea.", Fraction(1), "eve")
    (ticket,) = store.tickets(ledger, exam, "a", "parameters")
    store.mark_by_hand(ledger, ticket.ticket, ["idea"], marker="eve")
    store.add_ruling(ledger, exam, "a", "shape", "", Fraction(1), reason="r", by="prof")
    plan = store.plan_regrade(ledger, exam, reason="r", by="prof")
    store.apply_regrade(ledger, plan.id, by="prof")
    store.release(ledger, exam, marks=True, feedback=True, by="prof")
    number = store.ask_regrade(ledger, room.ids["ada"], "a", "shape", "why")
    store.answer_request(ledger, number, "declined", "so", by="prof")
    return room


def test_no_row_of_any_table_can_be_changed_or_removed(full: Room) -> None:
    for name in TABLES:
        statements = [f"UPDATE {name} SET id = id", f"DELETE FROM {name}"]
        if not full.ledger.is_sqlite:
            statements.append(f"TRUNCATE {name} CASCADE")
        for statement in statements:
            with pytest.raises(REFUSAL, match=SAID), writing(full.ledger) as connection:
                connection.execute(text(statement))
    with reading(full.ledger) as connection:
        assert all(connection.execute(select(table.c.id)).first() for table in METADATA.sorted_tables)


def test_replacing_a_row_is_removing_it(room: Room) -> None:
    if not room.ledger.is_sqlite:
        pytest.skip("PostgreSQL knows no REPLACE; ON CONFLICT DO UPDATE is an update")
    with pytest.raises(REFUSAL, match=SAID), writing(room.ledger) as connection:
        connection.execute(text("INSERT OR REPLACE INTO candidates SELECT * FROM candidates"))


def test_an_upsert_is_an_update(room: Room) -> None:
    statement = """
        INSERT INTO candidates (exam, candidate, name, details, "by", at) VALUES ('layers', 'ada', '', '{}', '', 0)
        ON CONFLICT (exam, candidate) DO UPDATE SET name = 'Eve'
    """
    with pytest.raises(REFUSAL, match=SAID), writing(room.ledger) as connection:
        connection.execute(text(statement))
    with reading(room.ledger) as connection:
        names = connection.execute(select(candidates.c.name).order_by(candidates.c.id)).scalars().all()
    assert names == ["Ada Lovelace", "Bob"]


def test_an_export_rebuilds_the_ledger_row_by_row_on_either_database(
    full: Room, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    counted = store.export_ledger(full.ledger, tmp_path / "first")
    assert set(counted) == set(TABLES)
    assert all(counted.values())
    other = store.open_ledger(str(tmp_path / "copy.sqlite"), now=full.clock)
    assert store.import_ledger(other, tmp_path / "first") == counted
    assert store.export_ledger(other, tmp_path / "second") == counted
    for file in (tmp_path / "first").iterdir():
        assert file.read_bytes() == (tmp_path / "second" / file.name).read_bytes()
    assert store.recompute(other, full.exam, "ada").differences == ()
    store.close_ledger(other)


def test_an_import_counts_on_after_the_last_row(full: Room, tmp_path: Path) -> None:
    store.export_ledger(full.ledger, tmp_path / "out")
    store.downgrade(full.ledger, "base")
    store.upgrade(full.ledger)
    store.import_ledger(full.ledger, tmp_path / "out")
    receipt = full.sit("bob", a_shape="1")
    assert store.receipt_of(full.ledger, full.ids["bob"]) == receipt
    assert full.grade() == [full.ids["bob"]]


def test_an_import_into_a_ledger_with_rows_is_refused(full: Room, tmp_path: Path) -> None:
    store.export_ledger(full.ledger, tmp_path / "out")
    with pytest.raises(store.Refused, match="holds rows already; import into a new one"):
        store.import_ledger(full.ledger, tmp_path / "out")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("verdicts.jsonl", "126 × 126", "127 × 126", "is not what was exported; restore it; nothing was imported"),
        ("saves.jsonl", "{", "[", "row must hold id, candidate_id, client"),
        ("saves.jsonl", '"late"', '"latte"', "row must hold id, candidate_id, client"),
        ("ledger.json", "0003", "0004", "revision = '0004' must be 0003; import it with the Gradus that wrote it"),
        ("ledger.json", "{", "", "manifest cannot be read; export the ledger again"),
    ],
)
def test_an_export_that_was_changed_is_not_imported(
    full: Room, address: str, tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    out = tmp_path / "out"
    store.export_ledger(full.ledger, out)
    (out / file).write_text((out / file).read_text().replace(old, new))
    store.downgrade(full.ledger, "base")
    store.upgrade(full.ledger)
    with pytest.raises(Fault) as caught:
        store.import_ledger(full.ledger, out)
    assert message in str(caught.value)
    assert store.exam_names(full.ledger) == ()


def test_an_export_is_never_written_over_another(full: Room, tmp_path: Path) -> None:
    store.export_ledger(full.ledger, tmp_path)
    with pytest.raises(Fault, match="holds an export already; name another folder"):
        store.export_ledger(full.ledger, tmp_path)
    with pytest.raises(Fault, match="holds no export: No such file or directory"):
        store.import_ledger(full.ledger, tmp_path / "none")
