"""The digits framed on the drawing itself."""

from pathlib import Path

from dashboard.drawing.canvas import HEIGHT, WIDTH
from dashboard.look.component import component
from pipeline.messages import Prediction

SCRIPT = Path(__file__).with_name("boxes.js")


def show_boxes(prediction: Prediction | None, chosen: int = 0, hint: str = "") -> None:
    """Frame the digits of a prediction over the paper, the chosen one boldly; or say there what to do.

    All vanishes in the browser as soon as the drawing changes.
    """
    digits = prediction.digits if prediction else []
    framed = [{"digit": one.digit, "box": one.box, "chosen": at == chosen} for at, one in enumerate(digits)]
    drawing = prediction.drawing_id if prediction else ""
    component(SCRIPT)(
        data={"drawing": drawing, "digits": framed, "hint": hint, "width": WIDTH, "height": HEIGHT}, key="boxes"
    )
