#!/usr/bin/env python3
"""What each tuning constant of the search does, measured.

Builds the program in a folder of its own, with every constant of mapper/search_tuning.hpp read from
the environment instead of fixed, and searches 34 layers with each constant halved and doubled, and
switched off where that means something. Prints a Markdown table: over the search as it is, the
mappings priced in full, the tiles and orders looked at (both exact counts), and the CPU time, of
each layer the least of some runs (which another load disturbs). "Proven" counts the layers: with
`--factors auto` those that are proven over all bounds.

Usage: tools/search_tuning.py [--build FOLDER] [--flags "-O2"] [--only NAME,...]
       [--repeat N]
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
HEADER = "mapper/search_tuning.hpp"
CONSTANT = re.compile(r"^inline constexpr (\S+) (k\w+) = ([^;]+);$", re.MULTILINE)
READER = """
/// The value that the environment has under this name, else `usual`.
template <class Number>
Number tuned(const char* name, Number usual) {
  const char* set = std::getenv(name);
  return set ? static_cast<Number>(std::strtod(set, nullptr)) : usual;
}
"""
#: Values in the place of half and double.
VALUES = {
    "kBand": {"narrower": 1.125, "wider": 1.5, "off": 1e300},
    "kProbes": {"half": 1, "double": 4, "off": 0},
    "kFirstRound": {"double": 2, "as the longest": 256},
    "kFirstTurn": {"half": 2000, "double": 8000, "off": 1e18},
    "kSureToExceed": {"half": 4, "double": 16, "off": 1e300},
    "kMostToLeaf": {"half": 32768, "double": 131072, "off": 0},
}
#: Device, factors, and layers of shipped networks.
CASES = [
    ("eyeriss", "divisors", "alexnet conv1 conv3 fc8"),
    ("eyeriss", "divisors", "vgg16 conv1_1 conv4_2 pool1"),
    ("eyeriss", "divisors", "mobilenetv2 conv_stem block8.depthwise block12.expand"),
    ("eyeriss", "auto", "resnet18 layer2.0.downsample"),
    ("eyeriss", "auto", "resnet50 layer3.1.conv2 layer3.0.conv3"),
    ("eyeriss", "auto", "mobilenetv2 block8.expand"),
    ("zc706", "divisors", "alexnet conv2 fc6"),
    ("zc706", "divisors", "vgg16 conv3_1 conv5_1"),
    ("zc706", "divisors", "resnet50 layer1.0.conv2 layer4.0.downsample"),
    ("zc706", "divisors", "mobilenetv2 block3.depthwise block8.expand"),
    ("zc706", "auto", "alexnet conv3"),
    ("zc706", "auto", "vgg16 conv3_1"),
    ("zc706", "auto", "resnet50 layer2.0.conv3"),
    ("eyeriss_free", "divisors", "alexnet conv5 pool2"),
    ("eyeriss_free", "divisors", "vgg16 fc6 pool2 pool3"),
    ("eyeriss_free", "divisors", "resnet50 layer3.1.conv2 layer2.0.conv1 layer4.0.downsample"),
    ("eyeriss_free", "divisors", "mobilenetv2 block5.depthwise block8.project"),
]
BUDGET = 60
LOOKED_AT = ("tiles_by_capacity", "tiles_by_bound", "orders_by_bound", "evaluated")


def constants_of(text):
    """Name and value of each constant, in order."""
    return {name: float(value.replace("'", "")) for _, name, value in CONSTANT.findall(text)}


def tunable(text):
    """The header with every constant read from the environment."""
    text = text.replace("#include <cstdint>\n", "#include <cstdint>\n#include <cstdlib>\n")
    text = text.replace("namespace tilewise {\n", "namespace tilewise {\n" + READER, 1)
    return CONSTANT.sub(r'inline const \1 \2 = tuned<\1>("\2", \3);', text)


def variants(constants):
    """(constant, word, value) of all that is tried."""
    for name, value in constants.items():
        usual = {"half": value / 2, "double": value * 2}
        for word, tried in VALUES.get(name, usual).items():
            yield name, word, tried


def build(folder, flags):
    """The program with constants from the environment."""
    header = folder / "include" / HEADER
    header.parent.mkdir(parents=True, exist_ok=True)
    made = tunable((ROOT / HEADER).read_text())
    if not header.exists() or header.read_text() != made:
        header.write_text(made)
    flags = f"{flags} -iquote {folder / 'include'}"
    command = ["cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", f"-DCMAKE_CXX_FLAGS={flags}"]
    command += ["-DCMAKE_BUILD_TYPE=None", "-DTILEWISE_TESTS=OFF", "-DTILEWISE_BENCH=OFF"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", folder, "tilewise"], check=True, stdout=subprocess.DEVNULL)
    return folder / "tilewise"


def run(command, environment):
    """The answer of a search, and the CPU seconds it took."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command}: exit code {process.returncode}")
    return json.loads(text)["search"], usage.ru_utime + usage.ru_stime


def commands(program):
    """The searches, each with the factors it is for."""
    for device, factors, names in CASES:
        network, *layers = names.split()
        for layer in layers:
            command = [program, "map", "--network", network, "--layer", layer, "--device", device]
            command += ["--threads", "1", "--budget", f"{BUDGET}s", "--json"]
            yield command + ([] if factors == "auto" else ["--factors", factors]), factors


def searched(program, environments, repeat):
    """The sums of each environment: mappings priced, tiles and orders looked at, CPU
    seconds, proven. They take turns layer by layer, so that another load meets all alike."""
    sums = [[0, 0, 0.0, 0] for _ in environments]
    for command, factors in commands(program):
        turns = [[run(command, each) for each in environments] for _ in range(repeat)]
        for total, runs in zip(sums, zip(*turns, strict=True), strict=True):
            answer = runs[0][0]
            done = answer["certificate"]
            total[0] += done["evaluated"]
            total[1] += sum(done[key] for key in LOOKED_AT)
            total[2] += min(took for _, took in runs)
            total[3] += answer["proven"] and (factors != "auto" or answer["factors"] == "all")
    return sums


def main():
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "tuning")
    parser.add_argument("--flags", default="-O2", help="of the compiler")
    parser.add_argument("--only", default="", help="constants, by comma; nothing: all")
    parser.add_argument("--repeat", type=int, default=2, help="runs of each search")
    options = parser.parse_args()
    only = options.only.split(",") if options.only else []
    constants = constants_of((ROOT / HEADER).read_text())
    unknown = sorted(set(only) - set(constants))
    if unknown:
        parser.error(f"{unknown[0]}: no such constant; there are {', '.join(constants)}")
    program = build(options.build.resolve(), options.flags)
    clean = {key: value for key, value in os.environ.items() if key not in constants}
    (usual,) = searched(program, [clean], 1)
    print(
        f"As they are: {usual[0]:,} priced, {usual[1]:,} looked at, {usual[2]:.1f} s, "
        f"{usual[3]} proven\n"
    )
    print("| constant | tried | priced | looked at | CPU time | proven |")
    print("|---|---|---:|---:|---:|---:|", flush=True)
    for name, word, value in variants(constants):
        if only and name not in only:
            continue
        both = [clean, clean | {name: repr(value)}]
        usual, found = searched(program, both, options.repeat)
        ratios = " | ".join(f"{a / b:.3f}" for a, b in zip(found[:2], usual[:2], strict=True))
        print(
            f"| `{name}` | {word}: {value:g} | {ratios} | {found[2] / usual[2]:.2f} "
            f"| {found[3]} |",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
