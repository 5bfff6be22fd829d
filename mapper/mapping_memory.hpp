#pragma once

#include <functional>
#include <optional>

#include "arch/architecture.hpp"
#include "mapper/search.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// Results of earlier calls, and where those of this one go. Any thread asks and keeps.
struct MappingMemory {
  /// Under the names of this layer and architecture; empty: not known.
  std::function<std::optional<SearchResult>(const Layer&, const Architecture&)> find;
  std::function<void(const Layer&, const Architecture&, const SearchResult&)> keep;
};

}  // namespace tilewise
