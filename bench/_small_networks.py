"""Small networks, one at a time, none of them twice: ours against torchinfo's rate."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

from gradus.networks import Conv, Dense, Flatten, Network, Pool, describe
from gradus.networks.reading import read_text

Results = dict[str, float]
Module = tuple[int, int, int]
Recipe = tuple[int, tuple[Module, ...], int]
"""Pixels of a square image, kernel with filters and padding of each module, and classes."""


def recipes(number: int, seed: int) -> list[Recipe]:
    """Return random three-module networks, whose numbers all differ from one to the next."""
    choose = random.Random(seed)

    def module() -> Module:
        return choose.choice((1, 3)), choose.randint(8, 64), choose.randrange(3)

    return [(choose.randint(24, 40), (module(), module(), module()), choose.randint(2, 99)) for _ in range(number)]


def written(recipe: Recipe) -> tuple[str, tuple[int, int, int]]:
    """Return a network and its input from its recipe, as one would write them."""
    size, ((a, m, p), (b, n, q), (c, o, r)), classes = recipe
    text = (
        f"conv {a}x{a}x{m} p{p} > maxpool 2 > conv {b}x{b}x{n} p{q} > maxpool 2 > conv {c}x{c}x{o} p{r} > maxpool 2"
        f" > flatten > dense {classes}"
    )
    return text, (size, size, 3)


def built(recipe: Recipe) -> Network:
    """Return a network made of layers from its recipe."""
    _, modules, classes = recipe
    pairs = [(Conv(k, n, padding=p), Pool("max", 2)) for k, n, p in modules]
    return Network(*(layer for pair in pairs for layer in pair), Flatten(), Dense(classes))


Clock = Callable[[], float]


def seconds(run: Callable[[Recipe], object], number: int, clock: Clock, seeds: Iterator[int]) -> float:
    """Return the time that one network takes, of as many that were never seen before."""
    drawn = recipes(number, next(seeds))
    start = clock()
    for recipe in drawn:
        run(recipe)
    return (clock() - start) / number


def ours(recipe: Recipe) -> str:
    """Write a network as text and describe it: every shape, count and total, and the derivation of each as text."""
    text, shape = written(recipe)
    return describe(text, shape).working()


def unwritten(recipe: Recipe) -> int:
    """Do the same without the derivations."""
    text, shape = written(recipe)
    return int(describe(text, shape).parameters)


def of_layers(recipe: Recipe) -> str:
    """Make a network of layer objects, describe it and derive it."""
    return built(recipe).describe((recipe[0], recipe[0], 3)).working()


def small_nets() -> tuple[Results, Results]:
    """Time random three-module networks one at a time, none of them twice.

    Returns:
        Networks a second, and how many times torchinfo's rate that is. The tools take turns, so that a busy machine
        slows both. Torch on one thread is compared by process time; its usual threads wait for one another, which
        only wall time shows.
    """
    seeds = itertools.count(7)
    for recipe in recipes(1000, next(seeds)):
        text, shape = written(recipe)
        assert ours(recipe) == of_layers(recipe) == read_text(text).describe(shape).working()
    found = {
        name: 1 / min(seconds(run, 2000, time.process_time, seeds) for _ in range(7))
        for name, run in (
            ("gradus, from text", ours),
            ("gradus, from text, derivations not written out", unwritten),
            ("gradus, from layers", of_layers),
        )
    }
    ratios: Results = {}
    if not find_spec("torchinfo"):
        return found, ratios
    import torch
    import torchinfo

    def theirs(recipe: Recipe) -> str:
        return str(torchinfo.summary(sequential(recipe), input_size=(1, 3, recipe[0], recipe[0]), verbose=0))

    usual = torch.get_num_threads()
    for threads, clock in ((1, time.process_time), (usual, time.perf_counter)):
        torch.set_num_threads(threads)
        seconds(theirs, 5, clock, seeds)  # the first one loads half of torch
        turns = [(seconds(ours, 1000, clock, seeds), seconds(theirs, 40, clock, seeds)) for _ in range(9)]
        own, other = (min(times) for times in zip(*turns, strict=True))
        kind = f"{threads} thread{'s' * (threads > 1)}, {'process' if threads == 1 else 'wall'} time"
        found[f"gradus, from text, beside torch with {kind}"] = 1 / own
        found[f"torchinfo, {kind}"] = 1 / other
        ratios[f"small networks: times torchinfo's rate ({kind})"] = other / own
    torch.set_num_threads(usual)
    return found, ratios


def sequential(recipe: Recipe) -> Any:
    """Return a torch module from its recipe, as one would write it by hand."""
    from torch import nn

    layers: list[Any] = []
    size, modules, classes = recipe
    depth = 3
    for kernel, filters, padding in modules:
        layers += [nn.Conv2d(depth, filters, kernel, padding=padding), nn.MaxPool2d(2)]
        depth, size = filters, (size + 2 * padding - kernel + 1) // 2
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(size * size * depth, classes))
