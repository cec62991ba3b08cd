"""The network calculator against its peers, in one run: `python bench/networks.py [--json]`.

Peers are measured where they are installed (torch, torchinfo, ptflops, onnx, jax); what is missing is said. Each figure
is the least of several repeats. Ours includes the derivation of every number as text, theirs have none.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.networks.known import fact, network  # noqa: E402

from bench._peers import Results, least, peer_tables  # noqa: E402
from bench._small_networks import small_nets  # noqa: E402
from gradus.networks import Network  # noqa: E402
from gradus.networks.rules import CONV_PARAMETERS, conv_size  # noqa: E402
from gradus.networks.search import Space, Stage  # noqa: E402

SHAPE = (224, 224, 3)


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
    ours, theirs, (small, rates) = our_tables(), peer_tables(network("ResNet-50"), SHAPE), small_nets()
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
