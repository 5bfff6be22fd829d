"""Where the tensors of a program lie off chip."""

import pytest
from tilewise.rtl.activations import Activations, in_row


@pytest.fixture
def memory():
    """Four tensors of 10 words, at 0, 10, 20 and 30."""
    made = Activations()
    assert [made.place(10) for _ in range(4)] == [0, 10, 20, 30]
    return made


def test_tensors_lie_one_after_the_other(memory):
    assert (memory.place(4), memory.place(1), memory.words) == (40, 44, 45)
    assert memory.place(3, [10]) == 45  # two lie in a row anywhere


@pytest.mark.parametrize(
    ("places", "row"),
    [([7], True), ([7, 3], True), ([7, 3, 5], True), ([7, 7, 7], True), ([7, 3, 4], False),
     ([0, 0, 5], False), ([0, 9, 3, 6], True)],
)  # fmt: skip
def test_equal_distances_make_a_row(places, row):
    assert in_row(places) == row


@pytest.mark.parametrize(
    ("others", "place"),
    [
        ([30, 10], 50),  # behind
        ([0, 20], 40),
        ([0, 10, 20], 40),  # 30 is taken: where any other goes
        ([0, 0], 40),  # the same twice
    ],
)
def test_a_third_operand_lies_in_a_row_where_that_is_free(memory, others, place):
    assert memory.place(10, others) == place


def test_a_tensor_lies_between_or_before_others_where_behind_is_taken(memory):
    assert memory.place(10, [0, 30]) == 60
    assert memory.place(50) == 70
    assert memory.place(10, [20, 60]) == 40  # 100 is taken
    assert in_row([20, 40, 60])
    # 90, 60 and 30 are taken.
    assert memory.place(10, [50, 70]) == 120
    assert memory.words == 130
