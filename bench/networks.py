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
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.networks.known import fact, network  # noqa: E402

from gradus.networks import Conv, Dense, Flatten, Network, Pool  # noqa: E402
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


Recipe = tuple[tuple[int, int, int], ...]


def recipes(number: int, seed: int) -> list[Recipe]:
    """Return random three-module networks as kernels, filters and paddings."""
    choose = random.Random(seed)

    def module() -> tuple[int, int, int]:
        return choose.choice((1, 3)), choose.randrange(8, 65, 8), choose.randrange(3)

    return [(module(), module(), module()) for _ in range(number)]


def made(recipe: Recipe) -> Network:
    """Return a network from its recipe."""
    modules = [(Conv(k, n, padding=p), Pool("max", 2)) for k, n, p in recipe]
    return Network(*(layer for module in modules for layer in module), Flatten(), Dense(10))


Clock = Callable[[], float]


def small_nets() -> tuple[Results, Results]:
    """Time random three-module networks one at a time: made, described, derived; each repeat draws other ones.

    Returns:
        Networks a second, and how many times torchinfo's rate that is. The tools take turns, so that a busy machine
        slows both. Torch on one thread is compared by process time; its usual threads wait for one another, which
        only wall time shows.
    """
    seeds = itertools.count(7)

    def seconds(run: Callable[[Recipe], object], number: int, clock: Clock) -> float:
        drawn = recipes(number, next(seeds))
        start = clock()
        for recipe in drawn:
            run(recipe)
        return (clock() - start) / number

    def ours(recipe: Recipe) -> str:
        return made(recipe).describe((32, 32, 3)).working()

    def unwritten(recipe: Recipe) -> int:
        return int(made(recipe).describe((32, 32, 3)).parameters)

    kept = [made(recipe) for recipe in recipes(2000, 7)]
    texts = [seconds(ours, 2000, time.process_time) for _ in range(5)]
    found = {
        "gradus, nothing remembered": 1 / min(texts),
        "gradus, derivations not written out": 1 / min(seconds(unwritten, 2000, time.process_time) for _ in range(5)),
        "gradus, the same networks again, steps remembered": 2000
        / least(lambda: [net.describe((32, 32, 3)).working() for net in kept], 5),
    }
    ratios: Results = {}
    if find_spec("torchinfo"):
        import torch
        import torchinfo

        def theirs(recipe: Recipe) -> str:
            return str(torchinfo.summary(sequential(recipe), input_size=(1, 3, 32, 32), verbose=0))

        usual = torch.get_num_threads()
        for threads, clock in ((1, time.process_time), (usual, time.perf_counter)):
            torch.set_num_threads(threads)
            seconds(theirs, 5, clock)  # the first one loads half of torch
            turns = [(seconds(ours, 1000, clock), seconds(theirs, 40, clock)) for _ in range(7)]
            own, other = (min(times) for times in zip(*turns, strict=True))
            kind = f"{threads} thread{'s' * (threads > 1)}, {'process' if threads == 1 else 'wall'} time"
            found[f"gradus, nothing remembered, beside torch with {kind}"] = 1 / own
            found[f"torchinfo, {kind}"] = 1 / other
            ratios[f"small networks: times torchinfo's rate ({kind})"] = other / own
        torch.set_num_threads(usual)
    return found, ratios


def sequential(recipe: Recipe) -> Any:
    """Return a torch module from its recipe, as one would write it by hand."""
    from torch import nn

    layers: list[Any] = []
    depth, size = 3, 32
    for kernel, filters, padding in recipe:
        layers += [nn.Conv2d(depth, filters, kernel, padding=padding), nn.MaxPool2d(2)]
        depth, size = filters, (size + 2 * padding - kernel + 1) // 2
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(size * size * depth, 10))


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
