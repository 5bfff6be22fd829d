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
/// The order of the distinct layers: first those of the parts that are one and the same in all
/// candidates. Then, as candidates are counted, part by part, entry by entry, a position with each
/// of its options.
class PartCounts {
 public:
  PartCounts(const SpaceFile& file, const SpaceDataset& dataset, const SpaceDecisions& decisions);

  /// By rising layer.
  std::vector<LayerUse> uses(const SpaceDigits& digits);
  /// Whether `sum` knows all candidates: no part reads a number, and all options add up.
  bool adds_up() const { return sum_.has_value(); }
  /// The uses of a candidate where all adds up.
  std::vector<LayerUse> sum(const SpaceDigits& digits) const;
  /// The distinct layers so far.
  const std::vector<Layer>& layers() const { return distinct_.layers(); }

 private:
  /// Below 0 in a difference.
  using Times = std::vector<LayerUse>;
  using Key = std::vector<std::int64_t>;
  /// A part of one candidate.
  struct Built {
    std::vector<Layer> layers;  ///< by the names that they are listed as
    std::vector<AddedLayer> added;
    FeatureMap output;
    std::vector<FeatureMap> given;  ///< by its positions
  };
  struct Counted {
    Times times;
    FeatureMap output;
  };
  /// A part for given numbers, each time with one option everywhere: with the first, the second,
  /// ..., and with the last where there are fewer.
  struct Probe {
    std::vector<Built> alike;  ///< [option]
    bool adds_up = true;
  };
  /// A part for given numbers: with the first option everywhere, and what another option changes;
  /// both empty unless it adds up.
  struct Split {
    Counted first;
    std::vector<std::vector<Times>> changes;  ///< [decision that it reads][option]
    bool adds_up = false;
  };
  /// All parts, where none reads a number and all add up; by layer.
  struct Sum {
    std::vector<std::int64_t> first;
    std::vector<std::vector<std::vector<std::int64_t>>> changes;  ///< [decision][option]
  };
  /// What is known of a part in advance.
  struct Facts {
    std::vector<std::size_t> numbers;  ///< decisions that it reads
    std::vector<std::size_t> options;
    std::size_t kept_as = 0;  ///< the first part that is the same
  };

  Facts facts_of(std::size_t part) const;
  Key key_of(std::size_t part, const SpaceDigits& digits, const FeatureMap& map) const;
  Built build(std::size_t part, const SpaceDigits& digits, const FeatureMap& map);
  const Probe& probe_of(std::size_t part, const SpaceDigits& digits, const FeatureMap& map);
  /// Lists the parts that are the same in all candidates.
  void list_common();
  /// The sum of all parts; empty: there is none.
  std::optional<Sum> sum_up();
  /// Lists what a part may run, by position.
  void list(const Probe& probe);
  /// Lists what is new.
  Counted count(const Built& built);
  /// What other options of a decision change.
  std::vector<Times> changes(std::size_t part, std::size_t decision, const Probe& probe);
  const Split& split_of(std::size_t part, const SpaceDigits& digits, const FeatureMap& map);
  /// Adds the layers of a part; returns what it gives.
  FeatureMap add_part(std::size_t part, const SpaceDigits& digits, const FeatureMap& map,
                      Times& times);

  const SpaceDecisions& decisions_;
  SpaceBuilder builder_;
  std::vector<SpacePart> parts_;
  std::vector<Facts> facts_;  ///< [part]
  LayerCollection distinct_;
  std::map<Key, Probe> probes_;  ///< that no split was made of
  std::map<Key, Split> splits_;
  std::map<Key, Counted> counted_;
  std::optional<Sum> sum_;
};

}  // namespace tilewise
