#!/usr/bin/env python3
"""How many small faults in sim, mapper and schedule the unit tests find.

Makes a copy of the sources in a folder of its own, with some hundred faults chosen by chance
(tools/mutants.py), each behind a switch, builds the tests once, and runs them for each fault until
one fails: only those that reach the fault, the fastest first. What takes five times as long as
without the fault counts as found. Of a test case that takes longer than --longest, only these
seconds are run. Prints a table and the faults that no test found.

The folder keeps what was done: the same command goes on, with the tests as they are by then. Faults
that change no answer are listed, with the reason, in tools/mutants_equivalent.csv.

Usage: tools/mutate.py FOLDER [--only TEXT] [--count N] [--seed N] [--seconds N] [--longest N]
       [--jobs N]
"""

import argparse
import collections
import concurrent.futures
import csv
import dataclasses
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import threading

import mutants

ROOT = pathlib.Path(__file__).resolve().parents[1]
FOLDERS = ("sim", "mapper", "schedule")
EQUIVALENT = ROOT / "tools" / "mutants_equivalent.csv"
MOST_BYTES = 4 << 30
#: Processor seconds of the tests that one process runs before the next begins.
FIRST_BATCH = 0.3

#: Behind CMakeLists.txt of the copy: half the time of the compiler.
FASTER_BUILD = """
foreach(folder sim mapper schedule)
  target_compile_options(tilewise_${folder} PRIVATE -O1)
endforeach()
"""
#: Behind tests/main.cpp of the copy: which faults each test case reaches, and how long it takes.
LISTENER = """
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "mutation_switch.hpp"

namespace {

struct Reached;
Reached* listening = nullptr;

struct Reached : doctest::IReporter {
  explicit Reached(const doctest::ContextOptions&) {
    const char* path = std::getenv("MUTANTS_REACHED");
    if (path == nullptr) return;
    file = std::fopen(path, "a");
    listening = this;
    std::signal(SIGXCPU, [](int) {
      listening->write("cut");
      _exit(0);
    });
  }
  void test_case_start(const doctest::TestCaseData& test) override {
    name = test.m_name;
    std::memset(mutation::reached, 0, sizeof mutation::reached);
    started = std::clock();
  }
  void test_case_end(const doctest::CurrentTestCaseStats&) override {
    if (file != nullptr) write("whole");
  }
  void write(const char* how_far) {
    const double took = double(std::clock() - started) / CLOCKS_PER_SEC;
    std::fprintf(file, "%s\\t%.4f\\t%s\\t", name, took, how_far);
    for (int i = 0; i < 1 << 16; ++i) {
      if (mutation::reached[i]) std::fprintf(file, "%d ", i);
    }
    std::fprintf(file, "\\n");
    std::fflush(file);
  }
  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {}
  void test_run_end(const doctest::TestRunStats&) override {}
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}

  std::FILE* file = nullptr;
  const char* name = "";
  std::clock_t started = 0;
};

}  // namespace

REGISTER_LISTENER("reached", 1, Reached);
"""
ADDED = {"CMakeLists.txt": FASTER_BUILD, "tests/main.cpp": LISTENER}


