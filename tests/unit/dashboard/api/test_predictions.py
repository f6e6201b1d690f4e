from dataclasses import replace
from datetime import datetime, timezone

import pytest

from dashboard.connection.lookup import Fate
from dashboard.connection.searching import SearchTimeoutError
from dashboard.stored.filters import Filters
from pipeline.lakehouse.query import QueryError
from producers.broker import KafkaUnavailableError
from tests.unit.dashboard.api.conftest import Ask, FakeLookup, problem
from tests.unit.dashboard.fake_kafka import prediction, rejection


def test_an_answer_is_shown_whoever_found_it(ask: Ask, lookup: FakeLookup) -> None:
    lookup.elsewhere["a"] = replace(prediction("a", "42"), source="kcat")
    response = ask("GET", "/predictions/a")
    assert response.status_code == 200
    shown = response.json()
    assert (shown["id"], shown["status"], shown["number"], shown["source"]) == ("a", "predicted", "42", "kcat")
    assert (shown["submitted_at"], shown["predicted_at"], shown["model"]) == (1, 2, "abc")


def test_a_rejection_is_an_answer_too(ask: Ask, lookup: FakeLookup) -> None:
    lookup.elsewhere["a"] = rejection("a")
    response = ask("GET", "/predictions/a")
    assert response.status_code == 200
    assert response.json() == {
        "id": "a",
        "status": "rejected",
        "url": "/api/predictions/a",
        "code": "crowded",
        "reason": "There is too much on this drawing.",
        "rejected_at": 2,
    }


def test_a_pending_drawing_says_when_to_ask_again(ask: Ask, lookup: FakeLookup) -> None:
    lookup.elsewhere["a"] = Fate.PENDING
    response = ask("GET", "/predictions/a")
    assert response.status_code == 202
    assert response.json()["status"] == "pending"
    assert int(response.headers["Retry-After"]) > 0


def test_nobodys_id_is_not_found(ask: Ask) -> None:
    assert problem(ask("GET", "/predictions/a")) == (404, "not_found")


def test_any_key_on_kafka_is_an_id(ask: Ask, lookup: FakeLookup) -> None:
    lookup.elsewhere["a/b ü?"] = prediction("a/b ü?")
    shown = ask("GET", "/predictions/a%2Fb%20%C3%BC%3F").json()
    assert shown["id"] == "a/b ü?"
    assert ask("GET", shown["url"].removeprefix("/api")).json() == shown


@pytest.mark.parametrize(
    "error",
    [KafkaUnavailableError("Kafka does not answer"), SearchTimeoutError(), QueryError("The lakehouse is busy.")],
)
def test_what_cannot_be_known_at_the_moment_is_said(ask: Ask, lookup: FakeLookup, error: Exception) -> None:
    lookup.fails = error
    response = ask("GET", "/predictions/a")
    assert problem(response) == (503, "unavailable")
    assert str(error).rstrip(".") in response.json()["error"]["message"]
    assert int(response.headers["Retry-After"]) > 0


def test_our_own_mistakes_are_owned_without_details(ask: Ask, lookup: FakeLookup) -> None:
    lookup.fails = ZeroDivisionError("secret")
    response = ask("GET", "/predictions/a")
    assert problem(response) == (500, "internal_error")
    assert "secret" not in response.text


def test_a_list_is_what_the_filters_ask_for(ask: Ask, lookup: FakeLookup) -> None:
    lookup.listed = [prediction("b", "2"), prediction("a", "1")]
    query = "number=4*&source=api&since=2026-11-21T10:00:00&until=1795266542.5&min_confidence=0.5&limit=7"
    response = ask("GET", f"/predictions?{query}")
    assert response.status_code == 200
    assert [one["number"] for one in response.json()["predictions"]] == ["2", "1"]
    since = datetime(2026, 11, 21, 10, tzinfo=timezone.utc)
    until = datetime.fromtimestamp(1795266542.5, timezone.utc)
    assert lookup.asked_for == [(Filters("4*", 0.5, 1.0, ("api",), since=since, until=until), 7)]


def test_without_filters_all_are_listed(ask: Ask, lookup: FakeLookup) -> None:
    assert ask("GET", "/predictions").json() == {"predictions": []}
    assert lookup.asked_for == [(Filters(), 100)]


@pytest.mark.parametrize(
    "query",
    [
        *("number=x", "limit=0", "limit=1001", "limit=many", "min_confidence=2", "numbr=7"),
        *("since=yesterday", "until=", "since=0001-01-01T00:00:00%2B14:00", "until=9999-12-31T23:59:59-12:00"),
    ],
)
def test_an_impossible_filter_is_named(ask: Ask, lookup: FakeLookup, query: str) -> None:
    response = ask("GET", f"/predictions?{query}")
    assert problem(response) == (422, "invalid")
    assert query.partition("=")[0] in response.json()["error"]["message"]
    assert lookup.asked_for == []
