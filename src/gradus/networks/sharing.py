"""Weights that belong to another layer: shared turns, reused sub-networks, tied matrices."""

from __future__ import annotations

from gradus.errors import Fault
from gradus.networks.checks import Shape
from gradus.networks.dense import Dense
from gradus.networks.layer import Layer, Merge
from gradus.networks.sequence import Embedding
from gradus.networks.tree import Quantity


def matrix(layer: Layer | Merge, shape: Shape) -> tuple[Quantity, Quantity] | None:
    """Return the sizes of a layer's one weight matrix: rows for its inputs or words, columns for its outputs."""
    if isinstance(layer, Dense):
        return shape[-1], layer.units
    return (layer.vocabulary, layer.width) if isinstance(layer, Embedding) else None


def require_tie(place: str, layer: Dense, shape: Shape, owner: Layer | Merge, owner_shape: Shape) -> None:
    """Raise a fault unless a tied dense layer can use its owner's matrix, as it is or transposed."""
    own, lent = matrix(layer, shape), matrix(owner, owner_shape)
    if lent is None:
        rule = f"names a {owner.word} layer, which has no one weight matrix"
        raise Fault(place, "tied", layer.tied, rule, "tie to an embedding or a dense layer")
    assert own is not None
    if own not in (lent, lent[::-1]):
        rule = f"has a matrix {lent[0]} × {lent[1]}, but this layer needs {own[0]} × {own[1]}"
        raise Fault(place, "tied", layer.tied, rule, f"use {lent[0]} units on an input of width {lent[1]}")
