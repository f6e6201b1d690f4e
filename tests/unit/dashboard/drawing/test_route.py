import re

from dashboard.connection.question import Timeline
from dashboard.drawing.route import route


def test_the_bar_is_divided_as_the_time_was() -> None:
    html = route(Timeline(kafka_in=9, pipeline=61, kafka_out=0, delivery=5), 0.0754)
    assert re.findall(r"flex-grow: (\d+)", html) == ["9", "61", "1", "5"]
    assert re.findall(r"<b>([\d,]+ ms)</b>", html) == ["75 ms", "9 ms", "61 ms", "0 ms", "5 ms"]


def test_long_times_are_readable() -> None:
    assert "<b>12,345 ms</b>" in route(Timeline(12_345, 1, 1, 1), 12.348)
