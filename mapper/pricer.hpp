#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <vector>

#include "arch/architecture.hpp"
#include "mapper/bounds.hpp"
#include "mapper/candidates.hpp"
#include "mapper/map_space.hpp"
#include "mapper/search.hpp"
#include "mapper/table_cache.hpp"
#include "sim/mapping.hpp"

namespace tilewise {

/// One set of kept tensors for all levels.
struct KeepChoice {
  std::vector<EnumArray<Tensor, bool>> keep;  ///< [level]
  std::vector<Parents> parents;               ///< [child]
};
/// Every combination that the space allows, in lexicographic order.
std::vector<KeepChoice> keep_choices(const Layer& layer, const MapSpace& space);

/// The best mapping met so far. Equal costs: the smaller mapping.
struct Incumbent {
  double value = std::numeric_limits<double>::infinity();
  std::optional<Mapping> mapping;
  std::int64_t evaluated = 0;

  /// Takes over `other`'s mapping if it is better, and adds its count.
  void merge(const Incumbent& other);
};

/// Prices every mapping that a choice of candidates leaves open: kept tensors and loop orders.
/// One object a thread: it keeps working memory.
class Pricer {
 public:
  Pricer(const Architecture& architecture, const Layer& layer, const MapSpace& space,
         const std::vector<KeepChoice>& keeps, TableCache& cache, const Bounds& bounds,
         Objective objective);

  using Choice = EnumArray<DimGroup, const Candidate*>;
  using Indices = EnumArray<DimGroup, std::size_t>;
  /// Updates `best` with the mappings of this choice that fit.
  void price(const Choice& choice, const Indices& indices, Incumbent& best);

 private:
  bool fits(const Choice& choice, const KeepChoice& keep) const;
  void price_orders(const Choice& choice, const Indices& indices, std::size_t keep,
                    Incumbent& best);
  void price_nest(const Choice& choice, const Indices& indices, std::size_t keep,
                  const std::vector<std::vector<Dim>>& orders, Incumbent& best);
  const std::vector<std::vector<Dim>>& orders_of(std::size_t level, const std::vector<Dim>& dims);

  const Architecture& architecture_;
  const Layer& layer_;
  const MapSpace& space_;
  const std::vector<KeepChoice>& keeps_;
  TableCache& cache_;
  const Bounds& bounds_;
  Objective objective_;
  std::vector<std::map<std::vector<Dim>, std::vector<std::vector<Dim>>>> known_orders_;
  double static_energy_per_cycle_ = 0.0;
};

}  // namespace tilewise
