"""Model files that older versions of Keras open, too."""

import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import keras

UNKNOWN_TO_OLDER_KERAS = {"quantization_config"}
"""Written as null by Keras 3.15 and refused by 3.12, the last one for Python 3.10."""


def save_portably(model: keras.Model, path: Path) -> None:
    """Save a model as a ``.keras`` file, less the settings that are null anyway and that Keras 3.12 refuses."""
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder, "model.keras")
        model.save(saved)
        with zipfile.ZipFile(saved) as theirs, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as ours:
            for name in theirs.namelist():
                content = theirs.read(name)
                ours.writestr(name, _understood(content) if name == "config.json" else content)


def _understood(config: bytes) -> str:
    return json.dumps(json.loads(config, object_hook=_without_unknown))


def _without_unknown(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if name not in UNKNOWN_TO_OLDER_KERAS or value is not None}
