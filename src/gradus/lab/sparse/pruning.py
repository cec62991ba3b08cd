"""The smaller network that is left when units without weights are taken out; its outputs are the same.

A unit (or filter) goes if all weights into it are 0, so that it says the same for every input: what it says is folded
into the biases behind it; or if all weights out of it are 0, so that nobody listens. Both are repeated until nothing
more goes, since a unit that went may have been the last to listen to another. One unit of each layer always stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradus.lab.models import Model
from gradus.lab.sparse.channels import Channels, channels_of
from gradus.lab.sparse.cutting import cut, deaf, foldable, mute
from gradus.networks import Network
from gradus.networks.table import Table

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Pruned:
    """A network with fewer units.

    Args:
        model: what is left.
        parameters: of it.
        state: of it.
        before: the calculator's table of the whole network.
        units: by place in the whole network: units before and after.
        unused: features of the input that no weight of the first layer reads, by number.
    """

    model: Model
    parameters: Any
    state: Any
    before: Table
    units: dict[str, tuple[int, int]]
    unused: tuple[int, ...]

    @property
    def network(self) -> Network:
        """The description of what is left."""
        return self.model.network

    @property
    def table(self) -> Table:
        """The calculator's table of what is left."""
        return self.model.table


def pruned(model: Model, parameters: Any, state: Any) -> Pruned:
    """Take out units that do nothing, in rows and in branches; where branches are added, the same ones in all of them.

    Kept are units that layers mix otherwise (layer norm, attention, recurrent layers, grouped convolutions,
    concatenations), and those of layers whose parameters are used twice.

    Args:
        model: a network.
        parameters: of one network, without axes of runs.
        state: likewise.

    >>> import numpy as np
    >>> from gradus.lab.models import build
    >>> model = build("dense 3 > relu > dense 1", (2,))
    >>> p = model.initialise(0)
    >>> p["1.dense"]["weight"][:, 1] = 0
    >>> pruned(model, p, model.state()).units
    {'1.dense': (3, 2)}
    """
    import jax
    import numpy as np

    parameters, state = jax.tree.map(np.array, (parameters, state))
    before = model.table
    counts = {place: one.units for one in channels_of(model) for place in one.writers}
    changed = True
    while changed:
        changed = False
        for number in range(len(channels_of(model))):
            one = channels_of(model)[number]  # whose readers may have got biases meanwhile
            gone = _idle(model, parameters, state, one)
            if gone.any():
                model, parameters, state = cut(model, parameters, state, one, ~gone)
                changed = True
    after = {place: one.units for one in channels_of(model) for place in one.writers}
    units = {place: (size, after[place]) for place, size in counts.items()}
    return Pruned(model, parameters, state, before, units, _unused(model, parameters))


def _idle(model: Model, parameters: Any, state: Any, channels: Channels) -> NDArray[Any]:
    """Return which channels can go; not all of them."""
    import numpy as np

    silent = mute(channels, parameters)
    if silent.any():
        silent &= foldable(model, parameters, state, channels)
    gone = np.asarray(deaf(channels, parameters) | silent)
    if gone.all():
        gone[0] = False
    return gone


def _unused(model: Model, parameters: Any) -> tuple[int, ...]:
    """Return the input features that the first layer, if it is dense and reads them itself, has no weights for."""
    import numpy as np

    place = model.places[0]
    if "dense" not in place or len(model.shape) != 1:
        return ()
    empty = (parameters[place]["weight"] == 0).all(axis=1)
    return tuple(int(number) for number in np.flatnonzero(empty))
