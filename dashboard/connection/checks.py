"""One look at each part of the system, each within about two seconds."""

import socket
from collections.abc import Callable
from dataclasses import dataclass

import requests

from pipeline.lakehouse.table import NoTableYetError, open_table
from pipeline.launching.flink import Flink
from pipeline.settings import Settings
from producers.broker import KafkaUnavailableError, require_listener

ANSWERS_WITHIN_SECONDS = 2.0
RESTARTS = "its supervisor starts it again, and make status tells more."


@dataclass(frozen=True, slots=True)
class ComponentHealth:
    """One part of the system: whether it does its work, and a sentence about it."""

    name: str
    ok: bool
    sentence: str


class _AwayError(Exception):
    """Something does not do its work; the message is the sentence about it."""


def check_kafka(settings: Settings) -> ComponentHealth:
    """Whether a broker accepts connections."""
    return _told("kafka", lambda: _reach_kafka(settings))


def check_flink(settings: Settings) -> ComponentHealth:
    """Whether the JobManager answers and has a TaskManager."""
    return _told("flink", lambda: _ask_flink(settings))


def check_job(settings: Settings) -> ComponentHealth:
    """Whether every task of the Beam job runs."""
    return _told("job", lambda: _ask_for_job(settings))


def check_workers(settings: Settings) -> ComponentHealth:
    """Whether Beam's worker pool accepts connections."""
    return _told("workers", lambda: _reach_workers(settings))


def check_lakehouse(settings: Settings) -> ComponentHealth:
    """Whether the table of predictions can be opened; one that is not there yet is well, too."""
    return _told("lakehouse", lambda: _open_lakehouse(settings))


def _told(name: str, look: Callable[[], str]) -> ComponentHealth:
    try:
        return ComponentHealth(name, True, look())
    except _AwayError as away:
        return ComponentHealth(name, False, str(away))


def _reach_kafka(settings: Settings) -> str:
    try:
        require_listener(settings, ANSWERS_WITHIN_SECONDS)
    except KafkaUnavailableError as error:
        raise _AwayError(f"Kafka at {settings.kafka} does not answer; {RESTARTS}") from error
    return f"Kafka at {settings.kafka} accepts connections."


def _ask_flink(settings: Settings) -> str:
    overview = _flink_says(settings, "/overview")
    if not overview["taskmanagers"]:
        raise _AwayError(f"Flink has no TaskManager; {RESTARTS}")
    slots, free = overview["slots-total"], overview["slots-available"]
    return f"Flink {overview['flink-version']} has {slots} slots, {free} of them free."


def _ask_for_job(settings: Settings) -> str:
    flink = Flink(settings.flink_rest, ANSWERS_WITHIN_SECONDS)
    try:
        job_id = flink.live_job(settings.job_name)
        if job_id is None:
            raise _AwayError(f"Flink has no job named {settings.job_name}; it is submitted again within a minute.")
        state, everywhere = flink.state(job_id), flink.runs_everywhere(job_id)
    except (requests.RequestException, KeyError, ValueError) as error:
        raise _AwayError("Flink does not tell how the job is; it goes on where it was once Flink is back.") from error
    if state != "RUNNING" or not everywhere:
        raise _AwayError(f"The job is {state.lower() if everywhere else 'starting'}; drawings wait on Kafka for it.")
    return "The job runs in all its tasks."


def _reach_workers(settings: Settings) -> str:
    try:
        socket.create_connection((settings.host, settings.beam_worker_port), ANSWERS_WITHIN_SECONDS).close()
    except OSError as error:
        raise _AwayError(f"Beam's workers do not answer; {RESTARTS}") from error
    return f"Beam's workers listen at port {settings.beam_worker_port}."


def _open_lakehouse(settings: Settings) -> str:
    try:
        version = open_table(settings.lakehouse).version()
    except NoTableYetError:
        return "The lakehouse is made with the first drawing."
    except Exception as error:
        raise _AwayError(f"The lakehouse at {settings.lakehouse} cannot be opened: {error}.") from error
    return f"The lakehouse is at version {version:,}."


def _flink_says(settings: Settings, path: str) -> dict[str, int | str]:
    try:
        answer: dict[str, int | str] = Flink(settings.flink_rest, ANSWERS_WITHIN_SECONDS).get(path)
    except (requests.RequestException, ValueError) as error:
        raise _AwayError(f"Flink at {settings.flink_rest} does not answer; {RESTARTS}") from error
    return answer