def changed(path, text):
    """Writes the text, all of it or nothing, unless the file has it: what is as it was is not
    compiled again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        part = path.with_name(f"{path.name}.part")
        part.write_text(text)
        part.replace(path)


def copied(copy):
    """The files of the project in the copy, but those with faults; the sources to look for them."""
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard"],
        check=True,
        stdout=subprocess.PIPE,
    )
    files = [each for each in listed.stdout.decode().split("\n") if (ROOT / each).is_file()]
    sources = [each for each in files if each.startswith(FOLDERS) and each.endswith(".cpp")]
    for each in files:
        there = copy / each
        if each in sources and there.exists() or each in ADDED:
            continue
        if not there.exists() or there.read_bytes() != (ROOT / each).read_bytes():
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / each, there)
            shutil.copymode(ROOT / each, there)
    for each, text in ADDED.items():
        changed(copy / each, (ROOT / each).read_text() + text)
    changed(copy / "mutation_switch.hpp", mutants.SWITCH_HEADER)
    changed(copy / "sim" / "mutation_switch.cpp", mutants.SWITCH_SOURCE)
    return sorted(sources)


def sample(folder, copy, sources, count, seed):
    """The faults of this folder, as chosen before or now; the copy gets them."""
    kept = folder / "chosen.json"
    if not kept.exists():
        units = copy / "build" / "release" / "unity"
        units = [u for of in FOLDERS for u in sorted(units.glob(f"tilewise_{of}_*.cpp"))]
        found = mutants.find(sources, units, copy)
        made = mutants.chosen(found, count, seed)
        text = {"found": len(found), "chosen": [dataclasses.asdict(each) for each in made]}
        changed(kept, json.dumps(text, indent=1))
    text = json.loads(kept.read_text())
    made = [mutants.Mutant(**each) for each in text["chosen"]]
    by_file = collections.defaultdict(list)
    for number, each in enumerate(made, start=1):
        by_file[each.file].append((number, each))
    for file, numbered in by_file.items():
        source = (ROOT / file).read_text()
        lines = [each.strip() for each in source.split("\n")]
        if any(lines[each.line - 1 : each.line] != [each.text] for _, each in numbered):
            raise SystemExit(f"{file} is not what its faults were chosen for: name another folder")
        changed(copy / file, mutants.as_copied(file, source, numbered))
    return text["found"], made


def built(copy, jobs):
    """The tests of the copy."""
    environment = os.environ | {"CCACHE_BASEDIR": str(copy), "CCACHE_NOHASHDIR": "1"}
    build = ["cmake", "--build", "--preset", "release", "--target", "tilewise_search_tests"]
    build += ["--", "-j", str(jobs)]
    subprocess.run(build, cwd=copy, env=environment, check=True, stdout=subprocess.DEVNULL)
    return copy / "build" / "release" / "tests" / "tilewise_search_tests"


def as_filter(names):
    """A filter of doctest for these test cases: a comma in a name would end it."""
    return "-tc=" + ",".join(name.replace(",", "?").replace("\\", "?") for name in names)


@dataclasses.dataclass(frozen=True)
class Case:
    """A test case: its processor seconds, whether it ended by itself, which faults it reaches."""

    took: float
    whole: bool
    reached: frozenset


def cases_of(text):
    """The test cases by name, as LISTENER writes them, a later line for an earlier one."""
    rows = [line.split("\t") for line in text.split("\n")[:-1]]
    return {
        name: Case(float(took), how_far == "whole", frozenset(map(int, of.split())))
        for name, took, how_far, of in rows
    }


def reached_by(program, folder, longest, jobs):
    """The test cases of the folders. Those not known yet are run now, `longest` seconds of each."""
    path = folder / "reached.tsv"
    ours = "-sf=" + ",".join(f"*tests/{each}/*" for each in FOLDERS)
    listed = subprocess.run([program, "-ltc", ours], check=True, stdout=subprocess.PIPE, text=True)
    names = [each for each in listed.stdout.split("\n") if each and not each.startswith(("[", "="))]
    path.touch()
    known = cases_of(path.read_text())
    environment = os.environ | {"MUTANTS_REACHED": str(path)}

    def one(name):
        if name in known and (known[name].whole or known[name].took > longest - 1):
            return
        command = [program, ours, as_filter([name])]
        done = subprocess.run(
            command, env=environment, preexec_fn=limited(longest), stdout=subprocess.DEVNULL
        )
        if done.returncode > 0:
            raise RuntimeError(f"{name}: fails without a fault")

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, names))
    return {name: case for name, case in cases_of(path.read_text()).items() if name in names}


def batches(number, tests, seconds, kills):
    """The test cases that reach a fault, in groups that get longer, as many as take `seconds`; the
    fastest first, and those that found many faults as if they were as many times faster. Also
    whether those are all. One that did not end by itself is a group of its own."""
    reaching = [(case.took, name) for name, case in tests.items() if number in case.reached]
    reaching.sort(key=lambda test: (test[0] / (1 + kills[test[1]]), test[1]))
    made, total, limit, alone = [], 0.0, FIRST_BATCH, True
    for took, name in reaching:
        if total + took > seconds:
            return made, False
        whole = tests[name].whole
        if alone or not whole or sum(tests[each].took for each in made[-1]) + took > limit:
            limit = 2 * limit if made else limit
            made.append([])
        made[-1].append(name)
        alone = not whole
        total += took
    return made, all(tests[name].whole for _, name in reaching)


def limited(seconds):
    """What a process with a fault may take."""

    def apply():
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    return apply


def verdict(program, number, tests, seconds, kills):
    """What the tests say of a fault: (word, the test case that found it or what was run)."""
    groups, complete = batches(number, tests, seconds, kills)
    for names in groups:
        took = sum(tests[name].took for name in names)
        whole = tests[names[0]].whole
        most = 3 + int(5 * took) if whole else round(took)
        command = [program, "--abort-after=1", as_filter(names)]
        try:
            done = subprocess.run(
                command,
                env=os.environ | {"MUTANT": str(number)},
                preexec_fn=limited(most),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=60 + 100 * most,
            )
        except subprocess.TimeoutExpired:
            return "time-out", names[0]
        if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            if whole:
                return "time-out", names[0]
        elif done.returncode != 0:
            text = done.stdout.decode(errors="replace")
            failed = [line[10:].strip() for line in text.split("\n") if line[:10] == "TEST CASE:"]
            return "killed", failed[0] if failed else names[0]
    if not groups and complete:
        return "not reached", ""
    return "survived", "all that reach it" if complete else f"those of {seconds:g} s"


def equivalents():
    """The faults that change no answer, each with the reason."""
    with EQUIVALENT.open(newline="") as file:
        return {
            (row["file"], row["line"], row["change"], int(row["nth"])): row["reason"]
            for row in csv.DictReader(file)
        }


def run_all(program, folder, made, tests, options):
    """The verdict of each fault, kept in the folder as it comes."""
    path = folder / "verdicts.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    left = [n for n in range(1, len(made) + 1) if known.get(str(n), [""])[0] not in FOUND]
    same = equivalents()
    left = [n for n in left if made[n - 1].key not in same]
    kills = collections.Counter(name for word, name in known.values() if word == "killed")
    lock = threading.Lock()

    def one(number):
        found = verdict(program, number, tests, options.seconds, kills)
        with lock:
            kills[found[1]] += found[0] == "killed"
            known[str(number)] = found
            changed(path, json.dumps(known, indent=0))
            each = made[number - 1]
            print(
                number, *found, f"{each.file}:{each.line}", each.change, sep="\t", file=sys.stderr
            )

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        list(pool.map(one, left))
    return known


FOUND = ("killed", "time-out")


def table(found, made, known):
    """The figures of each folder and all, then those that survived."""
    same = equivalents()
    words = ("killed", "time-out", "equivalent", "survived", "not reached")
    rows = {folder: collections.Counter() for folder in (*FOLDERS, "all")}
    lines = []
    for number, each in enumerate(made, start=1):
        word = known.get(str(number), ["not run"])[0]
        word = "equivalent" if each.key in same and word not in FOUND else word
        for row in (each.file.split("/")[0], "all"):
            rows[row][word] += 1
        if word in ("survived", "not reached"):
            lines.append(f"{each.file}:{each.line}\t{each.change} ({each.nth})\t{each.text}")
    text = f"{found} faults can be made, {len(made)} were\n\n"
    text += f"| folder | faults | {' | '.join(words)} | found |\n|---{'|---:' * 7}|\n"
    for folder, counts in rows.items():
        judged = sum(counts[word] for word in words if word != "equivalent")
        caught = sum(counts[word] for word in FOUND)
        cells = [sum(counts.values()), *(counts[word] for word in words)]
        share = f"{100 * caught / judged:.1f} %" if judged else ""
        text += f"| {folder} | {' | '.join(map(str, cells))} | {share} |\n"
    return text + "\n" + "\n".join(sorted(lines))


def main():
    """Makes the copy, runs the tests, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path, help="of the copy and of what is found")
    parser.add_argument("--only", default="", help="files whose path has this, not all")
    parser.add_argument("--count", type=int, default=320, help="how many faults")
    parser.add_argument("--seed", type=int, default=1, help="which of them")
    parser.add_argument("--seconds", type=float, default=1e9, help="of tests for each, at most")
    parser.add_argument("--longest", type=int, default=600, help="seconds of a test case, at most")
    parser.add_argument("--jobs", type=int, default=2, help="processes side by side")
    options = parser.parse_args()
    folder = options.folder.resolve()
    copy = folder / "source"
    sources = copied(copy)
    subprocess.run(
        ["cmake", "--preset", "release"], cwd=copy, check=True, stdout=subprocess.DEVNULL
    )
    sources = [each for each in sources if options.only in each]
    found, made = sample(folder, copy, sources, options.count, options.seed)
    program = built(copy, options.jobs)
    tests = reached_by(program, folder, options.longest, options.jobs)
    known = run_all(program, folder, made, tests, options)
    print(table(found, made, known))
    return 0


if __name__ == "__main__":
    sys.exit(main())
