"""Sparse networks: penalties that make exact zeros, paths over strengths, and the smaller networks that are left.

>>> from gradus.lab.data import split, wine
>>> from gradus.lab.training import Settings
>>> data = split(wine(), 90, 40, seed=0)
>>> way = Settings(rate=0.05, epochs=10, l1_method="proximal", measure_every=10)
>>> found = path("dense 8 > relu > dense 3", data, way, strengths=(0.0, 0.01, 0.1), warm=5)
>>> bool(found.zeros[0] < found.zeros[1] < found.zeros[2])
True
>>> smaller = pruned(found.model, *found.network(0.1))
>>> smaller.table.parameters < smaller.before.parameters
True
"""

from gradus.lab.sparse.linear import Linear as Linear
from gradus.lab.sparse.linear import elastic_net as elastic_net
from gradus.lab.sparse.linear import trained as trained
from gradus.lab.sparse.path import Path as Path
from gradus.lab.sparse.path import path as path
from gradus.lab.sparse.proximal import adaptive as adaptive
from gradus.lab.sparse.proximal import proximal as proximal
from gradus.lab.sparse.pruning import Pruned as Pruned
from gradus.lab.sparse.pruning import pruned as pruned
from gradus.lab.sparse.quadratic import Prediction as Prediction
from gradus.lab.sparse.quadratic import curvatures as curvatures
from gradus.lab.sparse.quadratic import predicted as predicted
from gradus.lab.sparse.quadratic import shrunk_minimiser as shrunk_minimiser
from gradus.lab.sparse.stability import Stability as Stability
from gradus.lab.sparse.stability import stability as stability
from gradus.lab.sparse.zeros import sparsity as sparsity
from gradus.lab.sparse.zeros import sparsity_of_layers as sparsity_of_layers

__all__ = [
    "Linear",
    "Path",
    "Prediction",
    "Pruned",
    "Stability",
    "adaptive",
    "curvatures",
    "elastic_net",
    "path",
    "predicted",
    "proximal",
    "pruned",
    "shrunk_minimiser",
    "sparsity",
    "sparsity_of_layers",
    "stability",
    "trained",
]
