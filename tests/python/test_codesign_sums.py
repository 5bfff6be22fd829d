"""The front of sums of options, against all sums."""

import itertools

import numpy as np
import pytest
from tilewise.codesigns import sums
from tilewise.codesigns.bounds import all_beaten
from tilewise.codesigns.sums import front_of_sums, rounding_of


def parts_of(random, sizes):
    """Whole numbers, so that sums tie and do not depend on their order; latencies above zero."""
    return [random.integers(0, 30, size=(size, 3)).astype(float) + [0, 1, 0] for size in sizes]


def all_sums(parts):
    rows = np.array(list(itertools.product(*(range(len(part)) for part in parts))))
    return rows, sum(part[rows[:, place]] for place, part in enumerate(parts))


def by_hand(costs):
    """The distinct costs that no others beat."""
    distinct = np.unique(costs, axis=0)
    return {
        tuple(cost)
        for cost in distinct
        if not ((distinct <= cost).all(axis=1) & (distinct < cost).any(axis=1)).any()
    }


@pytest.mark.parametrize("seed", range(10))
def test_without_rounding_the_front_is_that_of_all_sums(seed):
    random = np.random.default_rng(seed)
    parts = parts_of(random, random.integers(1, 6, size=random.integers(1, 5)))
    _, costs = all_sums(parts)
    found = front_of_sums(parts)
    assert not found.rounded
    assert len(found.costs) == len(by_hand(costs))
    assert {tuple(cost) for cost in found.costs} == by_hand(costs)
    for cost, options in zip(found.costs, found.options, strict=True):
        assert (sum(part[each] for part, each in zip(parts, options, strict=True)) == cost).all()


@pytest.mark.parametrize("seed", range(10))
def test_limits_and_known_costs_leave_the_front_of_the_rest(seed):
    random = np.random.default_rng(seed)
    parts = parts_of(random, [5, 4, 4, 3])
    _, costs = all_sums(parts)
    most = np.array([*np.quantile(costs, 0.6, axis=0), np.median(costs[:, 1] * costs[:, 2])])
    fits = (costs <= most[:3]).all(axis=1) & (costs[:, 1] * costs[:, 2] <= most[3])
    assert 0 < fits.sum() < len(costs)
    known = costs[random.choice(len(costs), 3)] + [0, 0, 5]
    expected = {cost for cost in by_hand(costs[fits]) if not (known <= cost).all(axis=1).any()}
    found = front_of_sums(parts, None, known, most)
    assert {tuple(cost) for cost in found.costs} == expected


@pytest.mark.parametrize("resolution", [0.1, 0.5])
def test_a_rounded_front_is_off_by_its_resolution_at_most(resolution, monkeypatch):
    monkeypatch.setattr(sums, "EXACT_COMBINATIONS", 30)
    monkeypatch.setattr(sums, "EXACT_SUMS", 20)
    random = np.random.default_rng(1)
    # In 1024ths, so that sums do not depend on their order.
    parts = [random.integers(1024, 20480, size=(4, 3)) / 1024 for _ in range(6)]
    _, costs = all_sums(parts)
    found = front_of_sums(parts, rounding_of(resolution, [4] * 6))
    assert found.rounded
    assert len(found.costs) < len(front_of_sums(parts).costs)
    reach = np.ptp(costs[:, 0]) * resolution
    for loss, latency, energy in costs[random.choice(len(costs), 500)]:
        near = (
            (found.costs[:, 0] <= loss + reach)
            & (found.costs[:, 1] <= latency * (1 + resolution) * (1 + 1e-12))
            & (found.costs[:, 2] <= energy)
        )
        assert near.any()


def test_bounds_beat_all_sums_or_say_nothing():
    random = np.random.default_rng(2)
    said = []
    for trial in range(60):
        parts = parts_of(random, [4, 3, 4])
        _, costs = all_sums(parts)
        other = parts_of(random, [4, 3, 4])
        other = [part * random.uniform(0.2, 1.2) + [0, 0.1, 0] for part in other]
        known = front_of_sums(other).costs
        known = known * [1, 1, 1] - [known[:, 0].min(), 0, 0]
        said.append(all_beaten(parts, known))
        if said[-1]:
            assert all((known <= cost).all(axis=1).any() for cost in costs), trial
    assert 3 < sum(said) < 57
    assert not all_beaten(parts, np.empty((0, 3)))
