"""How values stand in the tables: exactly, and equal on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any, final

from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
Number = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts up by itself in INTEGER columns only


def to_ticks(moment: datetime) -> int:
    """Return a moment as whole microseconds since 1970 in UTC.

    >>> to_ticks(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (moment - _EPOCH) // _TICK


def from_ticks(ticks: int) -> datetime:
    """Return the moment that `to_ticks` counts."""
    return _EPOCH + ticks * _TICK


def to_json(value: object) -> str:
    """Return JSON text that is the same for the same data, so that it can be hashed.

    >>> to_json({"b": 1, "a": "é"})
    '{"a":"é","b":1}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@final
class Moment(TypeDecorator[datetime]):
    """A moment, kept as whole microseconds: databases differ in what they make of time zones and fractions."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Write."""
        return None if value is None else to_ticks(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Read."""
        return None if value is None else from_ticks(value)


@final
class Exact(TypeDecorator[Fraction]):
    """A fraction, kept as a text such as `5/4`: a point is never rounded by being stored."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: Dialect) -> str | None:
        """Write."""
        return None if value is None else str(Fraction(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Fraction | None:
        """Read."""
        return None if value is None else Fraction(value)


@final
class Data(TypeDecorator[Any]):
    """JSON data, kept as the text that is hashed: a database's own JSON type would order it anew."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """Write."""
        return to_json(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Read."""
        return None if value is None else json.loads(value)
