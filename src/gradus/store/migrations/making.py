"""How a step writes down a table. A step never asks what the tables are today: it would not be what it was."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def text(name: str) -> sa.Column[Any]:
    """Return a column of text."""
    return sa.Column(name, sa.Text(), nullable=False)


def whole(name: str) -> sa.Column[Any]:
    """Return a column of small whole numbers."""
    return sa.Column(name, sa.Integer(), nullable=False)


def long(name: str, *, needed: bool = True) -> sa.Column[Any]:
    """Return a column of long whole numbers."""
    return sa.Column(name, NUMBER, nullable=not needed)


def moment(name: str, *, needed: bool = True) -> sa.Column[Any]:
    """Return a column of moments in microseconds."""
    return sa.Column(name, sa.BigInteger(), nullable=not needed)


def truth(name: str) -> sa.Column[Any]:
    """Return a column of truth values."""
    return sa.Column(name, sa.Boolean(), nullable=False)


def of(name: str, table: str, *, needed: bool = True) -> sa.Column[Any]:
    """Return a column that refers to a row of another table."""
    return sa.Column(name, NUMBER, sa.ForeignKey(f"{table}.id"), nullable=not needed)


def make(name: str, *columns: sa.Column[Any], unique: str = "", indexed: str = "") -> None:
    """Make a table; `unique` names columns that are unique together, `indexed` those with an index each."""
    together = [sa.UniqueConstraint(*unique.split())] if unique else []
    number: sa.Column[Any] = sa.Column("id", NUMBER, primary_key=True, autoincrement=True)
    op.create_table(name, number, *columns, text("by"), moment("at"), *together)  # named as `tables` says
    for column in indexed.split():
        op.create_index(f"ix_{name}_{column}", name, [column])
