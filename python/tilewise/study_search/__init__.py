"""Studies whose configurations a search proposes, as their grid is too large to run."""
