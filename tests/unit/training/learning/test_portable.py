import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest

from training.learning.network import shipped_network, trainable_network
from training.learning.portable import save_portably


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras, while it saves
def test_the_file_holds_the_same_model_without_what_older_keras_refuses(tmp_path: Path) -> None:
    model, path = shipped_network(trainable_network()), tmp_path / "model.keras"

    save_portably(model, path)

    rasters = np.random.default_rng(0).integers(0, 256, (5, 28, 28), np.uint8)
    assert np.array_equal(keras.models.load_model(path, compile=False)(rasters), model(rasters))
    with zipfile.ZipFile(path) as parts:
        assert b"quantization_config" not in parts.read("config.json")
    assert path.stat().st_size < 3_000_000
