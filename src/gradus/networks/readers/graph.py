"""A network from nodes that name their inputs, as ONNX and traced models have them.

The nodes are put in an order of computation, then written as one row: a node that does not read the one before it
begins with `From`, and what is read from afar gets a name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from gradus.errors import Fault, suggest
from gradus.networks.branching import Add, Branch, Concat, Multiply
from gradus.networks.composition import From, Item, Named, Reuse
from gradus.networks.dense import Dense
from gradus.networks.layer import Layer
from gradus.networks.network import Network

MERGES = {"add": Add, "multiply": Multiply, "concat": Concat}


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a graph.

    Args:
        name: its name, unique in the graph.
        layer: a layer; `add`, `multiply` or `concat` for a merge; `None` for what passes its input on.
        inputs: names of the nodes it reads; the graph's input is named `input`.
        axis: the axis of a concatenation.
        owner: the node whose parameters it uses, if they are not its own.
    """

    name: str
    layer: Layer | str | None
    inputs: tuple[str, ...]
    axis: int = -1
    owner: str = ""


def network_of(nodes: Iterable[Node], output: str, start: str = "input") -> Network:
    """Return the network that a graph computes.

    Raises:
        Fault: a node reads what there is not, or the nodes form a cycle, which the message spells out.

    >>> from gradus.networks import Conv, Activation
    >>> block = [Node("a", Conv(3, 64, padding=1), ("input",)), Node("b", "add", ("a", "input"))]
    >>> from gradus.networks.text import write_text
    >>> write_text(network_of(block, "b"))
    'input: (skip) > conv 3x3x64 s1 p1 > add(skip | @input)'
    """
    known = _passed_through({node.name: node for node in nodes}, start)
    order = _ordered(known, output, start)
    far = _read_from_afar(order, known, start)
    names = {name: _name(name, i) for i, name in enumerate(far)}
    items: list[Item] = [Named(names[start], ())] if start in far else []
    before = start
    for name in order:
        items.extend(_items(known[name], known, before, names))
        before = name
    return Network(*items)


def _passed_through(nodes: dict[str, Node], start: str) -> dict[str, Node]:
    """Leave out the nodes that compute nothing, by reading their inputs directly."""

    def origin(name: str, steps: int = 0) -> str:
        node = nodes.get(name)
        if node is None or node.layer is not None or steps > len(nodes):
            return name
        return origin(node.inputs[0], steps + 1)

    kept = {}
    for node in nodes.values():
        for name in node.inputs:
            if name != start and name not in nodes:
                raise Fault(node.name, "inputs", name, "names no node", suggest(name, nodes))
        if node.layer is not None:
            inputs = tuple(map(origin, node.inputs))
            kept[node.name] = Node(node.name, node.layer, inputs, node.axis, node.owner)
    return kept | {name: Node(name, None, (origin(name),)) for name in nodes if name not in kept}


def _ordered(nodes: dict[str, Node], output: str, start: str) -> list[str]:
    if output not in nodes:
        raise Fault("graph", "output", output, "names no node", suggest(output, nodes))
    goal = nodes[output].inputs[0] if nodes[output].layer is None else output
    needed: list[str] = []
    stack, seen = [goal], {start}
    while stack:
        name = stack.pop()
        if name in seen:
            continue
        seen.add(name)
        needed.append(name)
        stack.extend(reversed(nodes[name].inputs))
    sorter = TopologicalSorter(
        {name: [i for i in nodes[name].inputs if i != start] for name in nodes if name in needed}
    )
    try:
        return list(sorter.static_order())
    except CycleError as error:
        rule = f"read one another in a circle: {' → '.join(reversed(error.args[1]))}"
        raise Fault("graph", "nodes", None, rule, "remove one of these inputs") from None


def _read_from_afar(order: list[str], nodes: dict[str, Node], start: str) -> list[str]:
    far: dict[str, None] = {}
    before = start
    for name in order:
        far.update(dict.fromkeys(source for source in nodes[name].inputs if source != before))
        if nodes[name].owner:
            far[nodes[name].owner] = None
        before = name
    return list(far)


def _name(name: str, number: int) -> str:
    plain = "".join(c if c.isalnum() else "_" for c in name)
    return (
        plain if plain.isidentifier() and plain.isascii() else f"t{number}_{plain}" if plain.isascii() else f"t{number}"
    )


def _owned(node: Node, nodes: dict[str, Node], names: dict[str, str]) -> Item:
    """Return the layer; or the owner of its parameters used again; or a dense layer tied to its owner's matrix."""
    assert isinstance(node.layer, Layer)
    if not node.owner:
        return node.layer
    if isinstance(node.layer, Dense) and not isinstance(nodes[node.owner].layer, Dense):
        return replace(node.layer, tied=names[node.owner])
    return Reuse(names[node.owner])


def _items(node: Node, nodes: dict[str, Node], before: str, names: dict[str, str]) -> list[Item]:
    items: list[Item] = []
    if isinstance(node.layer, str):
        branches: list[Branch] = [() if name == before else (From(names[name]),) for name in node.inputs]
        merge: Item = Concat(*branches, axis=node.axis) if node.layer == "concat" else MERGES[node.layer](*branches)
        items = [merge]
    else:
        assert node.layer is not None
        if node.inputs[0] != before:
            items.append(From(names[node.inputs[0]]))
        items.append(_owned(node, nodes, names))
    if node.name in names:
        items[-1] = Named(names[node.name], (items[-1],))
    return items
