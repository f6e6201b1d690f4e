import pytest

from pipeline.lakehouse.location import corrections_beside


@pytest.mark.parametrize(
    ("predictions", "corrections"),
    [
        ("/data/lakehouse/predictions", "/data/lakehouse/corrections"),
        ("/data/lakehouse/predictions/", "/data/lakehouse/corrections"),
        ("/data/ink", "/data/ink-corrections"),
        ("/ink", "/ink-corrections"),
        ("ink", "ink-corrections"),
        ("/data/corrections", "/data/corrections-corrections"),
        ("s3://bucket/predictions", "s3://bucket/corrections"),
        ("gs://bucket/a/ink/", "gs://bucket/a/ink-corrections"),
        ("file:///data/ink", "file:///data/ink-corrections"),
    ],
)
def test_corrections_lie_beside_the_predictions(predictions: str, corrections: str) -> None:
    assert corrections_beside(predictions) == corrections


@pytest.mark.parametrize("uri", ["s3://bucket", "s3://bucket/", "/", ""])
def test_where_nothing_can_lie_beside_it_says_so(uri: str) -> None:
    """Beside a bucket would be somebody else's; within the table a vacuum would delete it."""
    with pytest.raises(ValueError, match="cannot have the corrections beside it"):
        corrections_beside(uri)
