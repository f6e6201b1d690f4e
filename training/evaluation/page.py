"""A report as a page of HTML that needs no other file, in light and in dark."""

import base64
import io
from pathlib import Path

import jinja2
from PIL import Image

from training.evaluation.charts import DARK, LIGHT, Chart, Theme, figure_of
from training.evaluation.report import Report
from training.reading import Grey

TEMPLATE = "report.html.jinja"


def write_page(path: Path, report: Report) -> None:
    """Write the report as HTML.

    Raises:
        OSError: the file cannot be written.
    """
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {"svg": _svg, "png": _png}
    page = templates.get_template(TEMPLATE).render(report=report, light=LIGHT, dark=DARK)
    path.write_text(page, encoding="utf-8")


def _svg(chart: Chart, theme: Theme) -> str:
    file = io.BytesIO()
    figure_of(chart, theme).savefig(file, format="svg", metadata={"Date": None})
    return _data_url("image/svg+xml", file.getvalue())


def _png(picture: Grey) -> str:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", optimize=True)
    return _data_url("image/png", file.getvalue())


def _data_url(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
