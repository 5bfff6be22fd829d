#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "space/block_rules.hpp"
#include "space/file/block_form.hpp"
#include "space/file/file_space.hpp"
#include "space/file/space_builder.hpp"

namespace tilewise {
namespace {

using DecidedRow = std::vector<std::uint8_t>;

void for_each_item(const SpaceItems& items, const std::function<void(const SpaceItem&)>& visit) {
  for (const SpaceItem& item : items) {
    visit(item);
    if (item.call.block) for_each_item(*item.call.block, visit);
  }
}

/// What a space of blocks asks of a file with decisions beyond what each entry says.
void check_decision_file(const SpaceFile& file) {
  const SpaceChoices& choices = *file.decisions.front().choices;
  for (const SpaceDecision& each : file.decisions) {
    if (each.choices.get() != &choices) {
      each.node->fail("a second list of choices; a space of blocks has one for all decisions");
    }
  }
  bool has_absent = false;
  for (const SpaceOption& option : choices.options) {
    if (option.absent && std::exchange(has_absent, true)) {
      option.node.fail("a second choice that is absent; leave one out");
    }
    if (option.when || option.ends) {
      option.node.fail("if and ends belong to positions without decisions; see `groups`");
    }
    if (!option.call.block) continue;
    for_each_item(*option.call.block, [](const SpaceItem& item) {
      if (item.choices) item.node.fail("a position in a choice; put it beside the choice");
    });
  }
  for_each_item(file.network, [](const SpaceItem& item) {
    if (item.choices && item.decision.empty()) {
      item.node.fail("a list of choices; a file with `decisions` chooses one of these");
    }
  });
}

/// The choice that means: not there.
std::optional<std::size_t> absent_choice(const SpaceFile& file) {
  const auto& options = file.decisions.front().choices->options;
  const auto absent = std::find_if(options.begin(), options.end(),
                                   [](const SpaceOption& each) { return each.absent; });
  if (absent == options.end()) return std::nullopt;
  return static_cast<std::size_t>(absent - options.begin());
}

BlockForm decision_form(const SpaceFile& file) {
  BlockForm form;
  form.positions = file.decisions.size();
  for (const SpaceOption& each : file.decisions.front().choices->options) {
    form.names.push_back(each.name);
  }
  form.choices = form.names.size();
  form.absent = static_cast<std::uint8_t>(absent_choice(file).value_or(0));
  for (const SpaceGroup& each : file.groups) {
    form.groups.push_back({each.name, each.decisions, each.count});
    if (each.count < each.decisions.size()) continue;
    // Of such a group no position is absent.
    form.allowed.resize(form.positions, std::vector<bool>(form.choices, true));
    for (const std::size_t position : each.decisions) form.allowed[position][form.absent] = false;
  }
  return form;
}

/// Rows in which each position takes each choice, and no position of a group misses.
std::vector<DecidedRow> covering_rows(const SpaceFile& file, const BlockForm& form) {
  std::size_t turns = 1;
  for (const PositionGroup& group : form.groups) {
    turns = std::max(turns, (group.positions.size() + group.count - 1) / group.count);
  }
  const std::optional<std::size_t> absent = absent_choice(file);
  std::vector<DecidedRow> rows;
  for (std::size_t choice = 0; choice < form.choices; ++choice) {
    if (choice == absent) continue;
    for (std::size_t turn = 0; turn < turns; ++turn) {
      DecidedRow& row = rows.emplace_back(form.positions, static_cast<std::uint8_t>(choice));
      for (const PositionGroup& group : form.groups) {
        const std::size_t size = group.positions.size();
        for (std::size_t i = group.count; i < size; ++i) {
          row[group.positions[(turn * group.count + i) % size]] = form.absent;
        }
      }
    }
  }
  return rows;
}

/// A network, and whose each layer is.
struct DecidedNetwork {
  /// A part of the network, of each entry in each repeat.
  struct Part {
    std::string name;
    std::string key;
    std::size_t first = 0;
    std::size_t last = 0;  ///< one behind
  };
  Network network;
  std::vector<Part> parts;
  std::vector<SpacePlace> places;  ///< by rising layer
};

/// Makes the networks of a space on one data set, and the blocks that they are sums of.
class DecidedLayers {
 public:
  DecidedLayers(std::shared_ptr<const SpaceFile> file, const BlockForm& form,
                const SpaceDataset& dataset)
      : file_(std::move(file)),
        form_(form),
        dataset_(dataset),
        parts_(parts_of(*file_)),
        builder_(*file_, dataset) {}

