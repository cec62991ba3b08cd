"""Steps of a GAN, by the laboratory and by a PyTorch eager loop (if installed), in one run at equal sizes.

Batches of 256, records of 32 numbers, two hidden layers of 128 in both players, Adam (RMSProp with clipping), one step
of the discriminator to one of the generator; minimax, clipping, penalty. Rounds of the two are taken in turns after one
to warm up; the best round counts. PyTorch runs with one thread and with two: the better one is beside us.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from gradus.lab import compiling
from gradus.lab.gan.drawing import draw
from gradus.lab.gan.encoding import Block
from gradus.lab.gan.players import build_players
from gradus.lab.gan.program import advance, begin
from gradus.lab.gan.settings import GanSettings

ROUNDS = int(os.environ.get("GRADUS_ROUNDS", "5"))
STEPS = int(os.environ.get("GRADUS_STEPS", "200"))
WIDTH, NOISE, BATCH, HIDDEN = 32, 128, 256, 128
DATA = np.tanh(np.random.default_rng(0).normal(size=(4096, WIDTH))).astype(np.float32)
Contender = Callable[[], None]
"""Takes `STEPS` steps."""


def by_laboratory(loss: str) -> Contender:
    """Return our way: all steps in one call, drawing of rows included."""
    settings = GanSettings(loss=loss, noise=NOISE, batch=BATCH, steps=STEPS, check_every=STEPS, rate=2e-4)
    players = build_players(settings, tuple(Block(i, scalar=True, choices=0) for i in range(WIDTH)))
    position: Any = begin(settings, players)

    def run() -> None:
        nonlocal position
        arguments = (DATA, np.uint32(1), position, draw(settings, players, DATA, int(position.step)))
        program = compiling.compiled(
            lambda *given: advance(settings, players, *given), arguments, f"bench gan {settings}", quickly=False
        )
        position, losses = program(*arguments)
        assert np.isfinite(np.asarray(losses)).all()

    return run


def by_torch(loss: str, threads: int) -> Contender | None:
    """Return PyTorch's eager loop on tensors that lie ready; nothing where it is not installed."""
    try:
        import torch
    except ImportError:
        return None
    torch.manual_seed(0)

    def network(inputs: int, activation: Any, outputs: int) -> Any:
        first, second = torch.nn.Linear(inputs, HIDDEN), torch.nn.Linear(HIDDEN, HIDDEN)
        return torch.nn.Sequential(first, activation(), second, activation(), torch.nn.Linear(HIDDEN, outputs))

    maker = torch.nn.Sequential(network(NOISE, torch.nn.ReLU, WIDTH), torch.nn.Tanh())
    judge = network(WIDTH, torch.nn.LeakyReLU, 1)
    data = torch.from_numpy(DATA)
    rules = [_rule(torch, loss, each) for each in (judge, maker)]

    def run() -> None:
        torch.set_num_threads(threads)
        for _ in range(STEPS):
            _torch_step(torch, loss, judge, maker, data, rules)

    return run


def _rule(torch: Any, loss: str, network: Any) -> Any:
    if loss == "clipping":
        return torch.optim.RMSprop(network.parameters(), lr=2e-4)
    return torch.optim.Adam(network.parameters(), lr=2e-4, betas=(0.5, 0.9))


def _torch_step(torch: Any, loss: str, judge: Any, maker: Any, data: Any, rules: list[Any]) -> None:
    softplus = torch.nn.functional.softplus
    real = data[torch.randint(len(data), (BATCH,))]
    judge.requires_grad_(True)
    with torch.no_grad():
        made = maker(torch.randn(BATCH, NOISE))
    of_real, of_made = judge(real), judge(made)
    each = softplus(-of_real) + softplus(of_made) if loss == "minimax" else of_made - of_real
    found = each.mean()
    if loss == "penalty":
        between = torch.rand(BATCH, 1)
        inside = (between * real + (1 - between) * made).requires_grad_(True)
        (slopes,) = torch.autograd.grad(judge(inside).sum(), inside, create_graph=True)
        found = found + 10 * ((slopes.norm(dim=1) - 1) ** 2).mean()
    rules[0].zero_grad()
    found.backward()
    rules[0].step()
    if loss == "clipping":
        with torch.no_grad():
            for parameter in judge.parameters():
                parameter.clamp_(-0.05, 0.05)
    judge.requires_grad_(False)  # a careful loop spares the gradients that nobody uses
    score = judge(maker(torch.randn(BATCH, NOISE)))
    found = -softplus(score).mean() if loss == "minimax" else -score.mean()
    rules[1].zero_grad()
    found.backward()
    rules[1].step()


def main() -> None:
    """Print the comparison."""
    print("| loss | ours, steps a second | PyTorch, one thread | two threads | ours beside the better |")
    print("|---|---|---|---|---|")
    for loss in ("minimax", "clipping", "penalty"):
        ways = [by_laboratory(loss), by_torch(loss, 1), by_torch(loss, 2)]
        best = [0.0] * len(ways)
        for turn in range(ROUNDS + 1):
            for number, way in enumerate(ways):
                if way is not None:
                    started = time.perf_counter()
                    way()
                    best[number] = max(best[number], STEPS / (time.perf_counter() - started) if turn else 0)
        ratio = f"{best[0] / max(best[1:]):.2f} ×" if max(best[1:]) else "not installed"
        print(f"| {loss} | {best[0]:.0f} | {best[1]:.0f} | {best[2]:.0f} | {ratio} |", flush=True)
