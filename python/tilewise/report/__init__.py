"""Pages of results: one file each, which a browser opens without a network (docs/report.md)."""
