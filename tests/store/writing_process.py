"""Another process that writes to the ledger until it is killed; each line it prints was acknowledged before."""

from __future__ import annotations

import sys

from gradus import store

EXAM = "layers"


def save_on(ledger: store.Ledger, name: str) -> None:
    """Save answers one after the other, as a browser does."""
    whose = store.find_candidate(ledger, EXAM, name).id
    for number in range(1, 1_000_000):
        store.save(ledger, whose, "tab", [store.Write(number, "a", "shape", f"{number} x {number}")])
        print(number, flush=True)


def grade(ledger: store.Ledger, name: str) -> None:
    """Grade what there is when told to."""
    print("ready", flush=True)
    sys.stdin.readline()
    for candidate_id in store.grade_submissions(ledger, EXAM, name):
        print(candidate_id, flush=True)


if __name__ == "__main__":
    {"save": save_on, "grade": grade}[sys.argv[1]](store.open_ledger(sys.argv[2], create=False), sys.argv[3])
