"""Gradus: an engine for deep-learning exams whose keys are computed and countersigned."""
