import json
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
import pytest
from supervisor.options import ProcessConfig, ServerOptions
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from pipeline.local.components import Component
from pipeline.local.ends import alive
from pipeline.local.supervisor import LOGS, MARK, Supervisor
from pipeline.settings import REPOSITORY, Settings

ReadBack = Callable[[Sequence[Component]], list[ProcessConfig]]

WORDS = [
    "plain",
    "two words",
    "100%",
    "%(here)s",
    "%(program_name)s %(ENV_PATH)s",
    'a "quoted" word',
    "it's",
    r"back\slash\"quote",
    "$HOME ${HOME} `id` $(id)",
    "a;b#c",
    "after ;a semicolon",
    "after #a hash",
    "",
    " edges ",
    "-Dkey=ä→€",
    "[program:other]",
]


@pytest.fixture
def read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReadBack:
    """Says what supervisord itself understands of the configuration that we write for it."""

    def read(components: Sequence[Component]) -> list[ProcessConfig]:
        supervisor = Supervisor(Settings(state_dir=tmp_path))
        supervisor.folder.mkdir()
        supervisor.logs.mkdir()
        configuration = supervisor.folder / "supervisord.conf"
        with configuration.open("w") as file:
            supervisor._configuration(components).write(file)
        monkeypatch.chdir(supervisor.folder)
        monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
        monkeypatch.setenv(MARK, supervisor.mark)
        monkeypatch.setenv(LOGS, str(supervisor.logs))
        options = ServerOptions()
        options.realize(["-c", str(configuration)], doc="")
        groups = sorted(options.process_group_configs, key=lambda group: group.process_configs[0].priority)
        return [process for group in groups for process in group.process_configs]

    return read


@pytest.mark.parametrize("word", WORDS)
def test_each_word_of_a_command_reaches_supervisord_as_it_is(word: str, read_back: ReadBack) -> None:
    command = ["/usr/bin/java", word, "-jar", f"/data/{word}", word]

    (process,) = read_back([Component("kafka", "broker", lambda: command)])

    assert shlex.split(process.command) == command


def test_components_start_in_their_order_and_for_ever(read_back: ReadBack) -> None:
    stack = [
        Component("b", "", lambda: ["b"]),
        Component("c", "", lambda: ["c"], seconds_to_stop=30),
        Component("a", "", lambda: ["a"]),
    ]

    processes = read_back(stack)

    assert [process.name for process in processes] == ["b", "c", "a"]
    assert [process.stopwaitsecs for process in processes] == [10, 30, 10]
    for process in processes:
        assert process.autorestart.__name__ == "RestartUnconditionally"
        assert process.startretries >= 1_000_000
        assert process.stopasgroup
        assert process.killasgroup
        assert process.redirect_stderr


def test_a_long_state_folder_still_has_a_socket_of_its_own(tmp_path: Path) -> None:
    long = tmp_path.joinpath(*["a-folder-of-a-long-name"] * 8)

    sockets = {Supervisor(Settings(state_dir=folder)).socket for folder in (long, long / "x", tmp_path)}

    assert len(sockets) == 3
    assert max(len(str(socket)) for socket in sockets) < 108
    assert Supervisor(Settings(state_dir=long)).socket in sockets


TELLER = """
import json, os, signal, sys
print("listening", flush=True)
print(json.dumps([os.getpid(), os.getcwd(), os.environ["INKSTREAM_STATE_DIR"], sys.argv[1:]]), flush=True)
signal.pause()
"""


@pytest.mark.parametrize("name", ["two words", """it's "ink\"""", "issue #3 ;done", "100% %(here)s %s"])
def test_a_real_supervisord_runs_the_very_command_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    script = tmp_path / "teller.py"
    script.write_text(TELLER)
    supervisor = Supervisor(Settings(state_dir=tmp_path / name))

    assert not supervisor.is_running()
    supervisor.start([Component("teller", "tells its arguments", lambda: [sys.executable, "-S", str(script), *WORDS])])
    try:
        _, told = Retrying(stop=stop_after_delay(60), wait=wait_fixed(0.05), retry=retry_if_result(is_too_short))(
            lambda: lines(supervisor.log("teller"))
        )
        pid, folder, state_dir, arguments = json.loads(told)
        process = psutil.Process(pid)
        assert supervisor.is_running()
        assert [(one["name"], one["pid"]) for one in supervisor.processes()] == [("teller", pid)]
    finally:
        assert supervisor.stop()

    assert (state_dir, arguments) == (str(tmp_path / name), WORDS)
    assert folder == str(REPOSITORY)  # where Streamlit looks for its configuration
    assert not alive(process)
    assert not supervisor.is_running()
    assert not supervisor.stop()


def test_a_leftover_whose_death_nobody_notices_is_not_waited_for(
    unnoticed: psutil.Process, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor = Supervisor(Settings(state_dir=tmp_path))
    monkeypatch.setattr(supervisor, "_is_leftover", lambda process: process == unnoticed)
    began = time.monotonic()

    assert supervisor.stop()

    assert time.monotonic() - began < 15
    assert not alive(unnoticed)


def test_a_leftover_that_ends_by_itself_is_in_nobodys_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    supervisor = Supervisor(Settings(state_dir=tmp_path))
    with subprocess.Popen(["sleep", "600"]) as leftover:

        def is_leftover(process: psutil.Process) -> bool:
            if found := process.pid == leftover.pid:
                leftover.kill()
                leftover.wait()
            return found

        monkeypatch.setattr(supervisor, "_is_leftover", is_leftover)

        assert supervisor.end_leftovers()


def lines(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []


def is_too_short(lines: list[str]) -> bool:
    return len(lines) < 2
