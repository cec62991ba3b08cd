"""How gradients grow from the output back to the input in networks at random, before any training."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradus.errors import Fault
from gradus.lab.data import Dataset
from gradus.lab.data.changes import generator
from gradus.lab.instruments.layers import Layers, layers
from gradus.lab.models import build
from gradus.lab.training.jobs import stacked
from gradus.networks import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Growth:
    """Layers of random networks; arrays are gains × seeds × places.

    Args:
        layers: all that was measured.
        gains: along the first axis.
        seeds: along the second.
    """

    layers: Layers
    gains: tuple[float, ...]
    seeds: tuple[int, ...]

    def per_layer(self, suffix: str = "dense", *, logarithm: bool = False) -> NDArray[Any]:
        """Return the factor by which ‖dL/dh‖ grows from one such layer to the one before it, gains × seeds.

        The geometric mean over the network, from the last but one to the first of the layers whose place ends so.
        Above 1 gradients explode with depth, below 1 they vanish; `logarithm` gives the natural logarithm.
        """
        import numpy as np

        chosen = [i for i, place in enumerate(self.layers.places) if place.endswith(suffix)][:-1]
        if len(chosen) < 2:
            raise Fault("growth", "suffix", suffix, "must name three layers or more", "use a deeper network")
        flow = np.log(self.layers.flow[..., chosen].astype(np.float64))
        rate = (flow[..., 0] - flow[..., -1]) / (len(chosen) - 1)
        return np.asarray(rate if logarithm else np.exp(rate))


def growth(
    network: Network | str,
    shape: tuple[int, ...],
    *,
    gains: Sequence[float] = (1.0,),
    seeds: Iterable[int],
    batch: int = 64,
    scheme: str = "he",
    loss: str = "cross_entropy",
    data: Dataset | None = None,
) -> Growth:
    """Measure random networks on one batch: standard normal inputs and random classes, unless data are given.

    Args:
        network: a description.
        shape: of one input.
        gains: factors of the initial weights.
        seeds: of the weights; equal seeds give equal weights up to the gain.
        batch: examples.
        scheme: of the weights.
        loss: whose gradient flows back.
        data: used instead of random inputs.
    """
    import numpy as np

    model, numbered = build(network, shape), tuple(seeds)
    if data is None:
        random = generator(0, 60)
        inputs = random.standard_normal((batch, *shape))
        outputs = model.output[-1]
        targets = random.integers(outputs, size=batch) if loss == "cross_entropy" else np.ones((batch, outputs))
        data = Dataset(inputs, targets, outputs if loss == "cross_entropy" else 0, name="noise")
    rows = [stacked([model.initialise(seed, scheme, gain) for seed in numbered]) for gain in gains]
    parameters = stacked(rows)
    state = stacked([stacked([model.state()] * len(numbered))] * len(gains))
    return Growth(layers(model, parameters, state, data, loss), tuple(gains), numbered)
