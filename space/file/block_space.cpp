#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "space/block_rules.hpp"
#include "space/file/block_form.hpp"
#include "space/file/file_space.hpp"
#include "space/file/space_builder.hpp"

namespace tilewise {
namespace {

using Row = std::span<const std::uint8_t>;

SpaceChosen of_option(std::size_t option) { return {{}, {}, option}; }

/// A layer of a block; what it reads is counted from the block's input, 0, and its layers, from 1.
struct FragmentLayer {
  std::shared_ptr<const Layer> layer;  ///< all networks that have it share it
  std::vector<std::size_t> reads;
};
/// The layers of a block, and which of them make its output, counted in the same way.
struct Fragment {
  std::vector<FragmentLayer> layers;
  std::vector<std::size_t> outputs;  ///< several: their channels behind each other
};
/// Of a network whose first layer stands for what the block reads.
Fragment fragment_of(const Network& network, std::vector<std::size_t> outputs) {
  Fragment made{{}, std::move(outputs)};
  for (std::size_t i = 1; i < network.size(); ++i) {
    made.layers.push_back({network.shared_layer(i), network.inputs_of(i)});
  }
  return made;
}

/// [part][choice] of the whole network; a fixed part has one.
using Fragments = std::vector<std::vector<Fragment>>;
/// [position][choice] what `if` allows.
using AllowedBlocks = std::vector<std::vector<bool>>;

/// All that a space is made of on one data set.
struct BlockParts {
  BlockLayers layers;
  Fragments fragments;
  AllowedBlocks allowed;
};

/// Makes the parts of a space on one data set, one behind the other.
class BlockSpaceLayers {
 public:
  BlockSpaceLayers(const SpaceFile& file, const SpaceDataset& dataset)
      : file_(file), builder_(file, dataset), map_(builder_.image()) {}

  BlockParts all() {
    for (const SpacePart& part : parts_of(file_)) {
      made_.fragments.emplace_back();
      if (part.item->choices) {
        made_.layers.positions.push_back(choices_at(part));
      } else {
        Made made = make(part, {}, builder_.name_of(part, map_));
        made.block.key = builder_.key_of(part, {}, map_);
        made_.layers.fixed.push_back(std::move(made.block));
        made_.fragments.back().push_back(std::move(made.fragment));
        map_ = made.output;
      }
    }
    return std::move(made_);
  }

  /// What `if` allows, from one choice of each position.
  AllowedBlocks allowed_alone() {
    AllowedBlocks all;
    for (const SpacePart& part : parts_of(file_)) {
      SpaceChosen chosen;
      if (part.item->choices) {
        all.push_back(allowed_at(part));
        chosen = of_option(first_allowed(part, all.back()));
      }
      map_ = make(part, chosen, "").output;
    }
    return all;
  }

 private:
  struct Made {
    Block block;
    FeatureMap output;
    Fragment fragment;
  };

  std::vector<bool> allowed_at(const SpacePart& part) const {
    std::vector<bool> allowed;
    for (const SpaceOption& option : part.item->choices->options) {
      allowed.push_back(builder_.may_have(part, option, map_));
    }
    return allowed;
  }

  static std::size_t first_allowed(const SpacePart& part, const std::vector<bool>& allowed) {
    const auto first = std::find(allowed.begin(), allowed.end(), true);
    if (first == allowed.end()) {
      part.item->node.fail(fmt::format("position {}: no choice is left", part.position));
    }
    return static_cast<std::size_t>(first - allowed.begin());
  }

