"""A network from YAML or JSON text."""

from __future__ import annotations

from gradus.errors import Fault
from gradus.networks.network import Network
from gradus.networks.readers.plain import read_plain


def read_yaml(text: str, where: str = "network") -> Network:
    """Read a network from YAML: a list of layers, each as words or as a mapping.

    >>> net = read_yaml("[conv 3x3x64, {pool: {kind: max, kernel: 2}}, relu]")
    >>> net.describe((128, 128, 3)).output
    (63, 63, 64)
    """
    import yaml

    if any(sign in text for sign in ("&", "*", "!!")) and _has_anchors(text):
        raise Fault(where, "yaml", None, "has anchors or tags", "write repeated layers with repeat")
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = where if mark is None else f"{where}:{mark.line + 1}:{mark.column + 1}"
        problem = getattr(error, "problem", None) or "it cannot be parsed"
        raise Fault(place, "yaml", None, f"is no YAML: {problem}", "write a list of layers") from None
    return read_plain(data, where)


def _has_anchors(text: str) -> bool:
    import yaml

    try:
        return any(isinstance(token, yaml.AnchorToken | yaml.AliasToken | yaml.TagToken) for token in yaml.scan(text))
    except yaml.YAMLError:
        return False
