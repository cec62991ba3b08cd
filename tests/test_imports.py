"""What importing Gradus costs: the standard library only, until something heavier is asked for."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys
sys.path[:] = {path!r}
before = set(sys.modules)
{statement}
print(*sorted({{module.partition(".")[0] for module in set(sys.modules) - before}}))
"""
EXAM = "---\ntitle: A\npoints: 1\n---\n```conv_layer\nid: 1\npoints: 1\n```\n"
READ_AN_EXAM = f"from gradus import exam; exam.parse({EXAM!r})"


def loaded_by(statement: str) -> set[str]:
    """Return the packages outside the standard library that a statement loads in a fresh process."""
    # -S leaves out what the environment loads at the start, and with it the folder of installed packages
    program = PROGRAM.format(path=sys.path, statement=statement)
    run = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True)
    return set(run.stdout.split()) - set(sys.stdlib_module_names)


@pytest.mark.parametrize(
    "statement",
    [
        "import gradus",
        "import gradus.errors, gradus.answers, gradus.parameters, gradus.family",
        "import gradus.networks",
        "import gradus.oracle.windows, gradus.oracle.scalars",
        "import gradus.catalogue",
        "import gradus.exam, gradus.paper, gradus.grading, gradus.audit",
        "from gradus import catalogue; [catalogue.family(name) for name in catalogue._own()]",
    ],
)
def test_importing_loads_the_standard_library_only(statement: str) -> None:
    assert loaded_by(statement) == {"gradus"}


def test_the_import_test_can_fail() -> None:
    assert "numpy" in loaded_by("import gradus, numpy")


def test_what_is_dear_is_loaded_when_it_is_needed() -> None:
    assert loaded_by(READ_AN_EXAM) >= {"yaml", "markdown_it"}
