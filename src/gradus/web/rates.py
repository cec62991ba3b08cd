"""How often someone may try something: buckets that fill up again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import final

MOST_KEPT = 20_000


@final
@dataclass
class Bucket:
    """Allows `burst` tries at once and then `per_minute`, for each key; the least recent keys are forgotten.

    >>> bucket = Bucket(burst=2, per_minute=60)
    >>> [bucket.take("ada", now) for now in (0.0, 0.1, 0.2, 1.3)]
    [True, True, False, True]
    """

    burst: float
    per_minute: float
    _levels: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, key: str, now: float, amount: float = 1.0) -> bool:
        """Take one try, if there is one; an amount of 0 only asks whether there is."""
        with self._lock:
            level, before = self._levels.pop(key, (self.burst, now))
            level = min(self.burst, level + max(0.0, now - before) * self.per_minute / 60)
            allowed = level >= max(amount, 1.0)
            self._levels[key] = (level - amount if allowed else level, now)
            while len(self._levels) > MOST_KEPT:
                self._levels.popitem(last=False)
            return allowed