  DecidedNetwork make(const DecidedRow& row) {
    SpaceChosen chosen;
    for (std::size_t d = 0; d < row.size(); ++d) chosen.options[file_->decisions[d].name] = row[d];
    NetworkReader reader(fmt::format("{} {} {}", file_->name, choices_text(row), dataset_.name),
                         builder_.image(), {});
    DecidedNetwork made;
    for (const SpacePart& part : parts_) {
      const FeatureMap before = *reader.output().map;
      const std::size_t first = reader.network().size();
      builder_.add(reader, part, chosen);
      const auto& places = builder_.places();
      made.places.insert(made.places.end(), places.begin(), places.end());
      made.parts.push_back({builder_.name_of(part, before), builder_.key_of(part, chosen, before),
                            first, reader.network().size()});
    }
    made.network = std::move(reader.network());
    return made;
  }

  const BlockLayers& layers() {
    if (layers_) return *layers_;
    BlockLayers all;
    all.positions.resize(form_.positions);
    for (auto& choices : all.positions) {
      for (const std::string& name : form_.names) {
        choices.push_back({name, {}, std::vector<std::string>(file_->columns.size()), {}});
      }
    }
    std::vector<std::optional<SpacePlace>> first;  // [place] with the first choice that is there
    for (const DecidedRow& row : covering_rows(*file_, form_)) {
      const DecidedNetwork made = make(row);
      first.resize(made.places.size());
      check_shapes(made, row, first);
      take_blocks(made, row, all);
      if (all.fixed.empty()) all.fixed = fixed_parts(made);
    }
    check_asked(first);
    return layers_.emplace(std::move(all));
  }

 private:
  std::size_t number_of(const std::string& decision) const {
    std::size_t number = 0;
    while (file_->decisions[number].name != decision) ++number;
    return number;
  }

  bool is_absent(std::uint8_t choice) const {
    return file_->decisions.front().choices->options[choice].absent;
  }

  /// All choices of a place give one shape.
  void check_shapes(const DecidedNetwork& made, const DecidedRow& row,
                    std::vector<std::optional<SpacePlace>>& first) {
    for (std::size_t i = 0; i < made.places.size(); ++i) {
      const SpacePlace& place = made.places[i];
      const std::uint8_t choice = row[number_of(place.decision)];
      if (is_absent(choice)) continue;
      if (!first[i]) {
        first[i] = place;
        shown_[i] = form_.names[choice];
      } else if (place.output != first[i]->output) {
        file_->decisions[number_of(place.decision)].node->fail(fmt::format(
            "on {}, {} gives {}, but {} gives {}; all choices of a position need one shape, so "
            "that its cost does not depend on the others",
            dataset_.name, shown_[i], map_text(first[i]->output), form_.names[choice],
            map_text(place.output)));
      }
    }
  }

