"""Upload images, many at once or in zip archives, and see what the stream reads in them."""

import streamlit as st

from dashboard.connection.shared import shared_stream
from dashboard.upload.batch import Batch
from dashboard.upload.courier import Courier
from dashboard.upload.intake import take_in
from dashboard.upload.limits import MOST_FILES
from dashboard.upload.packing import pack_many
from dashboard.upload.progress import follow, show_notes
from producers.image_files import EXTENSIONS

KINDS = [*sorted(EXTENSIONS), ".zip", ".csv"]

stream = shared_stream()
batch: Batch = st.session_state.setdefault("batch", Batch())
courier: Courier = st.session_state.setdefault("courier", Courier(batch, stream))
uploads: int = st.session_state.setdefault("uploads", 0)
taken: set[str] = st.session_state.setdefault("taken", set())


def add_files(key: str) -> None:
    """Add what was dropped, and make room for more: the browser's list of files has done its duty.

    Streamlit may call this once more for the same files, when it begins the page anew before it was finished.
    """
    new = [file for file in st.session_state.get(key) or () if file.file_id not in taken]
    taken.update(file.file_id for file in new)
    if new:
        batch.add(take_in(new))
        st.session_state["uploads"] = uploads + 1


st.title("Upload", anchor=False)
st.caption(
    f"Images of numbers, one or up to {MOST_FILES:,}, also in zip archives. A labels.csv among them, with the header "
    "file,label, says what they show, and the accuracy is shown as well. Programs send theirs by the "
    "[HTTP API](/api/docs)."
)
label = "Drop more images or zip archives: they are added" if batch.entries else "Drop images or zip archives"
uploader = f"files-{uploads}"
st.file_uploader(label, KINDS, accept_multiple_files=True, key=uploader, on_change=add_files, args=(uploader,))
pack_many(uploader)

if batch.entries:
    follow(batch, courier, stream)
    st.button("Clear all files", icon=":material/delete:", on_click=batch.clear)
else:
    show_notes(batch.notes)
    st.info("Nothing is uploaded yet. The answers appear here, a row for each file, as they come.")
