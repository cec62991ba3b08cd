"""The ledger: every exam, paper, save, submission and verdict, kept so that each mark can be computed again.

Functions take a `Ledger`, are synchronous and may be called from many threads; what they write, they write whole or not
at all. Times are aware datetimes, points and factors fractions. Nothing here knows of the web.
"""

from gradus.store.clock import Schedule, deadline
from gradus.store.drawing import draw_paper, draw_papers, paper_of, redraw_paper, unaccepted
from gradus.store.ledger import Ledger, close_ledger, utc_now
from gradus.store.migrating import downgrade, open_ledger, upgrade
from gradus.store.nouns import (
    Acceptance,
    Acknowledged,
    Added,
    Answered,
    Audit,
    Candidate,
    Event,
    ExamVersion,
    Problem,
    Progress,
    Receipt,
    RosterRow,
    Standing,
    State,
    StoredPaper,
    Write,
)
from gradus.store.people import (
    add_candidates,
    candidate,
    candidates_of,
    find_by_link,
    find_candidate,
    issue_link,
    set_factor,
)
from gradus.store.refusals import Busy, Full, Gone, Outdated, Refused, Unavailable
from gradus.store.rosters import read_factor, read_roster
from gradus.store.saving import answers, save
from gradus.store.schedules import schedule_of, set_schedule, stop
from gradus.store.standings import progress, standing, start
from gradus.store.submitting import receipt_hash, receipt_of, submit, submit_overdue
from gradus.store.trail import events, note
from gradus.store.versions import (
    accept,
    acceptances,
    add_exam,
    current_exam,
    exam_names,
    exam_versions,
    latest_audit,
    record_audit,
)

__all__ = [
    "Acceptance",
    "Acknowledged",
    "Added",
    "Answered",
    "Audit",
    "Busy",
    "Candidate",
    "Event",
    "ExamVersion",
    "Full",
    "Gone",
    "Ledger",
    "Outdated",
    "Problem",
    "Progress",
    "Receipt",
    "Refused",
    "RosterRow",
    "Schedule",
    "Standing",
    "State",
    "StoredPaper",
    "Unavailable",
    "Write",
    "accept",
    "acceptances",
    "add_candidates",
    "add_exam",
    "answers",
    "candidate",
    "candidates_of",
    "close_ledger",
    "current_exam",
    "deadline",
    "downgrade",
    "draw_paper",
    "draw_papers",
    "events",
    "exam_names",
    "exam_versions",
    "find_by_link",
    "find_candidate",
    "issue_link",
    "latest_audit",
    "note",
    "open_ledger",
    "paper_of",
    "progress",
    "read_factor",
    "read_roster",
    "receipt_hash",
    "receipt_of",
    "record_audit",
    "redraw_paper",
    "save",
    "schedule_of",
    "set_factor",
    "set_schedule",
    "standing",
    "start",
    "stop",
    "submit",
    "submit_overdue",
    "unaccepted",
    "upgrade",
    "utc_now",
]
