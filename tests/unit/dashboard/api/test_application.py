"""What goes for all of the API, and its small operations."""

import re

import pytest
import requests

from dashboard.connection.checks import ComponentHealth
from dashboard.connection.health import Health
from dashboard.connection.stream import Stream
from tests.unit.dashboard.api.conftest import Ask, problem
from tests.unit.dashboard.fake_kafka import FakeKafka


def correct(ask: Ask, body: object) -> requests.Response:
    return ask("POST", "/corrections", json=body)


def test_a_correction_reaches_kafka_with_what_was_read(ask: Ask, kafka: FakeKafka) -> None:
    (drawing,) = ask("POST", "/drawings?wait=10", data=b"image").json()["drawings"]
    response = correct(ask, {"drawing_id": drawing["id"], "number": "1"})
    assert response.status_code == 202
    assert response.json() == {"drawing_id": drawing["id"], "number": "1", "status": "accepted"}
    (sent,) = kafka.corrections
    assert (sent.drawing_id, sent.number, sent.read, sent.source) == (drawing["id"], "1", "7", "api")


def test_a_drawing_of_no_number_can_be_corrected(ask: Ask, kafka: FakeKafka) -> None:
    assert correct(ask, {"drawing_id": "a", "number": ""}).status_code == 202
    assert [(one.number, one.read) for one in kafka.corrections] == [("", "")]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"drawing_id": "a"}, "number"),
        ({"drawing_id": "a", "number": 7}, "number"),
        ({"drawing_id": "a", "number": "seven"}, "number"),
        ({"drawing_id": "", "number": "7"}, "drawing_id"),
        ({"drawing_id": "a", "number": "7", "source": "me"}, "source"),
        ([], "The body"),
    ],
)
def test_an_impossible_correction_is_refused(ask: Ask, kafka: FakeKafka, body: object, named: str) -> None:
    response = correct(ask, body)
    assert problem(response) == (422, "invalid")
    assert named in response.json()["error"]["message"]
    assert kafka.corrections == []


def test_a_correction_that_is_no_json_or_endless_is_refused(ask: Ask) -> None:
    assert problem(ask("POST", "/corrections", data=b"{")) == (422, "invalid")
    assert problem(ask("POST", "/corrections", data=b" " * 100_000)) == (413, "too_large")


def test_a_correction_that_kafka_does_not_take_is_not_sent(
    ask: Ask, kafka: FakeKafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.api.corrections.TAKEN_WITHIN_SECONDS", 0.05)
    monkeypatch.setattr("dashboard.connection.outbox.MOST_UNDER_WAY", 0)
    assert problem(correct(ask, {"drawing_id": "a", "number": "1"})) == (429, "overloaded")
    monkeypatch.setattr("dashboard.connection.outbox.MOST_UNDER_WAY", 10)
    kafka.takes_drawings = False
    assert problem(correct(ask, {"drawing_id": "b", "number": "2"})) == (503, "unconfirmed")
    kafka.takes_drawings = True
    assert [one.drawing_id for one in kafka.corrections] == ["b"]


@pytest.mark.parametrize("ok", [True, False])
def test_health_is_told_for_each_component(ask: Ask, monkeypatch: pytest.MonkeyPatch, ok: bool) -> None:
    seen = Health((ComponentHealth("kafka", True, "Fine."), ComponentHealth("flink", ok, "Flink is what it is.")))
    monkeypatch.setattr("dashboard.api.health.health", lambda _: seen)
    response = ask("GET", "/health")
    assert response.status_code == (200 if ok else 503)
    assert response.json() == {
        "ok": ok,
        "trouble": "" if ok else "Flink is what it is.",
        "components": [
            {"name": "kafka", "ok": True, "sentence": "Fine."},
            {"name": "flink", "ok": ok, "sentence": "Flink is what it is."},
        ],
    }


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("DELETE", "/drawings", 405), ("POST", "/predictions", 405), ("PUT", "/health", 405)],
)
def test_wrong_paths_and_methods_have_the_one_form(ask: Ask, method: str, path: str, status: int) -> None:
    assert problem(ask(method, path))[0] == status


def test_the_documentation_comes_from_this_server_alone(ask: Ask) -> None:
    page = ask("GET", "/docs").text
    assert "//" not in re.sub(r"//.*\n|<!--.*?-->", "", page)
    for file in re.findall(r'(?:src|href)="/api([^"]+)"', page):
        assert ask("GET", file).status_code == 200
    assert ask("GET", "").url.endswith("/api/docs")


def test_the_description_is_one_that_the_documentation_can_show(ask: Ask) -> None:
    description = ask("GET", "/openapi.json").json()
    assert description["openapi"].startswith("3.0.")
    assert set(description["paths"]) == {
        "/drawings",
        "/predictions",
        "/predictions/{drawing_id}",
        "/corrections",
        "/health",
    }
    assert "image/*" in description["paths"]["/drawings"]["post"]["requestBody"]["content"]
    assert '"type":"null"' not in ask("GET", "/openapi.json").text.replace(" ", ""), "3.0 knows no such type"


def test_the_stream_is_asked_by_name_of_the_api(ask: Ask, kafka: FakeKafka, stream: Stream) -> None:
    assert ask("POST", "/drawings", data=b"image").status_code == 202
    assert kafka.sources == ["api"]
