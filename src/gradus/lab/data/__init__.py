"""Data for experiments: real sets that scikit-learn ships, and seeded synthetic ones; arrays of float32.

>>> images = digits()
>>> images.inputs.shape, images.classes
((1797, 8, 8, 1), 10)
>>> train, test = split(images, 0.8, seed=3).sets
>>> len(train), len(test)
(1438, 359)
"""

from gradus.lab.data.changes import centre as centre
from gradus.lab.data.changes import drawn as drawn
from gradus.lab.data.changes import flattened as flattened
from gradus.lab.data.changes import flipped as flipped
from gradus.lab.data.changes import mislabelled as mislabelled
from gradus.lab.data.changes import resampled as resampled
from gradus.lab.data.changes import split as split
from gradus.lab.data.changes import standardise as standardise
from gradus.lab.data.dataset import Dataset as Dataset
from gradus.lab.data.dataset import Split as Split
from gradus.lab.data.letters import letters as letters
from gradus.lab.data.real import breast_cancer as breast_cancer
from gradus.lab.data.real import diabetes as diabetes
from gradus.lab.data.real import digits as digits
from gradus.lab.data.real import iris as iris
from gradus.lab.data.real import wine as wine
from gradus.lab.data.synthetic import blobs as blobs
from gradus.lab.data.synthetic import correlated_features as correlated_features
from gradus.lab.data.synthetic import imbalanced as imbalanced
from gradus.lab.data.synthetic import noisy_regression as noisy_regression
from gradus.lab.data.synthetic import xor as xor
from gradus.lab.data.wells import Wells as Wells
from gradus.lab.data.wells import multi_well as multi_well

__all__ = [
    "Dataset",
    "Split",
    "Wells",
    "blobs",
    "breast_cancer",
    "centre",
    "correlated_features",
    "diabetes",
    "digits",
    "drawn",
    "flattened",
    "flipped",
    "imbalanced",
    "iris",
    "letters",
    "mislabelled",
    "multi_well",
    "noisy_regression",
    "resampled",
    "split",
    "standardise",
    "wine",
    "xor",
]
