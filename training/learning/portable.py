"""Model files that older versions of Keras open, too."""

import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import keras

UNKNOWN_TO_OLDER_KERAS = {"quantization_config"}
"""Written as null by Keras 3.15 and refused by 3.12, the last one for Python 3.10."""

ADDRESSES = {"shared_object_id"}
"""Addresses in memory, which differ from run to run; what they would join again, a shared policy, has no state."""


def save_portably(model: keras.Model, path: Path) -> None:
    """Save a model as a ``.keras`` file, less the settings that are null anyway and that Keras 3.12 refuses."""
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder, "model.keras")
        model.save(saved)
        with zipfile.ZipFile(saved) as theirs, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as ours:
            for name in theirs.namelist():
                entry = zipfile.ZipInfo(name)  # dated 1980, and so is no part of the file's hash
                ours.writestr(entry, _timeless(name, theirs.read(name)), zipfile.ZIP_DEFLATED)


def _timeless(name: str, content: bytes) -> str | bytes:
    if name == "metadata.json":
        return json.dumps(json.loads(content) | {"date_saved": ""})
    return _understood(content) if name == "config.json" else content


def _understood(config: bytes) -> str:
    return json.dumps(json.loads(config, object_hook=_without_unknown))


def _without_unknown(settings: dict[str, Any]) -> dict[str, Any]:
    left_out = ADDRESSES | {name for name in UNKNOWN_TO_OLDER_KERAS if settings.get(name) is None}
    return {name: value for name, value in settings.items() if name not in left_out}
