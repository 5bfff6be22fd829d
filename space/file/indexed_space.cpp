#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "space/distinct_layers.hpp"
#include "space/file/file_space.hpp"
#include "space/file/published_orders.hpp"
#include "space/file/space_builder.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMostCandidates = 1'000'000;

/// The choices of a candidate: of each decision the place of what it takes.
using Digits = std::vector<std::size_t>;

/// The decisions of a space, those of positions included, the first one slowest in the index.
class Decisions {
 public:
  explicit Decisions(const SpaceFile& file) : file_(file), all_(file.decisions) {
    for (const SpacePart& part : parts_of(file)) {
      if (!part.item->choices || !part.item->decision.empty()) continue;
      std::vector<std::string> texts;
      for (const SpaceOption& each : part.item->choices->options) texts.push_back(each.name);
      all_.push_back({fmt::format("block{}", part.position), {}, part.item->choices, texts});
      own_[part.position] = all_.size() - 1;
    }
    if (all_.empty()) throw InputError(file.file + ": network: nothing is to be chosen");
    check_text();
    std::int64_t ways = 1;
    for (const SpaceDecision& each : all_) {
      ways *= static_cast<std::int64_t>(each.texts.size());
      if (ways > kMostCandidates) {
        throw InputError(fmt::format("{}: form: more than {} candidates; take `form: blocks`",
                                     file.file, kMostCandidates));
      }
    }
    number(ways);
  }

  std::int64_t size() const { return std::ssize(candidates_); }
  const std::vector<SpaceDecision>& all() const { return all_; }

  Digits at(std::int64_t index) const {
    if (index < 0 || index >= size()) {
      throw InputError(fmt::format("index {}: expected 0 to {}", index, size() - 1));
    }
    return digits_of(candidates_[static_cast<std::size_t>(index)]);
  }
  std::string text(const Digits& digits) const {
    PatternWords words;
    std::vector<std::string> all;
    for (std::size_t d = 0; d < all_.size(); ++d) {
      all.push_back(all_[d].texts[digits[d]]);
      words[all_[d].name] = all.back();
    }
    return file_.text ? file_.text->text({}, words) : fmt::format("{}", fmt::join(all, ","));
  }
  std::int64_t index_of(std::string_view given) const {
    const std::string_view text = trimmed(given);
    const auto found = by_text_.find(text);
    if (found != by_text_.end()) return found->second;
    throw InputError(
        fmt::format("\"{}\": no candidate of {}; one reads {}", given, file_.name, by_index(0)));
  }
  std::string by_index(std::int64_t index) const { return text(at(index)); }

