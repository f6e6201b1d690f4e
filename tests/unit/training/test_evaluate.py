import json
from pathlib import Path

import pytest

from pipeline.mnist import LabelledRasters
from training.evaluate import main


def test_the_last_line_is_one_json_object(
    mnist_folder: Path, digits: LabelledRasters, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--mnist", str(mnist_folder)])

    output = capsys.readouterr()
    result = json.loads(output.out)
    assert result["images"] == len(digits.labels)
    assert result["accuracy"] > 0.9
    assert result["seconds"] > 0
    assert "Reading" in output.err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [(["--mnist", "nowhere"], "is missing"), (["--model", "none.keras"], "There is no model at none.keras")],
)
def test_what_is_missing_is_one_sentence(mnist_folder: Path, options: list[str], sentence: str) -> None:
    with pytest.raises(SystemExit, match=sentence) as caught:
        main(["--mnist", str(mnist_folder), *options])

    assert "\n" not in str(caught.value)
