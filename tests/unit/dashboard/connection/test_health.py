from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import orjson
import pytest

from dashboard.connection import health as watching
from dashboard.connection.checks import (
    ComponentHealth,
    check_flink,
    check_job,
    check_kafka,
    check_lakehouse,
    check_workers,
)
from dashboard.connection.health import Health, HealthWatch
from pipeline.settings import Settings

NOBODY = 1
"""A port at which nothing listens."""
OVERVIEW = {"taskmanagers": 1, "slots-total": 2, "slots-available": 0, "flink-version": "1.19.3"}
JOB = {"jid": "j", "name": "inkstream", "state": "RUNNING"}


def fine(name: str) -> ComponentHealth:
    return ComponentHealth(name, True, "Fine.")


@contextmanager
def flink(answers: dict[str, object]) -> Iterator[Settings]:
    """A server that answers as Flink's REST API does."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = orjson.dumps(answers[self.path]) if self.path in answers else b""
            self.send_response(200 if body else 500)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        port = server.server_address[1]
        yield Settings(flink_rest_port=port, kafka_port=port + 1 if port < 65535 else 2, beam_worker_port=NOBODY)
        server.shutdown()
        thread.join()


def running(*vertices: str, state: str = "RUNNING") -> dict[str, object]:
    job = {"state": state, "vertices": [{"status": status} for status in vertices]}
    return {"/overview": OVERVIEW, "/jobs/overview": {"jobs": [JOB]}, "/jobs/j": job}


def test_flink_and_the_job_are_well() -> None:
    with flink(running("RUNNING", "RUNNING")) as settings:
        assert check_flink(settings) == ComponentHealth("flink", True, "Flink 1.19.3 has 2 slots, 0 of them free.")
        assert check_job(settings).ok


def test_without_a_task_manager_flink_is_not_well() -> None:
    with flink({"/overview": OVERVIEW | {"taskmanagers": 0}}) as settings:
        assert "no TaskManager" in check_flink(settings).sentence
        assert not check_flink(settings).ok


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (running("RUNNING", "SCHEDULED"), "starting"),
        (running("RUNNING", state="RESTARTING"), "restarting"),
        ({"/jobs/overview": {"jobs": []}}, "no job named inkstream"),
        ({"/jobs/overview": {"jobs": [JOB | {"state": "FAILED"}]}}, "no job named inkstream"),
        ({}, "does not tell"),
    ],
)
def test_a_job_that_does_not_run_everywhere_is_not_well(answers: dict[str, object], said: str) -> None:
    with flink(answers) as settings:
        seen = check_job(settings)
    assert not seen.ok
    assert said in seen.sentence
    assert seen.sentence.endswith(".")


def test_what_does_not_listen_is_named(tmp_path: Path) -> None:
    away = Settings(kafka_port=2, flink_rest_port=3, beam_worker_port=NOBODY, state_dir=tmp_path)
    for check, name in [(check_kafka, "Kafka"), (check_flink, "Flink"), (check_workers, "Beam's workers")]:
        seen = check(away)
        assert not seen.ok
        assert name in seen.sentence
        assert seen.sentence.endswith(".")
    assert check_job(away).name == "job"
    assert not check_job(away).ok


def test_a_lakehouse_that_is_yet_to_be_made_is_well(tmp_path: Path) -> None:
    assert check_lakehouse(Settings(state_dir=tmp_path)).ok


def test_a_lakehouse_that_cannot_be_read_is_not_well(tmp_path: Path) -> None:
    log = tmp_path / "lakehouse" / "predictions" / "_delta_log"
    log.mkdir(parents=True)
    (log / f"{0:020}.json").write_text("nonsense")
    seen = check_lakehouse(Settings(state_dir=tmp_path))
    assert not seen.ok
    assert "cannot be opened" in seen.sentence


def test_the_first_trouble_is_the_one_told() -> None:
    parts = fine("kafka"), ComponentHealth("flink", False, "Flink is away."), ComponentHealth("job", False, "No job.")
    assert (Health(parts).ok, Health(parts).trouble) == (False, "Flink is away.")
    assert (Health(parts[:1]).ok, Health(parts[:1]).trouble) == (True, "")


def test_one_look_serves_all_who_ask_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    watch = HealthWatch(Settings(), {"kafka": lambda _: looks.append(1) or fine("kafka")})
    assert watch.look() is watch.look()
    assert len(looks) == 1
    monkeypatch.setattr(watching, "FRESH_SECONDS", -1.0)
    assert watch.look().ok
    assert len(looks) == 2


def test_what_hangs_keeps_nobody_and_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "FRESH_SECONDS", -1.0)
    monkeypatch.setattr(watching, "PATIENCE_SECONDS", 0.01)
    hangs, asked = Event(), []

    def hang(_: Settings) -> ComponentHealth:
        asked.append(1)
        hangs.wait()
        return fine("flink")

    watch = HealthWatch(Settings(), {"kafka": lambda _: fine("kafka"), "flink": hang})
    first, second = watch.look(), watch.look()
    assert [part.ok for part in first.components] == [part.ok for part in second.components] == [True, False]
    assert "does not answer within" in first.trouble
    assert len(asked) == 1
    hangs.set()
    while not watch.look().ok:
        pass
