"""Three-valued truth: what can be decided is decided, and the rest says so."""

from __future__ import annotations

from enum import Enum


class Truth(Enum):
    """True, false, or undecided: the third goes to a person.

    It refuses to be used as a condition, since `if truth:` would treat undecided as false.

    >>> Truth.of(2 == 2)
    <Truth.TRUE: 'true'>
    >>> bool(Truth.UNDECIDED)
    Traceback (most recent call last):
    TypeError: a Truth has three values: compare it with `is Truth.TRUE`
    """

    TRUE = "true"
    FALSE = "false"
    UNDECIDED = "undecided"

    @classmethod
    def of(cls, decided: bool) -> Truth:
        """Return the truth of something that has only two values."""
        return cls.TRUE if decided else cls.FALSE

    def __bool__(self) -> bool:
        raise TypeError("a Truth has three values: compare it with `is Truth.TRUE`")
