"""Objectives of two players: what one real and one generated sample add."""

from __future__ import annotations

# what a sample adds to the objective: text for the program, LaTeX for the reader
TERMS = {
    "likelihood": ("log({p})", "log(1 - {q})", r"\log {p} + \log(1 - {q})"),
    "cross_entropy": ("-log({p})", "-log(1 - {q})", r"-\log {p} - \log(1 - {q})"),
    "squares": ("-(1 - {p})^2", "-{q}^2", r"-(1 - {p})^2 - {q}^2"),
    "exponential": ("-exp(-{p})", "-exp({q})", r"-\exp(-{p}) - \exp({q})"),
    "odds": ("log({p})", "-log({q})", r"\log {p} - \log {q}"),
}

REAL = {name: text for name, (text, _, _) in TERMS.items()}
GENERATED = {name: text for name, (_, text, _) in TERMS.items()}

NAMED = ("loss", "discriminator", "generator", "sample", "noise", "parameter", "count")
SYMBOLS = ("L", "D", "G", "X", "Z", "theta", "n")  # of the program, in the order of NAMED


def program(objective: str, averaged: bool, real: str, generated: str) -> str:
    """Return the objective as a program of one statement.

    >>> program("odds", True, "D(X_i)", "D(G(Z_i))")
    'L = 1/n*sum_i(log(D(X_i)) - log(D(G(Z_i))))'
    """
    terms = f"{REAL[objective].format(p=real)} + {GENERATED[objective].format(q=generated)}".replace("+ -", "- ")
    return f"L = {'1/n*' if averaged else ''}sum_i({terms})"


def names_of(variant: object) -> dict[str, str]:
    """Return what a question of two players calls the symbols of its program, from the fields in `NAMED`."""
    return {symbol: getattr(variant, field) for symbol, field in zip(SYMBOLS, NAMED, strict=True)}
