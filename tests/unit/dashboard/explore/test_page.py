"""The page's logic, run by Streamlit's own test runner; only Kafka is played."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard.connection.shared import shared_stream
from dashboard.stored.lakehouse import Lakehouse
from tests.unit.dashboard.fake_kafka import FakeKafka
from tests.unit.dashboard.written import HOSTILE, Written

PAGE = Path(dashboard.__file__).parent / "views" / "explore.py"


@pytest.fixture
def lakehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lakehouse:
    found = Lakehouse(str(tmp_path / "predictions"))
    monkeypatch.setattr("dashboard.stored.shared.shared_lakehouse", lambda: found)
    monkeypatch.setattr("dashboard.explore.browser.shared_lakehouse", lambda: found)
    return found


@pytest.fixture
def show(lakehouse: Lakehouse, kafka: FakeKafka) -> Iterator[Callable[[], AppTest]]:
    """Opens the page, when all is written that it is to show."""

    def run() -> AppTest:
        page = AppTest.from_file(str(PAGE), default_timeout=60).run()
        assert not page.exception
        return page

    shared_stream.cache_clear()
    st.cache_data.clear()
    yield run
    shared_stream().close()
    shared_stream.cache_clear()
    st.cache_data.clear()


def labelled(elements: Any, label: str) -> Any:
    return next(element for element in elements if element.label == label)


def numbers(page: AppTest) -> list[str]:
    return list(page.dataframe[0].value["number"])


def test_no_lakehouse_yet_is_explained(show):
    assert "no lakehouse yet" in show().info[0].value


def test_drawings_are_shown_newest_first_and_filtered(show, write: Written):
    write.drawings("1", "42", "7")
    page = show()
    assert numbers(page) == ["7", "42", "1"]
    assert page.metric[0].value == "3"
    labelled(page.text_input, "Number").set_value("4*").run()
    assert numbers(page) == ["42"]
    assert page.metric[0].value == "1"


@pytest.mark.parametrize("hostile", ["'", "%", '"; --', HOSTILE[:64], "\\", "٣"])
def test_hostile_filters_match_nothing_and_that_is_explained(show, write: Written, hostile: str):
    write.drawings("1")
    page = show()
    labelled(page.text_input, "Number").set_value(hostile).run()
    assert not page.exception
    assert "No drawing matches" in page.info[0].value


def test_pages_are_turned(show, write: Written, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("dashboard.explore.browser.PAGE", 2)
    write.drawings("1", "2", "3")
    page = show()
    assert numbers(page) == ["3", "2"]
    page.button(key="on").click().run()
    assert numbers(page) == ["1"]
    assert page.button(key="on").disabled
    page.button(key="back").click().run()
    assert numbers(page) == ["3", "2"]


def test_sql_is_answered_and_mistakes_are_sentences(show, write: Written):
    write.drawings("7", "7", "1")
    page = show()
    labelled(page.text_area, "SQL").set_value("SELECT number, count(*) AS n FROM predictions GROUP BY 1 ORDER BY 1")
    labelled(page.button, "Run").click().run()
    assert page.dataframe[-1].value.to_dict("list") == {"number": ["1", "7"], "n": [1, 2]}
    labelled(page.text_area, "SQL").set_value("DROP VIEW predictions")
    labelled(page.button, "Run").click().run()
    assert "one SELECT at a time" in page.warning[0].value
    labelled(page.button, "Columns").click().run()
    labelled(page.button, "Run").click().run()
    assert "drawing_id" in list(page.dataframe[-1].value["column_name"])
    assert not page.exception


def test_every_example_is_answered(lakehouse: Lakehouse, write: Written):
    from dashboard.explore.sql_box import EXAMPLES

    write.drawings("7")
    write.correction("drawing-0", "1")
    assert all(lakehouse.ask(sql, rows=10) is not None for sql in EXAMPLES.values())
