import base64
import io

import pytest
from PIL import Image, ImageDraw

from dashboard.connection.correcting import correcting
from dashboard.connection.question import Question
from dashboard.drawing.asked import Asked
from dashboard.drawing.history import THUMBNAIL_WIDTH, card, thumbnail
from producers.answers import Message
from tests.unit.dashboard.fake_kafka import prediction, rejection

NOON = 1_795_262_400_000  # 2026-11-21 12:00:00 UTC


def a_seven() -> bytes:
    drawing = Image.new("RGB", (640, 320), "white")
    ImageDraw.Draw(drawing).line([(300, 50), (300, 270)], "black", width=18)
    png = io.BytesIO()
    drawing.save(png, "PNG")
    return png.getvalue()


def asked(message: Message) -> Asked:
    question = Question(a_seven())
    question.asked_at = NOON
    question.settle(message)
    return Asked(question, sheet=0)


def test_a_thumbnail_is_small_and_still_shows_the_ink() -> None:
    head, _, encoded = thumbnail(a_seven()).partition(",")
    small = Image.open(io.BytesIO(base64.b64decode(encoded))).convert("L")
    assert head == "data:image/png;base64"
    assert small.size == (THUMBNAIL_WIDTH, THUMBNAIL_WIDTH // 2)
    middle = small.getpixel((round(THUMBNAIL_WIDTH * 300 / 640), small.height // 2))
    corner = small.getpixel((2, 2))
    assert isinstance(middle, int)
    assert isinstance(corner, int)
    assert middle < 40
    assert corner > 240


@pytest.mark.parametrize(("zone", "hour"), [("UTC", 12), ("Asia/Tokyo", 21), ("No/Such", 12), ("../etc", 12)])
def test_a_card_tells_number_confidence_and_the_drawers_time(zone: str, hour: int) -> None:
    shown = card(asked(prediction("x", "42")), zone)
    assert (shown["read"], shown["corrected"], shown["sure"], shown["time"]) == ("42", None, "82.8%", f"{hour}:00:00")


def test_a_card_tells_a_rejection() -> None:
    assert card(asked(rejection("x")), "UTC")["read"] == "not read"


@pytest.mark.parametrize(("number", "told"), [("49", "49"), ("", "no number"), ("42", "42")])
def test_a_card_marks_a_correction(number: str, told: str) -> None:
    one = asked(prediction("x", "42"))
    one.correction = correcting(one.id, number, "42")
    shown = card(one, "UTC")
    assert (shown["read"], shown["corrected"]) == ("42", told)
