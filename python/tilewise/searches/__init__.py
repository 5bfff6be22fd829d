"""Neural architecture search on a cost: `tilewise.search` (docs/architecture_search.md)."""

from tilewise.searches.result import SearchResult
from tilewise.searches.run import search

__all__ = ["SearchResult", "search"]
