"""The ledger: every exam, paper, save, submission and verdict, kept so that each mark can be computed again.

Functions take a `Ledger`, are synchronous and may be called from many threads; what they write, they write whole or not
at all. Times are aware datetimes, points and factors fractions. Nothing here knows of the web.
"""

from gradus.store.clock import Schedule, deadline
from gradus.store.copying import export_ledger, import_ledger, write_marks
from gradus.store.drawing import draw_paper, draw_papers, paper_of, redraw_paper, unaccepted
from gradus.store.hand_marking import find_ticket, mark_by_hand, queue, tickets
from gradus.store.ledger import Ledger, close_ledger, connect_ledger, utc_now
from gradus.store.marking import grade_submissions
from gradus.store.marking_nouns import (
    Assessed,
    HandMark,
    QueuedPart,
    RubricItem,
    Ruling,
    StoredVerdict,
    Ticket,
)
from gradus.store.migrating import downgrade, open_ledger, revision_of, upgrade
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
    correct_candidate,
    find_by_link,
    find_candidate,
    issue_link,
    set_factor,
    withdraw_candidate,
)
from gradus.store.places import count_parts, names_of, worth_of
from gradus.store.recomputing import Difference, Recomputed, recompute
from gradus.store.refusals import Busy, Full, Gone, Outdated, Refused, Unavailable
from gradus.store.regrade_nouns import Change, Regrade
from gradus.store.regrading import apply_regrade, find_regrade, plan_regrade, regrades
from gradus.store.releasing import (
    Released,
    Request,
    RequestAnswer,
    answer_request,
    ask_regrade,
    release,
    released,
    requests,
)
from gradus.store.revoking import Revocations, revocations, revoke
from gradus.store.rosters import read_factor, read_roster
from gradus.store.rubrics import rubric, set_rubric_item, withdraw_rubric_item
from gradus.store.rulings import add_ruling, rulings, withdraw_ruling
from gradus.store.saving import answers, save
from gradus.store.schedules import schedule_of, set_schedule, stop
from gradus.store.standings import progress, standing, start
from gradus.store.studying import ItemTime, VariantStatistics, item_times, variant_statistics
from gradus.store.submitting import receipt_hash, receipt_of, reopen, submit, submit_overdue
from gradus.store.trail import events, note
from gradus.store.verdicts import all_marks, history, marks, statistics, verdicts
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
    "Assessed",
    "Audit",
    "Busy",
    "Candidate",
    "Change",
    "Difference",
    "Event",
    "ExamVersion",
    "Full",
    "Gone",
    "HandMark",
    "ItemTime",
    "Ledger",
    "Outdated",
    "Problem",
    "Progress",
    "QueuedPart",
    "Receipt",
    "Recomputed",
    "Refused",
    "Regrade",
    "Released",
    "Request",
    "RequestAnswer",
    "Revocations",
    "RosterRow",
    "RubricItem",
    "Ruling",
    "Schedule",
    "Standing",
    "State",
    "StoredPaper",
    "StoredVerdict",
    "Ticket",
    "Unavailable",
    "VariantStatistics",
    "Write",
    "accept",
    "acceptances",
    "add_candidates",
    "add_exam",
    "add_ruling",
    "all_marks",
    "answer_request",
    "answers",
    "apply_regrade",
    "ask_regrade",
    "candidate",
    "candidates_of",
    "close_ledger",
    "connect_ledger",
    "correct_candidate",
    "count_parts",
    "current_exam",
    "deadline",
    "downgrade",
    "draw_paper",
    "draw_papers",
    "events",
    "exam_names",
    "exam_versions",
    "export_ledger",
    "find_by_link",
    "find_candidate",
    "find_regrade",
    "find_ticket",
    "grade_submissions",
    "history",
    "import_ledger",
    "issue_link",
    "item_times",
    "latest_audit",
    "mark_by_hand",
    "marks",
    "names_of",
    "note",
    "open_ledger",
    "paper_of",
    "plan_regrade",
    "progress",
    "queue",
    "read_factor",
    "read_roster",
    "receipt_hash",
    "receipt_of",
    "recompute",
    "record_audit",
    "redraw_paper",
    "regrades",
    "release",
    "released",
    "reopen",
    "requests",
    "revision_of",
    "revocations",
    "revoke",
    "rubric",
    "rulings",
    "save",
    "schedule_of",
    "set_factor",
    "set_rubric_item",
    "set_schedule",
    "standing",
    "start",
    "statistics",
    "stop",
    "submit",
    "submit_overdue",
    "tickets",
    "unaccepted",
    "upgrade",
    "utc_now",
    "variant_statistics",
    "verdicts",
    "withdraw_candidate",
    "withdraw_rubric_item",
    "withdraw_ruling",
    "worth_of",
    "write_marks",
]
