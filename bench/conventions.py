"""What counting tools print for five networks: regenerates the table of docs/networks.md.

`python bench/conventions.py` runs every tool that is installed on modules made from our own descriptions and prints a
Markdown table; `--json` prints the totals, which tests/networks/tool_totals.json keeps.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.networks.known import network, table  # noqa: E402

NETS = {
    "LeNet-5": "LeNet-5 (modern, full C3, 32x32)",
    "VGG-16": "VGG-16",
    "ResNet-50": "ResNet-50",
    "MobileNetV2": "MobileNet v2 1.0 224",
    "ViT-B/16": "ViT-B/16",
}


def torchinfo(module: Any, image: Any) -> int:
    """Return torchinfo's total_mult_adds."""
    import torchinfo as tool

    return int(tool.summary(module, input_data=image, verbose=0).total_mult_adds)


def fvcore(module: Any, image: Any) -> int:
    """Return fvcore's total, which it calls flops."""
    from fvcore.nn import FlopCountAnalysis

    return int(
        FlopCountAnalysis(module, image).unsupported_ops_warnings(False).uncalled_modules_warnings(False).total()
    )


def ptflops(backend: str) -> Callable[[Any, Any], int]:
    """Return a counter by one of ptflops' two back ends."""

    def count(module: Any, image: Any) -> int:
        from ptflops import get_model_complexity_info

        size = tuple(image.shape[1:])
        options = {"as_strings": False, "print_per_layer_stat": False, "verbose": False}
        return int(get_model_complexity_info(module, size, backend=backend, **options)[0])

    return count


def thop(module: Any, image: Any) -> int:
    """Return thop's MACs."""
    import thop as tool

    return int(tool.profile(module, inputs=(image,), verbose=False)[0])


def torchprofile(module: Any, image: Any) -> int:
    """Return torchprofile's MACs."""
    from torchprofile import profile_macs

    return int(profile_macs(module, image))


def calflops(module: Any, image: Any) -> int:
    """Return calflops' FLOPs."""
    from calflops import calculate_flops

    found = calculate_flops(module, args=[image], output_as_string=False, print_results=False, print_detailed=False)
    return int(found[0])


def flop_counter(module: Any, image: Any) -> int:
    """Return the FLOPs of torch's FlopCounterMode."""
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        module(image)
    return int(counter.get_total_flops())


TOOLS: dict[str, Callable[[Any, Any], int]] = {
    "torchinfo": torchinfo,
    "fvcore": fvcore,
    "ptflops, pytorch": ptflops("pytorch"),
    "ptflops, aten": ptflops("aten"),
    "thop": thop,
    "torchprofile": torchprofile,
    "calflops": calflops,
    "FlopCounterMode": flop_counter,
}


def totals() -> dict[str, dict[str, int | str]]:
    """Return what each tool prints for each network, or why it prints nothing."""
    import torch

    from gradus.networks.writers.torch import torch_module

    found: dict[str, dict[str, int | str]] = {}
    for title, name in NETS.items():
        shape = table(name).input
        for tool, count in TOOLS.items():
            module = torch_module(network(name), shape).eval()  # tools leave hooks behind: each gets its own
            image = torch.zeros(1, shape[-1], *shape[:-1])
            try:
                with (
                    torch.no_grad(),
                    contextlib.redirect_stdout(io.StringIO()),
                    contextlib.redirect_stderr(io.StringIO()),
                ):
                    found.setdefault(tool, {})[title] = count(module, image)
            except Exception as error:  # noqa: BLE001  # tools raise what they like; the table says so
                found.setdefault(tool, {})[title] = type(error).__name__
    return found


def main() -> None:
    """Print the totals as JSON or as a Markdown table beside ours."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    found = totals()
    if "--json" in sys.argv:
        print(json.dumps(found, indent=2))
        return
    ours = {"gradus, multiply-adds": {title: table(name).multiply_adds for title, name in NETS.items()}}
    print(f"| tool | {' | '.join(NETS)} |\n|---|{'---:|' * len(NETS)}")
    for tool, row in (ours | found).items():
        cells = (f"{row[title]:,}" if isinstance(row[title], int) else str(row[title]) for title in NETS)
        print(f"| {tool} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