  SpaceChosen chosen(const Digits& digits, const SpacePart& part) const {
    SpaceChosen made;
    for (std::size_t d = 0; d < file_.decisions.size(); ++d) {
      if (all_[d].choices) {
        made.options[all_[d].name] = digits[d];
      } else {
        made.numbers[all_[d].name] = all_[d].values[digits[d]];
      }
    }
    if (const auto own = own_.find(part.position); own != own_.end()) {
      made.option = digits[own->second];
    }
    return made;
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const SpaceDecision& each : all_) names.push_back(each.name);
    return names;
  }

 private:
  /// The digits of a way among all that there are without `where`.
  Digits digits_of(std::int64_t way) const {
    Digits digits(all_.size());
    for (std::size_t d = all_.size(); d-- > 0;) {
      const auto radix = static_cast<std::int64_t>(all_[d].texts.size());
      digits[d] = static_cast<std::size_t>(way % radix);
      way /= radix;
    }
    return digits;
  }

  /// Each decision stands in the text once.
  void check_text() const {
    if (!file_.text) return;
    const std::vector<std::string> all = names();
    std::set<std::string> missing(all.begin(), all.end());
    for (const std::string& hole : file_.text->holes()) {
      if (missing.erase(hole) == 0) {
        throw InputError(
            fmt::format("{}: text: {{{}}} is no decision, or is there twice; there are {}",
                        file_.file, hole, fmt::join(all, ", ")));
      }
    }
    if (!missing.empty()) {
      throw InputError(fmt::format("{}: text: {} {} missing", file_.file, fmt::join(missing, ", "),
                                   missing.size() == 1 ? "is" : "are"));
    }
  }

  /// The order that the file names; empty: it names none.
  std::vector<std::int64_t> order_of(std::int64_t ways) const {
    if (!file_.order) return {};
    try {
      return published_order(file_.order->text(), ways);
    } catch (const InputError& error) {
      file_.order->fail(error.what());
    }
  }

  void number(std::int64_t ways) {
    const std::vector<std::int64_t> order = order_of(ways);
    for (std::int64_t i = 0; i < ways; ++i) {
      const std::int64_t way = order.empty() ? i : order[static_cast<std::size_t>(i)];
      const Digits digits = digits_of(way);
      if (file_.where && file_.where->value(numbers_of(digits)) == 0) continue;
      const std::int64_t index = size();
      candidates_.push_back(way);
      const std::string text = this->text(digits);
      if (text != trimmed(text) || !by_text_.emplace(text, index).second) {
        throw InputError(
            fmt::format("{}: text: \"{}\" stands for two candidates, or has blanks "
                        "around it",
                        file_.file, text));
      }
    }
    if (candidates_.empty()) throw InputError(file_.file + ": where: no candidate is left");
  }

  /// What `where` may read: numbers, and the place of a choice in its list.
  Variables numbers_of(const Digits& digits) const {
    Variables numbers;
    for (std::size_t d = 0; d < all_.size(); ++d) {
      numbers[all_[d].name] =
          all_[d].choices ? static_cast<std::int64_t>(digits[d]) : all_[d].values[digits[d]];
    }
    return numbers;
  }

  const SpaceFile& file_;
  std::vector<SpaceDecision> all_;
  std::map<std::int64_t, std::size_t> own_;  ///< [position] its place in all_
  std::vector<std::int64_t> candidates_;     ///< [index] its way among all
  std::map<std::string, std::int64_t, std::less<>> by_text_;
};

/// The names that an entry reads, those of its blocks included.
void add_names_of(const SpaceItem& item, std::set<std::string>& names) {
  const auto add = [&](const std::vector<std::string>& some) {
    names.insert(some.begin(), some.end());
  };
  const auto add_call = [&](const BlockCall& call) {
    for (const SpaceParameter& each : call.parameters) add(each.value.names());
    if (!call.block) return;
    for (const SpaceItem& inner : *call.block) add_names_of(inner, names);
  };
  add(item.name.names());
  if (item.when) add(item.when->names());
  if (item.is_layer) {
    for (const LayerNumber& each : layer_numbers(item.node)) add(each.value.names());
    return;
  }
  for (const SpaceParameter& each : item.parameters) add(each.value.names());
  if (!item.decision.empty()) names.insert(item.decision);
  add_call(item.call);
  if (!item.choices) return;
  for (const SpaceOption& each : item.choices->options) add_call(each.call);
}

/// Counts the layers of candidates part by part. What a part is made of depends on the decisions
/// that it reads, and on the map that comes in.
class PartCounts {
 public:
  PartCounts(const SpaceFile& file, const SpaceDataset& dataset, const Decisions& decisions)
      : decisions_(decisions), builder_(file, dataset), parts_(parts_of(file)) {
    for (const SpacePart& part : parts_) {
      std::set<std::string> names;
      add_names_of(*part.item, names);
      std::vector<std::size_t> reads;
      for (std::size_t d = 0; d < decisions.all().size(); ++d) {
        const std::string& name = decisions.all()[d].name;
        const bool own = part.position > 0 && part.item->decision.empty() &&
                         name == fmt::format("block{}", part.position);
        if (own || names.contains(name)) reads.push_back(d);
      }
      reads_.push_back(std::move(reads));
      // Repeats that know neither their place nor their position are one.
      const bool same = part.place > 1 && !names.contains("place") && !names.contains("position") &&
                        !(part.position > 0 && part.item->decision.empty());
      kept_as_.push_back(same ? kept_as_.back() : kept_as_.size());
    }
  }

