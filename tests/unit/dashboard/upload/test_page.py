"""The page's logic, run by Streamlit's own test runner; only Kafka is played."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard.connection.shared import shared_stream
from tests.unit.dashboard.fake_kafka import FakeKafka
from tests.unit.dashboard.upload.conftest import png, zipped

PAGE = Path(dashboard.__file__).parent / "views" / "upload.py"

pytestmark = pytest.mark.skipif(
    not hasattr(AppTest, "file_uploader"), reason="this Streamlit's AppTest cannot upload files"
)


@pytest.fixture
def page(kafka: FakeKafka) -> Iterator[AppTest]:
    shared_stream.cache_clear()
    yield AppTest.from_file(str(PAGE), default_timeout=60).run()
    shared_stream().close()
    shared_stream.cache_clear()
    st.cache_data.clear()


def drop(page: AppTest, *files: tuple[str, bytes, str]) -> None:
    page.file_uploader[0].set_value(list(files)).run()
    assert not page.exception


def until(page: AppTest, done: Callable[[], bool]) -> None:
    """Run the page again and again, as its fragment's clock does in a browser."""
    for _ in range(500):
        if done():
            return
        page.run()
    pytest.fail("it never came")


def metric(page: AppTest, label: str) -> str:
    return next(shown.value for shown in page.metric if shown.label == label)


def test_it_explains_itself_while_it_is_empty(page):
    assert "Nothing is uploaded yet" in page.info[0].value
    assert not page.metric


def test_files_and_archives_are_answered_and_can_be_cleared(page, kafka):
    archive = zipped({"a/1.png": png(), "labels.csv": b"file,label\na/1.png,7\nb.png,8\n", "__MACOSX/._1.png": b""})
    drop(page, ("b.png", png(), "image/png"), ("scans.zip", archive, "application/zip"))
    until(page, lambda: metric(page, "Pending") == "0")
    assert metric(page, "Read") == "2"
    assert metric(page, "Right") == "50.0%"
    assert set(kafka.sources) == {"upload"}
    table = page.dataframe[0].value
    assert list(table["number"]) == ["7", "7"]
    assert list(table["file"]) == ["b.png", "a/1.png"]

    drop(page, ("c.png", png(), "image/png"))
    until(page, lambda: metric(page, "Read") == "3")

    next(button for button in page.button if button.label == "Clear all files").click().run()
    assert "Nothing is uploaded yet" in page.info[0].value
    assert len(kafka.taken) == 3


def test_a_rejection_has_its_reason(page, kafka):
    kafka.number = ""
    drop(page, ("b.png", png(), "image/png"))
    until(page, lambda: metric(page, "Not read") == "1")
    assert list(page.dataframe[0].value["reason"]) == ["There is too much on this drawing."]


def test_a_damaged_archive_is_a_sentence(page):
    drop(page, ("scans.zip", zipped({"1.png": png()})[:50], "application/zip"))
    assert "The archive is damaged" in page.warning[0].value


def test_kafka_away_is_said_and_it_goes_on_by_itself(page, kafka):
    kafka.takes_drawings = False
    kafka.away = True
    kafka.breaks = True
    drop(page, ("b.png", png(), "image/png"))
    until(page, lambda: any("go on by themselves" in warning.value for warning in page.warning))
    kafka.away = False
    kafka.takes_drawings = True
    until(page, lambda: metric(page, "Read") == "1")
    assert not page.warning
