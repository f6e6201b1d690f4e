import io
from concurrent.futures import ThreadPoolExecutor
from threading import active_count

import pytest
import requests
from fastapi import FastAPI

from dashboard.connection.outbox import Outbox
from dashboard.connection.stream import Stream
from pipeline.recognition.image_limits import MAX_BYTES
from pipeline.settings import Settings
from tests.unit.dashboard.api.conftest import Ask, problem
from tests.unit.dashboard.fake_kafka import AWAY, FakeKafka, prediction

PNG = {"Content-Type": "image/png"}


def send(ask: Ask, body: bytes = b"image", query: str = "", kind: str = "image/png") -> requests.Response:
    return ask("POST", f"/drawings{query}", data=body, headers={"Content-Type": kind})


def files(*bodies: bytes) -> list[tuple[str, tuple[str, io.BytesIO]]]:
    return [("file", (f"{number}.png", io.BytesIO(body))) for number, body in enumerate(bodies)]


def test_what_is_accepted_is_on_kafka_and_its_address_is_told(ask: Ask, kafka: FakeKafka) -> None:
    response = send(ask)
    (drawing,) = response.json()["drawings"]
    assert response.status_code == 202
    assert kafka.taken == [(drawing["id"], b"image")]
    assert kafka.sources == ["api"]
    assert drawing == {"id": drawing["id"], "status": "pending", "url": f"/api/predictions/{drawing['id']}"}
    assert response.headers["Location"] == drawing["url"]


def test_with_wait_the_answer_is_told(ask: Ask, kafka: FakeKafka) -> None:
    kafka.number = "42"
    response = send(ask, query="?wait=10")
    (drawing,) = response.json()["drawings"]
    assert response.status_code == 200
    assert (drawing["status"], drawing["number"], len(drawing["digits"])) == ("predicted", "42", 2)
    assert drawing["digits"][0]["box"] == [0, 0, 9, 9]


def test_a_rejection_is_told_with_its_reason(ask: Ask, kafka: FakeKafka) -> None:
    kafka.number = ""
    response = send(ask, query="?wait=10")
    (drawing,) = response.json()["drawings"]
    assert response.status_code == 200
    assert (drawing["status"], drawing["code"]) == ("rejected", "crowded")
    assert drawing["reason"] == "There is too much on this drawing."


def test_what_is_not_answered_in_time_is_pending(ask: Ask, kafka: FakeKafka) -> None:
    kafka.number = None
    response = send(ask, query="?wait=0.05")
    assert response.status_code == 202
    assert [drawing["status"] for drawing in response.json()["drawings"]] == ["pending"]


def test_many_files_are_answered_in_their_order_with_their_names(ask: Ask, kafka: FakeKafka) -> None:
    response = ask("POST", "/drawings?wait=10", files=files(b"a", b"b", b"c"), data={"comment": "no file"})
    drawings = response.json()["drawings"]
    assert response.status_code == 200
    assert [drawing["file"] for drawing in drawings] == ["0.png", "1.png", "2.png"]
    assert kafka.taken == [(drawing["id"], body) for drawing, body in zip(drawings, (b"a", b"b", b"c"), strict=True)]
    assert "Location" not in response.headers


@pytest.mark.parametrize("kind", ["image/png", "IMAGE/JPEG; q=1", "application/octet-stream", ""])
def test_images_and_bytes_are_taken_whatever_is_in_them(ask: Ask, kafka: FakeKafka, kind: str) -> None:
    raw = bytes(784)
    assert send(ask, raw, kind=kind).status_code == 202
    assert [value for _, value in kafka.taken] == [raw]


def test_curls_own_way_to_send_bytes_is_taken(ask: Ask, kafka: FakeKafka) -> None:
    assert send(ask, kind="application/x-www-form-urlencoded").status_code == 202


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "video/mp4"])
def test_other_types_are_refused(ask: Ask, kafka: FakeKafka, kind: str) -> None:
    assert problem(send(ask, kind=kind)) == (415, "wrong_type")
    assert kafka.taken == []


def test_empty_bodies_and_forms_are_refused(ask: Ask, kafka: FakeKafka) -> None:
    assert problem(send(ask, b"")) == (400, "empty")
    assert problem(ask("POST", "/drawings", files=files(b"a", b""))) == (400, "empty")
    assert problem(ask("POST", "/drawings", files={"comment": (None, "no file")})) == (400, "empty")
    assert kafka.taken == []


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=x"])
def test_a_form_that_is_none_is_refused(ask: Ask, kind: str) -> None:
    assert problem(send(ask, b"no form at all", kind=kind)) == (400, "malformed")


