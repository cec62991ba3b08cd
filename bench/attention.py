"""Image attention in float32: ours against `np.einsum`, blocked PyTorch and `torch.compile` (if installed), in one run.

Times are the best of rounds taken in turns. Beside them stands the processor time, least likewise, which other work on
the machine hardly changes; that of libraries whose threads wait by spinning is more than they need. Peak memory is what
NumPy allocates beyond the input, by tracemalloc.
"""

from __future__ import annotations

import os
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from gradus.lab import attention_jax
from gradus.lab.attention import attend

SIZES = ((224, 224, 3, 64), (512, 512, 64, 64))
ROUNDS = int(os.environ.get("GRADUS_ROUNDS", "7"))
Contender = Callable[[], Any]


def by_einsum(image: np.ndarray, keys: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the result by the plain way, all scores at once, in float32."""
    queries = image / np.sqrt((image**2).sum(axis=(0, 1)))
    scores = np.einsum("hwc,oabc->hwoab", queries, keys)
    scores -= scores.max(axis=(3, 4), keepdims=True)
    powers = np.exp(scores, out=scores)
    return np.asarray(np.einsum("hwoab,oab->hwo", powers, values) / powers.sum(axis=(3, 4)))


def in_torch(image: np.ndarray, keys: np.ndarray, values: np.ndarray) -> dict[str, Contender]:
    """Return PyTorch's ways: blocks of several sizes, eager and compiled; none where it is not installed."""
    try:
        import torch
    except ImportError:
        return {}
    torch.set_num_threads(os.cpu_count() or 1)
    outputs, channels = len(values), image.shape[2]
    pixels: Any = torch.from_numpy(image).reshape(-1, channels)
    columns = torch.from_numpy(keys).reshape(outputs, -1, channels).permute(2, 1, 0).reshape(channels, -1)
    weights = torch.from_numpy(values).reshape(outputs, -1).T.contiguous()

    def block(rows: Any, scaled: Any) -> Any:
        scores = (rows @ scaled).reshape(-1, weights.shape[0], outputs)
        powers = torch.exp(scores - scores.amax(1, keepdim=True))
        return (powers * weights).sum(1) / powers.sum(1)

    def whole(run: Callable[[Any, Any], Any], size: int) -> Contender:
        def work() -> Any:
            with torch.inference_mode():
                scaled = (columns / pixels.norm(dim=0)[:, None]).contiguous()
                blocks = pixels.split(size)
                return torch.cat([run(rows, scaled) for rows in blocks]).numpy()

        return work

    compiled = torch.compile(block)
    ways = {f"PyTorch, blocks of {size}": whole(block, size) for size in (256, 1024, 4096)}
    return ways | {f"torch.compile, blocks of {size}": whole(compiled, size) for size in (1024, 8192)}


def best(contenders: dict[str, Contender], rounds: int) -> dict[str, tuple[float, float]]:
    """Return each one's least seconds by the clock and of the processor, after one run to warm up."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        for name, run in contenders.items():
            started, used = time.perf_counter(), time.process_time()
            run()
            if turn:
                times[name].append((time.perf_counter() - started, time.process_time() - used))
    return {name: (min(clock for clock, _ in taken), min(used for _, used in taken)) for name, taken in times.items()}


def machine_rates() -> tuple[float, float]:
    """Return what this machine reaches in float32 on all cores: multiply-adds a second (GEMM) and exponentials."""
    square = np.ones((2048, 2048), np.float32)
    small = [np.full(50_000, 0.5, np.float32) for _ in range(os.cpu_count() or 1)]

    def exponentials() -> None:
        def work(array: np.ndarray) -> None:
            out = np.empty_like(array)
            for _ in range(200):
                np.exp(array, out=out)

        with ThreadPoolExecutor(len(small)) as pool:
            list(pool.map(work, small))

    taken = best({"gemm": lambda: square @ square, "exp": exponentials}, ROUNDS)
    return 2048**3 / taken["gemm"][0], len(small) * 200 * 50_000 / taken["exp"][0]


def peak_of(run: Contender) -> int:
    """Return the bytes that NumPy held at most while it ran."""
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def measure(height: int, width: int, channels: int, outputs: int) -> None:
    """Print the comparison for one size."""
    source = np.random.default_rng(0)
    image = source.normal(size=(height, width, channels)).astype(np.float32)
    keys = source.normal(size=(outputs, 3, 3, channels)).astype(np.float32)
    values = source.normal(size=(outputs, 3, 3)).astype(np.float32)

    def ours() -> np.ndarray:
        return attend(image, keys, values)

    gemm, exp = machine_rates()
    plain = best({"np.einsum": lambda: by_einsum(image, keys, values)}, 1)

    def ours_in_jax() -> np.ndarray:
        return np.asarray(attention_jax.attend(image, keys, values))

    taken = plain | best({"ours": ours, "ours, JAX": ours_in_jax} | in_torch(image, keys, values), ROUNDS)
    load = os.getloadavg()[0]
    print(f"{height} × {width} × {channels} → {outputs}, float32, {os.cpu_count()} cores, load {load:.1f}")
    mine = taken["ours"]
    for name, (clock, used) in sorted(taken.items(), key=lambda item: item[1]):
        told = f"{1000 * clock:>10.1f} ms{clock / mine[0]:>8.2f} × ours"
        print(f"  {name:<32}{told}; processor{1000 * used:>9.1f} ms{used / mine[1]:>8.2f} × ours")
    want = by_einsum(image[:8], keys, values)
    scale = float(np.abs(want - attend(image[:8], keys, values)).max())
    peak, held = peak_of(ours), image.nbytes + height * width * outputs * 4
    bound = height * width * outputs * 9 * (channels / gemm + 1 / exp)
    print(f"  peak extra memory {peak / 2**20:.1f} MiB, {peak / held:.2f} × input plus output; error {scale:.1e}")
    print(f"  machine: {gemm / 1e9:.1f} G multiply-adds/s (GEMM), {exp / 1e9:.2f} G exponentials/s")
    print(f"  of both rates together ours reaches {bound / mine[0]:.0%}")


def main() -> None:
    """Measure every size."""
    for size in SIZES:
        measure(*size)


if __name__ == "__main__":
    main()
