"""What pytest leaves out: what only Alembic runs, and what needs a package that is not installed."""

from importlib.util import find_spec

collect_ignore = [
    "src/gradus/store/migrations/env.py",  # Alembic runs it, nobody imports it
    *([] if find_spec("torch") else ["src/gradus/networks/writers/torch_layers.py"]),
]