def test_too_many_files_are_refused(ask: Ask, kafka: FakeKafka) -> None:
    assert problem(ask("POST", "/drawings", files=files(*[b"a"] * 4))) == (413, "too_many")
    assert kafka.taken == []


def test_too_large_a_body_is_refused_whether_announced_or_not(ask: Ask, kafka: FakeKafka) -> None:
    chunks = (bytes(2**18) for _ in range(5))
    assert problem(send(ask, bytes(2**20 + 1))) == (413, "too_large")
    assert problem(ask("POST", "/drawings", data=chunks, headers=PNG)) == (413, "too_large")
    assert problem(ask("POST", "/drawings", files=files(bytes(2**19), bytes(2**19)))) == (413, "too_large")
    assert kafka.taken == []


@pytest.mark.parametrize("here", [Settings(request_mebibytes=100)])
def test_a_drawing_may_be_as_large_as_the_stream_takes_and_no_larger(ask: Ask, kafka: FakeKafka) -> None:
    assert send(ask, bytes(MAX_BYTES)).status_code == 202
    assert problem(send(ask, bytes(MAX_BYTES + 1))) == (413, "too_large")
    assert problem(ask("POST", "/drawings", files=files(b"a", bytes(MAX_BYTES + 1)))) == (413, "too_large")
    assert [len(value) for _, value in kafka.taken] == [MAX_BYTES]


@pytest.mark.parametrize("wait", ["-1", "61", "nan", "inf", "soon"])
def test_an_impossible_wait_is_refused(ask: Ask, kafka: FakeKafka, wait: str) -> None:
    assert problem(send(ask, query=f"?wait={wait}")) == (422, "invalid")
    assert kafka.taken == []


def test_with_kafka_away_nothing_is_sent_and_the_caller_is_to_come_again(
    ask: Ask, kafka: FakeKafka, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.api.handover.TAKEN_WITHIN_SECONDS", 0.05)
    monkeypatch.setattr("dashboard.connection.outbox.MOST_UNDER_WAY", 0)
    kafka.away = True
    while stream.connected:
        assert stream.alive
    response = send(ask, b"meanwhile")
    assert problem(response) == (429, "overloaded")
    assert AWAY in response.json()["error"]["message"]
    assert int(response.headers["Retry-After"]) > 0
    monkeypatch.setattr("dashboard.api.handover.TAKEN_WITHIN_SECONDS", 10)
    monkeypatch.setattr("dashboard.connection.outbox.MOST_UNDER_WAY", 10)
    kafka.away = False
    assert send(ask, b"after").status_code == 202
    assert [value for _, value in kafka.taken] == [b"after"]


def test_what_may_or_may_not_have_arrived_is_said_drawing_by_drawing(
    ask: Ask, kafka: FakeKafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("TAKEN_WITHIN_SECONDS", "CERTAIN_WITHIN_SECONDS"):
        monkeypatch.setattr(f"dashboard.api.handover.{limit}", 0.1)
    monkeypatch.setattr("dashboard.connection.outbox.MOST_UNDER_WAY", 1)
    kafka.takes_after = 1
    response = ask("POST", "/drawings", files=files(b"a", b"b", b"c"))
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "unconfirmed"
    assert [one["status"] for one in response.json()["drawings"]] == ["pending", "unconfirmed", "refused"]


def test_a_full_outbox_is_back_pressure(ask: Ask, stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_outbox", Outbox(0, 0))
    assert problem(send(ask)) == (429, "overloaded")


def test_hundreds_may_wait_and_none_takes_a_thread(ask: Ask, api: FastAPI, kafka: FakeKafka) -> None:
    kafka.number = None
    with ThreadPoolExecutor(40) as clients:
        waiting = [clients.submit(send, ask, query="?wait=20") for _ in range(40)]
        while len(kafka.taken) < 40:
            pass
        threads = active_count()
        for drawing_id, _ in kafka.taken:
            kafka.answer(prediction(drawing_id))
        assert {one.result().status_code for one in waiting} == {200}
    assert threads < 40 + 20


def test_waiting_ends_when_the_server_stops(ask: Ask, api: FastAPI, kafka: FakeKafka) -> None:
    kafka.number = None
    with ThreadPoolExecutor(1) as clients:
        waiting = clients.submit(send, ask, query="?wait=60")
        while not len(api.state.waits):
            pass
        api.state.loop.call_soon_threadsafe(api.state.waits.end)
        assert waiting.result(10).status_code == 202
    assert send(ask, query="?wait=60").status_code == 202
