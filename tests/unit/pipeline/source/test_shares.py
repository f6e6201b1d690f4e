from itertools import chain

import pytest

from pipeline.source.shares import MAX_PARALLELISM, Share, shares, subtask_of


@pytest.mark.parametrize("parallelism", [1, 2, 3, 4, 7, 16, MAX_PARALLELISM])
def test_each_subtask_has_one_share(parallelism: int) -> None:
    placed = shares(parallelism)

    assert [subtask_of(share.to_key(), parallelism) for share in placed] == list(range(parallelism))


@pytest.mark.parametrize("parallelism", [1, 2, 5])
@pytest.mark.parametrize("partitions", [1, 2, 7, 40])
def test_each_partition_is_read_by_one_share(parallelism: int, partitions: int) -> None:
    held = [[partition for partition in range(partitions) if share.holds(partition)] for share in shares(parallelism)]

    assert sorted(chain.from_iterable(held)) == list(range(partitions))
    assert max(map(len, held)) - min(map(len, held)) <= 1


def test_a_share_survives_as_a_key() -> None:
    assert [Share.from_key(share.to_key()) for share in shares(16)] == shares(16)


def test_keys_are_scattered_as_flink_scatters_them() -> None:
    """Uneven hashes would show; that they are Flink's own shows in the running cluster."""
    hits = [subtask_of(str(number).encode(), 4) for number in range(4_000)]

    assert all(850 < hits.count(subtask) < 1_150 for subtask in range(4))
