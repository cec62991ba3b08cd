"""Programs as answers: what a function must do, and how a stranger's is marked for more than its output."""

from gradus.programs.marking import Check, check, mark
from gradus.programs.task import Bug, Case, Programmed, Property, Task, load

__all__ = ["Bug", "Case", "Check", "Programmed", "Property", "Task", "check", "load", "mark"]
