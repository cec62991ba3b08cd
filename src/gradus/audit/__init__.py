"""Key against witness against what is printed; and the paper against itself."""

from gradus.audit.auditing import Audit, audit
from gradus.audit.keys import Part
from gradus.audit.paper import Finding

__all__ = ["Audit", "Finding", "Part", "audit"]
