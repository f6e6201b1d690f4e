import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from jgo.maven import MavenContext, PythonResolver

from pipeline.jvm.jars import CLASS_PATHS, _artifact, _is_there, lock_file
from pipeline.jvm.java import java
from pipeline.local.components import components
from pipeline.local.precedence import yielding
from pipeline.settings import FLINK_HOST, Settings

FAKE_JAVA = """#!/bin/sh
echo 'version "17.0.0"' >&2
echo "BASH_JAVA_UTILS_EXEC_RESULT:-Xmx1m -Xms1m"
echo "BASH_JAVA_UTILS_EXEC_RESULT:-D taskmanager.cpu.cores=2.0"
"""


@pytest.fixture(autouse=True)
def executable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A Java that starts nothing; and nothing is downloaded either."""
    context = MavenContext(resolver=PythonResolver())
    for name in CLASS_PATHS:
        coordinates = lock_file(name).read_text().splitlines()[1:]
        if not all(_is_there(_artifact(context, coordinate)) for coordinate in coordinates):
            pytest.skip(f"the {name} jars are not downloaded yet")
    fake = tmp_path / "java" / "bin" / "java"
    fake.parent.mkdir(parents=True)
    fake.write_text(FAKE_JAVA)
    fake.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "java"))
    java.cache_clear()
    yield str(fake)
    java.cache_clear()


@pytest.fixture
def here(tmp_path: Path, fresh_settings: pytest.MonkeyPatch) -> Settings:
    return Settings(state_dir=tmp_path / "two words")


def test_names_and_ports_are_each_used_once(here: Settings) -> None:
    stack = components(here)

    names = Counter(component.name for component in stack)
    ports = Counter(port for component in stack for port in component.ports)
    assert names.most_common(1)[0][1] == ports.most_common(1)[0][1] == 1
    expected = ["kafka", "jobmanager", "taskmanager", "workers", "dashboard", "job", "housekeeper", "guardian"]
    assert list(names) == expected
    assert len(ports) == sum(name.endswith("_port") for name in Settings.model_fields)


def test_the_variable_beside_a_port_is_the_one_that_moves_it(
    here: Settings, fresh_settings: pytest.MonkeyPatch
) -> None:
    variables = {port: variable for component in components(here) for port, variable in component.ports.items()}
    for port, variable in variables.items():
        fresh_settings.setenv(variable, str(port + 10_000))

    moved = components(Settings(state_dir=here.state_dir))

    expected = {port + 10_000: variable for port, variable in variables.items()}
    assert {port: variable for component in moved for port, variable in component.ports.items()} == expected
    commands = "\n".join(word for component in moved for word in component.prepare())
    written = (here.state_dir / "kafka" / "server.properties").read_text()
    read_by_programs_of_our_own = {"INKSTREAM_BEAM_WORKER_PORT", "INKSTREAM_DASHBOARD_PORT"}
    for port, variable in expected.items():
        assert str(port) in commands + written or variable in read_by_programs_of_our_own


def test_each_is_a_command_of_the_java_or_the_python_that_we_chose(here: Settings, executable: str) -> None:
    stack = {component.name: component.prepare() for component in components(here)}

    assert {command[0] for command in stack.values()} == {executable, sys.executable}
    assert [name for name, command in stack.items() if executable in command] == ["kafka", "jobmanager", "taskmanager"]
    behind = yielding([executable, "-Xmx1m", "-Xms1m"])
    assert [name for name, command in stack.items() if command[: len(behind)] == behind] == [
        "jobmanager",
        "taskmanager",
    ]
    assert stack["taskmanager"][-2:] == ["-D", "taskmanager.cpu.cores=2.0"]
    assert any(word.startswith("-javaagent:") for word in stack["taskmanager"])
    assert stack["kafka"][-1] == str(here.state_dir / "kafka" / "server.properties")


def test_flink_alone_has_a_host_of_its_own(here: Settings) -> None:
    moved = here.model_copy(update={"host": "10.0.0.7"})

    assert {one.name: one.host for one in components(moved) if one.host} == {"jobmanager": FLINK_HOST}


def test_where_it_listens_is_its_address(here: Settings) -> None:
    addresses = {component.name: component.address for component in components(here) if component.address}

    assert addresses == {
        "kafka": here.kafka,
        "jobmanager": here.flink_rest,
        "workers": f"{here.host}:{here.beam_worker_port}",
        "dashboard": here.dashboard,
    }
