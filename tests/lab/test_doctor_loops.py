"""The recipes of docs/doctor.md run as they stand there: loops of PyTorch, JAX and Keras, healthy and with faults."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradus.lab.data import digits, flattened, split
from gradus.lab.doctor import Recorder, diagnose, read_log

PAGE = Path(__file__).parents[2] / "docs" / "doctor.md"
DATA = split(flattened(digits()), 640, 300, seed=7)
assert DATA.validation is not None
SETS = {
    "x": DATA.train.inputs,
    "y": DATA.train.targets,
    "held_x": DATA.validation.inputs,
    "held_y": DATA.validation.targets,
}
RATES = {"healthy": 0.05, "rate too low": 1e-6, "rate too high": 30.0, "zero initialisation": 0.05}
SHUFFLED = "labels unrelated to inputs"


def recipe(title: str) -> str:
    """Return the code below a heading of the page, with its three marked lines."""
    found = re.search(rf"### {title}\n.*?```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    assert [found.group(1).count(f"# {number}\n") for number in (1, 2, 3)] == [1, 1, 1]
    return found.group(1)


def sets(fault: str) -> dict[str, Any]:
    given = {name: array.copy() for name, array in SETS.items()}
    if fault == SHUFFLED:
        for name in ("y", "held_y"):
            given[name] = np.random.default_rng(3).permutation(given[name])
    return given


def torch_loop(fault: str) -> dict[str, Any]:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    torch.manual_seed(0)
    nn = torch.nn
    model = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 32), nn.ReLU(), nn.Linear(32, 10))
    if fault == "zero initialisation":
        for parameter in model.parameters():
            nn.init.zeros_(parameter)
    optimiser = torch.optim.SGD(model.parameters(), lr=RATES.get(fault, 0.05), momentum=0.9)
    given = {name: torch.tensor(array) for name, array in sets(fault).items()}
    given = {name: array.long() if name.endswith("y") else array for name, array in given.items()}
    return {**given, "torch": torch, "model": model, "optimiser": optimiser, "criterion": nn.CrossEntropyLoss()}


def jax_loop(fault: str) -> dict[str, Any]:
    jax, optax = importlib.import_module("jax"), importlib.import_module("optax")
    random = np.random.default_rng(0)
    gain = 0.0 if fault == "zero initialisation" else 1.0
    parameters = [
        {"w": (gain * random.standard_normal((n, m)) * (2 / n) ** 0.5).astype(np.float32), "b": np.zeros(m, np.float32)}
        for n, m in ((64, 48), (48, 32), (32, 10))
    ]

    def predict(parameters: Any, inputs: Any) -> Any:
        for layer in parameters[:-1]:
            inputs = jax.nn.relu(inputs @ layer["w"] + layer["b"])
        return inputs @ parameters[-1]["w"] + parameters[-1]["b"]

    def objective(parameters: Any, inputs: Any, targets: Any) -> Any:
        scores = predict(parameters, inputs)
        return optax.softmax_cross_entropy_with_integer_labels(scores, targets).mean()

    optimiser = optax.sgd(RATES.get(fault, 0.05), momentum=0.9)
    given = {"jax": jax, "optax": optax, "numpy": np, "random": random, "parameters": parameters, "predict": predict}
    return {**sets(fault), **given, "objective": jax.jit(objective), "optimiser": optimiser,
            "memory": optimiser.init(parameters)}  # fmt: skip


def keras_loop(fault: str) -> dict[str, Any]:
    keras = pytest.importorskip("keras", reason="Keras is not installed")
    keras.utils.set_random_seed(0)
    start = "zeros" if fault == "zero initialisation" else "he_normal"
    layers = [keras.layers.Dense(n, activation=a, kernel_initializer=start) for n, a in ((48, "relu"), (32, "relu"))]
    model = keras.Sequential([keras.Input((64,)), *layers, keras.layers.Dense(10, kernel_initializer=start)])
    model.compile(
        optimizer=keras.optimizers.SGD(RATES.get(fault, 0.05), momentum=0.9),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return {**sets(fault), "keras": keras, "numpy": np, "model": model}


LOOPS: dict[str, Callable[[str], dict[str, Any]]] = {"PyTorch": torch_loop, "JAX": jax_loop, "Keras": keras_loop}


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("fault", [*RATES, SHUFFLED])
@pytest.mark.parametrize("library", LOOPS)
def test_a_loop_of_another_library_is_diagnosed(
    library: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = LOOPS[library](fault)
    monkeypatch.chdir(tmp_path)
    given["Recorder"] = Recorder
    exec(recipe(library), given)
    given["recorder"].close()
    findings = [finding.name for finding in diagnose(read_log("log.jsonl"))]
    assert findings[:1] == ([] if fault == "healthy" else [fault]), findings


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("mode", ["evaluation", "training"])
def test_pytorch_tensors_show_leaks_thresholds_and_the_mode_of_evaluation(mode: str, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    torch.manual_seed(0)
    nn, x, held = torch.nn, torch.tensor(SETS["x"]), torch.tensor(SETS["held_x"])
    by = x if mode == "evaluation" else torch.cat([x, held])
    mean = by.mean(dim=0)
    model = nn.Sequential(nn.Linear(64, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 2))
    y, held_y = (torch.tensor(SETS[name] >= 5).long() for name in ("y", "held_y"))
    optimiser, criterion = torch.optim.SGD(model.parameters(), lr=0.1), nn.CrossEntropyLoss()
    outputs: dict[str, Any] = {}
    for name, module in model.named_children():
        module.register_forward_hook(lambda _, __, out, name=name: outputs.__setitem__(name, out))
    kinds = {name: type(module).__name__ for name, module in model.named_modules()}
    with Recorder(tmp_path / "log.jsonl", batch=32, kinds=kinds) as recorder:
        recorder.inputs(train=x - mean, validation=held - mean)
        for rows in torch.randperm(640).repeat(6).split(32):
            optimiser.zero_grad()
            loss = criterion(model(x[rows] - mean), y[rows])
            loss.backward()
            weights = dict(model.named_parameters())
            gradients = {name: p.grad for name, p in weights.items()}
            recorder.step(loss, weight=weights, gradient=gradients, outputs=outputs)
            optimiser.step()
        model.train(mode == "training")
        with torch.no_grad():
            order = torch.randperm(300)
            first, again = (
                torch.stack([criterion(model(held[part] - mean), held_y[part]) for part in rows.split(50)]).mean()
                for rows in (torch.arange(300), order)
            )
            recorder.measure(validation_loss=first, validation_loss_again=again)
            chances = model(held - mean).softmax(dim=1)[:, 1]
            recorder.scores(chances, held_y, threshold=0.5 if mode == "evaluation" else 0.995)
    log = read_log(tmp_path / "log.jsonl")
    assert list(log.first("activation")) == ["0", "1", "2", "3"]
    assert log.weighted == ("0", "3")
    assert [one.name for one in diagnose(log)] == (
        [] if mode == "evaluation" else ["normalisation leakage", "wrong threshold"]
    )
    if mode == "training":  # of the two leaks the inputs' is told; without them the mode's
        found = diagnose(replace(log, inputs={}))
        assert "other batches" in found[0].evidence[0]
        assert found[0].evidence[-1] == "layers of batch norm: 1"
