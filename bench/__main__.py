"""`python -m bench [NAME …]`: run the named benchmarks, or all."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path


def main(names: list[str]) -> None:
    """Run benchmarks by file name."""
    known = sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py"))
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SystemExit(f"there is no benchmark {unknown[0]!r}; there are {', '.join(known)}")
    for name in names or known:
        print(f"# {name}\n")
        import_module(f"bench.{name}").main()
        print()


main(sys.argv[1:])
