"""The site of these pages: `sphinx-build -W docs build/docs`, with docs/requirements.txt.

MyST reads the pages as the forges show them, so a page needs no syntax of its own for the site.
"""

import pathlib
import re

_root = pathlib.Path(__file__).resolve().parent.parent

project = "Tilewise"
release = re.search(
    r"^project\(tilewise VERSION ([\d.]+)", (_root / "CMakeLists.txt").read_text(), re.M
)[1]
version = release
copyright = "the authors of Tilewise"

extensions = ["myst_parser"]
exclude_patterns = ["requirements.txt"]
myst_heading_anchors = 4
# A page may begin its sections where it likes; a block of lines left out is no program.
suppress_warnings = ["myst.header", "misc.highlighting_failure"]

html_theme = "furo"
html_title = f"Tilewise {release}"
html_copy_source = False
