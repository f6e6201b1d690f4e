import json

import pytest

from pipeline.errors import InkstreamError
from training.learning.cluster import Place, place


def task(kind: str, index: int, **cluster: list[str]) -> str:
    return json.dumps({"cluster": cluster, "task": {"type": kind, "index": index}})


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("", Place(0, 1)),
        (task("worker", 0, worker=["a:1"]), Place(0, 1)),
        (task("worker", 2, worker=["a:1", "b:1", "c:1"]), Place(2, 3)),
        (task("chief", 0, chief=["a:1"], worker=["b:1"]), Place(0, 2)),
        (task("worker", 0, chief=["a:1"], worker=["b:1"]), Place(1, 2)),
    ],
)
def test_the_chief_comes_first_and_alone_is_chief(
    monkeypatch: pytest.MonkeyPatch, config: str, expected: Place
) -> None:
    monkeypatch.setenv("TF_CONFIG", config)

    assert place() == expected
    assert place().is_chief == (expected.number == 0)


@pytest.mark.parametrize(
    "config",
    ["{", "[]", "{}", task("worker", 2, worker=["a:1", "b:1"]), task("ps", 0, ps=["a:1"], worker=["b:1"])],
)
def test_a_wrong_configuration_is_one_sentence_with_an_example(monkeypatch: pytest.MonkeyPatch, config: str) -> None:
    monkeypatch.setenv("TF_CONFIG", config)

    with pytest.raises(InkstreamError, match=r'names no place among workers\. Wanted: \{"cluster"'):
        place()
