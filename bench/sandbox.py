"""How many submissions a second the sandbox runs, beside a cold sandboxed interpreter per submission; what is left.

`GRADUS_SUBMISSIONS` sets how many are run in all (10 000 for the record). Beside the rates stands the processor time
that each takes: rates fall when the machine has other work, processor time hardly does.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np

from gradus.sandbox import Box, Call, command, machine

WORKERS = 2
COLD = 12
ANSWER = """
import numpy as np


def image_attention(image, keys, values):
    norms = np.sqrt((image**2).sum(axis=(0, 1)))
    queries = image / np.where(norms > 0, norms, 1)
    scores = queries.reshape(-1, image.shape[2]) @ keys.reshape(-1, image.shape[2]).T
    scores = scores.reshape(*image.shape[:2], len(keys), -1)
    weights = np.exp(scores - scores.max(axis=3, keepdims=True))
    return (weights * values.reshape(len(keys), -1)).sum(axis=3) / weights.sum(axis=3)
"""


def arguments() -> tuple[np.ndarray, ...]:
    """Return image 32 × 32 × 3, keys and values of 5 outputs."""
    source = np.random.default_rng(0)
    shapes = ((32, 32, 3), (5, 3, 3, 3), (5, 3, 3))
    return tuple(source.normal(size=shape) for shape in shapes)


def serve(boxes: list[Box], count: int) -> float:
    """Run so many submissions over all boxes, one thread each; return submissions a second."""
    call = Call(arguments())

    def work(box: Box) -> None:
        for _ in range(count // len(boxes)):
            outcome = box.run(ANSWER, "image_attention", [call])
            assert outcome.status == "finished", outcome
            assert outcome.results[0].value is not None

    return spread(work, boxes, count)


def spread(work: Callable[[Box], object], boxes: list[Box], count: int) -> float:
    """Run the work in one thread a box and return submissions a second."""
    started = time.perf_counter()
    with ThreadPoolExecutor(len(boxes)) as pool:
        for done in [pool.submit(work, box) for box in boxes]:
            done.result()
    return count // len(boxes) * len(boxes) / (time.perf_counter() - started)


def cold() -> list[float]:
    """Start a sandboxed interpreter with NumPy and the answer, as often as this thread's share.

    Returns:
        The processor seconds that each interpreter says it took; what bubblewrap takes to start it is not in it.
    """
    script = ANSWER + "source = np.random.default_rng(0)\nimage_attention(*(source.normal(size=s) for s in "
    script += "((32, 32, 3), (5, 3, 3, 3), (5, 3, 3))))\n"
    script += "import time\nprint(time.process_time())\n"
    words = command.bubblewrap(machine.bwrap(), 3, 3, b"")
    at = words.index("--seccomp")
    del words[at : at + 2]
    words[words.index("-c") :] = ["-c", f"import sys; sys.path[:0] = ['{command.PACKAGES}']\n{script}"]
    run = partial(subprocess.run, words, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    return [float(run().stdout) for _ in range(COLD // WORKERS)]


def processor() -> float:
    """Return the seconds of processor time that this process, the boxes and their ended children have taken."""
    ticks, waiting = 0, children(os.getpid())
    while waiting:
        pid = waiting.pop()
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += sum(map(int, fields[11:15]))
        waiting += children(pid)
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and that still run."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has just ended
            found += map(int, (task / "children").read_text().split())
    return found


def left() -> tuple[int, int, int]:
    """Return what this process could leave behind: child processes, open descriptors, memory in KiB."""
    tasks = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    own = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1024
    return len(tasks), len(list(Path("/proc/self/fd").iterdir())), own


def main() -> None:
    """Measure warm and cold in turns, then look at what is left."""
    count = int(os.environ.get("GRADUS_SUBMISSIONS", "10000"))
    machine.demand()
    files = {folder: set(folder.iterdir()) for folder in (Path("/tmp"), Path("/dev/shm"))}
    nothing = left()
    boxes = [Box() for _ in range(WORKERS)]
    serve(boxes, 100)
    before = left()
    warm_rates, cold_rates, each = [], [], max(100, count // 10)
    warm_time, taken = 0.0, list[float]()
    for _ in range(10):
        started = processor()
        warm_rates.append(serve(boxes, each))
        warm_time += processor() - started
        cold_rates.append(spread(lambda _: taken.extend(cold()), boxes, COLD))
    after = left()
    for box in boxes:
        box.close()
    ended = left()
    warm, slow = float(np.median(warm_rates)), float(np.median(cold_rates))
    print(
        f"image 32 × 32 × 3 → 5, vectorised, {WORKERS} boxes, Python {sys.version.split()[0]}, {os.cpu_count()} cores"
    )
    span = f"from {min(warm_rates):.0f} to {max(warm_rates):.0f}"
    print(f"warm: {warm:.0f} submissions a second ({span}), {10 * each} in all")
    print(f"cold sandboxed interpreter: {slow:.1f} a second; warm / cold: {warm / slow:.1f}")
    one, other = warm_time / (10 * each), float(np.median(taken))
    print(
        f"processor time: {1000 * one:.1f} ms warm, so {WORKERS / one:.0f} a second on {WORKERS} idle cores; "
        f"{1000 * other:.0f} ms cold, {other / one:.1f} times as much; load {os.getloadavg()[0]:.1f}"
    )
    print(f"children, descriptors, KiB: {nothing} at first, {before} warm, {after} after all, {ended} closed")
    for folder, seen in files.items():
        print(f"new files in {folder}: {sorted(map(str, set(folder.iterdir()) - seen)) or 'none'}")


if __name__ == "__main__":
    main()
