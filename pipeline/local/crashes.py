"""Components that end soon after each start: waiting longer would not help."""

from collections import defaultdict

from pipeline.errors import InkstreamError
from pipeline.local.supervisor import Supervisor

STARTS = 3
"""So many starts of one component while the stack comes up: it is no accident any more."""
LAST_LINES = 15


class Crashes:
    """Watches one supervisor's components, look by look."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._starts: dict[str, set[int]] = defaultdict(set)

    def look(self) -> None:
        """Note who has started again since the last look.

        Raises:
            InkstreamError: one starts again and again; the last lines of its log are in the message.
        """
        for process in self._supervisor.processes():
            name = str(process["name"])
            self._starts[name].add(process["start"])
            if len(self._starts[name] - {0}) >= STARTS:
                raise InkstreamError(self._sentence(name))

    def _sentence(self, name: str) -> str:
        log = self._supervisor.log(name)
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        telling = [line for line in lines if "\tat " not in line]  # not where in the JVM
        return "\n".join([f"{name} ends soon after each start. The last lines of {log}:", *telling[-LAST_LINES:]])
