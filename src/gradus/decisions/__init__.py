"""Claims decided: evidence against its witness, assumptions swept, and what is decided kept."""

from gradus.decisions.decision import Decision, decide
from gradus.decisions.docket import Docket, Limits, one_by_one
from gradus.decisions.ruling import Ruling, rule
from gradus.decisions.shelf import Shelf

__all__ = ["Decision", "Docket", "Limits", "Ruling", "Shelf", "decide", "one_by_one", "rule"]
