"""Another process that writes to the ledger until it is killed; each line it prints was acknowledged before."""

from __future__ import annotations

import sys

from gradus import store

DOING = sys.argv[1]
LEDGER = store.open_ledger(sys.argv[2], create=False)
EXAM, NAME = "layers", sys.argv[3]


def save_on() -> None:
    """Save answers one after the other, as a browser does."""
    whose = store.find_candidate(LEDGER, EXAM, NAME).id
    for number in range(1, 1_000_000):
        store.save(LEDGER, whose, "tab", [store.Write(number, "a", "shape", f"{number} x {number}")])
        print(number, flush=True)


def grade() -> None:
    """Grade what there is when told to."""
    print("ready", flush=True)
    sys.stdin.readline()
    for candidate_id in store.grade_submissions(LEDGER, EXAM, NAME):
        print(candidate_id, flush=True)


{"save": save_on, "grade": grade}[DOING]()