  Made make(const SpacePart& part, const SpaceChosen& chosen, std::string name) {
    NetworkReader reader("", map_, {});
    // What comes before, so that the network knows who reads it.
    Layer before;
    before.op = Operator::Elementwise;
    before.bounds[Dim::N] = map_.batch;
    before.bounds[Dim::G] = map_.channels;
    before.bounds[Dim::P] = map_.height;
    before.bounds[Dim::Q] = map_.width;
    reader.put(part.item->node.with_text("before"), before, {reader.output()});
    builder_.add(reader, part, chosen);
    std::vector<Layer> layers = layers_of(reader.network());
    layers.erase(layers.begin());
    const LayerSource output = reader.output();
    std::vector<std::size_t> outputs{output.layer.value_or(0)};
    outputs.insert(outputs.end(), output.joined.begin(), output.joined.end());
    return {{std::move(name), std::move(layers), {}, {}, runs_in_a_row(reader.network())},
            *output.map,
            fragment_of(reader.network(), std::move(outputs))};
  }

  std::vector<Block> choices_at(const SpacePart& part) {
    std::vector<Block> blocks;
    const std::vector<bool>& allowed = made_.allowed.emplace_back(allowed_at(part));
    first_allowed(part, allowed);  // or it throws
    std::optional<Made> first;
    for (const SpaceOption& option : part.item->choices->options) {
      const SpaceChosen chosen = of_option(blocks.size());
      if (!allowed[blocks.size()]) {
        blocks.push_back({option.name, {}, std::vector<std::string>(file_.columns.size()), {}});
        made_.fragments.back().emplace_back();
        continue;
      }
      Made made = make(part, chosen, option.name);
      made.block.key = builder_.key_of(part, chosen, map_);
      const Variables names = builder_.names_at(part, chosen, map_);
      made.block.shape = shape_cells(file_, names);
      blocks.push_back(made.block);
      made_.fragments.back().push_back(made.fragment);
      if (!first) {
        first = std::move(made);
      } else if (made.output != first->output) {
        part.item->node.fail(fmt::format(
            "position {}: {} gives {}, but {} gives {}; all choices of a position need one shape, "
            "so that the next one does not depend on it; see `if`",
            part.position, first->block.name, map_text(first->output), option.name,
            map_text(made.output)));
      }
    }
    map_ = first->output;
    return blocks;
  }

  const SpaceFile& file_;
  SpaceBuilder builder_;
  FeatureMap map_;
  BlockParts made_;
};

/// The stages that an option with `ends` may end.
std::vector<EndedStage> stages_of(const std::vector<SpacePart>& parts) {
  std::vector<EndedStage> stages;
  for (const SpacePart& part : parts) {
    if (!part.item->choices || part.place > 1 || part.item->repeat == 1) continue;
    const auto& options = part.item->choices->options;
    const auto end = std::find_if(options.begin(), options.end(),
                                  [](const SpaceOption& each) { return each.ends; });
    if (end == options.end()) continue;
    stages.push_back({static_cast<std::size_t>(part.position - 1),
                      static_cast<std::size_t>(part.item->repeat),
                      static_cast<std::uint8_t>(end - options.begin())});
  }
  return stages;
}

/// What a space of blocks asks of its file beyond what each entry says.
void check_block_file(const SpaceFile& file) {
  check_entries_in_a_row(file);
  const SpaceChoices* choices = nullptr;
  for (const SpaceItem& item : file.network) {
    if (!item.choices) continue;
    if (choices != nullptr && choices != item.choices.get()) {
      item.node.fail("a second list of choices; a space of blocks has one for all positions");
    }
    choices = item.choices.get();
    for (const SpaceOption& each : item.choices->options) {
      if (each.absent) each.node.fail("absent: needs a decision in a group; see `groups`");
    }
  }
  if (choices == nullptr) throw InputError(file.file + ": network: no position has a choice");
}

BlockForm form_of(const SpaceFile& file) {
  BlockForm form;
  const std::vector<SpacePart> parts = parts_of(file);
  for (const SpacePart& part : parts) {
    if (!part.item->choices) continue;
    ++form.positions;
    if (!form.names.empty()) continue;
    for (const SpaceOption& each : part.item->choices->options) form.names.push_back(each.name);
  }
  form.choices = form.names.size();
  form.ends = stages_of(parts);
  const bool rules = std::any_of(parts.begin(), parts.end(), [](const SpacePart& part) {
    if (!part.item->choices) return false;
    const auto& options = part.item->choices->options;
    return std::any_of(options.begin(), options.end(),
                       [](const SpaceOption& each) { return each.when.has_value(); });
  });
  if (rules) form.allowed = BlockSpaceLayers(file, file.datasets.front()).allowed_alone();
  return form;
}

/// The parts of a space on each data set, made when they are first asked for.
class BlockPartsCache {
 public:
  BlockPartsCache(std::shared_ptr<const SpaceFile> file, const BlockForm& form)
      : file_(std::move(file)), allowed_(form.allowed) {}

