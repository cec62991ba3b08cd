"""Memory is split by what it is for, and is what autograd saves."""

import pytest

from gradus.errors import Fault
from gradus.networks.memory import largest_batch, peak_values, saved_activations, training_memory
from gradus.networks.reading import read_text
from tests.networks.known import network, table

MEASURED = {
    # Distinct storages of saved tensors, without parameters, by torch 2.13's saved_tensors_hooks at batch 2.
    "ResNet-50": 172_031_488,
    "VGG-16": 146_378_752,
    "MobileNet v2 1.0 224": 156_545_280,
    "DenseNet-121": 261_057_280,
    "LeNet-5 (modern, full C3, 32x32)": 72_864,
    "U-Net (same padding, 1 channel in, 2-filter 3x3 then 1x1 out)": 430_440_448,
}


@pytest.mark.parametrize("name", sorted(MEASURED))
def test_saved_activations_are_to_the_byte_what_autograd_saves(name: str) -> None:
    assert training_memory(table(name), batch=2).activations.value == MEASURED[name]


@pytest.mark.parametrize("name", sorted(MEASURED))
def test_autograd_still_saves_as_much(name: str) -> None:
    torch = pytest.importorskip("torch")
    from gradus.networks.writers.torch import torch_module

    shape = table(name).input
    module = torch_module(network(name), shape)
    own = {tensor.untyped_storage().data_ptr() for tensor in (*module.parameters(), *module.buffers())}
    seen: dict[int, int] = {}
    held = []

    def pack(tensor: object) -> object:
        storage = tensor.untyped_storage()  # type: ignore[attr-defined]
        if storage.data_ptr() not in own:
            seen[storage.data_ptr()] = storage.nbytes()
            held.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        module(torch.randn(2, shape[-1], *shape[:-1]))
    assert sum(seen.values()) == training_memory(table(name), batch=2).activations.value


def test_training_memory_of_resnet_50_is_split_into_four() -> None:
    memory = training_memory(table("ResNet-50"), batch=32, optimiser="adam")
    assert memory.gradients.text == "25557032·4 = 102228128"
    assert memory.state.text == "2·25557032·4 = 204456256"
    assert memory.weights.text == "25610152·4 = 102440608"
    assert memory.total == sum(part.value for part in memory.parts.values())


@pytest.mark.parametrize(("optimiser", "vectors"), [("sgd", 0), ("momentum", 1), ("adam", 2)])
def test_optimisers_keep_none_one_or_two_vectors(optimiser: str, vectors: int) -> None:
    memory = training_memory(read_text("dense 10").describe((784,)), optimiser=optimiser)
    assert memory.state.value == vectors * 7850 * 4


def test_the_largest_batch_fits_and_one_more_does_not() -> None:
    described = table("ResNet-50")
    most = largest_batch(described, 16 * 1024**3)
    assert training_memory(described, most).total <= 16 * 1024**3 < training_memory(described, most + 1).total


def test_a_memory_too_small_for_one_example_says_what_one_needs() -> None:
    with pytest.raises(Fault) as fault:
        largest_batch(read_text("dense 10").describe((784,)), 1000)
    assert str(fault.value).startswith("memory: memory = 1000 is too little: one example needs 128736 bytes")


def test_a_tensor_that_two_branches_keep_counts_once() -> None:
    described = read_text("add(conv 3x3x4 p1 | conv 1x1x4)").describe((8, 8, 4))
    assert saved_activations(described).values == 8 * 8 * 4


def test_the_peak_of_a_forward_pass_holds_the_skip() -> None:
    chain = peak_values(read_text("conv 3x3x4 p1 > conv 3x3x4 p1").describe((8, 8, 4)))
    skip = peak_values(read_text("add(conv 3x3x4 p1 > conv 3x3x4 p1 | skip)").describe((8, 8, 4)))
    assert (chain, skip) == (2 * 256, 3 * 256)
