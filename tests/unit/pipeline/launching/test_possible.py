from pathlib import Path

import pytest
from apache_beam.options.pipeline_options import PipelineOptions

from pipeline.errors import InkstreamError
from pipeline.launching.possible import require_possible
from pipeline.settings import settings

pytestmark = pytest.mark.usefixtures("fresh_settings")


def given(*flags: str) -> None:
    require_possible(PipelineOptions([*flags]))


@pytest.fixture(autouse=True)
def model(tmp_path: Path, fresh_settings: pytest.MonkeyPatch) -> Path:
    """A file in place of the model that ships."""
    file = tmp_path / "digits.keras"
    file.write_bytes(b"a model")
    fresh_settings.setenv("INKSTREAM_MODEL_PATH", str(file))
    settings.cache_clear()
    return file


@pytest.mark.parametrize(
    "flags",
    [
        [],
        ["--max_batch_size=1", "--window_seconds=0.001", "--commit_seconds=1", "--inference_threads=1"],
        ["--max_batch_size=1000000", "--window_seconds=86400", "--commit_seconds=86400"],
        ["--lakehouse=s3://bucket/table", "--drawings_topic=ink"],
    ],
)
def test_what_can_be_passes(flags: list[str]) -> None:
    given(*flags)


@pytest.mark.parametrize(
    ("flag", "sentence"),
    [
        ("--max_batch_size=0", "--max_batch_size wants 1 to 1,000,000, not 0."),
        ("--max_batch_size=1000001", "--max_batch_size wants 1 to 1,000,000, not 1,000,001."),
        ("--window_seconds=0", "--window_seconds wants 0.001 to 86,400, not 0.0."),
        ("--window_seconds=-1", "--window_seconds wants 0.001 to 86,400, not -1.0."),
        ("--window_seconds=nan", "--window_seconds wants 0.001 to 86,400, not nan."),
        ("--window_seconds=inf", "--window_seconds wants 0.001 to 86,400, not inf."),
        ("--commit_seconds=0", "--commit_seconds wants 1 to 86,400, not 0."),
        ("--inference_threads=0", "--inference_threads wants 1 to 1,024, not 0."),
        ("--lakehouse=s3://bucket", "s3://bucket cannot have the corrections beside it; a folder in it can."),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_is_wanted(flag: str, sentence: str) -> None:
    with pytest.raises(InkstreamError) as refusal:
        given(flag)

    assert str(refusal.value) == sentence


@pytest.mark.parametrize("flag", ["--predictions_topic=drawings", "--rejected_topic=corrections", "--drawings_topic="])
def test_each_topic_is_another_one(flag: str) -> None:
    with pytest.raises(InkstreamError, match="want a topic each"):
        given(flag)


def test_a_model_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InkstreamError, match=f"There is no model at {tmp_path}/none.keras"):
        given(f"--model={tmp_path}/none.keras")
