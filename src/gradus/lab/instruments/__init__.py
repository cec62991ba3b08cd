"""What is measured on networks, trained or not; parameters may have any axes of runs in front.

>>> from gradus.lab.models import build
>>> found = growth("4 x (dense 16 > relu) > dense 4", (16,), gains=(1.0, 2.0), seeds=range(4), batch=32)
>>> found.per_layer().shape  # gains × seeds
(2, 4)
"""

from gradus.lab.instruments.calibration import Calibration as Calibration
from gradus.lab.instruments.calibration import calibration as calibration
from gradus.lab.instruments.calibration import confusion as confusion
from gradus.lab.instruments.evaluating import evaluate as evaluate
from gradus.lab.instruments.evaluating import outputs as outputs
from gradus.lab.instruments.growth import Growth as Growth
from gradus.lab.instruments.growth import growth as growth
from gradus.lab.instruments.layers import Layers as Layers
from gradus.lab.instruments.layers import layers as layers

__all__ = [
    "Calibration",
    "Growth",
    "Layers",
    "calibration",
    "confusion",
    "evaluate",
    "growth",
    "layers",
    "outputs",
]