  std::vector<LayerUse> uses(const Digits& digits) {
    std::map<std::size_t, std::int64_t> times;
    FeatureMap map = builder_.image();
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      const Counted& counted = of_part(p, digits, map);
      for (const std::size_t layer : counted.layers) ++times[layer];
      map = counted.output;
    }
    std::vector<LayerUse> all;
    for (const auto& [layer, count] : times) all.push_back({layer, count});
    return all;
  }

  const std::vector<Layer>& layers() const { return distinct_.layers(); }

 private:
  struct Counted {
    std::vector<std::size_t> layers;
    FeatureMap output;
  };
  using Key = std::vector<std::int64_t>;

  const Counted& of_part(std::size_t p, const Digits& digits, const FeatureMap& map) {
    Key key{static_cast<std::int64_t>(kept_as_[p]), map.batch, map.channels, map.height, map.width};
    for (const std::size_t d : reads_[p]) key.push_back(static_cast<std::int64_t>(digits[d]));
    const auto found = kept_.find(key);
    if (found != kept_.end()) return found->second;
    NetworkReader reader("", map, {});
    builder_.add(reader, parts_[p], decisions_.chosen(digits, parts_[p]));
    Counted made{{}, *reader.output().map};
    for (const Layer& layer : layers_of(reader.network())) {
      made.layers.push_back(distinct_.index_of(layer));
    }
    return kept_.emplace(std::move(key), std::move(made)).first->second;
  }

  const Decisions& decisions_;
  SpaceBuilder builder_;
  std::vector<SpacePart> parts_;
  std::vector<std::vector<std::size_t>> reads_;  ///< [part] decisions
  std::vector<std::size_t> kept_as_;             ///< [part] the first part that is the same
  LayerCollection distinct_;
  std::map<Key, Counted> kept_;
};

void check_indexed_file(const SpaceFile& file) {
  for (const SpaceItem& item : file.network) {
    if (item.when) item.node.fail("if: an entry of the network is always there; put it in a block");
    if (item.node.map().find("from")) {
      item.node.fail("from: the entries of a network run in a row; join them in a block");
    }
    if (!item.choices) continue;
    for (const SpaceOption& each : item.choices->options) {
      if (each.when || each.ends) each.node.fail("if and ends belong to a space of blocks");
    }
  }
}

Network candidate_network(const SpaceFile& file, const SpaceDataset& dataset,
                          const Decisions& decisions, std::int64_t index) {
  SpaceBuilder builder(file, dataset);
  NetworkReader reader(fmt::format("{} {} {}", file.name, index, dataset.name), builder.image(),
                       {});
  const Digits digits = decisions.at(index);
  for (const SpacePart& part : parts_of(file)) {
    builder.add(reader, part, decisions.chosen(digits, part));
  }
  return std::move(reader.network());
}

}  // namespace

SearchSpace indexed_space(std::shared_ptr<const SpaceFile> file) {
  const auto decisions = std::make_shared<const Decisions>(*file);
  check_indexed_file(*file);
  SearchSpace space;
  space.form =
      IndexedForm{decisions->size(),
                  [file, decisions](std::int64_t index) { return decisions->by_index(index); },
                  [file, decisions](std::string_view text) { return decisions->index_of(text); }};
  space.example = file->example.empty() ? decisions->by_index(0) : file->example;
  decisions->index_of(space.example);  // or it throws
  space.text_help = fmt::format("such as {}", space.example);
  space.network = [file, decisions](const std::string& text, const std::string& dataset,
                                    const SpaceOptions&) {
    return candidate_network(*file, find_dataset(*file, dataset), *decisions,
                             decisions->index_of(text));
  };
  space.layers = [file, decisions](const std::string& name, const SpaceOptions&) -> SpaceLayers {
    PartCounts counts(*file, find_dataset(*file, name), *decisions);
    auto uses = std::make_shared<std::vector<std::vector<LayerUse>>>();
    for (std::int64_t index = 0; index < decisions->size(); ++index) {
      uses->push_back(counts.uses(decisions->at(index)));
    }
    return IndexedLayers{counts.layers(),
                         [uses](std::int64_t i) { return (*uses)[static_cast<std::size_t>(i)]; }};
  };
  space.public_config = [file, decisions](const std::string& text, const std::string& dataset) {
    return config_text(*file, find_dataset(*file, dataset),
                       {{"text", decisions->by_index(decisions->index_of(text))}});
  };
  return space;
}

}  // namespace tilewise
