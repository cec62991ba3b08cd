"""How fast variants are drawn, keyed and countersigned, and how fast responses are graded.

Measured in one run against reasoning-gym's arithmetic and algebra sets (extra `bench`): they too draw a question and
compute its answer, without a second way.
"""

from __future__ import annotations

import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from gradus import catalogue
from gradus.countersigning import countersign
from gradus.paper import seed

ROOT = Path(__file__).resolve().parent.parent
PEERS = ("chain_sum", "gcd", "simple_equations", "products")
ROUNDS = 5
ROUND = 0.3  # seconds


def rate(make: Callable[[int], object], count: int) -> float:
    """Return how many are made a second: the median of a few short rounds after a warm-up."""
    started, made = time.perf_counter(), 0
    while made < count // 10 and time.perf_counter() - started < ROUND:
        make(-1 - made)
        made += 1
    count = max(3, min(count, int(ROUND * made / (time.perf_counter() - started))))
    rates = []
    for round_number in range(ROUNDS):
        started = time.perf_counter()
        for number in range(count):
            make(round_number * count + number)
        rates.append(count / (time.perf_counter() - started))
    return statistics.median(rates)


def measure_variants() -> None:
    """Print variants a second for each family, and items a second for each peer's set."""
    print(f"{'set':<36}{'keyed/s':>12}{'with witness/s':>16}")
    keyed_rates = []
    for name in catalogue.names():
        kind = catalogue.family(name)

        def keyed(number: int, kind: type = kind, name: str = name) -> object:
            return kind.draw(random.Random(seed("bench", str(number), name, b""))).key()  # type: ignore[attr-defined]

        def signed(number: int, kind: type = kind, name: str = name) -> object:
            variant = kind.draw(random.Random(seed("bench", str(number), name, b"")))  # type: ignore[attr-defined]
            return countersign(variant)

        keyed_rates.append(rate(keyed, 2000))
        print(f"gradus {name:<29}{keyed_rates[-1]:>12,.0f}{rate(signed, 1000):>16,.0f}")
    peers = measure_peers()
    if peers:
        ratio = statistics.median(keyed_rates) / statistics.median(peers)
        print(f"median family / median peer set: {ratio:.2f} (theirs are scalar arithmetic and have no witness)")


def measure_peers() -> list[float]:
    """Return items a second of reasoning-gym's comparable sets."""
    try:
        import reasoning_gym
    except ImportError:
        print("reasoning-gym is not installed: python3 bootstrap.py bench engine")
        return []
    rates = []
    for name in PEERS:
        data = reasoning_gym.create_dataset(name, size=100_000, seed=1)
        rates.append(rate(data.__getitem__, 2000))
        print(f"reasoning-gym {name:<22}{rates[-1]:>12,.0f}{'–':>16}")
    return rates


def measure_start() -> None:
    """Print the wall time of `gradus --help` beside that of a bare Python."""
    gradus = [str(Path(sys.executable).with_name("gradus")), "--help"]
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(11):
        for command, times in ((gradus, ours), ([sys.executable, "-c", "pass"], bare)):
            started = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            times.append(1000 * (time.perf_counter() - started))
    print(f"gradus --help {statistics.median(ours):.0f} ms (bare Python {statistics.median(bare):.0f} ms)")


def write_responses(path: Path, count: int) -> None:
    """Write responses to the midterm's question 3, half of them wrong."""
    answers = [
        ("3.i", "shape", "126 x 126 x 64"), ("3.i", "parameters", "1728"), ("3.ii", "shape", "128x128x16"),
        ("3.ii", "parameters", "1216"), ("3.iii", "shape", "(63, 63, 32)"), ("3.iii", "parameters", "416"),
        ("3.iv", "shape", "15x15x64"), ("3.iv", "parameters", "75,648"), ("3.v", "shape", "17 by 17 by 16"),
        ("3.v", "parameters", "14 048"), ("3.vi", "shape", "2x2x32"), ("3.vi", "parameters", "8671"),
        ("3.vii", "architecture", "v"), ("3.vii", "parameters", "40970"),
    ]  # fmt: skip
    with path.open("w", encoding="utf-8") as file:
        file.write("candidate,item,part,response\n")
        for number in range(count):
            item, part, text = answers[number % len(answers)]
            file.write(f'c{number // len(answers)},{item},{part},"{text}"\n')


def run_grade(exam: Path, folder: Path, count: int) -> tuple[float, float]:
    """Return seconds of processor time and peak memory in MB of grading so many responses, as a whole process."""
    responses = folder / f"responses{count}.csv"
    write_responses(responses, count)
    script = (
        "import resource, sys; from gradus.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "usage = resource.getrusage(resource.RUSAGE_SELF)\n"
        "print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)\n"
    )
    command = [sys.executable, "-c", script, "grade", str(exam), str(responses), "--out", str(folder / f"out{count}")]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    seconds, memory = done.stdout.split()[-2:]
    return float(seconds), float(memory)


def measure_grading() -> None:
    """Print how long 100 000 responses take on one core, and memory for a tenth and for all of them."""
    with tempfile.TemporaryDirectory() as name:
        exam = ROOT / "exams" / "midterm.md"
        few, few_memory = run_grade(exam, Path(name), 10_000)
        many, many_memory = run_grade(exam, Path(name), 100_000)
    print(f"grade 100,000 responses: {many:.1f} s of one core ({100_000 / many:,.0f} a second); 10,000: {few:.1f} s")
    growth = many_memory / few_memory
    print(f"peak memory {few_memory:.0f} MB for 10,000 and {many_memory:.0f} MB for 100,000: × {growth:.2f}")


def main() -> None:
    """Run all of it."""
    measure_variants()
    print()
    measure_start()
    measure_grading()
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"this benchmark itself peaked at {own:.0f} MB")


if __name__ == "__main__":
    main()
