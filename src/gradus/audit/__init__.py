"""Key against witness against what is printed; and the paper against itself."""

from gradus.audit.auditing import Audit, audit
from gradus.audit.keys import Part
from gradus.audit.paper import Finding
from gradus.audit.readings import readings_of

__all__ = ["Audit", "Finding", "Part", "audit", "readings_of"]
