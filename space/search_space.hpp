#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/engine/streaming.hpp"
#include "workload/layer.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// How often a network runs a layer; `layer` indexes a list of distinct layers.
struct LayerUse {
  std::size_t layer = 0;
  std::int64_t times = 0;
  bool operator==(const LayerUse&) const = default;
};

/// What the candidates of a space are made of on one data set: distinct layers, and which of them
/// the candidate of an index runs, by rising layer.
struct IndexedLayers {
  std::vector<Layer> layers;
  std::function<std::vector<LayerUse>(std::int64_t index)> uses;
};

/// A part of a network.
struct Block {
  std::string name;                ///< "k5_e6", "stem"
  std::vector<Layer> layers;       ///< in the order in which they run; none: it costs nothing
  std::vector<std::string> shape;  ///< a cell for each BlockForm::shape; of a fixed part empty
  std::string key;                 ///< how published tables name it; empty: they do not
  bool in_a_row = true;            ///< each layer reads the one before, and nothing else
};

/// What the candidates of a space are made of on one data set: fixed parts that all have, in the
/// order in which they run, and at each position one of its choices.
struct BlockLayers {
  std::vector<Block> fixed;
  std::vector<std::vector<Block>> positions;  ///< [position][choice]
};

using SpaceLayers = std::variant<IndexedLayers, BlockLayers>;

/// Candidates that have indices from 0.
struct IndexedForm {
  std::int64_t size = 0;
  /// The text of a candidate. Throws InputError unless 0 <= index < size.
  std::function<std::string(std::int64_t index)> text;
  /// The index of a text. Throws InputError that quotes it.
  std::function<std::int64_t(std::string_view text)> index;
};

/// A column that describes the choices of a space of blocks.
struct ShapeColumn {
  std::string name;     ///< "input_channels"
  std::string unit;     ///< "pixel"; "1": a number without one
  std::string meaning;  ///< for the schema of data sets
};

/// Positions in a row of which one may end the rest: what follows in the stage takes `choice`, too.
struct EndedStage {
  std::size_t first = 0;   ///< position
  std::size_t length = 0;  ///< positions
  std::uint8_t choice = 0;
};

/// Positions of which exactly `count` are there: the others take BlockForm::absent. A node of a
/// cell with so many of its incoming edges.
struct PositionGroup {
  std::string name;                    ///< "normal3"
  std::vector<std::size_t> positions;  ///< rising; in no other group
  std::size_t count = 0;               ///< 1 to all of them
};

/// Candidates that take one of `choices` blocks at each of `positions`, too many for indices.
struct BlockForm {
  std::size_t positions = 0;
  std::size_t choices = 0;         ///< below 255
  std::vector<std::string> names;  ///< of the choices
  ShapeColumn number;              ///< of a choice among those of its position
  ShapeColumn name;                ///< of a choice
  std::vector<ShapeColumn> shape;  ///< what else tells of a block
  /// [position][choice] whether it may be taken there; empty: all may.
  std::vector<std::vector<bool>> allowed = {};
  std::vector<EndedStage> ends = {};       ///< by rising position
  std::vector<PositionGroup> groups = {};  ///< none of whose positions is in a stage of `ends`
  std::uint8_t absent = 0;                 ///< the choice of groups that means: not there
  /// The choices of a text, first position first. Throws InputError that tells the place.
  std::function<std::vector<std::uint8_t>(std::string_view text)> parse;
  /// How users write the choices of a candidate.
  std::function<std::string(std::span<const std::uint8_t> choices)> text;
  /// Writes candidate `index` of the random sequence of `seed`: each as likely as
  /// any other, the same whatever else is drawn.
  std::function<void(std::uint64_t seed, std::uint64_t index, std::span<std::uint8_t> choices)>
      sample;
};

/// What may be asked of a space beyond a data set.
struct SpaceOptions {
  bool prune_dead = false;  ///< leave out layers that cannot change the result
};

/// The streaming designs of a space on an FPGA (docs/fpga_design.md, A whole space).
struct StreamingForm {
  /// Candidates with the same stages.
  struct Group {
    StreamPipeline pipeline;
    std::vector<std::int64_t> indices;  ///< rising
  };
  /// All candidates as streaming networks of `width` words, each distinct multiset of stages once.
  std::function<std::vector<Group>(const std::string& dataset, Bits width, const SpaceOptions&)>
      groups;
  /// Stages that one design for all candidates must hold at least.
  std::function<std::vector<StreamPipeline>(const std::string& dataset, Bits width)> common;
};

/// A search space: what its candidates are called and made of. space/search_spaces.cpp lists all.
struct SearchSpace {
  std::string name;                   ///< "nasbench201"
  std::string title;                  ///< "NAS-Bench-201"
  std::string summary;                ///< "All 15,625 architectures of NAS-Bench-201"
  std::string text_help;              ///< what a candidate's text is, for --help
  std::string example;                ///< such a text
  std::vector<std::string> datasets;  ///< the first one is the default
  bool has_dead_layers = false;       ///< whether SpaceOptions::prune_dead means anything
  std::variant<IndexedForm, BlockForm> form;
  std::optional<StreamingForm> streaming = {};

  /// The network of a candidate; throws InputError where the text or the data set is none.
  std::function<Network(const std::string& text, const std::string& dataset, const SpaceOptions&)>
      network;
  /// Throws InputError that lists the names where there is no such data set.
  std::function<SpaceLayers(const std::string& dataset, const SpaceOptions&)> layers;
  /// What the public code of the space builds a network from, as one JSON object.
  std::function<std::string(const std::string& text, const std::string& dataset)> public_config;
};

/// Null where the candidates have no indices, or no blocks.
const IndexedForm* indexed(const SearchSpace& space);
const BlockForm* blocks(const SearchSpace& space);

/// The text as the space itself writes it. Throws InputError that quotes it.
std::string canonical_text(const SearchSpace& space, std::string_view text);
/// Throws InputError where an option means nothing in this space.
void check_options(const SearchSpace& space, const SpaceOptions& options);
/// What decided the layers, "key: value" lines of run.yaml.
std::vector<std::string> settings(const SearchSpace& space, const SpaceOptions& options);
/// The first `count` candidates of the random sequence of `seed`, one a row of `positions` bytes;
/// the same for any number of threads (0: one a core). Needs a space of blocks.
std::vector<std::uint8_t> sample_blocks(const BlockForm& form, std::uint64_t seed,
                                        std::int64_t count, int threads);
/// Throws InputError where a row of `positions` bytes has a number that is no choice there.
void check_choices(const BlockForm& form, std::span<const std::uint8_t> rows, int threads);

}  // namespace tilewise
