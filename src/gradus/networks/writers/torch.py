"""A network as a `torch.nn.Module` with weights of its own: for training it, and for checking us against torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradus.errors import Fault
from gradus.networks.checks import Shape
from gradus.networks.layer import Merge
from gradus.networks.network import Network
from gradus.networks.table import Row


def torch_module(network: Network, shape: Shape) -> Any:
    """Return an `nn.Module` that computes the network on inputs of one shape; torch is imported only now.

    Inputs are batch first and channels second, as torch has them: B × C × H × W for our (H, W, C).

    Raises:
        Fault: a layer that torch has no module for, with its place.
    """
    try:
        from torch import nn
    except ImportError:
        raise Fault("torch", "package", "torch", "is not installed", "run pip install torch") from None
    from gradus.networks.writers.torch_layers import build, join

    table = network.describe(shape)
    sources = [step.sources for step in table.plan.steps]
    result = network.result

    class Described(nn.Module):  # type: ignore[misc]  # torch is optional, so its classes are untyped here
        """The steps of a plan, one after another."""

        def __init__(self) -> None:
            super().__init__()
            self.names: list[str] = []
            for row in table.rows:
                name = row.place.replace(".", "_")
                self.add_module(name, _module(row, self, build))
                self.names.append(name)
            self.tie()

        def tie(self) -> None:
            for step, name in zip(table.plan.steps, self.names, strict=True):
                if step.tied is not None:
                    getattr(self, name).weight = getattr(self, self.names[step.tied]).weight

        def forward(self, x: Any) -> Any:
            found: list[Any] = []
            for i, name in enumerate(self.names):
                inputs = [x if source < 0 else found[source] for source in sources[i]]
                module = getattr(self, name)
                merge = merges[i]
                found.append(module(inputs[0]) if merge is None else merge(inputs))
            return x if result < 0 else found[result]

    merges = [join(row) if isinstance(row.layer, Merge) else None for row in table.rows]
    return Described()


def _module(row: Row, owner: Any, build: Callable[[Row], Any]) -> Any:
    return getattr(owner, row.owner.replace(".", "_")) if row.owner else build(row)
