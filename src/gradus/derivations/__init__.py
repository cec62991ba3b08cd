"""Questions whose key is a derivation: expressions as answers, and what asks for them."""

from gradus.derivations.derived import Derived
from gradus.derivations.formula import Formula
from gradus.derivations.statement import Statement, state
from gradus.derivations.terms import Terms

__all__ = ["Derived", "Formula", "Statement", "Terms", "state"]
