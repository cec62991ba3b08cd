"""Whatever devices send in whatever order: a model of a few lines says what holds, and the ledger agrees."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradus import store
from gradus.store import Refused, Write
from tests.store.conftest import NINE, Room

_NAMES = (f"h{number}" for number in itertools.count())
SENT = st.lists(
    st.tuples(
        st.sampled_from(["laptop", "phone"]),
        st.integers(0, 6),
        st.sampled_from([("a", "shape"), ("a", "parameters")]),
        st.sampled_from(["x", "y"]),
    ),
    max_size=12,
)


def _sit(room: Room) -> int:
    """Return a new candidate who sits the exam."""
    name = next(_NAMES)
    room.clock.now = NINE
    store.add_candidates(room.ledger, room.exam, [store.RosterRow(name)], by="staff")
    number = store.find_candidate(room.ledger, room.exam, name).id
    store.draw_paper(room.ledger, number, b"secret", by="staff")
    store.start(room.ledger, number)
    return number


@settings(max_examples=30)
@given(sent=SENT)
def test_what_holds_is_the_newest_of_each_device_in_the_order_of_arrival(
    shared: Room, sent: list[tuple[str, int, tuple[str, str], str]]
) -> None:
    whose = _sit(shared)
    kept: dict[tuple[str, int], tuple[tuple[str, str], str]] = {}
    holds: dict[tuple[str, str], str] = {}
    for client, sequence, place, words in sent:
        write = Write(sequence, *place, words)
        if kept.get((client, sequence), (place, words)) != (place, words):
            with pytest.raises(Refused, match="was sent before with another text"):
                store.save(shared.ledger, whose, client, [write])
            continue
        got = store.save(shared.ledger, whose, client, [write])
        assert got.sequences == (sequence,)
        if (client, sequence) in kept:
            continue
        newer = [n for (c, n), (p, _) in kept.items() if c == client and p == place and n > sequence]
        assert got.overtaken == ((sequence,) if newer else ())
        kept[client, sequence] = (place, words)
        if not newer:
            holds[place] = words
    held = store.answers(shared.ledger, whose)
    assert {(item, part): one.text for item, parts in held.items() for part, one in parts.items()} == holds


@settings(max_examples=15)
@given(
    answers=st.dictionaries(
        st.sampled_from([("a", "shape"), ("a", "parameters"), ("b", "shape"), ("b", "parameters")]),
        st.one_of(
            st.sampled_from(["126 x 126 x 64", "1792", "1728", "", " "]),
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30),
        ),
    ),
    points=st.fractions(-3, 3, max_denominator=9),
)
def test_any_answers_are_graded_marked_and_recomputed_to_the_bit(
    shared: Room, answers: dict[tuple[str, str], str], points: Fraction
) -> None:
    whose = _sit(shared)
    writes = [Write(number, item, part, words) for number, ((item, part), words) in enumerate(answers.items())]
    store.save(shared.ledger, whose, "tab", writes)
    receipt = store.submit(shared.ledger, whose)
    assert receipt.answered == sum(bool(words.strip()) for words in answers.values())
    assert whose in list(store.grade_submissions(shared.ledger, shared.exam, "worker"))
    for item, part in answers:
        for ticket in store.tickets(shared.ledger, shared.exam, item, part):
            done = store.mark_by_hand(shared.ledger, ticket.ticket, [], points, marker="eve")
            assert done.points is not None
            assert 0 <= done.points <= done.assessed.worth
    name = store.candidate(shared.ledger, whose).candidate
    found = store.recompute(shared.ledger, shared.exam, name)
    assert found.differences == ()
    assert found.total == store.marks(shared.ledger, whose).total
