"""What a person decides of responses that the machine leaves to one: a file of marks, a queue, suggestions."""

from gradus.handmarks.file import HandMark, HandMarks, append_mark, decide_by_hand, read_marks
from gradus.handmarks.identity import identify

__all__ = ["HandMark", "HandMarks", "append_mark", "decide_by_hand", "identify", "read_marks"]
