"""The processes of the stack under supervisord, which starts again what dies."""

import os
import subprocess
import sys
import xmlrpc.client
from collections.abc import Sequence
from configparser import RawConfigParser
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from supervisor.xmlrpc import SupervisorTransport

from pipeline.errors import InkstreamError
from pipeline.local.components import Component
from pipeline.local.ends import await_end
from pipeline.local.sockets import require_privacy, socket_of
from pipeline.settings import REPOSITORY, Settings

MARK = "INKSTREAM_STACK"
"""In the environment of every process of a stack, its state folder: so that none is overlooked."""
LOGS = "INKSTREAM_LOGS"
"""In supervisord's environment, the folder of the components' logs: a path in its configuration could not hold every
character. Each % is doubled, since supervisord expands these paths twice."""


class Supervisor:
    """The supervisord of the stack whose files are in one state folder."""

    def __init__(self, here: Settings) -> None:
        self.here = here
        self.folder = here.state_dir / "supervisor"
        self.logs = here.state_dir / "logs"
        self.mark = str(here.state_dir.resolve())
        self.socket = socket_of(self.mark)

    def _call(self, method: str) -> Any:
        require_privacy(self.socket.parent)
        transport = SupervisorTransport(None, None, f"unix://{self.socket}")
        try:
            return getattr(xmlrpc.client.ServerProxy("http://supervisor", transport).supervisor, method)()
        finally:
            transport.close()

    def is_running(self) -> bool:
        """Whether supervisord answers."""
        try:
            return bool(self._call("getState")["statename"] == "RUNNING")
        except (OSError, xmlrpc.client.Error):
            return False

    def start(self, components: Sequence[Component]) -> None:
        """Start supervisord in the background, and it starts the components."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.logs.mkdir(parents=True, exist_ok=True)
        self.socket.parent.mkdir(mode=0o700, exist_ok=True)
        require_privacy(self.socket.parent)
        configuration = self.folder / "supervisord.conf"
        with configuration.open("w") as file:
            self._configuration(components).write(file)
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(configuration)]
        # Every setting, since a relative path in a variable would mean another one in the components' folder.
        environment = os.environ | self.here.environment()
        environment |= {
            MARK: self.mark,
            LOGS: str(self.logs).replace("%", "%%"),
            "PYTHONPATH": str(REPOSITORY),
        }
        done = subprocess.run(
            command, cwd=REPOSITORY, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        if done.returncode:
            raise InkstreamError(f"The supervisor does not start: {(done.stdout + done.stderr).strip()}")

    def processes(self) -> list[dict[str, Any]]:
        """What supervisord knows of each component: name, statename, pid, start, now, spawnerr, …"""
        return list(self._call("getAllProcessInfo"))

    def log(self, name: str) -> Path:
        """Where the output of a component goes."""
        return self.logs / f"{name}.log"

    def stop(self) -> bool:
        """Stop every component, then supervisord, then what a killed supervisord left; False if there was nothing."""
        running = self.is_running()
        if running:
            supervisord = psutil.Process(self._call("getPID"))
            self._call("shutdown")
            await_end([supervisord], 120)
        return self.end_leftovers() or running

    def end_leftovers(self) -> bool:
        """End every process of this stack that no supervisord looks after; False if there was none."""
        leftovers = [process for process in psutil.process_iter() if self._is_leftover(process)]
        for process in leftovers:
            with suppress(psutil.NoSuchProcess):
                process.terminate()
        stubborn = await_end(leftovers, 15)
        for process in stubborn:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        await_end(stubborn, 15)
        return bool(leftovers)

    def _is_leftover(self, process: psutil.Process) -> bool:
        try:
            return bool(process.pid != os.getpid() and process.environ().get(MARK) == self.mark)
        except psutil.Error:
            return False

    def _configuration(self, components: Sequence[Component]) -> RawConfigParser:
        configuration = RawConfigParser()
        configuration["unix_http_server"] = {"file": str(self.socket), "chmod": "0700"}
        configuration["supervisord"] = {
            "logfile": f"%(ENV_{MARK})s/logs/supervisord.log",
            "pidfile": f"%(ENV_{MARK})s/supervisor/supervisord.pid",
            "childlogdir": f"%(ENV_{MARK})s/logs",
        }
        configuration["rpcinterface:supervisor"] = {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        }
        for priority, component in enumerate(components):
            configuration[f"program:{component.name}"] = self._program(component, priority)
        return configuration

    def _program(self, component: Component, priority: int) -> dict[str, str]:
        return {
            "command": " ".join(_quoted(word) for word in component.prepare()),
            "priority": str(priority),
            "autorestart": "true",
            "startsecs": "1",
            "startretries": "1000000",  # never give up: what a component waits for may come back
            "stopwaitsecs": str(component.seconds_to_stop),
            "stopasgroup": "true",
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": f"%(ENV_{LOGS})s/{component.name}.log",
            "stdout_logfile_maxbytes": "10MB",
            "stdout_logfile_backups": "2",
        }


def _quoted(word: str) -> str:
    """A word of a command as supervisord reads it: split like a shell, % doubled, no comment after a space."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return '"' + escaped.replace(" ;", ' "";').replace(" #", ' ""#') + '"'
