#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "arch/architecture_yaml.hpp"
#include "base/file.hpp"
#include "sim/mapping.hpp"
#include "source_folder.hpp"
#include "workload/layer.hpp"

namespace tilewise::testing {

/// The best mapping that Timeloop found for a layer, and what Timeloop says of it.
struct TimeloopBest {
  Layer layer;
  Mapping mapping;
  double cycles = 0.0;
  double picojoules = 0.0;
};

/// Where the reference is: $TILEWISE_REFERENCE_DIR, else beside the working tree.
inline std::filesystem::path timeloop_folder() { return reference_folder() / "timeloop"; }

/// The levels of timeloop_eyeriss.yaml.
namespace timeloop_level {
inline constexpr std::size_t kDram = 0;
inline constexpr std::size_t kGlb = 1;
inline constexpr std::size_t kIfmapSpad = 2;
inline constexpr std::size_t kWeightsSpad = 3;
inline constexpr std::size_t kPsumSpad = 4;
inline constexpr std::size_t kCount = 5;
}  // namespace timeloop_level

inline Architecture timeloop_architecture() {
  return load_architecture(source_folder() / "tests" / "mapper" / "timeloop_eyeriss.yaml");
}

/// No loops yet; every level keeps what it does on this hardware.
inline Mapping empty_timeloop_mapping() {
  using namespace timeloop_level;
  Mapping mapping;
  mapping.levels.resize(kCount);
  const auto keep = [&](std::size_t level, std::vector<Tensor> tensors) {
    mapping.levels[level].keep = {};
    for (const Tensor t : tensors) mapping.levels[level].keep[t] = true;
  };
  keep(kGlb, {Tensor::Input, Tensor::Output});
  keep(kIfmapSpad, {Tensor::Input});
  keep(kWeightsSpad, {Tensor::Weight});
  keep(kPsumSpad, {Tensor::Output});
  return mapping;
}

/// "| for M in [0:12) (Spatial-X)" into the loops of `level`.
inline void add_timeloop_loop(const std::string& line, LevelMapping& level) {
  std::istringstream words(line.substr(line.find("for ")));
  std::string word;
  std::string dim;
  std::string range;
  std::string axis;
  words >> word >> dim >> word >> range >> axis;
  const auto d =
      *std::find_if(kDims.begin(), kDims.end(), [&](Dim each) { return name(each) == dim; });
  const std::int64_t bound = std::stoll(range.substr(range.find(':') + 1));
  if (axis.empty()) {
    level.temporal.push_back({d, bound});
  } else {
    level.spatial.push_back({d, bound, axis == "(Spatial-X)" ? Axis::X : Axis::Y});
  }
}

/// mapper_best_mappings.txt, by the name of the layer.
inline std::map<std::string, Mapping> timeloop_mappings() {
  using namespace timeloop_level;
  const std::map<std::string, std::size_t> levels{{"DRAM", kDram},
                                                  {"shared_glb", kGlb},
                                                  {"ifmap_spad", kIfmapSpad},
                                                  {"inter_PE_column_spatial", kGlb},
                                                  {"psum_spad", kPsumSpad},
                                                  {"inter_PE_spatial", kGlb},
                                                  {"weights_spad", kWeightsSpad}};
  std::ifstream in(timeloop_folder() / "mapper_best_mappings.txt");
  std::map<std::string, Mapping> all;
  Mapping* mapping = nullptr;
  std::size_t level = 0;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string first;
    std::string second;
    words >> first >> second;
    if (first == "===") {
      second.pop_back();
      mapping = &all.emplace(second, empty_timeloop_mapping()).first->second;
    } else if (first == "|" && second == "for") {
      add_timeloop_loop(line, mapping->levels[level]);
    } else if (const auto found = levels.find(first); found != levels.end()) {
      level = found->second;
    }
  }
  return all;
}

/// mapper_best.csv with the mappings. Inputs are counted padded, so the image is what the loops
/// touch; every word is one value of 8 bit.
inline std::vector<TimeloopBest> timeloop_best() {
  const std::map<std::string, Mapping> mappings = timeloop_mappings();
  std::ifstream in(timeloop_folder() / "mapper_best.csv");
  std::vector<TimeloopBest> all;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::replace(line.begin(), line.end(), ',', ' ');
    std::istringstream fields(line);
    TimeloopBest row;
    Layer& layer = row.layer;
    fields >> layer.name;
    for (const Dim d : {Dim::N, Dim::G, Dim::C, Dim::M, Dim::P, Dim::Q, Dim::R, Dim::S}) {
      fields >> layer.bounds[d];
    }
    fields >> layer.stride.vertical >> layer.stride.horizontal >> row.cycles >> row.picojoules;
    row.picojoules *= 1e6;
    layer.image = padded_image(layer);
    for (Bits& width : layer.widths.tensor) width = Bits{8};
    layer.widths.partial_sum = Bits{8};
    check_layer(layer);
    row.mapping = mappings.at(layer.name);
    check_mapping(layer, row.mapping);
    all.push_back(row);
  }
  return all;
}

}  // namespace tilewise::testing
