from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from pipeline.errors import InkstreamError
from pipeline.launching import launch
from pipeline.launching.checkpoints import Source, note_source
from pipeline.launching.launch import Launch
from pipeline.options import InkstreamOptions, given
from pipeline.settings import Settings
from pipeline.topics import TopicIds, topic_configs

TOPICS = TopicIds("1", "2")


class ReachedError(Exception):
    """Raised where a test has seen enough."""


class Cluster:
    """A job server that notes of which Flink it is asked to be, and the job that is cancelled."""

    def __init__(self) -> None:
        self.masters: list[str] = []
        self.cancelled: list[str] = []

    @contextmanager
    def job_server(self, flink_master: str, _: Path) -> Iterator[str]:
        self.masters.append(flink_master)
        yield "localhost:1"

    def cancel(self, job_id: str) -> None:
        self.cancelled.append(job_id)
        raise ReachedError


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    cluster = Cluster()
    monkeypatch.setattr(launch, "job_server", cluster.job_server)
    monkeypatch.setattr(launch, "require_known", lambda *_: None)
    monkeypatch.setattr(Launch, "cancel", lambda _, job_id: cluster.cancel(job_id))
    return cluster


def test_the_job_server_is_told_where_flink_listens(cluster: Cluster, tmp_path: Path) -> None:
    here = Settings(state_dir=tmp_path, host="10.0.0.7", flink_rest_port=18081)

    with pytest.raises(ReachedError):
        Launch(here, [])._start(TOPICS, "job", fresh=False)

    assert cluster.masters == ["127.0.0.1:18081"]


@pytest.mark.usefixtures("fresh_settings")
def test_topics_are_made_and_counted_where_the_options_say(tmp_path: Path) -> None:
    flags = [
        "--bootstrap_servers=a:1,b:2",
        "--drawings_topic=ink",
        "--predictions_topic=told",
        "--rejected_topic=refused",
        "--corrections_topic=mended",
    ]

    here = Launch(Settings(state_dir=tmp_path), flags).here

    assert (here.kafka, here.state_dir) == ("a:1,b:2", tmp_path)
    assert list(topic_configs(here)) == ["ink", "told", "refused", "mended"]


@pytest.mark.usefixtures("fresh_settings")
@pytest.mark.parametrize("flags", [[], ["--drawings_topic=ink", "--corrections_topic=mended"]])
def test_what_has_landed_is_asked_of_the_topics_that_are_read(
    flags: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        launch, "count_partitions", lambda here: dict.fromkeys((here.drawings_topic, here.corrections_topic), 2)
    )

    assert Launch(Settings(state_dir=tmp_path), [f"--lakehouse={tmp_path}/predictions", *flags])._landed(TOPICS) == {}


@pytest.mark.parametrize("flag", ["--parallelism=0", "--window_seconds=0", "--max_batch_size=0"])
def test_what_cannot_be_ends_no_job(flag: str, cluster: Cluster, tmp_path: Path) -> None:
    with pytest.raises(InkstreamError, match=flag.partition("=")[0]):
        Launch(Settings(state_dir=tmp_path), [flag])._start(TOPICS, "job", fresh=False)

    assert cluster.cancelled == []


@pytest.mark.usefixtures("fresh_settings")
def test_relative_paths_are_of_the_folder_they_are_named_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    launched = Launch(Settings(state_dir=tmp_path), ["--lakehouse=my table", "--model=../mine.keras"])
    options = launched.options.view_as(InkstreamOptions)

    assert (options.lakehouse, options.model) == (f"{tmp_path}/my table", f"{tmp_path.parent}/mine.keras")
    assert given(launched.flags)["lakehouse"] == options.lakehouse  # what Flink's own are held against


@pytest.mark.usefixtures("fresh_settings")
@pytest.mark.parametrize("uri", ["s3://bucket/table", "gs://bucket/a/../b", "/data/table"])
def test_urls_and_absolute_paths_stay_as_they_are(uri: str, tmp_path: Path) -> None:
    launched = Launch(Settings(state_dir=tmp_path), [f"--lakehouse={uri}"])

    assert launched.flags[-1] == f"--lakehouse={uri}"


@pytest.mark.parametrize(("read", "ended"), [("1 2", []), ("3 2", []), ("gone 2", ["job"])])
def test_a_live_job_is_replaced_unasked_only_where_its_topics_are_gone(
    read: str, ended: list[str], cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was given other topics is let be: whoever keeps the job running was given none."""
    launched = Launch(Settings(state_dir=tmp_path), [])
    note_source(launched.checkpoints, "job", Source(read, 2))
    monkeypatch.setattr(launch, "ensure_topics", lambda _: TOPICS)
    monkeypatch.setattr(launch, "all_ids", lambda _: {"1", "2", "3"})
    monkeypatch.setattr(launched.flink, "slots", lambda: 2)
    monkeypatch.setattr(launched.flink, "live_job", lambda _: "job")

    with suppress(ReachedError):
        assert launched.ensure() == ("job", True)

    assert cluster.cancelled == ended
