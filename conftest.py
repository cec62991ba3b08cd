"""What pytest leaves out where an optional package is not installed."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("torch") else ["src/gradus/networks/writers/torch_layers.py"]
