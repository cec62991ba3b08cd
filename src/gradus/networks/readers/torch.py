"""A network from a `torch.nn.Module`, traced by torch.fx; what is not understood is named, never guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gradus.errors import Fault
from gradus.networks.dense import Activation, Flatten
from gradus.networks.layer import Layer
from gradus.networks.network import Network
from gradus.networks.normalisation import Dropout
from gradus.networks.readers.graph import Node, network_of
from gradus.networks.readers.torch_functions import conv, linear, pool
from gradus.networks.readers.torch_modules import adaptive, module_layer
from gradus.networks.reshaping import Pad, Select, Tokens
from gradus.networks.sequence import ClassToken, Position


def read_torch(module: Any) -> Network:
    """Read a network from a torch module; its first argument is the network's input, its result the output.

    Modules called twice share their parameters, and matrices that are one tensor are tied.

    Raises:
        Fault: a module that cannot be traced, or one of its parts that is not supported, with its place.
    """
    try:
        from torch import fx
    except ImportError:
        raise Fault("torch", "package", "torch", "is not installed", "run pip install torch") from None
    try:
        graph = fx.symbolic_trace(module)
    except Exception as error:  # noqa: BLE001  # tracing runs the module's own code, which may raise anything
        rule = f"cannot be traced: {type(error).__name__}: {str(error).splitlines()[0][:80] if str(error) else ''}"
        raise Fault(type(module).__name__, "forward", None, rule, "remove branches that depend on values") from None
    tracer = _Tracer(graph)
    for node in graph.graph.nodes:
        tracer.visit(node)
    return network_of(tracer.nodes, tracer.output, tracer.start)


@dataclass
class _Tracer:
    """Turns the nodes of a traced graph into ours, one at a time."""

    graph: Any
    nodes: list[Node] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)  # tensor, parameter, lines, states or number
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)  # of parameters
    first_call: dict[int, str] = field(default_factory=dict)
    start: str = ""
    output: str = ""

    def visit(self, node: Any) -> None:
        if node.op == "placeholder":
            self.start = self.start or node.name
            self.kinds[node.name] = "tensor"
        elif node.op == "output":
            value = node.args[0]
            if not hasattr(value, "name"):
                raise Fault("output", "result", None, "is no single tensor", "return one tensor")
            self.output = value.name
        elif node.op == "get_attr":
            value = self.graph
            for part in node.target.split("."):
                value = getattr(value, part)
            self.kinds[node.name], self.shapes[node.name] = "parameter", tuple(value.shape)
        elif node.op == "call_module":
            self.module(node)
        else:
            name = node.target if isinstance(node.target, str) else getattr(node.target, "__name__", "function")
            self.function(node, name.strip("_"))

    def emit(
        self, node: Any, layer: Layer | str | None, inputs: tuple[Any, ...], axis: int = -1, owner: str = ""
    ) -> None:
        for source in inputs:
            if self.kinds.get(source.name) != "tensor":
                rule = f"reads {source.name}, which is no plain tensor here"
                raise Fault(node.name, "input", None, rule, "pass the layers' outputs on as they are")
        self.nodes.append(Node(node.name, layer, tuple(source.name for source in inputs), axis, owner))
        self.kinds[node.name] = "tensor"

    def module(self, node: Any) -> None:
        module = self.graph.get_submodule(node.target)
        layer = module_layer(module, node.target)
        key = id(getattr(module, "weight", module) if layer is not None else module)
        owner = self.first_call.setdefault(key, node.name)
        kind = type(module).__name__
        if kind == "MultiheadAttention" and len({a.name for a in node.args[:3]}) > 1:
            rule = "reads different queries, keys and values, which is not supported"
            raise Fault(node.target, "inputs", None, rule, "use self-attention")
        learns = any(True for _ in module.parameters())
        self.emit(node, layer, node.args[:1], owner=owner if owner != node.name and learns else "")
        if kind in ("MultiheadAttention", "RNN", "LSTM", "GRU"):
            self.kinds[node.name] = "states"

    def function(self, node: Any, name: str) -> None:
        if name in ("size", "getattr", "dim", "shape"):
            self.kinds[node.name] = "number"
        elif name in FUNCTIONS:
            FUNCTIONS[name](self, node)
        else:
            rule = f"calls {name}, which is not supported"
            raise Fault(node.name, "function", None, rule, f"supported are {', '.join(sorted(FUNCTIONS))}")

    def kind(self, value: Any) -> str:
        return self.kinds.get(getattr(value, "name", ""), "number")


def _elementwise(word: str) -> Callable[[_Tracer, Any], None]:
    def read(tracer: _Tracer, node: Any) -> None:
        kinds = [tracer.kind(value) for value in node.args[:2]]
        if kinds == ["tensor", "tensor"]:
            tracer.emit(node, word, node.args[:2])
        elif sorted(kinds) == ["parameter", "tensor"] and word == "add":
            tensor, parameter = node.args if kinds[0] == "tensor" else node.args[::-1]
            shape = tracer.shapes[parameter.name]
            if len(shape) != 3:
                rule = f"adds a parameter of shape {shape}, which is no table of positions"
                raise Fault(node.name, "input", None, rule, "add a parameter 1 × T × d")
            tracer.emit(node, Position(shape[1]), (tensor,))
        elif "tensor" in kinds:
            tracer.emit(node, None, (node.args[kinds.index("tensor")],))  # by a number: nothing that we count
        else:
            tracer.kinds[node.name] = "number"

    return read


def _cat(tracer: _Tracer, node: Any) -> None:
    axis = node.args[1] if len(node.args) > 1 else node.kwargs.get("dim", 0)
    parts = node.args[0]
    if len(parts) == 2 and tracer.kind(parts[0]) == "parameter" and axis == 1:
        tracer.emit(node, ClassToken(tracer.shapes[parts[0].name][1]), (parts[1],))
        return
    if axis not in (1, -1):
        raise Fault(node.name, "dim", axis, "must be 1, the channels", "join along the channels")
    tracer.emit(node, "concat", tuple(parts))


def _flatten(tracer: _Tracer, node: Any) -> None:
    start = node.args[1] if len(node.args) > 1 else node.kwargs.get("start_dim", 0)
    if start == 1:
        tracer.emit(node, Flatten(), node.args[:1])
    elif start == 2:
        tracer.emit(node, Tokens(), node.args[:1])
        tracer.kinds[node.name] = "lines"  # B × C × (H·W), until it is transposed
    else:
        raise Fault(node.name, "start_dim", start, "must be 1 or 2", "flatten all but the batch, or the positions")


def _transpose(tracer: _Tracer, node: Any) -> None:
    axes = sorted(node.args[1:])
    if tracer.kind(node.args[0]) != "lines" or axes not in ([1, 2], [0, 1, 2]):
        raise Fault(node.name, "function", None, "swaps axes, which is supported only after flatten(2)", "leave it out")
    tracer.kinds[node.args[0].name] = "tensor"
    tracer.emit(node, None, node.args[:1])


def _getitem(tracer: _Tracer, node: Any) -> None:
    source, index = node.args
    kind = tracer.kind(source)
    if kind == "states" and index == 0:
        tracer.nodes.append(Node(node.name, None, (source.name,)))
        tracer.kinds[node.name] = "tensor"
    elif kind == "parameter":
        cut = index[1].stop if isinstance(index, tuple) and len(index) > 1 and isinstance(index[1], slice) else None
        if cut is None:
            raise Fault(node.name, "index", None, "takes a part of a parameter that is not understood", "use [:, :T]")
        tracer.kinds[node.name], tracer.shapes[node.name] = "parameter", tracer.shapes[source.name]
    elif kind == "tensor" and isinstance(index, tuple) and len(index) == 2 and isinstance(index[1], int):
        tracer.emit(node, Select(index[1]), (source,))
    elif kind in ("states", "number"):
        tracer.kinds[node.name] = "number"
    else:
        raise Fault(node.name, "index", None, "takes a part that is not understood", "select one position, as x[:, 0]")


def _view(tracer: _Tracer, node: Any) -> None:
    sizes = node.args[1:]
    sizes = tuple(sizes[0]) if len(sizes) == 1 and isinstance(sizes[0], list | tuple) else sizes
    if len(sizes) != 2 or sizes[1] != -1:
        raise Fault(node.name, "sizes", None, "reshapes in a way that is not understood", "use torch.flatten(x, 1)")
    tracer.emit(node, Flatten(), node.args[:1])


def _expand(tracer: _Tracer, node: Any) -> None:
    if tracer.kind(node.args[0]) != "parameter":
        raise Fault(node.name, "function", None, "expands a tensor, which is not supported", "expand a parameter only")
    tracer.kinds[node.name], tracer.shapes[node.name] = "parameter", tracer.shapes[node.args[0].name]


def _mean(tracer: _Tracer, node: Any) -> None:
    from gradus.networks.pooling import GlobalPool

    axes = node.args[1] if len(node.args) > 1 else node.kwargs.get("dim")
    keep = node.args[2] if len(node.args) > 2 else node.kwargs.get("keepdim", False)
    if list(axes if isinstance(axes, list | tuple) else [axes]) not in ([2, 3], [-2, -1], [2], [-1]):
        raise Fault(node.name, "dim", axes, "must be the positions", "average over (2, 3)")
    tracer.emit(node, GlobalPool("average", keep), node.args[:1])


def _pad(tracer: _Tracer, node: Any) -> None:
    amounts = tuple(node.args[1] if len(node.args) > 1 else node.kwargs["pad"])
    if len(amounts) != 6 or amounts[4]:
        raise Fault(node.name, "pad", amounts, "is not understood", "pad as (0, 0, 0, 0, 0, depth)")
    pairs = ((amounts[2], amounts[3]), (amounts[0], amounts[1]))
    tracer.emit(node, Pad(0 if amounts[:4] == (0,) * 4 else pairs, amounts[5]), node.args[:1])


def _fixed(layer: Callable[[Any], Layer | None]) -> Callable[[_Tracer, Any], None]:
    return lambda tracer, node: tracer.emit(node, layer(node), node.args[:1])


def _weighted(reader: Callable[[Any, dict[str, tuple[int, ...]]], Layer]) -> Callable[[_Tracer, Any], None]:
    return lambda tracer, node: tracer.emit(node, reader(node, tracer.shapes), node.args[:1])


def _adaptive(kind: str) -> Callable[[_Tracer, Any], None]:
    return _fixed(lambda node: adaptive(kind, node.args[1] if len(node.args) > 1 else node.kwargs["output_size"]))


NAMES = ("relu", "relu6", "gelu", "silu", "tanh", "sigmoid", "softmax", "log_softmax", "elu", "leaky_relu", "hardswish")
FUNCTIONS: dict[str, Callable[[_Tracer, Any], None]] = {
    "add": _elementwise("add"),
    "iadd": _elementwise("add"),
    "mul": _elementwise("multiply"),
    "imul": _elementwise("multiply"),
    "truediv": _elementwise("multiply"),
    "cat": _cat,
    "flatten": _flatten,
    "transpose": _transpose,
    "permute": _transpose,
    "getitem": _getitem,
    "view": _view,
    "reshape": _view,
    "expand": _expand,
    "mean": _mean,
    "pad": _pad,
    "contiguous": _fixed(lambda _: None),
    "dropout": _fixed(lambda node: Dropout(float(node.kwargs.get("p", 0.5)))),
    "linear": _weighted(linear),
    **{f"conv{n}d": _weighted(conv) for n in (1, 2, 3)},
    **{f"max_pool{n}d": _fixed(pool("max")) for n in (1, 2, 3)},
    **{f"avg_pool{n}d": _fixed(pool("average")) for n in (1, 2, 3)},
    **{f"adaptive_avg_pool{n}d": _adaptive("average") for n in (1, 2, 3)},
    **{f"adaptive_max_pool{n}d": _adaptive("max") for n in (1, 2, 3)},
    **{name: _fixed(lambda _, name=name: Activation(name)) for name in NAMES},  # type: ignore[misc]
}
