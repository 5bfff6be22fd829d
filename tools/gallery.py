#!/usr/bin/env python3
"""Draw the pictures of docs/gallery.md by the lines that stand there, with matplotlib.

Usage: tools/gallery.py [--out docs/pictures]        (in an environment with tilewise[plot])
"""

import argparse
import os
import pathlib
import re
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FIGURE = re.compile(r"^figure = (tilewise\.plot\.(\w+)\(.*)\)$")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "docs" / "pictures")
    out = parser.parse_args().out.resolve()
    out.mkdir(exist_ok=True)
    page = (ROOT / "docs" / "gallery.md").read_text()
    names = {}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for line in "\n".join(BLOCK.findall(page)).splitlines():
            if not line.startswith(">>> "):
                continue
            code = line.removeprefix(">>> ")
            if found := FIGURE.match(code):
                drawn = eval(f'{found[1]}, library="matplotlib")', names)
                drawn.savefig(out / f"{found[2]}.png", dpi=80)
                print(out / f"{found[2]}.png")
            else:
                exec(code, names)


if __name__ == "__main__":
    main()
