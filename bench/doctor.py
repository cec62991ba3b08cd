"""Faults put into four networks, and changes that are none: how often the training doctor names each of them first.

GRADUS_SEEDS tells how many seeds (20), GRADUS_FIRST_SEED where they begin. Seeds from 1000 to 1999 served to choose
what the doctor goes by; the table is of others.
"""

from __future__ import annotations

import os
from collections import Counter

from gradus.lab.doctor.faults import CONTROLS, FAULTS, OF_NETWORK
from gradus.lab.doctor.trials import examine

SEEDS = int(os.environ.get("GRADUS_SEEDS", "20"))
FIRST = int(os.environ.get("GRADUS_FIRST_SEED", "0"))


def main() -> None:
    """Print the table."""
    seeds = range(FIRST, FIRST + SEEDS)
    print("| network | fault | to be named | named first | otherwise |\n|---|---|---|---|---|")
    for network, faults in OF_NETWORK.items():
        for fault in (*CONTROLS, *faults):
            wanted = "" if fault in CONTROLS else FAULTS[fault][0]
            firsts = Counter(names[0] if names else "" for names in examine(network, fault, seeds))
            others = ", ".join(f"{name or 'nothing'} {count}" for name, count in firsts.items() if name != wanted)
            row = [network, fault, wanted or "nothing", f"{firsts[wanted]} of {SEEDS}", others or "–"]
            print("| " + " | ".join(row) + " |", flush=True)
