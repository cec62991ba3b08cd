"""A stranger's code, run where it can do no harm: a warm process in bubblewrap that forks a child a submission."""

from gradus.sandbox.box import Box
from gradus.sandbox.machine import Unavailable
from gradus.sandbox.nouns import Call, Facts, Limits, Outcome, Result

__all__ = ["Box", "Call", "Facts", "Limits", "Outcome", "Result", "Unavailable"]
