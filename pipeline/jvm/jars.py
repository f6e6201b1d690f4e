"""The JVM class paths: jars named by ``flink-conf/*/jars.lock``, kept in the local Maven repository.

``python -m pipeline.jvm.jars`` (``make lock``) resolves each ``pom.xml`` anew and writes its lock.
"""

import hashlib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyflink
import requests
from jgo.maven import POM, Artifact, MavenContext, PythonResolver
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential

from pipeline.errors import InkstreamError
from pipeline.settings import REPOSITORY

CONFIGURATION = REPOSITORY / "flink-conf"
CLASS_PATHS = ("beam", "kafka")
DOWNLOADS_AT_ONCE = 8


def flink_jars() -> list[Path]:
    """Flink's own distribution, as the wheel ``apache-flink-libraries`` holds it."""
    return sorted((Path(pyflink.__path__[0]) / "lib").glob("*.jar"))


def locked_jars(name: str) -> list[Path]:
    """The jars of the class path ``name`` ("beam" or "kafka"), downloaded with a progress bar where they are missing.

    Raises:
        InkstreamError: a jar could not be had.
    """
    context = MavenContext(resolver=PythonResolver())
    artifacts = [_artifact(context, line) for line in lock_file(name).read_text().splitlines() if line[0] != "#"]
    try:
        return _fetch_all(artifacts, name)
    except (RuntimeError, OSError) as error:
        raise InkstreamError(
            f"The {name} jars could not be downloaded: {error}. Check the network and try again."
        ) from error


def beam_agent() -> str:
    """The JVM option that applies ``flink-conf/beam/rules.btm`` to Beam's classes."""
    byteman = next(jar for jar in locked_jars("beam") if jar.name.startswith("byteman-"))
    return f"-javaagent:{byteman}=script:{CONFIGURATION / 'beam' / 'rules.btm'}"


def pom_file(name: str) -> Path:
    """What the class path ``name`` is asked to hold."""
    return CONFIGURATION / name / "pom.xml"


def lock_file(name: str) -> Path:
    """Every jar of the class path ``name``, transitive ones included: ``group:artifact:version`` a line."""
    return CONFIGURATION / name / "jars.lock"


def lock_header(name: str) -> str:
    """The first line of a lock: it tells which ``pom.xml`` the lock was made from."""
    return f"# pom.xml sha256 {hashlib.sha256(pom_file(name).read_bytes()).hexdigest()}"


def lock(name: str) -> None:
    """Resolve ``pom.xml`` as Maven does and write what came out to ``jars.lock``."""
    _, nodes = MavenContext(resolver=PythonResolver()).pom_dependency_list(POM(pom_file(name)))
    lines = [f"{node.dep.groupId}:{node.dep.artifactId}:{node.dep.version}" for node in nodes]
    lock_file(name).write_text("\n".join([lock_header(name), *lines]) + "\n")


def _artifact(context: MavenContext, coordinate: str) -> Artifact:
    group, name, version = coordinate.split(":")
    return context.project(group, name).at_version(version).artifact()


def _fetch_all(artifacts: list[Artifact], name: str) -> list[Path]:
    missing = [artifact for artifact in artifacts if not _is_there(artifact)]
    if missing:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with (
            Progress(*columns, console=Console(stderr=True)) as progress,
            ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool,
        ):
            for _ in progress.track(pool.map(_fetch, missing), total=len(missing), description=f"Jars for {name}"):
                pass
    return [artifact.resolve() for artifact in artifacts]


def _is_there(artifact: Artifact) -> bool:
    """An interrupted download leaves a file that is no whole zip archive."""
    path = artifact.cached_path
    return path is not None and zipfile.is_zipfile(path)


@retry(
    retry=retry_if_exception_type((requests.RequestException, RuntimeError)),
    wait=wait_exponential(),
    stop=stop_after_attempt(4),
    reraise=True,
)
def _fetch(artifact: Artifact) -> None:
    if artifact.cached_path:
        artifact.cached_path.unlink(missing_ok=True)
    artifact.resolve()


if __name__ == "__main__":
    for class_path in CLASS_PATHS:
        lock(class_path)
