#!/usr/bin/env python3
"""Hold docs/architecture.md against the code.

It fails if the page names a file or folder that does not exist, or a word that no code has; if a
folder with code is missing from the page; if an equation that a page of PAGES numbers is missing
from the page's tables; or if a file of a table does not cite the equations of its row.

A file cites an equation where one of its comments, or the name of one of its tests, has its number:
"Eq. 7" for docs/model.md, "F10" for the pages whose numbers begin with a letter; lists and ranges
count ("Eq. 7 to 11", "F1, F2"). A .cpp file may leave that to the header of the same name; a test
may not.

Usage: tools/check_architecture_page.py [ROOT]
"""

import pathlib
import re
import sys

from check_layers import CODE, our_files

PAGE = "docs/architecture.md"
# What the line of an equation looks like on the page that numbers it.
PAGES = {
    "model.md": re.compile(r"^\*\*Eq\. (\d+)\b", re.M),
    "fpga.md": re.compile(r"^\*\*([FH]\d+)\b", re.M),
    "fpga_design.md": re.compile(r"^- \(([FS]\d+)\)", re.M),
    "hwnasbench.md": re.compile(r"\(([FE]\d+)\)$", re.M),
}

NEXT = r"(?:,? (?:to|and) |, )"
# "Eq. 3 to 5", "Eqs. 1, 2"; "F1 to F9", "H6, H7".
NUMBERS = re.compile(rf"\bEqs?\. (\d+(?:{NEXT}\d+\b(?!\.\d))*)|\b([A-Z]\d+\b(?:{NEXT}[A-Z]\d+\b)*)")
TICKED = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([\w./-]+)(?:#[\w-]*)?\)")
FILE = re.compile(r"[\w.-]+(?:/[\w.-]+)+\.[a-z]+|\w+\.md")
FOLDER = re.compile(r"\w+(?:/\w+)+")
WORD = re.compile(r"[A-Za-z_]\w*")
WORD_IN_FILE = re.compile(r"`(\w+)` \(`([\w/.-]+)`\)")
COMMENT = re.compile(r"//+<?(.*)|TEST_CASE\((.*)")


def numbers_in(text):
    """The equations that a text names, lists and ranges written out."""
    found = set()
    for match in NUMBERS.finditer(text):
        last, is_range = "", False
        for part in re.split(rf"({NEXT})", match[1] or match[2]):
            if re.fullmatch(NEXT, part):
                is_range = "to" in part
                continue
            letter, first = re.match(r"([A-Z]?)(\d+)", part).groups()
            start = int(re.sub(r"\D", "", last)) if is_range else int(first)
            found.update(f"{letter}{number}" for number in range(start, int(first) + 1))
            last = part
    return found


def comments_of(path):
    """The comments of a file and the names of its tests, as one line."""
    lines = [COMMENT.search(line) for line in path.read_text().splitlines()]
    return " ".join((line[1] or line[2] or "").strip() for line in lines if line)


def cited_in(path, root):
    """The equations that a file cites, or the header of the same name."""
    files = {path}
    if path.relative_to(root).parts[0] != "tests":
        files |= {path.with_suffix(suffix) for suffix in CODE}
    return numbers_in(" ".join(comments_of(file) for file in sorted(files) if file.is_file()))


def rows_of(text):
    """(pages, equations, files computing, files holding, line) of each row of a table of equations;
    the heading above a table links the pages."""
    pages, rows = [], []
    for line in text.splitlines():
        if line.startswith("#"):
            pages = [page for page in LINK.findall(line) if page in PAGES]
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        numbers = numbers_in(cells[0])
        if pages and line.startswith("|") and len(cells) == 4 and numbers:
            computed, held = ([t for t in TICKED.findall(cell) if "/" in t] for cell in cells[2:])
            rows.append((pages, numbers, computed, held, cells[0]))
    return rows


def equation_faults(text, root):
    """Equations without a row, rows without a file or test, files that do not cite their row."""
    faults, rows = [], rows_of(text)
    for page, pattern in PAGES.items():
        path = root / "docs" / page
        numbered = set(pattern.findall(path.read_text())) if path.is_file() else set()
        told = set().union(*(numbers for pages, numbers, *_ in rows if page in pages), set())
        for number in sorted(numbered - told, key=lambda each: (each[:1], len(each), each)):
            faults.append(f"{PAGE}: {page} has an equation {number}, and no table here")
    for _, numbers, computed, held, name in rows:
        if not computed or not held:
            faults.append(f"{PAGE}: {name} has no file that computes it, or no test")
        for file in computed + held:
            path = root / file
            missing = numbers - cited_in(path, root) if path.is_file() else set()
            if missing:
                faults.append(f"{PAGE}: {file} does not cite {', '.join(sorted(missing))}")
    return faults


def name_faults(text, root, code):
    """Files, folders and words of the page that there are not."""
    faults = []
    words = set()
    for path in [*code, *root.glob("python/**/*.py")]:
        words.update(WORD.findall(path.read_text()), path.relative_to(root).parts)
    for name in sorted(set(TICKED.findall(text))):
        if FILE.fullmatch(name) or FOLDER.fullmatch(name):
            if not any((place / name).exists() for place in (root, root / "docs")):
                faults.append(f"{PAGE}: there is no {name}")
        elif WORD.fullmatch(name) and name not in words and not (root / name).is_dir():
            faults.append(f"{PAGE}: no code has the word {name}")
    for link in sorted(set(LINK.findall(text))):
        if not (root / "docs" / link).exists():
            faults.append(f"{PAGE}: there is no docs/{link}")
    for word, file in WORD_IN_FILE.findall(text):
        path = root / file
        if path.is_file() and not re.search(rf"\b{word}\b", path.read_text()):
            faults.append(f"{PAGE}: {file} has no word {word}")
    return faults


def folder_faults(text, root, code):
    """Folders with code that no row of a table begins with."""
    folders = {path.parent.relative_to(root) for path in code}
    told = set(re.findall(r"^\| `([\w/]+)` \|", text, re.M))
    return [
        f"{PAGE}: the folder {folder} is missing"
        for folder in sorted(map(str, folders))
        if folder.split("/")[0] != "tests" and folder not in told
    ]


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    text = (root / PAGE).read_text()
    code = [path for path in our_files(root) if path.suffix in CODE]
    faults = name_faults(text, root, code) + folder_faults(text, root, code)
    faults += equation_faults(text, root)
    print("\n".join(faults) or "architecture: no fault")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
