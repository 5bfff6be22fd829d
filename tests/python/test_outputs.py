"""What the package writes: whole, under a lock, and over nobody else's files."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
import tilewise
from tilewise import outputs


def names(folder):
    return sorted(os.listdir(folder))


def put(folder, files, written):
    """A run that writes these files of a co-design."""
    with outputs.new_files(folder, "a co-design", "z.json", written, keep_list=True) as part:
        for name, content in files.items():
            (part / name).parent.mkdir(exist_ok=True)
            outputs.write_whole(part / name, content)


def test_a_file_is_replaced_a_link_stays_and_a_fifo_is_written_into(tmp_path):
    outputs.write_whole(tmp_path / "a", b"old")
    (tmp_path / "a").chmod(0o600)
    (tmp_path / f".a.{'0' * 16}.tilewise-part").write_text("of a killed run")
    (tmp_path / "link").symlink_to("a")
    outputs.write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "link").is_symlink()
    os.mkfifo(tmp_path / "fifo")
    read = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "fifo").read_bytes()))
    reader.start()
    outputs.write_whole(tmp_path / "fifo", b"through")
    reader.join()
    assert read == [b"through"]
    assert names(tmp_path) == ["a", "fifo", "link"]
    with pytest.raises(IsADirectoryError):
        outputs.write_whole(tmp_path, b"")


def test_an_output_that_is_an_input_is_refused(tmp_path):
    (tmp_path / "a").write_text("x")
    (tmp_path / "hard").hardlink_to(tmp_path / "a")
    for path in (tmp_path / "a", tmp_path / "hard", tmp_path / "." / "a"):
        with pytest.raises(tilewise.InputError, match="that file is read.*name another"):
            outputs.check_output("--output", path, ["eyeriss", tmp_path / "a"])
    outputs.check_output("--output", tmp_path / "new", [tmp_path / "a"])


def test_a_second_run_is_refused_and_an_empty_folder_goes(tmp_path):
    with outputs.locked(tmp_path / "above" / "out"):
        said = rf"out: another run \(process {os.getpid()}\) writes there"
        with pytest.raises(tilewise.InputError, match=said), outputs.locked(tmp_path / "above/out"):
            pass
    assert names(tmp_path) == []


def test_only_what_was_written_is_replaced_or_removed(tmp_path):
    put(tmp_path, {"b/1.yaml": b"1", "b/2.yaml": b"2", "z.json": b"z"}, {})
    written = outputs.written_files(tmp_path)
    (tmp_path / "b" / "2.yaml").write_text("mine")
    (tmp_path / "b" / "notes").write_text("mine")
    put(tmp_path, {"b/3.yaml": b"3", "z.json": b"later"}, written)
    assert names(tmp_path / "b") == ["2.yaml", "3.yaml", "notes"]
    (tmp_path / "z.json").write_text("mine")
    written = outputs.written_files(tmp_path)
    with pytest.raises(tilewise.InputError, match="z.json, which was changed since"):
        put(tmp_path, {"z.json": b"again"}, written)
    assert (tmp_path / "z.json").read_text() == "mine"
    assert names(tmp_path) == [outputs.LIST, "b", "z.json"]


def test_a_data_set_replaces_its_own_files_alone(tmp_path):
    spec = {"space": "fbnet", "devices": ["hwnasbench-zc706"], "datasets": ["cifar100"],
            "formats": ["csv"]}  # fmt: skip
    tilewise.dataset.build(spec, tmp_path)
    tilewise.dataset.build(spec, tmp_path)
    (tmp_path / "blocks.csv").write_text("mine")
    with pytest.raises(tilewise.InputError, match="blocks.csv, which was changed since"):
        tilewise.dataset.build(spec, tmp_path)
    assert (tmp_path / "blocks.csv").read_text() == "mine"


def test_two_outputs_of_a_search_are_two_files_and_no_input(tmp_path):
    accuracy = tmp_path / "a.csv"
    accuracy.write_text("index,accuracy\n")

    def said(*options):
        done = subprocess.run(
            [sys.executable, "-m", "tilewise", "search", "nasbench201", "--device", "zc706",
             "--accuracy", str(accuracy), *map(str, options)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 2
        return done.stderr

    assert "--output" in said("--output", accuracy) and "is read" in said("--state", accuracy)
    both = tmp_path / "both.csv"
    assert "is the file of --output, too" in said("--output", both, "--history", both)


def test_sigterm_ends_a_command_as_ctrl_c_does():
    work = "import time; from tilewise.commands import exit_code\n"
    work += "print('on', flush=True)\n"
    work += "raise SystemExit(exit_code(lambda: time.sleep(60), 'the same command goes on'))"
    for number in (signal.SIGTERM, signal.SIGINT):
        process = subprocess.Popen(
            [sys.executable, "-c", work], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        process.stdout.readline()
        time.sleep(0.2)
        process.send_signal(number)
        _, said = process.communicate(timeout=20)
        assert (process.returncode, said) == (128 + number, "error: the same command goes on\n")
