#include "space/study_workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "arch/yaml_words.hpp"
#include "base/file.hpp"
#include "space/distinct_layers.hpp"
#include "space/fbnet_architecture.hpp"
#include "space/nasbench201_counts.hpp"
#include "space/natsbench_size.hpp"
#include "space/random_sample.hpp"
#include "workload/layer_yaml.hpp"
#include "workload/network_yaml.hpp"
#include "workload/onnx_import.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMostSample = 1'000'000;

/// Which architectures of a space count.
struct SpaceChoice {
  std::string name;
  std::string dataset;
  std::optional<std::int64_t> sample;
  std::int64_t seed = 1;
  bool distinct = false;
  PruneDead prune = PruneDead::No;
};

/// Layers and times, added up layer by layer.
class Uses {
 public:
  explicit Uses(LayerCollection& layers) : layers_(layers) {}
  void add(const Layer& layer, double times) { times_[layers_.index_of(layer)] += times; }
  std::vector<StudyUse> take(bool distinct) const {
    std::vector<StudyUse> uses;
    for (const auto& [layer, times] : times_) uses.push_back({layer, distinct ? 1.0 : times});
    return uses;
  }

 private:
  LayerCollection& layers_;
  std::map<std::size_t, double> times_;
};

/// Whole counts over all architectures, divided once: the mean does not depend on an order.
void add_indexed(const IndexedSpace& space, const SpaceChoice& choice, Uses& uses) {
  const SpaceLayers layers = space.on_dataset(choice.dataset);
  std::vector<std::int64_t> times(layers.layers.size(), 0);
  const auto count = [&](std::int64_t index) {
    for (const LayerUse& use : layers.uses(index)) times[use.layer] += use.times;
  };
  if (choice.sample) {
    for (const std::int64_t index :
         random_sample(space.size, *choice.sample, static_cast<std::uint64_t>(choice.seed))) {
      count(index);
    }
  } else {
    for (std::int64_t index = 0; index < space.size; ++index) count(index);
  }
  const auto architectures = static_cast<double>(choice.sample.value_or(space.size));
  for (std::size_t l = 0; l < times.size(); ++l) {
    if (times[l] > 0) uses.add(layers.layers[l], static_cast<double>(times[l]) / architectures);
  }
}

/// Positions do not depend on each other: in the mean over the space each operation of a position
/// is there once in nine.
void add_fbnet(const SpaceChoice& choice, Uses& uses) {
  const FbnetDataset dataset = parse_fbnet_dataset(choice.dataset);
  for (const Layer& layer : fbnet_fixed_layers(dataset)) uses.add(layer, 1.0);
  std::array<EnumArray<FbnetOp, double>, kFbnetPositions> share{};
  if (choice.sample) {
    const auto all = sample_fbnet(static_cast<std::uint64_t>(choice.seed), *choice.sample, 1);
    for (std::size_t p = 0; p < kFbnetPositions; ++p) {
      for (const FbnetArchitecture& each : all) share[p][each.ops[p]] += 1.0;
      for (double& of_op : share[p]) of_op /= static_cast<double>(all.size());
    }
  } else {
    for (auto& at : share) {
      for (double& of_op : at) of_op = 1.0 / static_cast<double>(enum_size<FbnetOp>);
    }
  }
  for (std::size_t p = 0; p < kFbnetPositions; ++p) {
    for (const FbnetOp op : all_of<FbnetOp>()) {
      if (share[p][op] == 0.0) continue;
      for (const Layer& layer : fbnet_block(dataset, p, op)) uses.add(layer, share[p][op]);
    }
  }
}

SpaceChoice read_choice(YamlMap& map) {
  SpaceChoice choice;
  const YamlNode space = map.at("space");
  space.one_of({kNasbench201Name, "natsbench_size", "fbnet"});
  choice.name = space.text();
  choice.dataset = map.at("dataset").text();
  const auto sample = map.find("sample");
  const auto seed = map.find("seed");
  const auto distinct = map.find("distinct");
  if (distinct) choice.distinct = distinct->boolean();
  if (seed && !sample) seed->fail("a seed belongs to a sample; add sample or leave it out");
  if (seed) choice.seed = seed->integer(0, kMostSeed);
  if (sample) {
    const std::int64_t most = choice.name == kNasbench201Name   ? kNasbench201Size
                              : choice.name == "natsbench_size" ? kNatsbenchSizeSize
                                                                : kMostSample;
    choice.sample = sample->integer(1, most);
  }
  if (choice.name == kNasbench201Name) {
    const auto prune = map.find("prune_dead");
    if (prune && prune->boolean()) choice.prune = PruneDead::Yes;
  }
  return choice;
}

StudyWorkload read_space(YamlMap& map, LayerCollection& layers) {
  const SpaceChoice choice = read_choice(map);
  Uses uses(layers);
  at_place_of(map.at("dataset"), [&] {
    if (choice.name == "fbnet") {
      add_fbnet(choice, uses);
    } else {
      add_indexed(choice.name == kNasbench201Name ? nasbench201_space(choice.prune)
                                                  : natsbench_size_space(),
                  choice, uses);
    }
  });
  std::string name = fmt::format("{} {}", choice.name, choice.dataset);
  if (choice.sample) name += fmt::format(" sample {} seed {}", *choice.sample, choice.seed);
  if (choice.prune == PruneDead::Yes) name += " pruned";
  if (choice.distinct) name += " distinct layers";
  return {std::move(name), 1.0, uses.take(choice.distinct)};
}

StudyWorkload read_workload(YamlMap map, LayerCollection& layers) {
  const auto network = map.find("network");
  const auto layer = map.find("layer");
  const auto space = map.find("space");
  const std::array kinds{network.has_value(), layer.has_value(), space.has_value()};
  if (std::count(kinds.begin(), kinds.end(), true) != 1) {
    map.node().fail("expected one of network, layer and space");
  }
  StudyWorkload workload;
  if (space) {
    workload = read_space(map, layers);
  } else {
    const YamlNode& yaml = network ? *network : *layer;
    const auto distinct = map.find("distinct");
    Uses uses(layers);
    const Network found = at_place_of(yaml, [&] {
      // Of a model all work must be costed, as there is nobody to warn.
      if (network)
        return find_network_or_model(beside(yaml, yaml.text()), {.strict = true}).network;
      Network one;
      one.add(find_layer(beside(yaml, yaml.text())), {});
      return one;
    });
    for (std::size_t l = 0; l < found.size(); ++l) uses.add(found.layer(l), 1.0);
    workload = {yaml.text(), 1.0, uses.take(distinct && distinct->boolean())};
  }
  if (const auto weight = map.find("weight")) {
    workload.weight = weight->number();
    if (workload.weight <= 0.0) weight->fail("expected a number above zero");
  }
  map.done();
  return workload;
}

}  // namespace

std::string beside(const YamlNode& yaml, const std::string& name) {
  const auto near = std::filesystem::path(yaml.file()).parent_path() / name;
  return std::filesystem::is_regular_file(near) ? near.string() : name;
}

void read_workloads(const YamlNode& yaml, Study& study) {
  LayerCollection layers;
  for (const YamlNode& item : yaml.list()) {
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
