import pytest

from pipeline.launching.flink import Failure, Flink, _innermost

WORKER_FAILED = """java.lang.Exception: Exception while processing
\tat org.apache.flink.runtime.taskmanager.Task.run(Task.java:1)
Caused by: java.lang.RuntimeException: Failed to finish remote bundle
\t... 26 more
Caused by: java.util.concurrent.ExecutionException: Error received from SDK harness: Traceback (most recent call last):
  File "sdk_worker.py", line 1, in _execute
    response = task()
FileNotFoundError: There is no model at /m.keras

\tat java.base/java.util.concurrent.CompletableFuture.get(CompletableFuture.java:1)
"""


@pytest.mark.parametrize(
    ("stack_trace", "reason"),
    [
        ("java.lang.Error: no\n\tat A.b(A.java:1)\n", "java.lang.Error: no"),
        ("java.lang.Error: no\n\tat A.b\nCaused by: java.io.EOFException\n\t... 2 more", "java.io.EOFException"),
        (WORKER_FAILED, "FileNotFoundError: There is no model at /m.keras"),
    ],
)
def test_the_innermost_reason_is_told(stack_trace: str, reason: str) -> None:
    assert _innermost(stack_trace) == reason


def test_each_failure_is_told_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [{"stacktrace": trace} for trace in (WORKER_FAILED, "java.lang.Error: old\n\tat A.b")]
    answers = {"/jobs/cafe/exceptions": {"exceptionHistory": {"entries": entries, "truncated": False}}}
    monkeypatch.setattr(Flink, "get", lambda _, path: answers[path])

    assert Flink("http://nowhere").failures("cafe") == [
        Failure("FileNotFoundError: There is no model at /m.keras", ours=True),
        Failure("java.lang.Error: old", ours=False),
    ]
