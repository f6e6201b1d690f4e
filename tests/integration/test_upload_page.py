"""Somebody uploads files in a real browser, and looks through the lakehouse that the running stack has written."""

import base64
import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Download, Locator, Page, expect

from pipeline.settings import Settings
from producers.samples import LabelledDrawing, sample_drawings
from tests.integration.stack import Feed

PATIENCE_MS = 90_000


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    yield page
    page.close()


def visit(page: Page, stack: Settings, name: str) -> None:
    page.goto(stack.dashboard)
    page.get_by_role("link", name=re.compile(rf"{name}$")).first.click()
    see(page.get_by_role("heading", name=name))


def see(what: Locator) -> None:
    expect(what).to_be_visible(timeout=PATIENCE_MS)


def press(within: Page | Locator, name: str) -> Locator:
    """A button; some versions of Streamlit put its icon's name before its own."""
    return within.get_by_role("button", name=re.compile(rf"{re.escape(name)}$")).last


def downloaded(page: Page, name: str, nth: int = -1) -> bytes:
    with page.expect_download(timeout=PATIENCE_MS) as waiting:
        page.get_by_role("button", name=re.compile(rf"{name}$")).nth(nth).click()
    download: Download = waiting.value
    return Path(download.path()).read_bytes()


def archive(drawings: list[LabelledDrawing]) -> bytes:
    """A folder of digits with their labels, a broken one, and what macOS and people leave in archives."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as scans:
        for place, drawing in enumerate(drawings):
            scans.writestr(f"scans/{place}.png", drawing.value)
        labels = "".join(f"{place}.png,{drawing.number}\n" for place, drawing in enumerate(drawings))
        scans.writestr("scans/labels.csv", f"file,label\n{labels}")
        scans.writestr("scans/broken.png", drawings[0].value[:100])
        scans.writestr("__MACOSX/scans/._0.png", b"")
        scans.writestr("scans/readme.txt", b"")
    return file.getvalue()


def test_files_and_an_archive_are_read_and_taken_away_as_csv(page: Page, stack: Settings) -> None:
    drawings = list(sample_drawings(12))
    files = [
        {"name": f"digit-{place}.png", "mimeType": "image/png", "buffer": drawing.value}
        for place, drawing in enumerate(drawings[:2])
    ]
    files.append({"name": "scans.zip", "mimeType": "application/zip", "buffer": archive(drawings[2:])})
    files.append({"name": "cut.zip", "mimeType": "application/zip", "buffer": archive(drawings)[:300]})

    visit(page, stack, "Upload")
    page.locator("input[type=file]").set_input_files(files)
    see(page.get_by_text("All 13 files are done"))
    see(page.get_by_text("cut.zip: The archive is damaged"))

    rows = list(csv.DictReader(io.StringIO(downloaded(page, "Download as CSV").decode())))
    assert list(rows[0])[:7] == ["file", "number", "confidence", "status", "reason", "id", "milliseconds"]
    by_file = {row["file"]: row for row in rows}
    assert [row["number"] for row in rows[:2]] == [drawing.number for drawing in drawings[:2]]
    assert by_file["scans/broken.png"]["status"] == "rejected"
    assert by_file["scans/broken.png"]["reason"].endswith(".")
    right = sum(by_file[f"scans/{place}.png"]["number"] == drawing.number for place, drawing in enumerate(drawings[2:]))
    assert right >= 9
    assert all(int(row["milliseconds"]) > 0 for row in rows)

    page.get_by_role("link", name=re.compile(r"Lakehouse$")).first.click()
    see(page.get_by_role("heading", name="Lakehouse"))
    page.get_by_role("link", name=re.compile(r"Upload$")).first.click()
    see(page.get_by_text("All 13 files are done"))

    press(page, "Clear all files").click()
    see(page.get_by_text("Nothing is uploaded yet"))


def test_a_thousand_files_chosen_at_once_are_read(page: Page, stack: Settings, tmp_path: Path) -> None:
    """Streamlit alone keeps Chromium busy for minutes with so many: they go as one archive."""
    drawings = list(sample_drawings(40))
    for place in range(1_200):
        (tmp_path / f"möglich {place}.png").write_bytes(drawings[place % 40].value)
    (tmp_path / "two.zip").write_bytes(archive(drawings[:2]))
    labels = "".join(f"möglich {place}.png,{drawings[place % 40].number}\n" for place in range(1_200))
    (tmp_path / "labels.csv").write_text(f"file,label\n{labels}", encoding="utf-8")

    visit(page, stack, "Upload")
    page.locator("input[type=file]").set_input_files(sorted(tmp_path.iterdir()))
    see(page.get_by_text("All 1,203 files are done"))

    rows = list(csv.DictReader(io.StringIO(downloaded(page, "Download as CSV").decode())))
    chosen = [row for row in rows if row["file"].startswith("möglich")]
    assert len({row["file"] for row in chosen}) == 1_200
    assert sum(row["number"] == drawings[int(row["file"][8:-4]) % 40].number for row in chosen) > 1_100


def test_many_files_may_be_dropped(page: Page, stack: Settings) -> None:
    """As a drag hands them over; no real one can be made here."""
    value = base64.b64encode(next(iter(sample_drawings(1))).value).decode()
    drop = """(value) => {
        const bytes = Uint8Array.from(atob(value), (letter) => letter.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        for (let place = 0; place < 80; place++) dataTransfer.items.add(new File([bytes], `${place}.png`));
        const zone = document.querySelector("[data-testid=stFileUploaderDropzone]");
        zone.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
    }"""

    visit(page, stack, "Upload")
    see(page.get_by_test_id("stFileUploaderDropzone"))
    page.evaluate(drop, value)
    see(page.get_by_text("All 80 files are done"))


def test_the_lakehouse_is_filtered_asked_in_sql_and_taken_away(page: Page, stack: Settings, feed: Feed) -> None:
    feed.send(40)
    feed.await_in_lakehouse()

    visit(page, stack, "Lakehouse")
    see(page.get_by_text("Page 1 of"))
    of_all = page.get_by_test_id("stMetricValue").first.inner_text()
    number = page.get_by_label("Number", exact=True)
    number.fill("7*")
    number.press("Enter")
    see(page.get_by_test_id("stDataFrame"))
    see(page.get_by_text("Page 1 of"))
    expect(number).to_have_value("7*")
    table = eventually_filtered(page, of_all)
    assert {name[0] for name in table} == {"7"}

    page.get_by_role("tab", name=re.compile("SQL$")).click()
    sql = f"SELECT drawing_id, number, ink FROM predictions WHERE source = '{feed.source}'"
    page.get_by_label("SQL", exact=True).fill(sql)
    press(page, "Run").click()
    see(page.get_by_text("40 rows, in"))
    answer = pq.read_table(io.BytesIO(downloaded(page, "Parquet")))
    assert set(answer["drawing_id"].to_pylist()) == set(feed.ids)

    page.get_by_label("SQL", exact=True).fill("DROP VIEW predictions")
    press(page, "Run").click()
    see(page.get_by_text("one SELECT at a time"))


def eventually_filtered(page: Page, of_all: str) -> list[str]:
    """The numbers of a Parquet file of what is shown, once the filter has taken effect on all of the page."""
    metric = page.get_by_test_id("stMetricValue").first
    expect(metric).not_to_have_text(of_all, timeout=PATIENCE_MS)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=PATIENCE_MS)
    table = pq.read_table(io.BytesIO(downloaded(page, "Parquet", nth=0)))
    assert table.num_rows == int(metric.inner_text().replace(",", ""))
    numbers: list[str] = table["number"].to_pylist()
    return numbers
