"""Which digit that was read stands for which digit that was drawn."""

MISSING = ""
"""Stands where a digit has no counterpart."""


def aligned(drawn: str, read: str) -> list[tuple[str, str]]:
    """Pairs (drawn, read) from left to right, of which as few as can be differ: so many as Levenshtein's distance.

    A digit that was overlooked is paired with ``MISSING``, and so is one that nobody drew.
    """
    costs = _costs(drawn, read)
    pairs: list[tuple[str, str]] = []
    i, j = len(drawn), len(read)
    while i or j:
        if i and j and costs[i][j] == costs[i - 1][j - 1] + (drawn[i - 1] != read[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((drawn[i], read[j]))
        elif i and costs[i][j] == costs[i - 1][j] + 1:
            i -= 1
            pairs.append((drawn[i], MISSING))
        else:
            j -= 1
            pairs.append((MISSING, read[j]))
    return pairs[::-1]


def _costs(drawn: str, read: str) -> list[list[int]]:
    """The distance between the first i digits drawn and the first j read, at [i][j] (Wagner and Fischer 1974)."""
    costs = [list(range(len(read) + 1))]
    for i, digit in enumerate(drawn, start=1):
        above, row = costs[-1], [i]
        for j, other in enumerate(read, start=1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (digit != other)))
        costs.append(row)
    return costs
