"""Submit the job to Flink, where it left off, and make sure that it runs as it was asked to."""

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar, cast

import apache_beam as beam
import requests
from apache_beam.options.pipeline_options import FlinkRunnerOptions, GoogleCloudOptions, PipelineOptions
from apache_beam.runners.runner import PipelineResult, PipelineState
from deltalake.exceptions import DeltaError
from filelock import FileLock
from kafka.errors import KafkaError
from tenacity import RetryError, Retrying, retry_if_exception_type, retry_if_result, stop_after_delay, wait_fixed

from pipeline.errors import InkstreamError
from pipeline.graph import build, destinations
from pipeline.lakehouse.landed import Landed
from pipeline.launching import checkpoints
from pipeline.launching.effective import mismatches
from pipeline.launching.flink import Flink
from pipeline.launching.job_server import job_server
from pipeline.launching.possible import require_possible
from pipeline.options import (
    InkstreamOptions,
    default_flags,
    kafka_of,
    require_known,
    require_placeable,
    with_absolute_paths,
)
from pipeline.settings import Settings
from pipeline.source.positions import BEGINNING, Partition, Positions
from pipeline.topics import TopicIds, all_ids, count_partitions, ensure_topics

PATIENCE_SECONDS = 180
"""How long Kafka and Flink may take to come up, and a submitted job to run."""
FAILURES = 3
"""That many are no longer a worker or a broker that comes up a little later than the job."""

T = TypeVar("T")
logger = logging.getLogger(__name__)


class BrokenJobError(InkstreamError):
    """Our own code fails in the workers, from whichever checkpoint the job goes on."""


