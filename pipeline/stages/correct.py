"""Arrivals to corrections: what is none is rejected with the reason."""

import time

import apache_beam as beam

from pipeline.forms import Arrival, Corrected, Parsed
from pipeline.messages import Correction
from pipeline.stages.rejecting import rejection

WANTED = (
    "The value is no correction: JSON with drawing_id, number and read (digits, or an empty text), source, and "
    "corrected_at in epoch milliseconds."
)


class ParseCorrections(beam.PTransform):
    """Turn each arrival of a batch into a correction or a rejection, in the order of arrival."""

    def expand(self, batches: beam.PCollection[list[Arrival]]) -> beam.PCollection[list[Parsed]]:
        """Parse one by one: a bad neighbour harms nobody."""
        return batches | "Parse" >> beam.Map(lambda arrivals: [parse_correction(arrival) for arrival in arrivals])


def parse_correction(arrival: Arrival) -> Parsed:
    """The correction in an arrival, or why there is none.

    A rejection goes by where the record arrived, not by its key: that is the id of a drawing which has its own answer.
    """
    try:
        correction = Correction.from_json(arrival.value or b"")
    except ValueError:
        return rejection(arrival, str(arrival.origin), "invalid_correction", WANTED)
    return Corrected(correction, arrival.origin, int(time.time() * 1000))
