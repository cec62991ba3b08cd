"""Which families there are: the folder's, and those that other packages bring."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradus import catalogue
from gradus.errors import Fault
from gradus.family import Family

OUTSIDE = '''
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from gradus.answers import Answer, Count
from gradus.family import Family, Mistake
from gradus.parameters import between


@dataclass(frozen=True, kw_only=True)
class Doubling(Family):
    """Twice a number."""

    parts: ClassVar[tuple[str, ...]] = ("double",)
    number: int = between(1, 999)

    def prompt(self) -> str:
        return f"What is the **double** of ${self.number}$?"

    def key(self) -> Mapping[str, Answer]:
        return {"double": Count(2 * self.number)}

    def witness(self) -> Mapping[str, Answer]:
        return {"double": Count(self.number + self.number)}

    def mistakes(self) -> Iterator[Mistake]:
        yield Mistake("double", "squared", Count(self.number**2), "That is the square.")

    def working(self) -> str:
        return f"2·{self.number} = {2 * self.number}"
'''
ENTRIES = """[gradus.families]
doubling = outside_families:Doubling
no_family = outside_families:Count
no_module = nowhere_to_be_found:Doubling
no_name = outside_families:Tripling
raises = outside_broken:Doubling
"""


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Install a package with one good family and several that cannot be used."""
    (tmp_path / "outside_families.py").write_text(OUTSIDE)
    (tmp_path / "outside_broken.py").write_text("raise RuntimeError('half installed')")
    information = tmp_path / "outside-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: outside\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(ENTRIES)
    monkeypatch.syspath_prepend(str(tmp_path))
    for kept in (catalogue.names, catalogue.family, catalogue._outside):
        kept.cache_clear()
    yield tmp_path
    for kept in (catalogue.names, catalogue.family, catalogue._outside):
        kept.cache_clear()
    for module in ("outside_families", "outside_broken"):
        sys.modules.pop(module, None)


def test_the_folder_is_the_list() -> None:
    files = {file.name for file in catalogue.FOLDER.iterdir() if file.suffix == ".py"}
    assert {f"{name}.py" for name in catalogue.names()} == files - {"__init__.py"}
    assert list(catalogue.names()) == sorted(catalogue.names())


@pytest.mark.parametrize("name", catalogue.names())
def test_every_file_defines_the_one_family_it_is_named_after(name: str) -> None:
    family = catalogue.family(name)
    assert issubclass(family, Family)
    assert family.__name__.startswith("".join(word.capitalize() for word in name.split("_")))
    assert family.__doc__


def test_naming_the_families_imports_none_of_them() -> None:
    program = "import sys; from gradus import catalogue; catalogue.names(); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not [module for module in run.stdout.split() if module.startswith("gradus.families.")]


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("conv_layr", "did you mean 'conv_layer'?"),
        ("ConvLayer", "did you mean 'conv_layer'?"),
        ("zebra", f"known are {', '.join(catalogue.names())}"),
        ("__init__", f"known are {', '.join(catalogue.names())}"),
        ("", f"known are {', '.join(catalogue.names())}"),
        ("../../etc/passwd", f"known are {', '.join(catalogue.names())}"),
        ("conv_layer.py", "did you mean 'conv_layer'?"),
    ],
)
def test_an_unknown_family_is_refused_with_the_nearest_name(name: str, remedy: str) -> None:
    with pytest.raises(Fault) as caught:
        catalogue.family(name)
    assert str(caught.value) == f"family = {name!r} is not in the catalogue; {remedy}"


@pytest.mark.parametrize("name", ["a" * 100_000, "a\0b", "\ud800", "con\x1bv"])
def test_a_hostile_name_is_only_unknown(name: str) -> None:
    with pytest.raises(Fault, match="is not in the catalogue"):
        catalogue.family(name)


@pytest.mark.usefixtures("outside")
def test_a_family_of_another_package_is_found_and_named() -> None:
    assert "doubling" in catalogue.names()
    family = catalogue.family("doubling")
    assert family.__name__ == "Doubling"
    assert catalogue.name_of(family(number=3)) == "doubling"  # type: ignore[call-arg]


@pytest.mark.usefixtures("outside")
@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "no_family",
            (
                "gradus.families: entry point = 'no_family' must lead to a Family, and entry point "
                "'outside_families:Count' leads to something else; mend the package that declares it"
            ),
        ),
        (
            "no_module",
            (
                "gradus.families: entry point = 'no_module' cannot be loaded from 'nowhere_to_be_found:Doubling': "
                "ModuleNotFoundError: No module named 'nowhere_to_be_found'; "
                "mend or remove the package that declares it"
            ),
        ),
        (
            "no_name",
            (
                "gradus.families: entry point = 'no_name' cannot be loaded from 'outside_families:Tripling': "
                "AttributeError: module 'outside_families' has no attribute 'Tripling'; "
                "mend or remove the package that declares it"
            ),
        ),
        (
            "raises",
            (
                "gradus.families: entry point = 'raises' cannot be loaded from 'outside_broken:Doubling': "
                "RuntimeError: half installed; mend or remove the package that declares it"
            ),
        ),
    ],
)
def test_a_broken_family_of_another_package_is_told_and_harms_no_other(name: str, message: str) -> None:
    with pytest.raises(Fault) as caught:
        catalogue.family(name)
    assert str(caught.value) == message
    assert catalogue.family("conv_layer").__name__ == "ConvLayer"
    assert catalogue.family("doubling").__name__ == "Doubling"


def test_a_file_with_two_families_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = type(sys)("gradus.families.two")
    exec(OUTSIDE + OUTSIDE.split("\n\n\n")[1].replace("Doubling", "Tripling"), vars(module))
    monkeypatch.setitem(sys.modules, "gradus.families.two", module)
    with pytest.raises(Fault) as caught:
        catalogue._defined("two")
    assert str(caught.value) == (
        "gradus/families/two.py: family must define one family, and defines 2; one file, one family"
    )