  const BlockParts& of(const std::string& name) {
    const SpaceDataset& dataset = find_dataset(*file_, name);
    const std::scoped_lock lock(mutex_);
    const auto known = made_.find(name);
    if (known != made_.end()) return known->second;
    BlockParts parts = BlockSpaceLayers(*file_, dataset).all();
    if (!allowed_.empty() && parts.allowed != allowed_) {
      throw InputError(
          fmt::format("{}: choices: {} and {} allow other choices; an `if` must not "
                      "depend on the data set",
                      file_->file, file_->datasets.front().name, name));
    }
    return made_.emplace(name, std::move(parts)).first->second;
  }

 private:
  std::shared_ptr<const SpaceFile> file_;
  AllowedBlocks allowed_;  ///< as the form has it; empty: all
  std::mutex mutex_;
  std::map<std::string, BlockParts> made_;  // its elements stay where they are
};

/// Adds the layers of a block that reads `read` (none: the input of the network); returns what
/// makes its output.
std::vector<std::size_t> append(Network& network, const Fragment& fragment,
                                const std::vector<std::size_t>& read) {
  const std::size_t before = network.size();
  const auto places = [&](const std::vector<std::size_t>& layers) {
    std::vector<std::size_t> all;
    for (const std::size_t i : layers) {
      if (i > 0) {
        all.push_back(before + i - 1);
      } else {
        all.insert(all.end(), read.begin(), read.end());
      }
    }
    return all;
  };
  for (const FragmentLayer& each : fragment.layers) {
    network.add(each.layer, places(each.reads));
  }
  return places(fragment.outputs);
}

Network network_of(const SpaceFile& file, const std::string& dataset, const Fragments& fragments,
                   Row row) {
  Network network(fmt::format("{} {} {}", file.name, choices_text(row), dataset));
  std::vector<std::size_t> last;
  std::size_t position = 0;
  const std::vector<SpacePart> parts = parts_of(file);
  for (std::size_t p = 0; p < parts.size(); ++p) {
    const std::size_t choice = parts[p].item->choices ? row[position++] : 0;
    last = append(network, fragments[p][choice], last);
    if (last.size() > kMostJoined) {
      throw InputError(fmt::format("{}: network: an entry joins more than {} layers; read fewer",
                                   file.file, kMostJoined));
    }
  }
  return network;
}

}  // namespace

SearchSpace block_space(std::shared_ptr<const SpaceFile> file) {
  if (!file->decisions.empty()) return decision_space(std::move(file));
  check_block_file(*file);
  SearchSpace space = space_of_form(file, form_of(*file));
  const BlockForm plain = *blocks(space);
  const auto cache = std::make_shared<BlockPartsCache>(file, plain);
  space.network = [file, plain, cache](const std::string& text, const std::string& dataset,
                                       const SpaceOptions&) {
    const std::vector<std::uint8_t> row = parse_choices(plain, text);
    return network_of(*file, dataset, cache->of(dataset).fragments, row);
  };
  space.layers = [cache](const std::string& dataset, const SpaceOptions&) -> SpaceLayers {
    return cache->of(dataset).layers;
  };
  return space;
}

}  // namespace tilewise
