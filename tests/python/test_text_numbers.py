"""Numbers in texts: what the program reads, and nothing that Python reads besides."""

import pytest
from tilewise.cluster_client import positive, whole
from tilewise.commands import limits_of
from tilewise.text_numbers import number_of, whole_of

NONE = ["", " ", "x", "1_0", "1_000.5", "\u0661", "\uff11", "nan", " inf", "-Infinity", "1e999",
        "0x10", "1 2", "--1", "1.5.", ".", "e5", "1\u00a0", "1\n", None]  # fmt: skip


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match="expected a number"):
        number_of(text)
    with pytest.raises(ValueError, match="expected a whole number"):
        whole_of(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0.0), (" -2.5e-3\t", -0.0025), ("+7", 7.0), (".5", 0.5), ("5.", 5.0), ("1E2", 100.0)],
)
def test_a_number_is_read(text, number):
    assert number_of(text) == number


def test_a_whole_number_is_no_other():
    assert (whole_of("12"), whole_of(" -3 ")) == (12, -3)
    for text in ("1.0", "1e3", "12345678901234567890"):
        with pytest.raises(ValueError, match="expected a whole number"):
            whole_of(text)


def test_options_are_read_alike():
    with pytest.raises(ValueError, match="expected WORD=NUMBER"):
        limits_of("--limit", ["latency_ms=1_0"], "latency_ms=5")
    for text in ("1_0", "\u0661", "nan", "0"):
        for read in (positive, whole(1)):
            with pytest.raises(Exception, match="expected a"):
                read(text)
