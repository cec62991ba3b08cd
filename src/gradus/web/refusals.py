"""What a visitor is refused, told so that they know what to do."""

from __future__ import annotations

from typing import final


@final
class Refused(Exception):
    """Ends a request with a page (or JSON, for a script) that says what is wrong and what to do.

    Args:
        status: HTTP status, 4xx or 503.
        title: a few words.
        text: a sentence or two: what is wrong, and the remedy.
    """

    def __init__(self, status: int, title: str, text: str) -> None:
        super().__init__(title)
        self.status, self.title, self.text = status, title, text
