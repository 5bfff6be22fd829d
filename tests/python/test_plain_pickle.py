"""Pickles of plain data are read; a pickle that does anything else is refused and not run."""

import collections
import copyreg
import io
import math
import os
import pickle
import struct
import time

import numpy as np
import pytest
import tilewise
from tilewise import plain_pickle

FLOATS = np.array([1.5, -2.0, 3.25])


class Call:
    """Pickled as the call of a function."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


@pytest.fixture
def load(tmp_path):
    def loaded(content, **options):
        path = tmp_path / "a.pickle"
        path.write_bytes(content)
        return plain_pickle.load(path, **options)

    return loaded


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_containers_numbers_texts_and_arrays_come_back(load, protocol):
    data = {
        "list": [1, -(2**70), 2.5, True, None, "tau τ", (1, ("a",)), b"\x00\xff"],
        "dict": {"a": {}, 3: [], "ordered": collections.OrderedDict(x=1)},
        "scalars": [np.float64(0.1), np.float32(0.5), np.int64(-7), np.bool_(True)],
        "bytes": bytearray(b"abc"),
        "twice": [FLOATS, FLOATS],
        "objects": np.array([{"C": 16}, {"C": 32}], dtype=object),
        "texts": np.array(["a", "bcd"]),
        "column order": np.asfortranarray(np.arange(6, dtype=np.uint8).reshape(2, 3)),
        "other byte order": FLOATS.astype(">f4"),
    }
    if protocol < 5:
        del data["bytes"]  # Written as a call of bytearray.
    read = load(pickle.dumps(data, protocol))
    assert list(read) == list(data)
    assert read["list"] == data["list"]
    assert read["dict"] == data["dict"]
    assert read["scalars"] == [0.1, 0.5, -7, True]
    assert [type(each) for each in read["scalars"]] == [float, float, int, bool]
    assert read.get("bytes", b"abc") == b"abc"
    assert read["twice"][0] is read["twice"][1]
    assert read["objects"] == [{"C": 16}, {"C": 32}]
    for name in ("texts", "column order", "other byte order"):
        assert (read[name] == data[name]).all()
        assert read[name].dtype == data[name].dtype
    assert (read["twice"][0] == FLOATS).all()
    assert (load(pickle.dumps(FLOATS, protocol)) == FLOATS).all()


def global_(module, name):
    return f"c{module}\n{name}\n".encode()


CODED = {
    "os.system": pickle.dumps(Call(os.system, "touch ran")),
    "in a list in a dictionary": pickle.dumps({"a": [1, {"b": Call(os.system, "touch ran")}]}),
    "builtins.eval": pickle.dumps(Call(eval, "open('ran', 'w')")),
    "builtins.exec": pickle.dumps([FLOATS, Call(exec, "open('ran', 'w')")]),
    "a class with a state": pickle.dumps(collections.Counter("aab")),
    "copyreg._reconstructor": pickle.dumps(tilewise.space("nasbench201"), 2),
    "copyreg.__newobj__": b"\x80\x02" + global_("copyreg", "__newobj__") + b".",
    "numpy.load": b"\x80\x02" + global_("numpy", "load") + b".",
    "numpy.f2py": b"\x80\x02" + global_("numpy.f2py.crackfortran", "myeval") + b".",
    "tilewise": b"\x80\x02" + global_("tilewise.plain_pickle", "load") + b".",
    "attribute of a class": b"\x80\x04\x8c\x0anumpy.core\x8c\x0bndarray.dot\x93.",
    "STACK_GLOBAL": b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x09touch ran\x85R.",
    "INST": b"(S'touch ran'\nios\nsystem\n.",
    "OBJ": b"\x80\x02(" + global_("os", "system") + b"X\x09\x00\x00\x00touch rano.",
    "NEWOBJ": b"\x80\x02" + global_("numpy", "ndarray") + b"K\x01\x85\x81.",
    "persistent id": b"\x80\x02X\x01\x00\x00\x00aQ.",
    "an extension of copyreg": b"\x80\x02\x82\x01.",
    "an array type is called": b"\x80\x02" + global_("numpy", "ndarray") + b"(K\x01tR.",
    "a name that stays": b"\x80\x02]" + global_("numpy", "dtype") + b"a.",
    "a name with a state": b"\x80\x02" + global_("numpy", "dtype") + b"}X\x01\x00\x00\x00aK\x01sb.",
    "a text is called": b"\x80\x02X\x01\x00\x00\x00aK\x01\x85R.",
    "a dictionary with a state": b"\x80\x02}}X\x01\x00\x00\x00aK\x01sb.",
    "records": pickle.dumps(np.zeros(2, dtype=[("a", "f8")])),
    "dates": pickle.dumps(np.array(["2020-01-01"], dtype="M8[D]")),
    "protocol 0": pickle.dumps({"a": [1.5]}, 0),
}


@pytest.mark.parametrize("name", CODED)
def test_what_is_no_plain_data_is_refused_and_not_run(load, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(tilewise.InputError, match="a.pickle: "):
        load(CODED[name])
    assert not (tmp_path / "ran").exists()


def test_the_refusal_names_what_was_asked(load):
    with pytest.raises(tilewise.InputError, match=r"'(posix|nt).system'.*not run"):
        load(CODED["os.system"])
    with pytest.raises(tilewise.InputError, match=r"instruction EXT1"):
        load(CODED["an extension of copyreg"])


def test_an_extension_that_the_process_knows_is_refused_too(load, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    copyreg.add_extension("os", "system", 1)
    try:
        pickle.Unpickler(io.BytesIO(b"\x80\x02\x82\x01.")).load()  # Now it is in the cache.
        with pytest.raises(tilewise.InputError, match="EXT1"):
            load(b"\x80\x02\x82\x01X\x09\x00\x00\x00touch ran\x85R.")
    finally:
        copyreg.remove_extension("os", "system", 1)
    assert not (tmp_path / "ran").exists()


ARRAY = pickle.dumps(FLOATS, 2)
HUGE = {
    "a place in the memo": b"\x80\x02]r\xff\xff\xff\xff.",
    "bytes": b"\x80\x04\x8e" + struct.pack("<Q", 2**40) + b"a.",
    "a bytearray": b"\x80\x05\x96" + struct.pack("<Q", 2**40) + b"a.",
    "a text": b"\x80\x04\x8d" + struct.pack("<Q", 2**40) + b"a.",
    "a frame": b"\x80\x04\x95" + struct.pack("<Q", 2**40) + b"N.",
    "a shape": ARRAY.replace(b"K\x03\x85", b"J\xff\xff\xff\x7f\x85"),
    "a negative shape": ARRAY.replace(b"K\x03\x85", b"J\xff\xff\xff\xff\x85"),
    "bytes made of a text": b"\x80\x02]X\x64\x00\x00\x00" + b"a" * 100 + b"q\x010"
    + b"".join([global_("_codecs", "encode") + b"h\x01X\x06\x00\x00\x00latin1\x86Ra"] * 50) + b".",
    # t = (t, t) a hundred times is small, but its hash visits 2^100 places.
    "a key": b"\x80\x02})q\x00" + b"h\x00\x86q\x00" * 100 + b"Ns.",
}  # fmt: skip


@pytest.mark.parametrize("name", HUGE)
def test_a_small_file_cannot_ask_for_much(load, name):
    if name in ("a place in the memo", "a frame"):  # Asks, but gets no more than there is.
        assert not load(HUGE[name])
        return
    with pytest.raises(tilewise.InputError, match=r"a\.pickle: \w"):
        load(HUGE[name])


def long_key(times, more=0):
    """A key that has the hash of `more`."""
    raw = (times * (2**61 - 1) + more).to_bytes(12, "little", signed=True)
    return b"\x8a" + bytes([len(raw)]) + raw


DTYPE = global_("numpy", "dtype")
NESTED = b"]q\x00" + b"]h\x00ah\x00aq\x00" * 60  # written out it has 2^60 parts
LONG = b"\x8b" + struct.pack("<i", 20_000) + b"\x7f" * 20_000 + b"q\x00"
SLOW = {
    "keys of one hash": b"\x80\x02}(" + b"".join(long_key(i) + b"N" for i in range(20_000)) + b"u.",
    "one by one": b"\x80\x02}" + b"".join(long_key(i, 7) + b"Ns" for i in range(20_000)) + b".",
    "a long key": b"\x80\x02" + LONG + b"0}(" + b"h\x00N" * 20_000 + b"u.",
    "a nested type": b"\x80\x02" + NESTED + DTYPE + b"h\x00\x85R.",
    "no numbers": b"\x80\x02}(" + (b"G" + struct.pack(">d", math.nan) + b"N") * 20_000 + b"u.",
}  # fmt: skip


@pytest.mark.parametrize("name", SLOW)
def test_a_short_file_cannot_take_long(load, name):
    begun = time.process_time()
    with pytest.raises(tilewise.InputError, match=r"a\.pickle: \w"):
        load(SLOW[name])
    assert time.process_time() - begun < 5.0  # without the limits minutes


def test_keys_are_whole_numbers_of_64_bits_and_fractions(load):
    data = {each: 1 for each in (-1, -2, 2**63, -(2**63), 2**61 - 2, 0.5, math.inf, True, None)}
    assert load(pickle.dumps(data)) == data
    colliding = {2**exponent * times: 1 for exponent in (0, 61) for times in range(1, 8)}
    assert load(pickle.dumps(colliding)) == colliding
    # Of those that are taken few have one hash.
    most = range(-(2**64) + 1, 2**64, 2**61 - 1)
    assert len(most) < 20


def test_an_empty_array_keeps_its_shape(load):
    assert load(pickle.dumps(np.zeros((0, 5)), 4)).shape == (0, 5)


def test_arrays_are_no_copies_of_the_bytes_in_the_file(load):
    assert load(pickle.dumps(FLOATS, 2)).base is not None
    assert load(pickle.dumps(FLOATS, 5)).base is not None


def test_a_file_that_is_cut_anywhere_is_refused(load):
    content = pickle.dumps({"a": [FLOATS, "text", {"b": 1.5}], "c": (1, 2)}, 4)
    for length in range(len(content)):
        with pytest.raises(tilewise.InputError, match=r"a\.pickle: \w"):
            load(content[:length])


def test_a_file_with_any_byte_changed_is_read_or_refused(load, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    content = pickle.dumps({"a": [FLOATS, {"b": 1.5}], "c": (1, "text")}, 2)
    generator = np.random.default_rng(1)
    read = 0
    for _ in range(500):
        changed = bytearray(content)
        changed[generator.integers(len(changed))] = generator.integers(256)
        try:
            load(bytes(changed))
            read += 1
        except tilewise.InputError as error:
            assert str(error).startswith(str(tmp_path / "a.pickle"))
    assert 50 < read < 450
    assert [each.name for each in tmp_path.iterdir()] == ["a.pickle"]  # nothing ran


def test_a_file_that_is_too_long_or_not_there_is_refused(load, tmp_path):
    with pytest.raises(tilewise.InputError, match="expected at most 10"):
        load(pickle.dumps(list(range(100))), limit_bytes=10)
    with pytest.raises(tilewise.InputError, match="No such file"):
        plain_pickle.load(tmp_path / "nothing.pickle")
    with pytest.raises(tilewise.InputError, match="directory"):
        plain_pickle.load(tmp_path)


def test_a_list_that_holds_itself_is_read(load):
    data = [1]
    data.append(data)
    read = load(pickle.dumps(data))
    assert read[1] is read
