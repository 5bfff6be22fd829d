#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "space/file/space_item.hpp"
#include "workload/network_yaml.hpp"

namespace tilewise {

/// An entry of the network of a space in one of its repeats.
struct SpacePart {
  const SpaceItem* item = nullptr;
  std::int64_t place = 1;     ///< among the repeats, from 1
  std::int64_t position = 0;  ///< of a position: among all positions, from 1
};
/// The parts in the order in which they run.
std::vector<SpacePart> parts_of(const SpaceFile& file);

/// What a candidate has chosen.
struct SpaceChosen {
  Variables numbers;  ///< the decisions that are numbers
  /// The options of the decisions that are blocks.
  std::map<std::string, std::size_t, std::less<>> options;
  std::optional<std::size_t> option;  ///< of a position with a decision of its own
};

/// Where a candidate chose at a decision.
struct SpacePlace {
  std::string decision;
  std::size_t first = 0;  ///< layer of the network
  std::size_t last = 0;   ///< one behind its layers
  FeatureMap output;
  Variables names;  ///< what stands there for the option
};

/// Of a layer that a part has added.
struct AddedLayer {
  std::string listed_as;          ///< its name among the distinct layers; empty: as in the network
  std::size_t positions = 0;      ///< of the part, so many before it
  const SpaceItem* of = nullptr;  ///< the position that it is in; null: none
};

/// Makes the layers of a space on one data set. Layers that were made once are kept.
class SpaceBuilder {
 public:
  SpaceBuilder(const SpaceFile& file, const SpaceDataset& dataset)
      : file_(file), dataset_(dataset) {}

  /// The map that the network reads.
  FeatureMap image() const;
  /// Adds a part behind what `reader` has. Throws InputError with the place in the file.
  void add(NetworkReader& reader, const SpacePart& part, const SpaceChosen& chosen);
  /// What each position of that part gave, in order.
  const std::vector<FeatureMap>& given() const { return given_; }
  /// The places of that part at which a decision was asked, in order; of a space of blocks.
  const std::vector<SpacePlace>& places() const { return places_; }
  /// The layers of that part, in order.
  const std::vector<AddedLayer>& added() const { return added_; }

  /// What the names stand for where a part reads `input`; of a position for its option.
  Variables names_at(const SpacePart& part, const SpaceChosen& chosen,
                     const FeatureMap& input) const;
  /// Whether a position may have that option.
  bool may_have(const SpacePart& part, const SpaceOption& option, const FeatureMap& input) const;
  /// The name of a part, "block3", and how it stands in published tables.
  std::string name_of(const SpacePart& part, const FeatureMap& input) const;
  std::string key_of(const SpacePart& part, const SpaceChosen& chosen,
                     const FeatureMap& input) const;

 private:
  using LayerKey = std::tuple<const SpaceItem*, std::vector<std::int64_t>>;

  /// Those of the data set and of the decisions.
  Variables names_of(const SpaceChosen& chosen) const;
  void add_item(NetworkReader& reader, const SpacePart& part, Variables names,
                const SpaceChosen& chosen);
  /// What a part reads: of several, a repeat reads the one before and what that read, but the last.
  std::vector<LayerSource> sources_at(const NetworkReader& reader, const SpacePart& part);
  /// Who reads what may be absent reads a whole group, lest its operands depend on the candidate.
  void check_reads(const SpaceItem& item, const std::vector<LayerSource>& sources) const;
  /// A block or a position that reads `sources`; returns what its names stand for.
  Variables add_call(NetworkReader& reader, const SpacePart& part, Variables names,
                     const SpaceChosen& chosen, std::vector<LayerSource> sources);
  /// A position; returns what it gives.
  LayerSource add_choice(NetworkReader& reader, const SpaceItem& item, const std::string& name,
                         const Variables& names, const SpaceChosen& chosen, LayerSource source);
  void add_layer(NetworkReader& reader, const SpaceItem& item, const Variables& names,
                 const std::vector<LayerSource>& sources);
  void add_block(NetworkReader& reader, const BlockCall& call, const Variables& names,
                 const SpaceChosen& chosen);
  Layer layer_of(NetworkReader& reader, const SpaceItem& item, const Variables& names,
                 const std::vector<LayerSource>& sources);

  const SpaceFile& file_;
  const SpaceDataset& dataset_;
  std::vector<FeatureMap> given_;
  std::vector<SpacePlace> places_;
  std::map<const SpaceItem*, std::vector<LayerSource>> read_;  ///< by the last repeat
  std::vector<AddedLayer> added_;
  const SpaceItem* position_ = nullptr;  ///< that layers are added to
  std::map<LayerKey, Layer> layers_;
  std::map<const SpaceItem*, std::vector<LayerNumber>> numbers_;
};

}  // namespace tilewise
