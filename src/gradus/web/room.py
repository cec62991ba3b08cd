"""What every page of one exam room needs: the exam, the ledger, the keys, and how much may be tried."""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from gradus import store
from gradus.web.board import Board
from gradus.web.checking import Line
from gradus.web.rates import Bucket
from gradus.web.tokens import Signer
from gradus.web.writer import Writer

if TYPE_CHECKING:
    import anyio

    from gradus.exam import Exam
    from gradus.web.sessions import Visitor

HEAVY_AT_ONCE = 2
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none is taken for another
LINKS_LAST = 60 * 86_400.0
STAFF_LINKS_LAST = 7 * 86_400.0
LOOK_EVERY = 1.0  # seconds after which is looked again what other processes ended


@final
@dataclass
class Room:
    """One exam, served.

    Attributes:
        ledger: where everything is kept.
        name: the exam's name in the ledger.
        file: the exam file, to be read again when staff say so.
        secret: seeds papers and signs links; never shown.
        https: whether browsers reach it over HTTPS, so that cookies are kept to that.
        practice: whether families can be practised while the exam is not open.
        jobs: what long work is under way.
    """

    ledger: store.Ledger
    name: str
    file: Path
    secret: bytes = field(repr=False)
    https: bool = False
    practice: bool = True
    entries: Bucket = field(default_factory=lambda: Bucket(burst=20, per_minute=20))
    computations: Bucket = field(default_factory=lambda: Bucket(burst=60, per_minute=120))
    saves: Bucket = field(default_factory=lambda: Bucket(burst=60, per_minute=120))
    jobs: Board = field(default_factory=Board)
    lock: threading.Lock = field(default_factory=threading.Lock)
    line: Line = field(default_factory=Line)
    _writer: Writer | None = None
    _limiter: anyio.CapacityLimiter | None = None
    _versions: dict[int, Exam] = field(default_factory=dict)
    _candidates: dict[str, int] = field(default_factory=dict)
    _ended: store.Revocations | None = None
    _looked: float = 0.0

    @property
    def signer(self) -> Signer:
        """What signs links, sessions and form tokens."""
        return Signer(self.secret)

    @property
    def exam(self) -> Exam:
        """The exam as it is now."""
        return store.current_exam(self.ledger, self.name).read()

    def version(self, version_id: int) -> Exam:
        """Return the exam as it was in one version; versions never change."""
        if version_id not in self._versions:
            self._versions |= {one.id: one.read() for one in store.exam_versions(self.ledger, self.name)}
        return self._versions[version_id]

    def candidate_id(self, candidate: str) -> int:
        """Return a candidate's number in the ledger, which never changes.

        Raises:
            Refused: of the store, for one who is not on the roster.
        """
        if candidate not in self._candidates:
            self._candidates[candidate] = store.find_candidate(self.ledger, self.name, candidate).id
        return self._candidates[candidate]

    def known_id(self, candidate: str) -> int | None:
        """Return the same where it was looked up before, without asking the ledger."""
        return self._candidates.get(candidate)

    def read_file(self) -> str:
        """Return the exam file's text as it is now."""
        from gradus.exam.source import read_text

        return read_text(self.file)

    def clock(self) -> float:
        """Return the seconds since 1970, by the ledger's clock."""
        return self.ledger.now().timestamp()

    def csrf(self, visitor: Visitor) -> str:
        """Return the token that this visitor's forms carry."""
        return self.signer.seal("form", f"{visitor.role} {visitor.name} {visitor.nonce}")

    @property
    def writer(self) -> Writer:
        """What writes saves."""
        if self._writer is None:
            self._writer = Writer(self.ledger)
        return self._writer

    @property
    def ended(self) -> store.Revocations:
        """Which links and sessions were ended, as far as this process has looked."""
        return self._ended if self._ended is not None else self.look()

    def should_look(self) -> bool:
        """Return whether it is time to look again; whoever is told so is to do it, and the others go on meanwhile."""
        now = time.monotonic()
        if self._ended is not None and now - self._looked < LOOK_EVERY:
            return False
        self._looked = now
        return True

    def look(self) -> store.Revocations:
        """Look which links and sessions were ended.

        Raises:
            Unavailable: of the store, where the database cannot say it and never did.
        """
        try:
            self._ended = store.revocations(self.ledger, self.name, self._ended)
        except store.Unavailable:
            if self._ended is None:
                raise
        return self._ended

    def revoke(self, role: str, name: str, what: store.What, by: str, session: str = "") -> None:
        """End links or sessions, and know it at once."""
        store.revoke(self.ledger, self.name, role, name, what, by, session)
        self.look()

    def heavy(self) -> anyio.CapacityLimiter:
        """Return what lets only a few computations run at once."""
        import anyio

        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(HEAVY_AT_ONCE)
        return self._limiter

    def code(self, candidate: str, number: int | None = None) -> str:
        """Return a candidate's code for entry: eight letters, the same until their links are ended."""
        number = self.ended.count("candidate", candidate)[0] if number is None else number
        text = f"{self.name} {candidate}" + (f" {number}" if number else "")
        digest = hashlib.sha256(self.signer.seal("code", text).encode()).digest()
        letters = "".join(CODE_LETTERS[byte % len(CODE_LETTERS)] for byte in digest[:8])
        return f"{letters[:4]}-{letters[4:]}"

    def code_hash(self, code: str) -> str:
        """Return what the ledger keeps of a code."""
        bare = "".join(letter for letter in code.upper() if letter.isalnum())
        return self.signer.seal("code hash", f"{self.name} {bare}")

    def renew(self, candidate: store.Candidate, by: str) -> None:
        """Give a candidate a new code and link; the old ones end, and every session that began with them."""
        number = self.look().count("candidate", candidate.candidate)[0] + 1
        hashed = self.code_hash(self.code(candidate.candidate, number))
        if store.find_by_link(self.ledger, hashed) is None:
            store.issue_link(self.ledger, candidate.id, hashed, "code", by=by)
        self.revoke("candidate", candidate.candidate, "links", by)

    def link(self, candidate: str) -> str:
        """Return the address by which a candidate enters; it expires, and ends where their links are ended."""
        data = {"exam": self.name, "candidate": candidate, "number": self.ended.count("candidate", candidate)[0]}
        return f"/enter/{self.signer.sign('entry', data, self.clock() + LINKS_LAST)}"

    def staff_link(self, lasts: float = STAFF_LINKS_LAST) -> str:
        """Return the address by which staff enter; it expires, and ends where all staff links are ended."""
        data = {"exam": self.name, "number": self.ended.count("staff", "")[0]}
        return f"/staff/enter/{self.signer.sign('staff', data, self.clock() + lasts)}"

    def read_link(self, purpose: str, word: str) -> tuple[dict[str, Any], float] | None:
        """Return what a link says and until when it holds, or None where it is not valid, expired or ended."""
        read = self.signer.read_until(purpose, word, self.clock())
        if read is None or read[0].get("exam") != self.name:
            return None
        data = read[0]
        role, name = ("candidate", str(data["candidate"])) if purpose == "entry" else ("staff", "")
        return read if data.get("number", 0) == self.look().count(role, name)[0] else None
