"""Coverage-guided fuzzing of the reader: `python -m tests.long.fuzz FOLDER -max_total_time=3600`, before a release.

A text is read, compared with keys, and printed; what is printed must read back to an equal expression. Needs atheris
(Python 3.11 to 3.13), which no lock holds: `pip install "atheris>=3,<4"`. Arguments after the folder are libFuzzer's.
FOLDER/corpus keeps the inputs that reach something new, FOLDER/findings one file a finding:

crash       an exception other than `Unreadable`
slow        more than `SLOWEST` seconds of the processor, tracing included
unfaithful  printed as text or LaTeX, it reads back as something else, or not at all

The run goes on after a finding. Its end says how many there are, and `--replay` runs findings again without tracing.
"""

from __future__ import annotations

import hashlib
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

SLOWEST = 5.0  # tracing costs some thirty times what it watches, so a tenth of a second becomes three
HASTE = 1.0  # the same without tracing
DEEP = 2_000  # of characters that are compared and printed; the reader gets all


def load() -> tuple[Any, ...]:
    """Return the reader, the printers and the keys; imported here, so that they are traced."""
    from gradus.calculus import OPEN, latex, plain, prepare, read
    from gradus.errors import Unreadable
    from tests.calculus.test_hostile_texts import PIECES, WORDS

    texts = {True: ("x", "sqrt(x)*sin(y)"), False: ("x", "B", "z", "sum_i D(X_i)", "A x", "D(X_i)")}
    words = {True: OPEN, False: WORDS}
    keys = {
        kind: [prepare(read(text, words[kind]).expression, words[kind]) for text in some]
        for kind, some in texts.items()
    }
    return read, (plain, latex), prepare, keys, words, Unreadable, PIECES


class Fuzz:
    """One run: what is tried, and what was found."""

    def __init__(self, folder: Path) -> None:
        self.read, self.printers, self.prepare, self.keys, self.words, self.unreadable, self.pieces = load()
        self.findings = folder / "findings"
        self.findings.mkdir(parents=True, exist_ok=True)
        self.seen: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.slowest, self.limit = 0.0, SLOWEST

    def text(self, data: bytes) -> tuple[str, bool]:
        """Return a text and whether every name is allowed: bytes as they are, or each a piece of the language."""
        first, rest = data[:1], data[1:]
        kind = first[0] if first else 0
        if kind & 2:
            return (" " if kind & 4 else "").join(self.pieces[byte % len(self.pieces)] for byte in rest), bool(kind & 1)
        return rest.decode("utf-8", "ignore"), bool(kind & 1)

    def one(self, data: bytes) -> None:
        """Try one input."""
        text, is_open = self.text(data)
        started = time.process_time()
        try:
            self.counts[self.tried(text, is_open)] += 1
        except Exception as error:  # noqa: BLE001 - any is a finding
            last = traceback.extract_tb(error.__traceback__)[-1]
            self.note("crash", f"{type(error).__name__} {last.filename} {last.lineno}", text, traceback.format_exc())
        spent = time.process_time() - started
        self.slowest = max(self.slowest, spent)
        if spent > self.limit:
            self.note("slow", f"{spent:.0f}", text, f"{spent:.1f} s")

    def tried(self, text: str, is_open: bool) -> str:
        """Read, compare and print a text; return what became of it."""
        from gradus.calculus.expression import walk

        words = self.words[is_open]
        try:
            tree = self.read(text, words).expression
        except self.unreadable as fault:
            if not (0 <= fault.column <= len(text) and fault.remedy):
                self.note("crash", "a fault without place or remedy", text, str(fault))
            return "unreadable"
        if len(text) > DEEP:
            return "long"
        outcomes = {key.compare(tree).outcome for key in self.keys[is_open]}
        assert outcomes <= {"equal", "different", "undecided"}
        own = self.prepare(tree, words)
        echoes = any(node.head == "echo" for node in walk(tree))  # the question's own words, which mean nothing
        if not echoes and own.compare(tree).outcome == "equal":  # else it has no values to be compared by
            for printer in self.printers:
                self.reads_back(printer, tree, own, text, words)
        return "read"

    def reads_back(self, printer: Any, tree: Any, own: Any, text: str, words: Any) -> None:
        """Note where what is printed means something else."""
        printed = printer(tree)
        heads = "+".join(sorted({node.head for node in [tree, *tree.parts]}))
        try:
            verdict = own.compare(self.read(printed, words, tree.shape).expression)
        except self.unreadable as fault:
            if "at most" not in fault.expected and "deep" not in fault.expected:
                self.note("unfaithful", f"{printer.__name__} {heads} unread", text, f"{printed}\n{fault}")
            return
        if verdict.outcome == "different":
            self.note("unfaithful", f"{printer.__name__} {heads}", text, f"{printed}\n{verdict}")

    def note(self, kind: str, what: str, text: str, said: str) -> None:
        """Keep the first finding of its sort."""
        self.counts[kind] += 1
        mark = hashlib.sha256(f"{kind} {what}".encode()).hexdigest()[:12]
        if mark not in self.seen:
            self.seen.add(mark)
            (self.findings / f"{kind}-{mark}.txt").write_text(f"{text}\0\n{what}\n{said}\n", "utf-8", "replace")


def seeds(folder: Path) -> Path:
    """Write readable texts to begin with; return where they are."""
    from tests.calculus.test_reading import FAULTS, READINGS

    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    texts = [pair[0] for pair in READINGS] + [fault[0] for fault in FAULTS]
    for number, text in enumerate(texts):
        for kind in (0, 1):
            (corpus / f"seed-{number}-{kind}").write_bytes(bytes([kind]) + text.encode())
    return corpus


def replay(folder: Path) -> None:
    """Try all findings again, without tracing."""
    fuzz = Fuzz(folder / "again")
    fuzz.limit = HASTE
    for file in sorted((folder / "findings").glob("*.txt")):
        text = file.read_text("utf-8").partition("\0")[0]
        for is_open in (True, False):
            fuzz.one(bytes([is_open]) + text.encode())
    print(dict(fuzz.counts), f"slowest {fuzz.slowest:.2f} s")


def main(arguments: list[str]) -> None:
    """Fuzz, or replay what was found."""
    folder = Path(arguments[0])
    if "--replay" in arguments:
        replay(folder)
        return
    import atheris

    with atheris.instrument_imports(include=["gradus.calculus"]):
        load()
    fuzz, corpus, started = Fuzz(folder), seeds(folder), time.monotonic()

    def one(data: bytes) -> None:
        fuzz.one(data)
        if sum(fuzz.counts.values()) % 2000 == 0:
            said = f"{time.monotonic() - started:.0f} s, {dict(fuzz.counts)}, slowest {fuzz.slowest:.2f} s"
            (folder / "progress.txt").write_text(f"{said}, {len(fuzz.seen)} sorts of findings\n")

    atheris.Setup(["fuzz", str(corpus), "-max_len=400", "-timeout=60", "-print_final_stats=1", *arguments[1:]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
