import re

import pytest

from pipeline.jvm.jars import CLASS_PATHS, CONFIGURATION, flink_jars, lock_file, lock_header, pom_file

COORDINATE = re.compile(r"[\w.-]+:[\w.-]+:\w[\w.-]*")


def coordinates(name: str) -> list[str]:
    return lock_file(name).read_text().splitlines()[1:]


@pytest.mark.parametrize("name", CLASS_PATHS)
def test_the_lock_was_made_from_this_pom(name: str) -> None:
    assert lock_file(name).read_text().splitlines()[0] == lock_header(name), "run make lock"


@pytest.mark.parametrize("name", CLASS_PATHS)
def test_a_lock_is_coordinates_of_released_versions_and_no_hosts(name: str) -> None:
    wrong = [line for line in coordinates(name) if not COORDINATE.fullmatch(line) or line.endswith("-SNAPSHOT")]

    assert wrong == []


@pytest.mark.parametrize("name", CLASS_PATHS)
def test_the_pom_names_no_hosts(name: str) -> None:
    assert set(re.findall(r"https?://([^/\"<\s]+)", pom_file(name).read_text())) <= {"maven.apache.org", "www.w3.org"}


@pytest.mark.parametrize("name", CLASS_PATHS)
def test_each_jar_is_there_in_one_version(name: str) -> None:
    jars = [line.rpartition(":")[0] for line in coordinates(name)]

    assert len(jars) == len(set(jars))


@pytest.mark.parametrize(
    ("name", "coordinate"),
    [
        ("kafka", r"org\.apache\.kafka:kafka_2\.13:4\..*"),
        ("beam", r"org\.apache\.beam:beam-runners-flink-1\.19:2\.70\.0"),
        ("beam", r"org\.apache\.beam:beam-runners-java-job-service:2\..*"),
        ("beam", r"org\.jboss\.byteman:byteman:.*"),
    ],
)
def test_a_class_path_has_what_it_is_for(name: str, coordinate: str) -> None:
    assert len([line for line in coordinates(name) if re.fullmatch(coordinate, line)]) == 1


def test_flink_comes_with_its_wheel_in_the_version_that_the_beam_runner_is_for() -> None:
    assert any(jar.name.startswith("flink-dist-1.19.") for jar in flink_jars())


def test_beams_rules_are_there() -> None:
    assert (CONFIGURATION / "beam" / "rules.btm").read_text().count("ENDRULE") >= 1
