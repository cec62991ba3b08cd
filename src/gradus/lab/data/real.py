"""Real data that scikit-learn ships; nothing is downloaded."""

from __future__ import annotations

from typing import Any

from gradus.lab.data.dataset import Dataset


def digits() -> Dataset:
    """Return 1797 handwritten digits (UCI, optical recognition of handwritten digits), 8 × 8 × 1, from 0 to 1."""
    found = _load("digits")
    return Dataset(found.images[..., None] / 16, found.target, 10, name="digits")


def wine() -> Dataset:
    """Return 178 wines with 13 chemical features, standardised; 3 growers."""
    return _standardised("wine", 3)


def breast_cancer() -> Dataset:
    """Return 569 tumours with 30 features, standardised; 0 malignant, 1 benign."""
    return _standardised("breast_cancer", 2)


def iris() -> Dataset:
    """Return 150 flowers with 4 features, standardised; 3 species."""
    return _standardised("iris", 3)


def diabetes() -> Dataset:
    """Return 442 patients with 10 features; the target, progression after a year, is standardised as well."""
    found = _load("diabetes")
    target = (found.target - found.target.mean()) / found.target.std()
    return Dataset(found.data / found.data.std(axis=0), target, name="diabetes")


def _standardised(name: str, classes: int) -> Dataset:
    found = _load(name)
    values = (found.data - found.data.mean(axis=0)) / found.data.std(axis=0)
    return Dataset(values, found.target, classes, name=name)


def _load(name: str) -> Any:
    from sklearn import datasets

    return getattr(datasets, f"load_{name}")()
