"""The public names, and what importing them costs."""

import subprocess
import sys

import gradus.networks


def test_the_public_names_are_these() -> None:
    assert gradus.networks.__all__ == [
        "Activation",
        "AdaptivePool",
        "Add",
        "Attention",
        "ClassToken",
        "Concat",
        "Conv",
        "Crop",
        "Dense",
        "Dropout",
        "Embedding",
        "Flatten",
        "From",
        "GlobalPool",
        "Multiply",
        "Named",
        "Network",
        "Norm",
        "Pad",
        "Pool",
        "Position",
        "Recurrent",
        "Repeat",
        "Reshape",
        "Reuse",
        "Select",
        "Tokens",
        "TransposedConv",
        "Upsample",
        "describe",
    ]
    assert all(hasattr(gradus.networks, name) for name in gradus.networks.__all__)


def modules_of(statement: str) -> set[str]:
    program = f"import sys; {statement}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def loaded_by(statement: str) -> set[str]:
    return {module.partition(".")[0] for module in modules_of(statement)}


def test_importing_loads_the_standard_library_only() -> None:
    outside = loaded_by("import gradus.networks") - set(sys.stdlib_module_names) - {"gradus"}
    assert {name for name in outside if not name.startswith(("_", "sitecustomize"))} == set()


def test_the_import_test_can_fail() -> None:
    assert "numpy" in loaded_by("import gradus.networks, numpy")


def test_of_gradus_itself_the_calculator_loads_only_what_can_go_wrong() -> None:
    loaded = modules_of("from gradus.networks import describe; describe('conv 3x3x8 > relu', (9, 9, 3)).working()")
    own = {module for module in loaded if module.startswith("gradus.") and not module.startswith("gradus.networks")}
    assert own == {"gradus.errors"}
    assert not loaded & {"gradus.networks.symbols", "gradus.networks.structure"}  # not before they are needed
