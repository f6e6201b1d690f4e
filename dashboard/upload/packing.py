"""Many files chosen at once become an archive in the browser, since Streamlit's uploader takes them one by one."""

from pathlib import Path

from dashboard.look.component import component
from dashboard.upload.limits import MOST_FILES

SCRIPT = Path(__file__).with_name("packing.js")
FROM = 50
"""More files than this are packed; so many go one by one in a second or two, each with its own bar."""
MOST_BYTES = 100 * 2**20
"""Of an archive that is made; Streamlit takes files of up to 200 MB."""


def pack_many(uploader: str) -> None:
    """Pack what is given to the uploader of this key, if it is many files."""
    most = {"files": MOST_FILES, "bytes": MOST_BYTES}
    component(SCRIPT)(data={"uploader": uploader, "from": FROM, "most": most}, key="packing")
