"""The command `tilewise dataset`."""

from __future__ import annotations

import argparse
import textwrap

from tilewise.command_line import Parser
from tilewise.commands import exit_code
from tilewise.dataset.build import build
from tilewise.dataset.formats import DEFAULT, FORMATS
from tilewise.dataset.reader import Dataset, load, validate
from tilewise.dataset.spec import PARTS
from tilewise.terminal import progress_line


def main(arguments: list[str]) -> int:
    """Runs `tilewise dataset ARGUMENTS`; returns the exit code. Raises InputError for a refusal."""
    options = _parser().parse_args(arguments)
    return exit_code(lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    if options.work == "build":
        formats = options.formats.split(",") if options.formats else None
        digest = build(options.spec, options.out, options.threads, progress_line(), formats)
        print(f"{options.out}: {digest}")
        return 0
    if options.work == "check":
        checked = validate(options.folder)
        print(f"{options.folder}: whole; {checked.name}, {_rows(checked)}, {checked.digest}")
        return 0
    print(_summary(load(options.folder)), flush=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="tilewise dataset", description="Data sets of whole search spaces as typed files"
    )
    works = parser.add_subparsers(dest="work", required=True, metavar="WORK")
    made = works.add_parser(
        "build",
        help="sweep a space and write its tables",
        description=textwrap.fill(
            "Sweeps a space and writes its tables: Parquet, CSV, a pickle in the layout of "
            "HW-NAS-Bench, and what other public projects read. Prints the digest that names the "
            "data set."
        ),
        epilog=_formats_help() + "\nExample: tilewise dataset build nasbench201 --out out",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("spec", metavar="SPEC", help="a file, or a shipped name: nasbench201, fbnet")
    made.add_argument(
        "--out", metavar="DIR", required=True, help="folder for the files; an earlier set goes"
    )
    made.add_argument(
        "--formats", metavar="LIST", help="by comma, instead of those of SPEC; they stand below"
    )
    made.add_argument("--threads", metavar="N", type=int, default=0, help="threads; 0: one a core")
    for name, text in [
        ("check", "read all files of a data set and hold them against each other"),
        ("show", "what a data set holds, and how it came to be"),
    ]:
        read = works.add_parser(name, help=text, description=text)
        read.add_argument("folder", metavar="DIR", help="folder of a data set")
    return parser


def _formats_help() -> str:
    width = max(map(len, FORMATS))
    lines = [f"  {name:{width}}  {each.meaning}" for name, each in FORMATS.items()]
    return "\n".join([f"formats (default: {', '.join(DEFAULT)}):", *lines, ""])


def _rows(dataset: Dataset) -> str:
    tables = {name: getattr(dataset, name) for name in dataset.columns}
    return ", ".join(f"{len(table)} {name}" for name, table in tables.items())


def _summary(dataset: Dataset) -> str:
    provenance = dataset.provenance
    exact = provenance["exactness"]
    lines = [dataset.name]
    if dataset.description:
        lines.append(dataset.description)
    lines += [
        f"digest     {dataset.digest}",
        f"made by    {provenance['tool']} {provenance['version']}",
        f"space      {dataset.space}: {', '.join(provenance['datasets'])}",
        f"objective  {provenance['objective']}, factors {provenance['factors']}",
        f"tables     {_rows(dataset)}",
        f"proven     {exact['proven']} of {exact['layers']} mappings of layers",
    ]
    for device in provenance["devices"]:
        proof = next(each for each in exact["devices"] if each["device"] == device["name"])
        factors = ", ".join(f"{count} {name}" for name, count in proof["factors"].items())
        lines.append(
            f"device     {device['name']} {device['configuration']}: {proof['control']}"
            + (f", {proof['proven']} of {proof['layers']} proven ({factors})" if factors else "")
        )
    if dataset.architectures is not None and dataset.spec.splits:
        counts = dataset.architectures["split"].value_counts()
        lines.append("splits     " + ", ".join(f"{part} {counts.get(part, 0)}" for part in PARTS))
    for table, columns in dataset.columns.items():
        lines.append(f"{table}")
        width = max(len(column.name) for column in columns)
        for column in columns:
            unit = column.unit if column.unit not in ("", "1") else "-"
            lines.append(f"  {column.name:{width}}  {column.type:7}  {unit:5}  {column.meaning}")
    return "\n".join(lines)
