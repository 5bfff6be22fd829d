#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expression.hpp"
#include "base/yaml.hpp"
#include "space/file/text_pattern.hpp"

namespace tilewise {

/// A number that a block is given: "stride: if(place == 1, 2, 1)".
struct SpaceParameter {
  std::string name;
  Expression value;
  YamlNode node;
};

struct SpaceItem;
/// What stands in a row, each item reading the one before unless it says `from`.
using SpaceItems = std::vector<SpaceItem>;

/// A block by its name and what it is given; without a block nothing runs.
struct BlockCall {
  std::shared_ptr<const SpaceItems> block;  ///< null: what comes in goes out
  std::vector<SpaceParameter> parameters;
  std::int64_t entries = 1;  ///< of the network: this one, and all that its block has
};

/// One of the blocks that a position may take.
struct SpaceOption {
  YamlNode node;
  std::string name;  ///< "k5_e6"
  BlockCall call;
  std::optional<Expression> when = {};  ///< `if`: where it may be taken; empty: everywhere
  std::string text = {};                ///< in the text of a candidate; empty: the name
  bool zero = false;                    ///< a tensor of zeros
  /// Its channels, height and width, where they are not those of the input.
  std::vector<SpaceParameter> zero_shape = {};
  bool absent = false;  ///< the position is not there: who reads several goes without it
  bool ends = false;    ///< what follows in the repeats of its position takes it too
  std::optional<TextPattern> key = {};  ///< how published tables name it
};

/// Options by name: "choices" of a file.
struct SpaceChoices {
  std::string name;
  std::vector<SpaceOption> options;
};

/// An entry of a block or of the network: a layer, a block, or a position with a choice.
struct SpaceItem {
  YamlNode node;
  TextPattern name;
  std::int64_t repeat = 1;              ///< of a block or a position
  std::optional<Expression> when = {};  ///< `if`; where it is 0 the item is left out
  bool is_layer = false;                ///< else `call` or `choices`
  bool is_concat = false;               ///< of a layer: channels of several, free
  /// Of a layer: its name among the distinct layers; empty: that of its first place.
  std::optional<TextPattern> listed_as = {};
  BlockCall call = {};
  std::string decision = {};  ///< the position's: which one; empty: one of its own
  std::shared_ptr<const SpaceChoices> choices = {};
  std::vector<SpaceParameter> parameters = {};  ///< of a position, for all its options
  std::optional<TextPattern> prefix = {};       ///< of the layers; empty: "NAME."
  std::optional<TextPattern> key = {};
};

/// Entries of the network that these items and their blocks stand for, as often as they are
/// repeated; a position has those of all its options.
std::int64_t entries_of(const SpaceItems& items);

/// What a value of the file says. Throw InputError with its place.
Expression parse_expression(const YamlNode& node);
TextPattern parse_pattern(const YamlNode& node);

/// A key of a layer whose value is an expression.
struct LayerNumber {
  std::string path;  ///< "output_channels", "kernel[0]"
  Expression value;
  YamlNode node;
};
/// The keys of a layer that hold numbers. Throws InputError with place for what is no expression.
std::vector<LayerNumber> layer_numbers(const YamlNode& layer);

/// A number of the file's own: a column of blocks.csv.
struct SpaceColumn {
  std::string name;
  std::string unit = "1";
  std::string meaning;
  std::optional<Expression> value;  ///< empty: the number of a choice, or its name
};

/// A number that a candidate may choose.
struct SpaceDecision {
  std::string name;
  std::vector<std::int64_t> values;             ///< of a number
  std::shared_ptr<const SpaceChoices> choices;  ///< else; null: a number
  std::vector<std::string> texts = {};          ///< [value or choice] in the text of a candidate
  std::optional<YamlNode> node = {};            ///< where it stands; empty: it is a position's own
};

/// Decisions of which exactly `count` are there: the edges of a node of a cell.
struct SpaceGroup {
  YamlNode node;
  std::string name;
  std::size_t count = 0;
  std::vector<std::size_t> decisions;  ///< rising; in no other group
};

/// An image set: what stands behind the names that a space may read.
struct SpaceDataset {
  std::string name;
  Variables variables;  ///< with channels, height and width of the image
};

/// A space as its file says it.
struct SpaceFile {
  std::string file;  ///< for messages
  std::string name;
  std::string title;
  std::string summary;
  bool enumerated = false;  ///< candidates have indices
  std::vector<SpaceDataset> datasets;
  std::vector<SpaceDecision> decisions;
  std::vector<SpaceGroup> groups = {};
  std::optional<Expression> where = {};  ///< of the decisions: which candidates there are
  std::optional<YamlNode> order = {};    ///< the name of a published order
  /// Of the decisions: the candidates whose layers are listed before those of all others.
  std::optional<Expression> listed_first = {};
  SpaceItems network;
  std::optional<TextPattern> text;               ///< of a candidate
  std::optional<TextPattern> config;             ///< of its public code
  std::optional<TextPattern> network_name = {};  ///< empty: "NAME INDEX DATASET"
  std::string text_help = {};                    ///< what the text is; empty: an example
  std::string example;                           ///< empty: the first candidate
  SpaceColumn number{"choice", "1", "place among the choices of the space", {}};
  SpaceColumn choice{"block", "", "name of the choice", {}};
  std::vector<SpaceColumn> columns;
};

/// The choices of a list by its name. Throws InputError that lists the names.
using FindChoices = std::function<std::shared_ptr<const SpaceChoices>(const YamlNode& name)>;
/// What `decisions` and `groups` of a file say. Throw InputError with place.
std::vector<SpaceDecision> parse_decisions(YamlMap map, const FindChoices& choices);
std::vector<SpaceGroup> parse_groups(YamlMap map, const std::vector<SpaceDecision>& decisions);

/// The space of a file (docs/spaces.md, A space of your own). Throws InputError with file, line,
/// path and cure.
SpaceFile load_space_file(const std::string& path);

}  // namespace tilewise
