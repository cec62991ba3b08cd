"""Programs as answers: what a function must do, and how a stranger's is marked for more than its output."""

from gradus.programs.marking import Check, check, mark, preview
from gradus.programs.task import Bug, Case, Property, Task, load

__all__ = ["Bug", "Case", "Check", "Property", "Task", "check", "load", "mark", "preview"]
