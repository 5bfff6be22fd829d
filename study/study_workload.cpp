#include "study/study_workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "arch/yaml_words.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/yaml_slip.hpp"
#include "space/block_rules.hpp"
#include "space/distinct_layers.hpp"
#include "space/random_sample.hpp"
#include "space/search_spaces.hpp"
#include "workload/layer_yaml.hpp"
#include "workload/network_yaml.hpp"
#include "workload/onnx/onnx_import.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMostSample = 1'000'000;

/// Which candidates of a space count.
struct SpaceChoice {
  const SearchSpace* space = nullptr;
  std::string dataset;
  std::optional<std::int64_t> sample;
  std::int64_t seed = 1;
  bool distinct = false;
  SpaceOptions options = {};
};

/// Layers and times, added up layer by layer.
class Uses {
 public:
  explicit Uses(LayerCollection& layers) : layers_(layers) {}
  /// Returns the place of the layer among the distinct ones.
  std::size_t add(const Layer& layer, double times) {
    const std::size_t place = layers_.index_of(layer);
    times_[place] += times;
    return place;
  }
  std::vector<StudyUse> take(bool distinct) const {
    std::vector<StudyUse> uses;
    for (const auto& [layer, times] : times_) uses.push_back({layer, distinct ? 1.0 : times});
    return uses;
  }

 private:
  LayerCollection& layers_;
  std::map<std::size_t, double> times_;
};

/// Whole counts over all candidates, divided once: the mean does not depend on an order.
void add_indexed(const IndexedLayers& layers, std::int64_t size, const SpaceChoice& choice,
                 Uses& uses) {
  std::vector<std::int64_t> times(layers.layers.size(), 0);
  const auto count = [&](std::int64_t index) {
    for (const LayerUse& use : layers.uses(index)) times[use.layer] += use.times;
  };
  if (choice.sample) {
    for (const std::int64_t index :
         random_sample(size, *choice.sample, static_cast<std::uint64_t>(choice.seed))) {
      count(index);
    }
  } else {
    for (std::int64_t index = 0; index < size; ++index) count(index);
  }
  const auto candidates = static_cast<double>(choice.sample.value_or(size));
  for (std::size_t l = 0; l < times.size(); ++l) {
    if (times[l] > 0) uses.add(layers.layers[l], static_cast<double>(times[l]) / candidates);
  }
}

/// [position * choices + choice] how often a block is there in the mean.
std::vector<double> shares(const BlockForm& form, const SpaceChoice& choice) {
  if (!choice.sample) return shares_of_all(form);
  const std::size_t entries = form.positions * form.choices;
  std::vector<double> share(entries, 0.0);
  const auto rows = sample_blocks(form, static_cast<std::uint64_t>(choice.seed), *choice.sample, 1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    share[i % form.positions * form.choices + rows[i]] += 1.0;
  }
  for (double& each : share) each /= static_cast<double>(*choice.sample);
  return share;
}

void add_blocks(const BlockLayers& layers, const BlockForm& form, const SpaceChoice& choice,
                Uses& uses) {
  for (const Block& block : layers.fixed) {
    for (const Layer& layer : block.layers) uses.add(layer, 1.0);
  }
  const std::vector<double> share = shares(form, choice);
  for (std::size_t p = 0; p < form.positions; ++p) {
    for (std::size_t c = 0; c < form.choices; ++c) {
      const double times = share[p * form.choices + c];
      if (times == 0.0) continue;
      for (const Layer& layer : layers.positions[p][c].layers) uses.add(layer, times);
    }
  }
}

SpaceChoice read_choice(YamlMap& map) {
  SpaceChoice choice;
  const YamlNode space = map.at("space");
  at_place_of(space, [&] { choice.space = &find_space(beside(space, space.text())); });
  choice.dataset = map.at("dataset").text();
  const auto sample = map.find("sample");
  const auto seed = map.find("seed");
  const auto distinct = map.find("distinct");
  if (distinct) choice.distinct = distinct->boolean();
  if (seed && !sample) seed->fail("a seed belongs to a sample; add sample or leave it out");
  if (seed) choice.seed = seed->integer(0, kMostSeed);
  if (sample) {
    const IndexedForm* form = indexed(*choice.space);
    choice.sample = sample->integer(1, form ? form->size : kMostSample);
  }
  if (choice.space->has_dead_layers) {
    const auto prune = map.find("prune_dead");
    choice.options.prune_dead = prune && prune->boolean();
  }
  return choice;
}

