"""Candidates as rows of choices, and the rows that no other dominates."""

import collections
import itertools
import random

import numpy as np
import pytest
import tilewise
from search_accuracy import dominated, operations
from tilewise.registry import SPACES
from tilewise.searches.encodings import Encoding, Rules, words
from tilewise.searches.result import non_dominated


def test_the_words_of_texts_are_choices():
    space = tilewise.space("natsbench_size")
    found = words([space.arch_str(index) for index in range(space.size)])
    assert found.choices == [[str(count) for count in range(8, 65, 8)]] * 5
    assert found.rows[1].tolist() == [0, 0, 0, 0, 1]
    assert words(["8:16", "8:24", "16:16", "16:24"]).choices == [["8", "16"], ["16", "24"]]
    assert words(["a|b", "a|b|c"]) is None
    assert words(["a|b", "a+b"]) is None


def test_words_that_are_rows_themselves_are_taken_apart():
    space = tilewise.space("transnas_micro")
    texts = [space.arch_str(index) for index in range(space.size)]
    found = words(texts)
    assert found.choices == [list("0123")] * 6
    assert [texts[0][-8:], texts[-1][-8:]] == ["0_00_000", "3_33_333"]
    encoding = Encoding([4] * 6, found.rows)
    start = tuple(found.rows[0].tolist())
    generator = random.Random(1)
    seen = {texts[encoding.place(encoding.mutated(start, generator))] for _ in range(300)}
    assert len(seen) == 6 * 3
    assert all(sum(a != b for a, b in zip(texts[0], each, strict=True)) == 1 for each in seen)
    # Four to six modules: a shorter row has nothing at its end.
    macro = tilewise.space("transnas_macro")
    texts = [macro.arch_str(index) for index in range(macro.size)]
    found = words(texts)
    assert found.choices == [list("1234")] * 4 + [["1", "2", "3", "4", ""]] * 2
    encoding = Encoding([len(each) for each in found.choices], found.rows)
    near = {encoding.mutated(tuple(found.rows[7].tolist()), generator) for _ in range(300)}
    assert 5 < len(near) < 30


def test_a_mutation_changes_one_edge_to_any_other_operation():
    space = tilewise.space("nasbench201")
    texts = [space.arch_str(index) for index in range(space.size)]
    found = words(texts)
    encoding = Encoding([len(each) for each in found.choices], found.rows)
    generator = random.Random(1)
    start = tuple(found.rows[0].tolist())
    seen = {texts[encoding.place(encoding.mutated(start, generator))] for _ in range(400)}
    assert len(seen) == 6 * 4
    before = operations(texts[0])
    for text in seen:
        assert sum(a != b for a, b in zip(before, operations(text), strict=True)) == 1


def test_a_mutation_of_a_space_with_gaps_is_a_candidate():
    rows = np.array([[0, 0], [0, 1], [1, 1], [2, 2]])
    encoding = Encoding([3, 3], rows)
    generator = random.Random(1)
    assert {encoding.mutated((0, 0), generator) for _ in range(50)} == {(0, 1)}
    assert {encoding.mutated((0, 1), generator) for _ in range(50)} == {(0, 0), (1, 1)}
    assert {encoding.mutated((2, 2), generator) for _ in range(90)} == set(map(tuple, rows))


def test_choices_that_do_not_go_together_are_no_candidates():
    # Three positions; the second and third are a stage that 2 ends, but not before its second.
    rules = Rules([[True, True, False], [True, True, False], [True, True, True]], [(1, 2, 2)])
    rows = list(itertools.product(range(3), repeat=3))
    candidates = [row for row in rows if row[0] < 2 and row[1] < 2]
    encoding = Encoding([3, 3, 3], rules=rules)
    assert encoding.total == len(candidates)
    assert [row for row in rows if row in encoding] == candidates
    generator = random.Random(1)
    assert {encoding.draw(generator) for _ in range(400)} == set(candidates)
    changed = {encoding.mutated((0, 0, 0), generator) for _ in range(99)}
    assert changed == {(1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 2)}
    # Where both may end it, what follows has no choice.
    ending = Rules([[True, True, True]] * 2, [(0, 2, 2)])
    assert ending.total([3, 3]) == 2 * 3 + 1
    pairs = itertools.product(range(3), repeat=2)
    assert [row for row in pairs if not ending.allows(row)] == [(2, 0), (2, 1)]


