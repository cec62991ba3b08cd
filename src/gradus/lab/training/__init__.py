"""Training many small networks at once: settings, data sets and seeds are axes of one compiled program.

>>> from gradus.lab.data import digits, flattened, split
>>> data = split(flattened(digits()), 200, seed=0)
>>> settings = [Settings(rate=rate, epochs=2) for rate in (0.01, 0.1)]
>>> runs = train("dense 16 > relu > dense 10", data, settings, seeds=range(4))
>>> runs.history["test_accuracy"].shape  # settings × data sets × seeds × measurements
(2, 1, 4, 2)
"""

from gradus.lab.training.minimising import Descents as Descents
from gradus.lab.training.minimising import minimise as minimise
from gradus.lab.training.running import train as train
from gradus.lab.training.runs import Runs as Runs
from gradus.lab.training.settings import Schedule as Schedule
from gradus.lab.training.settings import Settings as Settings
from gradus.lab.training.settings import Stopping as Stopping

__all__ = ["Descents", "Runs", "Schedule", "Settings", "Stopping", "minimise", "train"]