StudyWorkload read_space(YamlMap& map, LayerCollection& layers) {
  const SpaceChoice choice = read_choice(map);
  Uses uses(layers);
  at_place_of(map.at("dataset"), [&] {
    const SpaceLayers all = choice.space->layers(choice.dataset, choice.options);
    if (const auto* indices = std::get_if<IndexedLayers>(&all)) {
      add_indexed(*indices, indexed(*choice.space)->size, choice, uses);
    } else {
      add_blocks(std::get<BlockLayers>(all), *blocks(*choice.space), choice, uses);
    }
  });
  std::string name = fmt::format("{} {}", choice.space->name, choice.dataset);
  if (choice.sample) name += fmt::format(" sample {} seed {}", *choice.sample, choice.seed);
  if (choice.options.prune_dead) name += " pruned";
  if (choice.distinct) name += " distinct layers";
  return {std::move(name), 1.0, uses.take(choice.distinct), {}, {}};
}

StudyWorkload read_workload(YamlMap map, LayerCollection& layers) {
  const auto network = map.find("network");
  const auto layer = map.find("layer");
  const auto space = map.find("space");
  const std::array kinds{network.has_value(), layer.has_value(), space.has_value()};
  if (std::count(kinds.begin(), kinds.end(), true) != 1) {
    if (std::count(kinds.begin(), kinds.end(), true) == 0) {
      refuse_slips(map, std::array<std::string_view, 3>{"network", "layer", "space"});
    }
    map.node().fail("expected one of network, layer and space");
  }
  StudyWorkload workload;
  if (space) {
    workload = read_space(map, layers);
  } else {
    const YamlNode& yaml = network ? *network : *layer;
    const auto distinct = map.find("distinct");
    Uses uses(layers);
    std::vector<std::string> warnings;
    const Network found = at_place_of(yaml, [&] {
      if (network) {
        OnnxImport import = find_network_or_model(beside(yaml, yaml.text()));
        warnings = std::move(import.warnings);
        return std::move(import.network);
      }
      Network one;
      one.add(find_layer(beside(yaml, yaml.text())), {});
      return one;
    });
    std::vector<std::size_t> places;
    for (std::size_t l = 0; l < found.size(); ++l) places.push_back(uses.add(found.layer(l), 1.0));
    const bool once = distinct && distinct->boolean();
    workload = {yaml.text(), 1.0, uses.take(once), std::move(warnings), {}};
    if (!once) workload.network = StudyNetwork{found, std::move(places)};
  }
  if (const auto weight = map.find("weight")) {
    workload.weight = weight->number();
    if (workload.weight <= 0.0) weight->fail("expected a number above zero");
  }
  map.done();
  return workload;
}

}  // namespace

void check_schedulable(const Study& study) {
  if (study.schedule == ScheduleKind::Separate) return;
  for (const StudyWorkload& workload : study.workloads) {
    if (workload.network) continue;
    throw InputError(fmt::format(
        "{}: workloads: {} has no schedule {}, as it is no one network; take networks, or leave "
        "the schedule out",
        study.file, workload.name, name(study.schedule)));
  }
}

std::string beside(const YamlNode& yaml, const std::string& name) {
  const auto near = std::filesystem::path(yaml.file()).parent_path() / name;
  std::error_code ignored;
  return std::filesystem::is_regular_file(near, ignored) ? near.string() : name;
}

void read_workloads(const YamlNode& yaml, Study& study) {
  LayerCollection layers;
  for (const YamlNode& item : yaml.list()) {
    if (item.is_scalar()) {
      item.fail(fmt::format(
          "expected a map, found \"{0}\"; write {{network: {0}}}, or {{layer: {0}}}", item.text()));
    }
    StudyWorkload workload = read_workload(item.map(), layers);
    const auto same = [&](const StudyWorkload& other) { return other.name == workload.name; };
    if (std::any_of(study.workloads.begin(), study.workloads.end(), same)) {
      item.fail(workload.name + " is there twice; add up the weights");
    }
    study.workloads.push_back(std::move(workload));
  }
  if (study.workloads.empty()) yaml.fail("expected at least one workload");
  study.layers = layers.layers();
}

}  // namespace tilewise