class Launch:
    """One launch of the job on one cluster."""

    def __init__(self, here: Settings, flags: Sequence[str]) -> None:
        self.flags = with_absolute_paths([*default_flags(here), *flags])
        self.options = PipelineOptions(self.flags)
        self.here = kafka_of(self.options, here)
        self.flink = Flink(here.flink_rest)
        self.checkpoints = here.state_dir / "flink" / "checkpoints"
        self.folder = here.state_dir / "beam"
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def job_name(self) -> str:
        """The job's name in Flink; there is one live job of a name."""
        return str(self.options.view_as(GoogleCloudOptions).job_name)

    def ensure(self, fresh: bool = False, replace: bool = False) -> tuple[str, bool]:
        """The id of the one job of our name once all of its tasks run, and whether it was there already.

        A new one is restored from the newest checkpoint that can be; its readers ask the lakehouse where to go on. If
        ``fresh``, it reads the topics from their beginning; the lakehouse takes only what it does not have. One that
        reads topics that are gone is replaced: those of the same name, made anew, are others.

        Raises:
            InkstreamError: Kafka or Flink does not answer, an option cannot be, or the job does not start.
        """
        topics = _await("Kafka", lambda: ensure_topics(self.here), KafkaError)
        _await("Flink", lambda: self.flink.slots() or None, requests.RequestException)
        with FileLock(self.folder / "launch.lock"):
            there = self.flink.live_job(self.job_name)
            if there and not replace and self._is_fed(there):
                return there, True
            return self._start(topics, there, fresh), False

    def _is_fed(self, job_id: str) -> bool:
        """Whether the topics that it reads are there still, ours or others that somebody chose."""
        ids = _await("Kafka", lambda: all_ids(self.here), KafkaError)
        return checkpoints.topics_read(self.checkpoints, job_id) <= ids

    def _start(self, topics: TopicIds, replaced: str | None, fresh: bool) -> str:
        with job_server(self.here.flink_master, self.folder) as job_endpoint:
            require_known(self.flags, job_endpoint)
            require_placeable(self.options)
            require_possible(self.options)
            if replaced:
                self.cancel(replaced)
            job_id = self._read_again(topics, job_endpoint) if fresh else self._go_on(topics, job_endpoint)
        for mismatch in mismatches(self.flink, job_id, self.flags):
            logger.error("%s", mismatch)
        return job_id

    def cancel(self, job_id: str) -> None:
        """End the job; the next start goes on from its last checkpoint."""
        self.flink.cancel(job_id)
        _await("The job's end", lambda: self.flink.end_of(job_id), requests.RequestException)

    def _candidates(self, topics: TopicIds) -> list[str]:
        source = self._source(topics)
        if others := checkpoints.of_other_sources(self.checkpoints, source):
            logger.info("%d checkpoints are of other topics, shares or graphs: of no use here", others)
        return checkpoints.retained(self.checkpoints, source)

    def _source(self, topics: TopicIds) -> checkpoints.Source:
        return checkpoints.Source(str(topics), self.options.view_as(FlinkRunnerOptions).parallelism)

    def _go_on(self, topics: TopicIds, job_endpoint: str) -> str:
        for checkpoint in self._candidates(topics):
            try:
                job_id = self._submit(topics, job_endpoint, [f"--savepoint_path={checkpoint}"])
                logger.info("The job goes on from %s", checkpoint)
                return job_id
            except BrokenJobError:
                raise
            except InkstreamError as error:
                logger.warning("%s cannot be restored, so the one before is tried: %s", checkpoint, error)
        landed = self._landed(topics)
        logger.info("The job goes on from what the lakehouse has: %s", landed or "nothing")
        return self._submit(topics, job_endpoint, start=Positions(landed))

    def _read_again(self, topics: TopicIds, job_endpoint: str) -> str:
        return self._submit(topics, job_endpoint, start=Positions({}, again=self._landed(topics)))

    def _landed(self, topics: TopicIds) -> dict[Partition, int]:
        """The offset behind the last one in the lakehouse of each partition that has any there."""
        counts = _await("Kafka", lambda: count_partitions(self.here), KafkaError)
        partitions = [(topic, number) for topic, count in counts.items() for number in range(count)]
        options = self.options.view_as(InkstreamOptions)
        try:
            return Landed(destinations(options, topics)).next_offsets(partitions)
        except (DeltaError, OSError) as error:
            raise InkstreamError(f"The lakehouse at {options.lakehouse} cannot be read: {error}") from error

    def _submit(
        self, topics: TopicIds, job_endpoint: str, more_flags: Sequence[str] = (), start: Positions = BEGINNING
    ) -> str:
        options = PipelineOptions(
            [*self.flags, *more_flags, "--runner=PortableRunner", f"--job_endpoint={job_endpoint}"]
        )
        pipeline = beam.Pipeline(options=options)
        build(pipeline, options.view_as(InkstreamOptions), topics, start)
        submission = pipeline.run()
        job_id = _await("The job", lambda: self._id_of(submission), requests.RequestException)
        checkpoints.note_source(self.checkpoints, job_id, self._source(topics))
        try:
            _await("The job", lambda: self._runs(job_id) or None, requests.RequestException)
        except InkstreamError:
            self.cancel(job_id)  # Flink would try for ever
            raise
        return job_id

    def _runs(self, job_id: str) -> bool:
        """Whether every task of the job runs; the CNN is loaded then."""
        failures = self.flink.failures(job_id)
        if len(failures) >= FAILURES:
            kind = BrokenJobError if all(failure.ours for failure in failures) else InkstreamError
            raise kind(f"The job fails again and again: {failures[0].reason}")
        return self.flink.runs_everywhere(job_id)

    def _id_of(self, submission: PipelineResult) -> str | None:
        """The job's id in Flink once it is there."""
        if submission.state == PipelineState.FAILED:
            raise InkstreamError("Flink refused the job; the lines of the job server above say why")
        return self.flink.live_job(self.job_name)


def _await(what: str, ask: Callable[[], T | None], not_yet: type[Exception]) -> T:
    """Ask until there is an answer."""
    retry = retry_if_exception_type(not_yet) | retry_if_result(lambda answer: answer is None)
    try:
        return cast(T, Retrying(stop=stop_after_delay(PATIENCE_SECONDS), wait=wait_fixed(0.5), retry=retry)(ask))
    except RetryError as error:
        reason = error.last_attempt.exception() if error.last_attempt.failed else "it is not ready"
        raise InkstreamError(
            f"{what} did not come up in {PATIENCE_SECONDS} s: {reason}. Is the stack up? make status"
        ) from error
