import time

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing.util import assert_that, equal_to

from pipeline.forms import Arrival, Corrected, Parsed
from pipeline.messages import Correction, Origin, Rejection
from pipeline.stages.correct import ParseCorrections, parse_correction
from pipeline.stages.publish import Topics, records

ORIGIN = Origin("corrections", 1, 42)
CORRECTION = Correction("a", "42", "47", "dashboard", 1_772_366_400_000)


def arrived(value: bytes | None, origin: Origin = ORIGIN) -> Arrival:
    return Arrival(origin, 1_772_366_400_001, b"a", value, {})


def test_a_correction_is_taken_with_where_and_when_it_arrived() -> None:
    before = int(time.time() * 1000)

    parsed = parse_correction(arrived(CORRECTION.to_json()))

    assert isinstance(parsed, Corrected)
    assert (parsed.correction, parsed.origin) == (CORRECTION, ORIGIN)
    assert before <= parsed.landed_at <= time.time() * 1000


@pytest.mark.parametrize("value", [None, b"", b"nonsense", b"{}", b"\xff", b"[]", b"7", b"[" * 100_000])
def test_what_is_no_correction_is_rejected_and_given_back(value: bytes | None) -> None:
    parsed = parse_correction(arrived(value))

    assert isinstance(parsed, Rejection)
    assert (parsed.code, parsed.key, parsed.value) == ("invalid_correction", b"a", value)
    assert (parsed.topic, parsed.partition, parsed.offset) == ORIGIN
    assert "drawing_id" in parsed.reason


def test_a_rejected_correction_is_not_taken_for_the_answer_to_its_drawing() -> None:
    parsed = parse_correction(arrived(b"nonsense"))

    assert parsed.drawing_id == "corrections-1-42"  # type: ignore[union-attr]
    assert [record.key for record in records([parsed], Topics("predictions", "rejected"))] == [b"a"]


def test_in_the_pipeline_a_bad_neighbour_harms_nobody() -> None:
    values = [CORRECTION.to_json(), b"nonsense", None, CORRECTION.to_json()]
    arrivals = [arrived(value, Origin("corrections", 0, offset)) for offset, value in enumerate(values)]

    def told(parsed: Parsed) -> str:
        return parsed.code if isinstance(parsed, Rejection) else parsed.correction.number

    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        batches = pipeline | beam.Create([arrivals]) | ParseCorrections()
        parsed = batches | beam.FlatMap(lambda batch: map(told, batch))
        assert_that(parsed, equal_to(["42", "invalid_correction", "invalid_correction", "42"]))