def test_so_many_positions_of_a_group_are_there():
    # Two of the positions 1, 3 and 5, one of 2 and 4; choice 1 means absent.
    rules = Rules([], [], [([0, 2, 4], 2), ([1, 3], 1)], 1)
    rows = list(itertools.product(range(4), repeat=5))
    candidates = [
        row
        for row in rows
        if sum(row[place] != 1 for place in (0, 2, 4)) == 2
        and sum(row[place] != 1 for place in (1, 3)) == 1
    ]
    encoding = Encoding([4] * 5, rules=rules)
    assert encoding.total == len(candidates) == 27 * 6
    assert [row for row in rows if row in encoding] == candidates
    assert encoding.units() == [[0, 2, 4], [1, 3]]
    generator = random.Random(1)
    drawn = collections.Counter(encoding.draw(generator) for _ in range(162 * 200))
    assert set(drawn) == set(candidates)
    # 161 degrees of freedom: a mean of 161 and a standard deviation of 18.
    chi_square = sum((times - 200) ** 2 / 200 for times in drawn.values())
    assert abs(chi_square - 161) < 5 * 18
    # Two other choices at each of three positions, and three moves.
    changed = {encoding.mutated((0, 1, 0, 0, 1), generator) for _ in range(400)}
    assert changed == {
        *[(2, 1, 0, 0, 1), (3, 1, 0, 0, 1), (0, 1, 2, 0, 1), (0, 1, 3, 0, 1)],
        *[(0, 1, 0, 2, 1), (0, 1, 0, 3, 1)],
        *[(1, 1, 0, 0, 0), (0, 1, 1, 0, 0), (0, 0, 0, 1, 1)],
    }


def test_darts_has_as_many_candidates_as_its_paper_says():
    facts = SPACES["darts"]
    rules = Rules(facts["allowed"], facts["ends"], facts["groups"], facts["absent"])
    assert rules.total([8] * 28) == (180 * 7**8) ** 2 == 1_076_746_950_455_072_400


@pytest.mark.parametrize("name", ["ofa_mobilenetv3", "proxylessnas", "fbnet", "darts"])
def test_the_rules_of_a_space_are_those_of_the_core(name):
    facts = SPACES[name]
    rules = Rules(facts["allowed"], facts["ends"], facts["groups"], facts["absent"])
    space = tilewise.space(name)
    rows = space.sample(200, seed=2)
    assert all(rules.allows(tuple(row)) for row in rows.tolist())
    # Nearby rows, of which many are no candidates.
    generator = np.random.default_rng(4)
    places = generator.integers(0, space.positions, len(rows))
    rows[np.arange(len(rows)), places] = generator.integers(0, len(space.choices), len(rows))
    for row in rows:
        try:
            space.cost(row, metric="macs")
            known = True
        except tilewise.InputError:
            known = False
        assert rules.allows(tuple(row.tolist())) == known


def searched(space, method):
    """The texts of 60 candidates that a method evaluates."""
    found = tilewise.search(
        space,
        devices="zc706",
        objectives=["macs", "latency_ms"],
        method=method,
        evaluations=60,
        population=20,
        seed=3,
    )
    return found.history["candidate"]


@pytest.mark.parametrize("method", ["random", "evolution", "nsga2"])
def test_a_search_keeps_to_the_choices_of_a_space(method):
    found = searched("proxylessnas", method)
    assert len(found) == 60
    space = tilewise.space("proxylessnas")
    for text in found:
        ops = [int(each) for each in text.split(",")]
        assert all(op < 6 for op in (ops[0], ops[4], ops[20]))  # no `zero` where shapes change
        assert space.network(ops).macs > 0


@pytest.mark.parametrize("method", ["random", "evolution", "nsga2"])
def test_a_search_keeps_to_two_edges_a_node(method):
    found = searched("nasbench301", method)
    assert found.nunique() == 60
    for text in found:
        ops = [int(each) for each in text.split(",")]
        for edges in (2, 3, 4, 5, 2, 3, 4, 5):
            node, ops = ops[:edges], ops[edges:]
            assert sum(op != 0 for op in node) == 2


def test_non_dominated_rows_are_those_of_the_definition():
    generator = np.random.default_rng(1)
    for objectives in (1, 2, 3):
        rows = generator.integers(0, 8, (60, objectives)).astype(float)
        kept = non_dominated(rows)
        expected = {tuple(row) for row in rows if not dominated(row, rows)}
        assert [tuple(rows[place]) for place in kept] == sorted(expected)
        for place in kept:
            assert place == next(i for i, row in enumerate(rows) if (row == rows[place]).all())
