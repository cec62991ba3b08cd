"""Layers whose conventions are easily mistaken compute what PyTorch computes (where it is installed)."""

from typing import Any

import numpy as np
import pytest

from gradus.lab.models import build

torch = pytest.importorskip("torch", reason="PyTorch is an extra")


def example(*shape: int) -> Any:
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_recurrent_layers_agree(kind: str, last: bool) -> None:
    model = build(f"{kind} 4 layers2 bidirectional biases2{' last' if last else ''}", (6, 2))
    own = model.initialise(1, bias=0.1)["1.recurrent"]
    other = getattr(torch.nn, kind.upper())(2, 4, 2, bidirectional=True, batch_first=True)
    weights = {}
    for name, array in own.items():
        way, part = name.split("_")
        suffix = f"l{int(way[-1]) - 1}{'_reverse' if way.startswith('backward') else ''}"
        theirs = {"input": "weight_ih", "hidden": "weight_hh", "bias1": "bias_ih", "bias2": "bias_hh"}[part]
        weights[f"{theirs}_{suffix}"] = torch.from_numpy(np.ascontiguousarray(array.T))
    other.load_state_dict(weights)
    inputs = example(3, 6, 2)
    wanted = other(torch.from_numpy(inputs))[0].detach().numpy()
    if last:
        wanted = np.concatenate([wanted[:, -1, :4], wanted[:, 0, 4:]], axis=1)
    found, _ = model.apply({"1.recurrent": own}, {}, inputs)
    assert np.allclose(found, wanted, atol=1e-5)


@pytest.mark.parametrize(
    ("text", "make"),
    [("maxpool 3 s2 p1 ceil", lambda: torch.nn.MaxPool2d(3, 2, 1, ceil_mode=True)),
     ("avgpool 3 s2 p1", lambda: torch.nn.AvgPool2d(3, 2, 1)),
     ("avgpool 3 s2 p1 ceil", lambda: torch.nn.AvgPool2d(3, 2, 1, ceil_mode=True))],
)  # fmt: skip
def test_pools_agree_at_the_edges(text: str, make: Any) -> None:
    inputs = example(2, 10, 10, 2)
    wanted = make()(torch.from_numpy(inputs).permute(0, 3, 1, 2)).permute(0, 2, 3, 1).numpy()
    found, _ = build(text, (10, 10, 2)).apply({}, {}, inputs)
    assert np.allclose(found, wanted, atol=1e-6)


def test_a_convolution_with_everything_agrees() -> None:
    model = build("conv 3x3x6 g2 s2 p1 d2", (9, 9, 4))
    own = model.initialise(0, bias=0.2)
    other = torch.nn.Conv2d(4, 6, 3, stride=2, padding=1, dilation=2, groups=2)
    other.weight.data = torch.from_numpy(own["1.conv"]["weight"]).permute(3, 2, 0, 1).contiguous()
    other.bias.data = torch.from_numpy(own["1.conv"]["bias"])
    inputs = example(2, 9, 9, 4)
    wanted = other(torch.from_numpy(inputs).permute(0, 3, 1, 2)).permute(0, 2, 3, 1).detach().numpy()
    found, _ = model.apply(own, {}, inputs)
    assert np.allclose(found, wanted, atol=1e-5)
