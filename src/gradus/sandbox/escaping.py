"""What a stranger wrote, made safe to show: no control characters, no reordering, capped."""

from __future__ import annotations

import unicodedata

MOST_SHOWN = 2000
# Cc, Cf, Cs, Co, Zl, Zp: controls, formats (bidi, zero width), surrogates, private use, line and paragraph separators
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def plain(raw: bytes | str, most: int = MOST_SHOWN) -> str:
    r"""Return a text in which every character is visible; what is not becomes ·. Pages escape their HTML themselves.

    >>> plain(b"ok\x1b[31m \xe2\x80\xae evil \xff")
    'ok·[31m · evil �'
    >>> plain("ab" * 10, most=5)
    'abab…'
    """
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    text = "".join(c if c in "\n\t" or unicodedata.category(c) not in _UNSEEN else "·" for c in text[: most + 1])
    return text if len(text) <= most else text[: most - 1] + "…"
