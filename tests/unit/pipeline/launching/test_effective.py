import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from pipeline.launching.effective import mismatches
from pipeline.launching.flink import Flink

JOB = "cafe"
ASKED = [
    "--job_name=inkstream",
    "--streaming",
    "--environment_type=EXTERNAL",
    "--environment_config=127.0.0.1:50000",
    "--parallelism=2",
    "--max_bundle_size=1024",
    "--max_bundle_time_mills=10",
    "--checkpointing_interval=5000",
    "--externalized_checkpoints_enabled",
    "--retain_externalized_checkpoints_on_cancellation",
]
USER_CONFIG = {
    "jobName": "inkstream",
    "streaming": "true",
    "environmentType": "EXTERNAL",
    "environmentConfig": "127.0.0.1:50000",
    "parallelism": "2",
    "sdkWorkerParallelism": "2",
    "maxBundleSize": "1024",
    "maxBundleTimeMills": "10",
    "checkpointingInterval": "5000",
    "externalizedCheckpointsEnabled": "true",
    "retainExternalizedCheckpointsOnCancellation": "true",
    "objectReuse": "false",
    "stateBackend": None,
    "experiments": "[use_deprecated_read, beam_fn_api]",
}

Answers = dict[str, Any]


@pytest.fixture
def answers() -> Answers:
    """What Flink answers to a path, of a job that runs just as ASKED."""
    execution = {"execution-mode": "PIPELINED", "job-parallelism": 2, "user-config": dict(USER_CONFIG)}
    external = {"enabled": True, "delete_on_cancellation": False}
    return {
        f"/jobs/{JOB}/config": {"jid": JOB, "name": "inkstream", "execution-config": execution},
        f"/jobs/{JOB}/checkpoints/config": {"mode": "exactly_once", "interval": 5000, "externalization": external},
    }


@pytest.fixture
def found(answers: Answers) -> Iterator[Callable[..., list[str]]]:
    """Asks a Flink that gives those answers what ASKED and some more flags did not achieve."""

    class Rest(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.path in answers
            self.send_response(200 if known else 404)
            self.end_headers()
            self.wfile.write(json.dumps(answers.get(self.path, {"errors": ["not found"]})).encode())

        def log_message(self, *_: object) -> None:
            """Not into the test's output."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Rest) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        flink = Flink(f"http://127.0.0.1:{server.server_port}")
        yield lambda *more: list(mismatches(flink, JOB, [*ASKED, *more]))
        server.shutdown()


def user_config(answers: Answers) -> dict[str, str | None]:
    options: dict[str, str | None] = answers[f"/jobs/{JOB}/config"]["execution-config"]["user-config"]
    return options


def test_nothing_is_reported_when_all_is_as_asked(found: Callable[..., list[str]]) -> None:
    assert found() == []


def test_an_option_that_the_runner_swallowed_is_named_with_both_values(
    answers: Answers, found: Callable[..., list[str]]
) -> None:
    user_config(answers)["maxBundleTimeMills"] = "1000"

    assert found() == ["maxBundleTimeMills=10 was asked for, but the job has 1000"]


@pytest.mark.parametrize("flags", [["--state_backend=rocksdb"], ["--state_backend", "rocksdb"]])
def test_a_value_may_stand_behind_a_sign_or_a_space(flags: list[str], found: Callable[..., list[str]]) -> None:
    assert found(*flags) == ["stateBackend=rocksdb was asked for, but the job has nothing"]


def test_a_bare_flag_asks_for_true(answers: Answers, found: Callable[..., list[str]]) -> None:
    sentence = "objectReuse=true was asked for, but the job has false"
    assert found("--object_reuse") == [sentence]
    assert found("--object_reuse", "--max_bundle_size=1024") == [sentence]
    user_config(answers)["objectReuse"] = "true"
    assert found("--object_reuse") == []


def test_of_repeated_flags_the_last_counts(found: Callable[..., list[str]]) -> None:
    assert found("--max_bundle_size=1", "--max_bundle_size", "1024") == []
    assert found("--max_bundle_size=1024", "--max_bundle_size=1") == [
        "maxBundleSize=1 was asked for, but the job has 1024"
    ]


def test_a_value_may_hold_a_sign_itself(answers: Answers, found: Callable[..., list[str]]) -> None:
    user_config(answers)["environmentConfig"] = '{"a"="b"}'

    assert found('--environment_config={"a"="b"}') == []


def test_options_that_flink_does_not_show_are_passed_over(found: Callable[..., list[str]]) -> None:
    assert found("--commit_seconds=9", "--experiments=something_else") == []


def test_another_parallelism_is_reported(answers: Answers, found: Callable[..., list[str]]) -> None:
    answers[f"/jobs/{JOB}/config"]["execution-config"]["job-parallelism"] = 1

    assert found() == ["parallelism=2 was asked for, but the job has 1"]


def test_another_interval_of_checkpoints_is_reported(answers: Answers, found: Callable[..., list[str]]) -> None:
    answers[f"/jobs/{JOB}/checkpoints/config"]["interval"] = 60_000

    assert found() == ["A checkpoint every 5000 ms was asked for, but the job has 60000 ms"]


@pytest.mark.parametrize(
    "external",
    [{"enabled": True, "delete_on_cancellation": True}, {"enabled": False, "delete_on_cancellation": True}],
)
def test_checkpoints_that_die_with_the_job_are_reported(
    external: dict[str, bool], answers: Answers, found: Callable[..., list[str]]
) -> None:
    answers[f"/jobs/{JOB}/checkpoints/config"]["externalization"] = external

    assert found() == ["Checkpoints do not outlive the job, so a new cluster could not go on from them"]


def test_a_job_without_any_checkpoints_is_reported_and_no_error(
    answers: Answers, found: Callable[..., list[str]]
) -> None:
    """Flink's REST API answers 404 then."""
    del answers[f"/jobs/{JOB}/checkpoints/config"]

    (sentence,) = found()

    assert "checkpoint" in sentence.lower()
