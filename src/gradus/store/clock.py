"""Opening, duration and accommodation → until when one candidate may write. Pure: the moment is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import final

from gradus.store.nouns import Standing, State
from gradus.store.refusals import Refused

GRACE = timedelta(seconds=5)  # what was sent in time may arrive this much later


@final
@dataclass(frozen=True, slots=True)
class Schedule:
    """When an exam is open and how long it lasts.

    Attributes:
        opens, closes: nobody starts before or after; no `closes` leaves it open.
        duration: for a candidate whose factor is 1.
        grace: how long after the deadline saves still arrive.
        stopped: when staff ended it for everyone.
    """

    opens: datetime
    closes: datetime | None
    duration: timedelta
    grace: timedelta = GRACE
    stopped: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("opens", "closes", "stopped"):
            moment = getattr(self, name)
            if moment is not None and moment.tzinfo is None:
                raise Refused("invalid", name, str(moment), "must say its time zone", "write 2026-03-02T09:00+01:00")
        if self.closes is not None and self.closes <= self.opens:
            raise Refused("invalid", "closes", str(self.closes), "must be after the opening", "choose a later time")
        if not timedelta(0) < self.duration <= timedelta(days=366):
            raise Refused("invalid", "duration", str(self.duration), "must be positive, up to a year", "write minutes")
        if not timedelta(0) <= self.grace <= timedelta(hours=1):
            raise Refused("invalid", "grace", str(self.grace), "must be up to an hour", "write seconds")


def deadline(schedule: Schedule, started: datetime, factor: Fraction) -> datetime:
    """Return until when a candidate may write who started at a time.

    The duration is stretched by the factor. Closing comes later by what the factor adds, so that one who starts with
    all others keeps the time that was granted; when staff stop the exam, it is over for all.

    >>> from datetime import UTC
    >>> nine, ten = datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 2, 10, tzinfo=UTC)
    >>> hour = Schedule(nine, ten, timedelta(hours=1))
    >>> deadline(hour, nine, Fraction(1)) == ten, deadline(hour, nine, Fraction(5, 4)).minute
    (True, 15)
    """
    ends = [started + _stretch(schedule.duration, factor)]
    if schedule.closes is not None:
        ends.append(schedule.closes + _stretch(schedule.duration, factor - 1))
    if schedule.stopped is not None:
        ends.append(schedule.stopped)
    return min(ends)


def _stretch(duration: timedelta, factor: Fraction) -> timedelta:
    return timedelta(microseconds=int(Fraction(duration // timedelta(microseconds=1)) * factor))


def stand(
    now: datetime,
    schedule: Schedule | None,
    *,
    factor: Fraction,
    has_paper: bool,
    started: datetime | None,
    submitted: datetime | None,
) -> Standing:
    """Return where a candidate stands at a moment."""
    opens = schedule.opens if schedule else None
    if schedule is None or started is None:
        state = _before_start(now, schedule, has_paper=has_paper)
        return Standing("submitted" if submitted else state, now, opens, started, None, submitted)
    end = deadline(schedule, started, factor)
    state = "submitted" if submitted else "sitting" if now < end else "over"
    return Standing(state, now, opens, started, end, submitted)


def _before_start(now: datetime, schedule: Schedule | None, *, has_paper: bool) -> State:
    if schedule is not None and now >= _last_start(schedule):
        return "missed"
    if not has_paper:
        return "no_paper"
    return "ready" if schedule is not None and now >= schedule.opens else "waiting"


def _last_start(schedule: Schedule) -> datetime:
    ends = [end for end in (schedule.closes, schedule.stopped) if end is not None]
    return min(ends) if ends else datetime.max.replace(tzinfo=schedule.opens.tzinfo)
