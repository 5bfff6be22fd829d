#!/usr/bin/env python3
"""Fail when a link between our pages leads nowhere: a file that is not there, or a heading that no
page has. Also when a page of docs/ is in no table of contents of docs/index.md. Links to the web
are left to the documentation's build.

Usage: tools/check_links.py [ROOT]
"""

import pathlib
import re
import sys

FENCE = re.compile(r"^\s*```")
HEADING = re.compile(r"^#+ +(.+?) *$")
# A target may hold one pair of brackets.
LINK = re.compile(r"\]\(((?:[^()\s]|\([^()\s]*\))+)\)")
CODE = re.compile(r"`[^`]*`")
WEB = re.compile(r"^[a-z]+:")
CONTENTS = re.compile(r"^```\{toctree\}\n(.*?)^```$", re.M | re.S)


def lines_of(page):
    """(number, line) of a page outside of fenced blocks and indented ones."""
    fenced = False
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if FENCE.match(line):
            fenced = not fenced
        elif not fenced and not line.startswith("    "):
            yield number, line


def anchor_of(heading):
    """What the forges make of a heading: its text, in lower case, without marks."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def anchors_of(page):
    """The anchors of a page; a heading that is there again has a number."""
    anchors, seen = set(), {}
    for _, line in lines_of(page):
        if match := HEADING.match(line):
            anchor = anchor_of(match[1])
            count = seen[anchor] = seen.get(anchor, -1) + 1
            anchors.add(f"{anchor}-{count}" if count else anchor)
    return anchors


def fault_of(target, page):
    """What is wrong with a link of a page; None where it leads somewhere."""
    name, _, anchor = target.partition("#")
    path = (page.parent / name).resolve() if name else page
    if not path.exists():
        return f"there is no {name}"
    if anchor and path.suffix == ".md" and anchor not in anchors_of(path):
        return f"{name or page.name} has no heading #{anchor}"
    return None


def link_faults(page, root):
    faults = []
    for number, line in lines_of(page):
        for target in LINK.findall(CODE.sub("", line)):
            fault = None if WEB.match(target) else fault_of(target, page)
            if fault:
                faults.append(f"{page.relative_to(root)}:{number}: {fault}")
    return faults


def contents_faults(docs):
    """Pages that docs/index.md does not list, and listed pages that there are not."""
    index = docs / "index.md"
    if not index.is_file():
        return []
    blocks = "\n".join(CONTENTS.findall(index.read_text()))
    listed = {line.strip() for line in blocks.splitlines() if line and not line.startswith(":")}
    pages = {str(page.relative_to(docs).with_suffix("")) for page in docs.rglob("*.md")} - {"index"}
    faults = [f"docs/index.md: does not list {page}" for page in sorted(pages - listed)]
    return faults + [f"docs/index.md: there is no {page}.md" for page in sorted(listed - pages)]


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    pages = [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md"))]
    faults = [fault for page in pages for fault in link_faults(page, root)]
    faults += contents_faults(root / "docs")
    print("\n".join(faults) or f"links: {len(pages)} pages, no fault")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
