import json

from training.learning.distributed import cluster


def test_a_cluster_is_told_as_tensorflow_wants_it() -> None:
    assert json.loads(cluster(["a:1", "b:2"], 1)) == {
        "cluster": {"worker": ["a:1", "b:2"]},
        "task": {"type": "worker", "index": 1},
    }
