"""What pytest leaves out: what only Alembic runs or needs a missing package; and where compiled programs are kept."""

import os
from importlib.util import find_spec

import pytest

collect_ignore = [
    "src/gradus/store/migrations/env.py",  # Alembic runs it, nobody imports it
    *([] if find_spec("torch") else ["src/gradus/networks/writers/torch_layers.py"]),
]


def pytest_configure(config: pytest.Config) -> None:
    """Keep the laboratory's programs beside pytest's own cache: found by the code they were made of, never stale."""
    os.environ.setdefault("GRADUS_CACHE", str(config.rootpath / ".pytest_cache" / "programs"))
