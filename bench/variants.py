"""How many verified variants with a derivation key a second: a program drawn, its key derived, and a witness measured.

Each variant is a program of its own: names, constants and signs are drawn, so nothing is kept from one to the next.
A variant counts when the key's value at a random network of random sizes has the slope that the program itself has
there (`oracle.directions`); JAX, which compiles for each program, is timed on a few beside it. Times are of the
processor.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from string import ascii_uppercase

from gradus.calculus import declare, derive, read_program
from gradus.calculus.measure import measure
from gradus.oracle.directions import along
from gradus.oracle.gradients import observe

Drawn = tuple[str, dict[str, str], str, tuple[str, ...]]
COUNT, ROUNDS, FEW = 400, 5, 5


def layer(rng: random.Random) -> Drawn:
    """Draw two layers and a squared error."""
    a, b, x, y = rng.sample("WVUABKMQ", 2) + rng.sample("xyuvstp", 2)
    scale, shift = rng.randint(2, 99), rng.choice("+-")
    words = {f"{a}_1": "m × k", f"{b}_2": "p × m", x: "k", "g": "elementwise", y: "p"}
    text = f"z1 = {a}_1 @ {x}; a1 = g(z1); z2 = {b}_2 @ a1; L = 1/{scale}*norm(z2 {shift} {y})**2"
    return text, words, rng.choice((f"{a}_1", f"{b}_2", x)), ()


def recursion(rng: random.Random) -> Drawn:
    """Draw one step of backpropagation, from a gradient that is given."""
    a, b, x = (*rng.sample("WVUABKMQ", 2), rng.choice("xyuvst"))
    scale = rng.randint(2, 99)
    words = {f"{a}_1": "m × k", f"{b}_2": "p × m", x: "k", "g": "elementwise"}
    return f"z1 = {a}_1 @ {x}; a1 = g({scale}*z1); z2 = {b}_2 @ a1", words, f"{a}_1", ("z2",)


def ridge(rng: random.Random) -> Drawn:
    """Draw least squares with a penalty."""
    x, w, y = rng.choice(ascii_uppercase[:8]), *rng.sample("wvuyts", 2)
    words = {x: "n × d", w: "d", y: "n", "lam": "positive scalar"}
    penalty = rng.choice((f"norm({w})**2", f"norm({w}, 1)"))
    return f"L = {rng.randint(2, 99)}/n*norm({x} @ {w} - {y})**2 + lam*{penalty}", words, w, ()


def logits(rng: random.Random) -> Drawn:
    """Draw a likelihood of pre-activations."""
    z, scale = rng.choice("zuvaoth"), rng.randint(2, 99)
    inner = rng.choice((f"log(sigmoid({z}_i))", f"log(1 - sigmoid({z}_i))", f"exp(-{z}_i)"))
    return f"L = {scale}/n*sum_i({inner})", {z: "n"}, f"{z}_i", ()


def hidden(rng: random.Random) -> Drawn:
    """Draw a generative adversarial objective, by the parameters of the discriminator."""
    x, z = rng.sample("XYUVZ", 2)
    words = {x: "n × k", z: "n × r", "D": "unit k -> scalar", "G": "r -> k", "theta": "s", "∇_theta D": "k -> s"}
    text = f"L = {rng.randint(2, 99)}/n*sum_i(log(D({x}_i)) + log(1 - D(G({z}_i))))"
    return text, words, "theta", ()


def verified(drawn: Drawn, seed: int) -> bool:
    """Derive the key of a variant and hold it against the program."""
    text, declared, by, given = drawn
    words = declare(declared)
    found = derive(read_program(text, words), by, given=[f"∂L/∂{name}" for name in given])
    seen = along(text, declared, by, given, seed)
    return seen.agrees(measure(found.gradient, found.vocabulary, seen.sizes, seen.values, seen.functions))


FAMILIES: tuple[Callable[[random.Random], Drawn], ...] = (layer, recursion, ridge, logits, hidden)


def main() -> None:
    """Measure each family, and all of them."""
    rates: dict[str, list[float]] = {family.__name__: [] for family in FAMILIES}
    refused = 0
    for turn in range(ROUNDS + 1):
        for family in FAMILIES:
            rng = random.Random(f"{family.__name__} {turn}")
            started = time.process_time()
            refused += sum(not verified(family(rng), turn * COUNT + number) for number in range(COUNT))
            if turn:  # the first is the warm-up
                rates[family.__name__].append(COUNT / (time.process_time() - started))
    for name, found in rates.items():
        print(f"{name:<12}{statistics.median(found):>9,.0f} verified variants a second")
    mean = len(rates) / sum(1 / statistics.median(found) for found in rates.values())
    print(
        f"{'all':<12}{mean:>9,.0f} verified variants a second; refused {refused} of {(ROUNDS + 1) * COUNT * len(rates)}"
    )
    started = time.process_time()
    for number in range(FEW):
        for family in FAMILIES:
            observe(*family(random.Random(number)), number)
    spent = (time.process_time() - started) / FEW / len(FAMILIES)
    print(f"JAX as witness: {spent * 1e3:,.0f} ms a variant")
