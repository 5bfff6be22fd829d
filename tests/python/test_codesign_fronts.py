"""Which rows no other row beats, against all comparisons."""

import numpy as np
import pytest
from tilewise.codesigns.fronts import dominated, undominated


def rows_of(random, columns, most):
    """Whole numbers, few of them in some trials, so that rows tie; of so many that they are split
    several times."""
    return random.integers(0, most, (random.integers(1, 900), columns)).astype(float)


@pytest.mark.parametrize("columns", range(1, 7))
@pytest.mark.parametrize("most", [3, 30, 10**6])
def test_both_are_those_of_all_comparisons(columns, most):
    random = np.random.default_rng([columns, most])
    for _ in range(5):
        costs, others = (rows_of(random, columns, most) for _ in range(2))
        others += most * random.choice([0, 0.3])
        beaten = (others <= costs[:, np.newaxis]).all(axis=2).any(axis=1)
        assert (dominated(costs, others) == beaten).all()

        less = (costs <= costs[:, np.newaxis]).all(axis=2)
        alike = less & less.T
        earlier = np.tri(len(costs), k=-1, dtype=bool)
        front = np.flatnonzero(~(less & ~alike | alike & earlier).any(axis=1))
        assert undominated(costs).tolist() == sorted(front, key=lambda row: tuple(costs[row]))
        left = undominated(costs, others)
        assert left.tolist() == sorted(left, key=lambda row: tuple(costs[row]))
        assert set(left) == set(front[~beaten[front]])


@pytest.mark.parametrize("columns", [3, 4])
def test_fronts_that_all_rows_are_on(columns):
    """So many rows that all comparisons would take minutes."""
    random = np.random.default_rng(columns)
    costs = random.random((20_000, columns))
    costs[:, -1] = columns - costs[:, :-1].sum(axis=1)
    assert len(undominated(costs)) == len(costs)
    assert not dominated(costs, costs - np.eye(columns)[0] + np.eye(columns)[1] * 2).any()


def test_no_rows():
    none, some = np.empty((0, 3)), np.ones((2, 3))
    assert undominated(none).size == 0
    assert undominated(some).tolist() == [0]
    assert undominated(some, none).tolist() == [0]
    assert dominated(some, none).tolist() == [False, False]
    assert dominated(none, some).size == 0
