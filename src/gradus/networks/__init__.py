"""The network calculator: shapes and counts of networks, each with its written derivation.

>>> from gradus.networks import Conv, Dense, Flatten, Network, Pool
>>> table = Network(Conv(3, 64), Pool("max", 2), Flatten(), Dense(10)).describe((128, 128, 3))
>>> print(table.rows[0].output_working.text)
⌊(128 + 2·0 − 3)/1⌋ + 1 = 126
"""

from gradus.networks.composition import Repeat as Repeat
from gradus.networks.convolution import Conv as Conv
from gradus.networks.dense import Activation as Activation
from gradus.networks.dense import Dense as Dense
from gradus.networks.dense import Flatten as Flatten
from gradus.networks.network import Network as Network
from gradus.networks.pooling import Pool as Pool

__all__ = ["Activation", "Conv", "Dense", "Flatten", "Network", "Pool", "Repeat"]
