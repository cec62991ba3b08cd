"""Networks exported to ONNX by torch, in both of its ways; `python -m tests.networks.exporting` renews `models/`."""

import io
from pathlib import Path
from typing import Any

from gradus.networks.checks import Shape
from gradus.networks.network import Network
from gradus.networks.reading import read_text
from gradus.networks.writers.torch import torch_module

MODELS = Path(__file__).with_name("models")
EXPORTERS = ("torchscript", "dynamo")
EXAMPLES: dict[str, tuple[str, Shape]] = {
    "vit": (
        "conv 4x4x8 s4 p0 > tokens > classtoken > position > add(layernorm > attention 2 | skip)"
        " > add(layernorm > dense 12 > gelu > dense 8 | skip) > layernorm > select 0 > dense 3",
        (8, 8, 1),
    ),
    "response": ("conv 3x3x6 > relu > responsenorm > maxpool 3 s2", (15, 15, 1)),
    "states": ("lstm 3 biases2 bidirectional > gru 2 layers2 biases0 last > dense 2", (7, 4)),
    "words": ("words: embedding 9x4 > position 7 > attention 2 nobias > dense 9 tied=words nobias", (5,)),
}


def exported(network: Network, shape: Shape, exporter: str) -> Any:
    """Return an ONNX model of a network on one input of a shape.

    Weights are not drawn: each tensor holds one number, another in each, as equal ones would be stored once.
    """
    import onnx
    import torch

    with torch.device("meta"):
        module = torch_module(network, shape)
    module = module.to_empty(device="cpu")
    module.tie()  # which moving undoes
    with torch.no_grad():
        for number, tensor in enumerate((*module.parameters(), *module.buffers())):
            tensor.fill_(1 + number / 100)
    words = "embedding" in {row.layer.word for row in network.describe(shape).rows}
    sizes = (1, shape[-1], *shape[:-1]) if len(shape) > 2 else (1, *shape)
    image = torch.zeros(sizes, dtype=torch.int64 if words else torch.float32)
    if exporter == "dynamo":
        return torch.onnx.export(module.eval(), (image,), dynamo=True, verbose=False).model_proto
    stream = io.BytesIO()
    # As for training, or batch norm would be folded into the convolutions.
    mode = torch.onnx.TrainingMode.TRAINING
    torch.onnx.export(module, (image,), stream, dynamo=False, training=mode, do_constant_folding=False)
    return onnx.load_from_string(stream.getvalue())


def main() -> None:
    """Write the examples that are read without torch."""
    import onnx

    for name, (text, shape) in EXAMPLES.items():
        for exporter in EXPORTERS:
            if name == "words" and exporter == "dynamo":
                continue  # which cuts the table of positions, and stores the tied matrix twice
            model = exported(read_text(text), shape, exporter)
            for part in (model, model.graph, *model.graph.node, *model.graph.value_info, *model.graph.initializer):
                part.ClearField("metadata_props")
                part.ClearField("doc_string")
            onnx.save(model, str(MODELS / f"{name}_{exporter}.onnx"))


if __name__ == "__main__":
    main()