  /// Each position has its layers from the first row in which it takes a choice.
  void take_blocks(const DecidedNetwork& made, const DecidedRow& row, BlockLayers& all) {
    std::vector<std::pair<std::size_t, std::size_t>> filled;
    for (const SpacePlace& place : made.places) {
      const std::size_t position = number_of(place.decision);
      const std::pair key{position, std::size_t{row[position]}};
      if (taken_.contains(key)) continue;
      Block& block = all.positions[position][row[position]];
      if (std::find(filled.begin(), filled.end(), key) == filled.end()) {
        filled.push_back(key);
        block.shape = shape_cells(*file_, place.names);
      }
      for (std::size_t i = place.first; i < place.last; ++i) {
        block.layers.push_back(made.network.layer(i));
      }
      block.in_a_row = block.layers.size() <= 1;
    }
    taken_.insert(filled.begin(), filled.end());
  }

  static std::vector<Block> fixed_parts(const DecidedNetwork& made) {
    std::vector<bool> chosen(made.network.size(), false);
    for (const SpacePlace& place : made.places) {
      for (std::size_t i = place.first; i < place.last; ++i) chosen[i] = true;
    }
    std::vector<Block> fixed;
    for (const DecidedNetwork::Part& part : made.parts) {
      Block block{part.name, {}, {}, part.key};
      for (std::size_t i = part.first; i < part.last; ++i) {
        if (chosen[i]) {
          block.in_a_row = false;
          continue;
        }
        const bool behind = made.network.inputs_of(i) == std::vector<std::size_t>{i - 1};
        if (i > part.first && !behind) block.in_a_row = false;
        block.layers.push_back(made.network.layer(i));
      }
      if (!block.layers.empty()) fixed.push_back(std::move(block));
    }
    return fixed;
  }

  /// Each decision is asked somewhere.
  void check_asked(const std::vector<std::optional<SpacePlace>>& places) const {
    for (const SpaceDecision& decision : file_->decisions) {
      const bool asked = std::any_of(places.begin(), places.end(), [&](const auto& place) {
        return place && place->decision == decision.name;
      });
      if (!asked) {
        decision.node->fail(
            fmt::format("on {} nothing chooses {}; leave it out", dataset_.name, decision.name));
      }
    }
  }

  std::shared_ptr<const SpaceFile> file_;
  const BlockForm form_;
  const SpaceDataset& dataset_;
  std::vector<SpacePart> parts_;
  SpaceBuilder builder_;
  std::optional<BlockLayers> layers_;
  std::map<std::size_t, std::string> shown_;             ///< [place] the choice of `first`
  std::set<std::pair<std::size_t, std::size_t>> taken_;  ///< (position, choice) that has layers
};

/// Those of each data set, made when they are first asked for.
class DecidedLayersCache {
 public:
  DecidedLayersCache(std::shared_ptr<const SpaceFile> file, BlockForm form)
      : file_(std::move(file)), form_(std::move(form)) {}

  Network network(const DecidedRow& row, const std::string& dataset) {
    const std::scoped_lock lock(mutex_);
    return of(dataset).make(row).network;
  }
  BlockLayers layers(const std::string& dataset) {
    const std::scoped_lock lock(mutex_);
    return of(dataset).layers();
  }

 private:
  DecidedLayers& of(const std::string& name) {
    const SpaceDataset& dataset = find_dataset(*file_, name);
    return made_.try_emplace(name, file_, form_, dataset).first->second;
  }

  std::shared_ptr<const SpaceFile> file_;
  BlockForm form_;
  std::mutex mutex_;
  std::map<std::string, DecidedLayers> made_;
};

}  // namespace

SearchSpace decision_space(std::shared_ptr<const SpaceFile> file) {
  check_decision_file(*file);
  SearchSpace space = space_of_form(file, decision_form(*file));
  const auto cache = std::make_shared<DecidedLayersCache>(file, *blocks(space));
  space.network = [form = *blocks(space), cache](const std::string& text,
                                                 const std::string& dataset, const SpaceOptions&) {
    return cache->network(parse_choices(form, text), dataset);
  };
  space.layers = [cache](const std::string& dataset, const SpaceOptions&) -> SpaceLayers {
    return cache->layers(dataset);
  };
  return space;
}

}  // namespace tilewise
