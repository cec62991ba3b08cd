"""Verdicts → marks, and what an exam's marks say about its items."""
