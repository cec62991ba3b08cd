"""How a short text is marked: ideas that earn points, words that suggest them, and a person who decides."""

from gradus.rubric.ideas import Cap, Idea, Rejected, Rubric
from gradus.rubric.suggesting import Suggestion, suggest_ideas

__all__ = ["Cap", "Idea", "Rejected", "Rubric", "Suggestion", "suggest_ideas"]
