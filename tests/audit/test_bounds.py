"""The largest variants and the longest prose are audited within bounds: the kernel counts the processor's seconds."""

import subprocess
import sys
from pathlib import Path

import pytest

SECONDS = 20  # what costs the square of its length, or a step a pixel, takes minutes
HEADER = "---\ntitle: T\npoints: 2\n---\n\n"
QUESTION = "```conv_layer\nid: a\npoints: 2\n```\n"
LARGEST_STACK = """```conv_stack
id: a
points: 2
image: [4096, 4096, 4096]
modules: 12
kernel: 31
stride: 1
padding: 15
pool: 1
pool_stride: 1
filters: {between: [3897, 4096]}
```
"""
LARGEST_HEADS = """```smallest_head
id: a
points: 2
image: [4096, 4096, 3]
modules: 1
pool: 1
pool_stride: 1
nets:
  - {label: a, kernel: 1, stride: 1, padding: 0, filters: 1}
  - {label: b, kernel: 1, stride: 1, padding: 0, filters: 2}
```
"""
CASES = {
    "the deepest stack": LARGEST_STACK,
    "the largest heads": LARGEST_HEADS,
    "a sentence of symbols": "the net $x$ " * 30_000 + "\n\n" + QUESTION,
    "dollars that open and never close": "the $x " * 60_000 + "\n\n" + QUESTION,
}
AUDIT = (
    f"import resource; resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}));"
    "import sys; from gradus import exam; from gradus.audit import audit; print(audit(exam.read(sys.argv[1])).agrees)"
)


@pytest.mark.parametrize("body", CASES.values(), ids=CASES)
def test_an_audit_ends_within_bounds(body: str, tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(HEADER + body, encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", AUDIT, str(file)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr[-500:]
