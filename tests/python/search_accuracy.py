"""What the tests of searches share: an accuracy, which is made up as no real ones may be kept here,
and when a row is dominated."""

import hashlib

# What an operation is worth, and how much an edge counts.
WORTH = {"none": 0, "skip_connect": 3, "nor_conv_1x1": 5, "nor_conv_3x3": 8, "avg_pool_3x3": 2}
WEIGHTS = (1.0, 0.8, 0.9, 1.2, 0.7, 1.1)


def operations(text):
    """The six operations of a cell of NAS-Bench-201."""
    return [word.split("~")[0] for word in text.replace("+", "").split("|") if word]


def made_up_accuracy(text):
    """From about 25 to 96 percent: sums over edges, pairs that go together, no way to the output,
    and noise of 2 percent by a hash of the text."""
    edges = operations(text)
    total = sum(WORTH[edge] * weight for edge, weight in zip(edges, WEIGHTS, strict=True))
    total += 6 * (edges[3] == "skip_connect" and edges[0] == "nor_conv_3x3")
    total += 4 * (edges[2] == edges[5] == "nor_conv_3x3")
    total -= 15 * all(edge == "none" for edge in edges[3:])
    return 40 + total + 2 * int(hashlib.sha256(text.encode()).hexdigest()[:4], 16) / 65_535


def dominated(row, rows):
    """Whether another row is at least as good in all and better in one, by the definition."""
    return any((other <= row).all() and (other < row).any() for other in rows)
