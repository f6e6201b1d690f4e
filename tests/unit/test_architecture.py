"""Imports flow one way: read from the source, so that an import within a function counts too."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDERS = ("pipeline", "producers", "dashboard", "training", "bench")

SHARED = ("settings", "errors", "messages", "mnist", "recognition.*", "lakehouse.*", "launching.flink")
"""What the other folders may import of the pipeline, and with it what these need themselves.

Flink's REST API is among it: the dashboard shows how the job is.
"""
SIBLINGS = {
    "pipeline": set(),
    "producers": set(),
    "dashboard": {"producers"},
    "training": set(),
    "bench": {"pipeline", "producers", "training"},
}
"""The folders, besides the shared part of the pipeline, from which each may import; what measures may use all."""
ENGINE = {"apache_beam", "pyflink", "kafka", "grpc", "supervisor", "jgo"}
"""What a web page, a command or a training need not load to read an image."""


def modules() -> dict[str, Path]:
    files = (file for folder in FOLDERS for file in (REPOSITORY / folder).rglob("*.py"))
    return {
        ".".join(file.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__"): file for file in files
    }


MODULES = modules()


@cache
def names_imported(module: str) -> frozenset[str]:
    """The full names in all import statements of a module; of ``from a import b`` it is ``a.b``."""
    return frozenset(_names_imported(module))


def _names_imported(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively: its full name tells a reader more"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports(module: str) -> set[str]:
    """The modules of ours that a module imports, packages on the way to them included."""
    found = set()
    for name in names_imported(module):
        parts = name.split(".")
        found |= {".".join(parts[:length]) for length in range(1, len(parts) + 1)} & MODULES.keys()
    return found - {module, *packages_of(module)}


def packages_of(module: str) -> set[str]:
    parts = module.split(".")
    return {".".join(parts[:length]) for length in range(1, len(parts))}


def folder_of(module: str) -> str:
    return module.partition(".")[0]


def package_of(module: str) -> str:
    """The folder in a folder; "" for a module beside those."""
    package = ".".join(module.split(".")[:2])
    return "" if package in MODULES and MODULES[package].stem != "__init__" else package


def shared() -> set[str]:
    """The shared modules of the pipeline and all that they import, directly or not."""
    todo = [module for module in MODULES for pattern in SHARED if fnmatch(module, f"pipeline.{pattern}")]
    closure = {"pipeline", "pipeline.lakehouse", "pipeline.launching", "pipeline.recognition"}
    while todo:
        module = todo.pop()
        if module not in closure:
            closure.add(module)
            todo += imports(module)
    return closure


def test_all_folders_are_seen() -> None:
    assert {folder_of(module) for module in MODULES} == set(FOLDERS)
    assert {
        "pipeline.graph",
        "pipeline.lakehouse.query",
        "producers.sender",
        "dashboard.app",
        "training.train",
    } <= MODULES.keys()
    assert "pipeline.stages.land" in imports("pipeline.graph")
    assert {"pipeline.lakehouse.query", "pipeline.messages"} <= shared()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_in_the_one_direction(module: str) -> None:
    mine = folder_of(module)
    foreign = {name for name in imports(module) if folder_of(name) != mine}

    allowed = {name for name in MODULES if folder_of(name) in SIBLINGS[mine]}
    if mine != "pipeline":
        allowed |= shared()
    assert foreign <= allowed


def test_what_is_shared_does_not_drag_the_engine_along() -> None:
    heavy = {module: {name.partition(".")[0] for name in names_imported(module)} & ENGINE for module in shared()}

    assert {module: names for module, names in heavy.items() if names} == {}


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_module_imports_itself_by_way_of_others(folder: str) -> None:
    graph = {module: imports(module) for module in MODULES if folder_of(module) == folder}

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_package_imports_itself_by_way_of_others(folder: str) -> None:
    graph: dict[str, set[str]] = {}
    for module in MODULES:
        if folder_of(module) == folder and (package := package_of(module)):
            graph.setdefault(package, set()).update(set(map(package_of, imports(module))) - {package, ""})

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_nothing_but_tests_imports_tests() -> None:
    assert [module for module in MODULES for name in names_imported(module) if name.partition(".")[0] == "tests"] == []
