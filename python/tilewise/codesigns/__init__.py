"""Networks and accelerators chosen together."""

from tilewise.codesigns.block_result import BlockCoDesign as BlockCoDesign
from tilewise.codesigns.result import CoDesign as CoDesign
from tilewise.codesigns.run import codesign as codesign
