"""Benchmarks: each file measures side by side in one run and prints ratios."""
