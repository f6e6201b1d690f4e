import subprocess
import sys

TELL = """
import gc, sys, types
sys.modules["streamlit_drawable_canvas"] = types.SimpleNamespace(st_canvas=None)  # wants a running server
from dashboard.preload import preload
preload()
print(gc.get_freeze_count(), *sys.modules)
"""


def test_all_that_the_pages_import_is_there_and_no_page_has_run() -> None:
    told = subprocess.run([sys.executable, "-c", TELL], check=True, capture_output=True, text=True).stdout
    frozen, *modules = told.split()
    assert int(frozen) > 100_000
    assert {"altair", "dashboard.drawing.visit", "dashboard.explore.table", "dashboard.upload.intake"} <= {*modules}
    assert not any(name.startswith(("dashboard.app", "dashboard.views.")) for name in modules)
