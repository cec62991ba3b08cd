"""The network calculator against its peers, in one run: `python bench/networks.py [--json]`.

Peers are measured where they are installed (torch, torchinfo, ptflops, onnx, jax); what is missing is said. Each figure
is the least of several repeats. Ours includes the derivation of every number as text, theirs have none.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.networks.known import fact, network  # noqa: E402

from gradus.networks import Conv, Dense, Flatten, Network, Pool, describe  # noqa: E402
from gradus.networks.reading import read_text  # noqa: E402
from gradus.networks.rules import CONV_PARAMETERS, conv_size  # noqa: E402
from gradus.networks.search import Space, Stage  # noqa: E402

SHAPE = (224, 224, 3)
Results = dict[str, float]


def least(run: Callable[[], object], repeats: int) -> float:
    """Return the least of several wall times, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def our_tables() -> Results:
    """Time the table of ResNet-50 with all derivations as text: of a network made anew each time, and of one kept."""
    net = network("ResNet-50")

    def derive(described: Network) -> str:
        return described.describe(SHAPE).working()

    derive(net)  # the rules themselves are compiled once in a process, whatever the network
    return {
        "gradus, nothing remembered": least(lambda: derive(Network(*net.layers)), 60),
        "gradus, its list of steps remembered": least(lambda: derive(net), 60),
    }


def peer_tables() -> Results:
    """Time the peers' summaries of ResNet-50, without derivations; their model is built beforehand."""
    found: Results = {}
    if not find_spec("torch"):
        return found
    import torch

    from gradus.networks.writers.torch import torch_module

    with torch.device("meta"):
        meta = torch_module(network("ResNet-50"), SHAPE).eval()
        image = torch.zeros(1, 3, 224, 224)
    from torch.utils.flop_counter import FlopCounterMode

    def count() -> None:
        with torch.no_grad(), FlopCounterMode(display=False):
            meta(image)

    found["FlopCounterMode, meta"] = least(count, 5)
    if find_spec("torchinfo"):
        import torchinfo

        found["torchinfo, meta"] = least(
            lambda: str(torchinfo.summary(meta, input_data=image, device="meta", verbose=0)), 5
        )
    real = torch_module(network("ResNet-50"), SHAPE).eval()
    if find_spec("ptflops"):
        from ptflops import get_model_complexity_info

        def complexity() -> None:
            get_model_complexity_info(real, (3, 224, 224), as_strings=False, print_per_layer_stat=False, verbose=False)

        found["ptflops"] = least(complexity, 3)
    if find_spec("onnx"):
        found |= _onnx(real)
    return found


def _onnx(module: Any) -> Results:
    import io

    import onnx
    import torch

    stream = io.BytesIO()
    with torch.no_grad():
        torch.onnx.export(module, (torch.zeros(1, 3, 224, 224),), stream, dynamo=False)
    model = onnx.load_from_string(stream.getvalue())
    return {"onnx.shape_inference": least(lambda: onnx.shape_inference.infer_shapes(model), 5)}


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


def batch() -> Results:
    """Count configurations a second of one convolution, on arrays, and of whole product spaces."""
    import numpy as np

    size = 2_000_000
    numbers = np.random.default_rng(7)
    kernel, stride, padding, filters = (
        numbers.integers(low, high, size) for low, high in ((1, 8), (1, 4), (0, 4), (1, 512))
    )

    def run() -> None:
        conv_size(128, kernel, stride, padding)
        CONV_PARAMETERS(3, filters, None, True, kernel, kernel)

    found = {"conv configurations a second (output and parameters)": size / least(run, 5)}
    ranges = {"k": (1, 3, 5, 7, 9), "n": range(8, 168, 8), "s": (1, 2), "p": range(5), "m": (1, 2)}
    stages = (Stage("conv kxkxn s=s p=p > relu > maxpool m", **ranges),) * 3
    assert Space(stages, (64, 64, 3)).size == 8_000_000_000
    found["8·10⁹ networks counted, s"] = least(lambda: Space(stages, (64, 64, 3)).count((8, 8, 64), most=100_000), 5)
    found["8·10⁹ networks minimised, s"] = least(lambda: Space(stages, (64, 64, 3)).minimise((8, 8, 64)), 5)
    return found


FIRST_TABLE = {
    "gradus": "from gradus.networks.reading import read_text; read_text({text!r}).describe((224, 224, 3)).working()",
    "torchinfo": "import torch, torchinfo; torchinfo.summary(torch.nn.Conv2d(3, 64, 3), (1, 3, 224, 224), verbose=0)",
}


def _process(command: list[str], environment: dict[str, str]) -> None:
    subprocess.run(command, env=environment, check=True)


def processes() -> Results:
    """Time whole processes up to the first table, and measure the peak memory of VGG-16's."""
    found: Results = {}
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    for tool, program in FIRST_TABLE.items():
        if tool == "gradus" or find_spec(tool):
            command = [sys.executable, "-c", program.format(text=fact("VGG-16")["text"])]
            found[f"{tool}: import and first table, s"] = least(partial(_process, command, environment), 5)
    inner = FIRST_TABLE["gradus"].format(text=fact("VGG-16")["text"])
    program = f"{inner}\nprint(next(l for l in open('/proc/self/status') if l.startswith('VmHWM')).split()[1])"
    run = subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True)
    found["gradus: peak memory of VGG-16, MB"] = int(run.stdout) * 1024 / 1e6
    return found


def main() -> None:
    """Print all figures and the ratios that are promised."""
    ours, theirs, (small, rates) = our_tables(), peer_tables(), small_nets()
    results = {
        "ResNet-50, s": ours | theirs,
        "networks a second": small,
        "batch arithmetic": batch(),
        "process": processes(),
    }
    ratios = {}
    if theirs:
        best = min(theirs, key=theirs.__getitem__)
        cold, kept = ours["gradus, nothing remembered"], ours["gradus, its list of steps remembered"]
        ratios[f"ResNet-50: times faster than the best peer ({best})"] = theirs[best] / cold
        ratios["the same, its list of steps remembered"] = theirs[best] / kept
    results["ratios"] = ratios | rates
    if "--json" in sys.argv:
        print(json.dumps(results, ensure_ascii=False, indent=2))
        return
    for title, figures in results.items():
        print(title)
        for name, value in figures.items():
            print(f"  {name:58} {value:14,.6g}")
    print("Batch arithmetic is compared with nothing: the peers are built for one model at a time.")


if __name__ == "__main__":
    main()
