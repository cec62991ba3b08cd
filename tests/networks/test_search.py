"""Search finds what brute force finds."""

from itertools import product

import pytest

from gradus.errors import Fault
from gradus.networks.rules import conv_parameters, conv_size, pool_size
from gradus.networks.search import Space, Stage

SMALL = {"k": (1, 3, 4), "n": (4, 8), "s": (1, 2), "p": (0, 1), "m": (1, 2)}
TEXT = "conv kxkxn s=s p=p > relu > maxpool m"


def brute(stages: int, size: int, ranges: dict[str, tuple[int, ...]], cost: str) -> list[tuple[int, int, int]]:
    """Return (size, depth, cost) of every network that fits, by plain loops over plain numbers."""
    found = []
    for choice in product(product(*ranges.values()), repeat=stages):
        height, depth, spent = size, 3, 0
        for k, n, s, p, m in choice:
            moved = conv_size(height, k, s, p)
            pooled = pool_size(moved, m)
            if moved < 1 or pooled < 1:
                break
            spent += conv_parameters(k, depth, n) if cost == "parameters" else k * k * depth * n * moved * moved
            height, depth = pooled, n
        else:
            found.append((height, depth, spent))
    return found


@pytest.mark.parametrize("cost", ["parameters", "multiply_adds"])
def test_counting_and_minimising_equal_brute_force(cost: str) -> None:
    space = Space((Stage(TEXT, **SMALL),) * 2, (12, 12, 3), cost)
    every = brute(2, 12, SMALL, cost)
    assert space.size == 48**2
    assert space.count() == len(every)
    middle = sorted(spent for _, _, spent in every)[len(every) // 2]
    for output, most, least in [((3, 3, 8), middle, 0), (None, middle, middle // 2), ((2, None, 4), None, middle)]:
        wanted = [
            spent
            for height, depth, spent in every
            if output is None or (height == output[0] and output[2] in (None, depth))
        ]
        inside = [spent for spent in wanted if least <= spent and (most is None or spent <= most)]
        assert space.count(output, most, least) == len(inside)
        assert space.minimise(output).cost == min(wanted)


def test_the_network_that_is_found_costs_what_is_said_and_ends_where_it_should() -> None:
    best = Space((Stage(TEXT, **SMALL),) * 3, (32, 24, 3), "multiply_adds").minimise((4, 3, 8))
    table = best.network.describe((32, 24, 3))
    assert (table.output, table.multiply_adds) == ((4, 3, 8), best.cost)


@pytest.mark.slow
def test_seven_million_networks_are_counted_as_brute_force_counts_them() -> None:
    import numpy as np

    ranges = {"k": (1, 3, 5, 7), "n": (8, 16, 24, 32), "s": (1, 2), "p": (0, 1, 2), "m": (1, 2)}
    options = np.array(list(product(*ranges.values())))
    space = Space((Stage(TEXT, **ranges),) * 3, (40, 40, 3))
    assert space.size == 192**3 == 7_077_888
    k, n, s, p, m = options.T
    result = 0
    for first, second in product(options, repeat=2):
        height, depth, spent = 40, 3, 0
        for a, b, c, d, e in (first.tolist(), second.tolist()):
            moved = (height + 2 * d - a) // c + 1
            height, spent, depth = (moved - e) // e + 1, spent + (a * a * depth + 1) * b, b
            if moved < 1 or height < 1:
                break
        else:
            moved = (height + 2 * p - k) // s + 1
            ends = (moved - m) // m + 1
            cost = spent + (k * k * depth + 1) * n
            result += int(((moved >= 1) & (ends == 5) & (cost <= 20_000)).sum())
    assert space.count((5, 5, None), most=20_000) == result


def test_flattened_and_branched_modules_can_be_searched_too() -> None:
    stages = (Stage("concat(conv 3x3x3 p1 | skip) > conv kxkx4", k=(1, 3)), Stage("flatten > dense u", u=(5, 10)))
    space = Space(stages, (6, 6, 3))
    assert space.count() == 4
    assert space.minimise((10,)).cost == min(
        (3 * 3 * 3 + 1) * 3 + (k * k * 6 + 1) * 4 + ((7 - k) ** 2 * 4 + 1) * 10 for k in (1, 3)
    )


def test_a_space_without_the_wanted_output_says_so() -> None:
    space = Space((Stage("conv kxkx4", k=(1, 3)),), (6, 6, 3))
    with pytest.raises(Fault) as fault:
        space.minimise((5, 5, 4))
    assert str(fault.value) == "space: output = (5, 5, 4) is reached by no network of the space; widen the ranges"


def test_a_symbol_without_a_range_is_named() -> None:
    with pytest.raises(Fault) as fault:
        Space((Stage("conv kxkxn", k=(1, 3)),), (6, 6, 3)).count()
    assert str(fault.value) == "stage: n has no range; give the values that n may take"


def test_costs_beyond_64_bits_are_refused_not_wrapped() -> None:
    with pytest.raises(Fault) as fault:
        Space((Stage("dense u", u=(1, 10**18)),) * 2, (10**9,)).count()
    assert "could exceed 64-bit whole numbers" in str(fault.value)
