"""How long items took, and how their variants compare."""

from __future__ import annotations

import pytest

from gradus import store
from gradus.fields import encode
from tests.store.conftest import Room


def test_the_time_up_to_a_save_counts_for_its_item(room: Room) -> None:
    for who, minutes in (("ada", 2), ("bob", 4)):
        store.start(room.ledger, room.ids[who])
        for answer in ({"a_shape": "1"}, {"a_parameters": "2"}, {"b_shape": "3"}):
            room.clock.pass_minutes(minutes)
            room.write(who, **answer)
    times = store.item_times(room.ledger, room.exam)
    assert times == {
        "a": store.ItemTime("a", 2, 300.0, 360.0, 420.0),
        "b": store.ItemTime("b", 2, 150.0, 180.0, 210.0),
    }


def test_of_a_long_pause_ten_minutes_count(room: Room) -> None:
    store.start(room.ledger, room.ids["ada"])
    room.clock.pass_minutes(30)
    room.write("ada", a_shape="1")
    assert store.item_times(room.ledger, room.exam)["a"].median == 600.0


def test_variants_are_compared_by_the_fields_in_which_they_differ(room: Room) -> None:
    names = [f"c{number}" for number in range(6)]
    store.add_candidates(room.ledger, room.exam, [store.RosterRow(name) for name in names], by="staff")
    list(store.draw_papers(room.ledger, room.exam, b"secret", by="staff"))
    room.ids = {one.candidate: one.id for one in store.candidates_of(room.ledger, room.exam)}
    kernels = {}
    for name in names:
        variant = store.paper_of(room.ledger, room.ids[name]).paper.variants["b"]
        kernels[name] = vars(variant)
        right = {f"b_{part}": str(answer) for part, answer in variant.key().items()}
        store.start(room.ledger, room.ids[name])
        room.clock.pass_minutes(1)
        room.write(name, **(right if name in names[:3] else {"b_shape": "1 x 1 x 1"}))
        store.submit(room.ledger, room.ids[name])
    room.grade()
    everything = store.variant_statistics(room.ledger, room.exam)
    found = everything["b"]
    assert sum(one.candidates for one in found) == len(names)
    for one in found:
        drew = [name for name in names if all(encode(kernels[name][f]) == v for f, v in one.fields.items())]
        assert len(drew) == one.candidates
        assert one.statistics.difficulty == sum(name in names[:3] for name in drew) / len(drew)
        assert one.time == store.ItemTime("b", len(drew), 60.0, 60.0, 60.0)
    (same,) = everything["a"]
    assert (dict(same.fields), same.candidates) == ({}, len(names))


def test_the_discrimination_of_a_variant_is_that_of_those_who_had_it(room: Room) -> None:
    from statistics import correlation

    names = [f"c{number}" for number in range(8)]
    store.add_candidates(room.ledger, room.exam, [store.RosterRow(name) for name in names], by="staff")
    list(store.draw_papers(room.ledger, room.exam, b"secret", by="staff"))
    room.ids = {one.candidate: one.id for one in store.candidates_of(room.ledger, room.exam)}
    for number, name in enumerate(names):
        right = store.paper_of(room.ledger, room.ids[name]).paper.variants["b"].key()
        answers = {"a_shape": "126 x 126 x 64" if number % 2 else "1 x 1 x 1", "a_parameters": "1"}
        room.sit(name, **answers, **({"b_shape": str(right["shape"])} if number in {1, 3, 4} else {}))
    room.grade()
    (same,) = store.variant_statistics(room.ledger, room.exam)["a"]
    points = [float(number % 2) for number in range(8)]
    rest = [2.0 if number in {1, 3, 4} else 0.0 for number in range(8)]
    assert same.statistics.discrimination == pytest.approx(correlation(points, rest))
