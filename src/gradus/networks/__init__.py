"""The network calculator: shapes and counts of networks, each with its written derivation.

>>> from gradus.networks import Conv, Dense, Flatten, Network, Pool
>>> table = Network(Conv(3, 64), Pool("max", 2), Flatten(), Dense(10)).describe((128, 128, 3))
>>> print(table.rows[0].output_working.text)
⌊(128 + 2·0 − 3)/1⌋ + 1 = 126
"""

from gradus.networks.branching import Add as Add
from gradus.networks.branching import Concat as Concat
from gradus.networks.branching import Multiply as Multiply
from gradus.networks.composition import From as From
from gradus.networks.composition import Named as Named
from gradus.networks.composition import Repeat as Repeat
from gradus.networks.composition import Reuse as Reuse
from gradus.networks.convolution import Conv as Conv
from gradus.networks.dense import Activation as Activation
from gradus.networks.dense import Dense as Dense
from gradus.networks.dense import Flatten as Flatten
from gradus.networks.description import describe as describe
from gradus.networks.network import Network as Network
from gradus.networks.normalisation import Dropout as Dropout
from gradus.networks.normalisation import Norm as Norm
from gradus.networks.pooling import AdaptivePool as AdaptivePool
from gradus.networks.pooling import GlobalPool as GlobalPool
from gradus.networks.pooling import Pool as Pool
from gradus.networks.reshaping import Crop as Crop
from gradus.networks.reshaping import Pad as Pad
from gradus.networks.reshaping import Reshape as Reshape
from gradus.networks.reshaping import Select as Select
from gradus.networks.reshaping import Tokens as Tokens
from gradus.networks.reshaping import Upsample as Upsample
from gradus.networks.sequence import Attention as Attention
from gradus.networks.sequence import ClassToken as ClassToken
from gradus.networks.sequence import Embedding as Embedding
from gradus.networks.sequence import Position as Position
from gradus.networks.sequence import Recurrent as Recurrent
from gradus.networks.transposed import TransposedConv as TransposedConv

__all__ = [
    "Activation",
    "AdaptivePool",
    "Add",
    "Attention",
    "ClassToken",
    "Concat",
    "Conv",
    "Crop",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "From",
    "GlobalPool",
    "Multiply",
    "Named",
    "Network",
    "Norm",
    "Pad",
    "Pool",
    "Position",
    "Recurrent",
    "Repeat",
    "Reshape",
    "Reuse",
    "Select",
    "Tokens",
    "TransposedConv",
    "Upsample",
    "describe",
]
