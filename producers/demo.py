"""A first look: sends a few real handwritten digits and shows what the stream reads; ``python -m producers.demo``."""

import argparse
import io
import sys
import time

from PIL import Image
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.messages import Prediction
from pipeline.settings import settings
from producers.answers import AnswerReader, Message
from producers.console import FAILED, ended, positive, whole
from producers.samples import LabelledDrawing, sample_drawings
from producers.sender import DrawingSender

PIXELS = 16
DARK = 128


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    options = _parser().parse_args(arguments)
    return ended(lambda: demo(options.count, options.wait))


def demo(count: int, wait_seconds: float) -> int:
    """Send digits and show what comes back; the exit status tells whether all were answered."""
    samples = list(sample_drawings(count))
    answers = _answers(samples, wait_seconds)
    Console().print(_table(samples, answers))
    return 0 if all(answers) else FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m producers.demo", description=__doc__)
    parser.add_argument("--count", type=whole, default=6, help="how many digits (%(default)s)")
    parser.add_argument("--wait", type=positive, default=90, help="seconds to wait for the answers (%(default)s)")
    return parser


def _answers(samples: list[LabelledDrawing], seconds: float) -> list[Message | None]:
    """Each sample's answer, None where none came in time."""
    here = settings()
    with AnswerReader(here) as reader, DrawingSender(here, "demo") as sender:
        ids = [sender.send(sample.value) for sample in samples]
        sender.flush()
        answers: dict[str, Message] = {}
        deadline = time.monotonic() + seconds
        with Console(stderr=True).status("Sent a few handwritten digits; waiting for what the stream reads…"):
            while set(ids) - answers.keys() and (left := deadline - time.monotonic()) > 0:
                answers |= {message.drawing_id: message for message in reader.poll(min(left, 1.0))}
    return [answers.get(drawing_id) for drawing_id in ids]


def _table(samples: list[LabelledDrawing], answers: list[Message | None]) -> Table:
    table = Table(title="Real handwriting, read by the stream", title_justify="left", show_lines=True)
    for sample in samples:
        table.add_column(_picture(sample.value), justify="center")
    table.add_row(*[_reading(answer) for answer in answers])
    table.add_row(*[Text(f"says {sample.number}", style="dim") for sample in samples])
    return table


def _reading(answer: Message | None) -> Text:
    if answer is None:
        return Text("no answer", style="red")
    if not isinstance(answer, Prediction):
        return Text(answer.code, style="red")
    return Text(f"{answer.number}  {answer.confidence:.1%}", style="bold green")


def _picture(value: bytes) -> Text:
    """The drawing in half-blocks: two rows of pixels in a line of text."""
    grey = Image.open(io.BytesIO(value)).convert("L").resize((PIXELS, PIXELS), Image.Resampling.BOX)
    dark = [[grey.getpixel((x, y)) < DARK for x in range(PIXELS)] for y in range(PIXELS)]  # type: ignore[operator]
    blocks = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
    lines = ["".join(blocks[pair] for pair in zip(dark[y], dark[y + 1], strict=True)) for y in range(0, PIXELS, 2)]
    return Text("\n".join(lines), style="default")


if __name__ == "__main__":
    sys.exit(main())
