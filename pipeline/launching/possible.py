"""Whether the job could run with the values of our options: asked before another job is ended for it."""

from pathlib import Path

from apache_beam.options.pipeline_options import PipelineOptions

from pipeline.errors import InkstreamError
from pipeline.lakehouse.location import corrections_beside
from pipeline.options import InkstreamOptions
from pipeline.recognition.classifier import version_of

DAY = 24 * 60 * 60
RANGES: dict[str, tuple[float, float]] = {
    "max_batch_size": (1, 1_000_000),  # Kafka's client hands over no more at once
    "window_seconds": (0.001, DAY),  # Kafka's clock counts milliseconds
    "commit_seconds": (1, DAY),
    "inference_threads": (1, 1_024),
}
TOPICS = ("drawings_topic", "predictions_topic", "rejected_topic", "corrections_topic")


def require_possible(options: PipelineOptions) -> None:
    """Refuse what would fail in the workers, again and again.

    Raises:
        InkstreamError: it says what is wanted.
    """
    ours = options.view_as(InkstreamOptions)
    _require_in_range(ours)
    _require_topics(ours)
    try:
        corrections_beside(ours.lakehouse)
        version_of(Path(ours.model))
    except (ValueError, OSError) as error:
        raise InkstreamError(f"{error}.") from error


def _require_in_range(ours: InkstreamOptions) -> None:
    for name, (least, most) in RANGES.items():
        value = getattr(ours, name)
        if not least <= value <= most:
            raise InkstreamError(f"--{name} wants {least:,} to {most:,}, not {value:,}.")


def _require_topics(ours: InkstreamOptions) -> None:
    """An answer must never be read as a drawing."""
    names = [getattr(ours, topic) for topic in TOPICS]
    if not all(names) or len({*names}) < len(TOPICS):
        raise InkstreamError(f"--{', --'.join(TOPICS)} want a topic each, not {', '.join(names)}.")
