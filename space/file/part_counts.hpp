#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "space/distinct_layers.hpp"
#include "space/file/space_decisions.hpp"
#include "space/search_space.hpp"

namespace tilewise {

/// Counts the layers of candidates part by part, each built as seldom as can be. What a part is
/// made of depends on the decisions that it reads, and on the map that comes in. Where no option
/// changes the shape that a position gives, options do not see each other: their counts add up.
class PartCounts {
 public:
  PartCounts(const SpaceFile& file, const SpaceDataset& dataset, const SpaceDecisions& decisions);

  /// By rising layer.
  std::vector<LayerUse> uses(const SpaceDigits& digits);
  /// The distinct layers so far.
  const std::vector<Layer>& layers() const { return distinct_.layers(); }

 private:
  /// [layer] how often; below 0 in a difference.
  using Times = std::map<std::size_t, std::int64_t>;
  using Key = std::vector<std::int64_t>;
  struct Counted {
    Times times;
    FeatureMap output;
    std::vector<FeatureMap> given;  ///< by its positions
  };
  /// A part for given numbers: with the first option everywhere, and what another option changes.
  struct Split {
    Counted first;
    std::vector<std::vector<Times>> changes;  ///< [decision that it reads][option]
    bool adds_up = false;
  };
  /// What is known of a part in advance.
  struct Facts {
    std::vector<std::size_t> numbers;  ///< decisions that it reads
    std::vector<std::size_t> options;
    std::size_t kept_as = 0;  ///< the first part that is the same
  };

  Facts facts_of(std::size_t part) const;
  Key key_of(std::size_t part, const SpaceDigits& digits, const FeatureMap& map) const;
  Counted build(std::size_t part, const SpaceDigits& digits, const FeatureMap& map);
  const Split& split_of(std::size_t part, const SpaceDigits& digits, const FeatureMap& map);
  /// Adds the layers of a part; returns what it gives.
  FeatureMap add_part(std::size_t part, const SpaceDigits& digits, const FeatureMap& map,
                      Times& times);

  const SpaceDecisions& decisions_;
  SpaceBuilder builder_;
  std::vector<SpacePart> parts_;
  std::vector<Facts> facts_;  ///< [part]
  LayerCollection distinct_;
  std::map<Key, Split> splits_;
  std::map<Key, Counted> counted_;
};

}  // namespace tilewise
