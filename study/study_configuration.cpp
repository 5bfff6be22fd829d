#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "arch/architecture_yaml.hpp"
#include "arch/family/families.hpp"
#include "base/error.hpp"
#include "base/integers.hpp"
#include "study/study.hpp"
#include "study/study_build.hpp"
#include "study/study_parameter.hpp"

namespace tilewise {

std::int64_t base_size(const StudyBase& base) {
  std::int64_t size = 1;
  for (const StudyAxis& axis : base.axes) {
    size = checked_multiply(size, static_cast<std::int64_t>(axis.choices()),
                            "configurations of the study");
  }
  return size;
}

std::vector<std::size_t> choices_of(const StudyBase& base, std::int64_t rest) {
  std::vector<std::size_t> choices(base.axes.size(), 0);
  for (std::size_t a = choices.size(); a-- > 0;) {
    const auto size = static_cast<std::int64_t>(base.axes[a].choices());
    choices[a] = static_cast<std::size_t>(rest % size);
    rest /= size;
  }
  return choices;
}

YamlNode edited(const StudyBase& base, const std::vector<std::size_t>& choices) {
  YamlNode document = base.document;
  for (std::size_t a = 0; a < base.axes.size(); ++a) {
    const StudyAxis& axis = base.axes[a];
    for (std::size_t p = 0; p < axis.paths.size(); ++p) {
      const YamlNode value = axis.values[p][choices[a]];
      for (const std::string& path : axis.paths[p]) {
        document = document.with(path, value);
      }
    }
  }
  return document;
}

FpgaBoard study_board(const Study& study, const std::string& name) {
  const auto found = study.boards.find(name);
  if (found == study.boards.end()) throw InputError(name + ": no such board in the study");
  return found->second;
}

BuiltArchitecture build(const Study& study, const YamlNode& document) {
  const BoardFinder boards = [&](const std::string& name) { return study_board(study, name); };
  BuiltArchitecture built;
  if (const auto demand = fpga_demand(document, {study.tables, boards})) {
    built.resources = demand->resources;
    // Said here: the builder also looks for the nearest engine that fits, which takes its time.
    const auto lacks = excesses(demand->resources, whole_device(demand->board));
    if (!lacks.empty()) {
      built.why_none =
          fmt::format("the board {} cannot hold it: {}", demand->board.name, excess_text(lacks));
      return built;
    }
  }
  built.architecture = read_architecture(document, study.tables, boards);
  return built;
}

namespace {

/// A place in the grid.
struct GridPoint {
  std::int64_t index = 0;
  const StudyBase* base = nullptr;
  std::vector<std::size_t> choices;
};

GridPoint grid_point(const Study& study, std::int64_t position) {
  GridPoint point;
  point.index = study.sample ? (*study.sample)[static_cast<std::size_t>(position)] : position;
  std::int64_t rest = point.index;
  for (const StudyBase& base : study.bases) {
    const std::int64_t size = base_size(base);
    if (rest < size) {
      point.base = &base;
      point.choices = choices_of(base, rest);
      return point;
    }
    rest -= size;
  }
  throw InputError(
      fmt::format("configuration {}: the study has {}", position, configuration_count(study)));
}

/// With a name and a description that say which configuration it is.
YamlNode document_of(const Study& study, const GridPoint& point) {
  std::vector<std::string> set;
  for (std::size_t a = 0; a < point.base->axes.size(); ++a) {
    const StudyAxis& axis = point.base->axes[a];
    for (std::size_t p = 0; p < axis.columns.size(); ++p) {
      set.push_back(fmt::format("{} {}", study.parameters[axis.columns[p]],
                                axis.values[p][point.choices[a]].one_line()));
    }
  }
  const YamlNode document = edited(*point.base, point.choices);
  const std::string name = document.find_path("name")->text();
  return document.with("name", document.with_text(fmt::format("{}_{}", name, point.index)))
      .with("description", document.with_text(fmt::format("{}: {}", name, fmt::join(set, ", "))));
}

void set_width(Layer& layer, Bits precision) {
  WordWidths& widths = layer.widths;
  const bool follows = widths.partial_sum == widths.tensor[Tensor::Output];
  for (Bits& width : widths.tensor) width = precision;
  widths.partial_sum = follows ? precision : std::max(widths.partial_sum, precision);
}

}  // namespace

const std::vector<std::string>& parameter_names(const Study& study) { return study.parameters; }

std::int64_t grid_size(const Study& study) {
  std::int64_t size = 0;
  for (const StudyBase& base : study.bases) {
    size = checked_add(size, base_size(base), "configurations of the study");
  }
  return size;
}

std::int64_t configuration_count(const Study& study) {
  return study.sample ? static_cast<std::int64_t>(study.sample->size()) : grid_size(study);
}

Configuration configuration(const Study& study, std::int64_t position) {
  const GridPoint point = grid_point(study, position);
  Configuration made;
  made.index = point.index;
  made.base = point.base->name;
  made.values.resize(study.parameters.size());
  for (std::size_t a = 0; a < point.base->axes.size(); ++a) {
    const StudyAxis& axis = point.base->axes[a];
    for (std::size_t p = 0; p < axis.columns.size(); ++p) {
      const YamlNode value = axis.values[p][point.choices[a]];
      made.values[axis.columns[p]] = value.one_line();
      if (study.parameters[axis.columns[p]] == kPrecisionParameter) made.precision = value.size();
    }
  }
  try {
    BuiltArchitecture built = build(study, document_of(study, point));
    made.architecture = std::move(built.architecture);
    made.resources = built.resources;
    made.why_none = std::move(built.why_none);
  } catch (const InputError& error) {
    made.why_none = error.what();
  }
  return made;
}

std::string configuration_file(const Study& study, std::int64_t position) {
  return document_of(study, grid_point(study, position)).dump();
}

std::vector<Layer> layers_at(const Study& study, std::optional<Bits> precision) {
  std::vector<Layer> layers = study.layers;
  if (!precision) return layers;
  for (Layer& layer : layers) set_width(layer, *precision);
  return layers;
}

Network network_at(const StudyNetwork& network, std::optional<Bits> precision) {
  Network made(network.network.name());
  for (std::size_t l = 0; l < network.network.size(); ++l) {
    Layer layer = network.network.layer(l);
    if (precision) set_width(layer, *precision);
    made.add(std::move(layer), network.network.inputs_of(l));
  }
  return made;
}

std::vector<double> layer_weights(const Study& study) {
  std::vector<double> weights(study.layers.size(), 0.0);
  for (const StudyWorkload& workload : study.workloads) {
    for (const StudyUse& use : workload.uses) weights[use.layer] += workload.weight * use.times;
  }
  return weights;
}

std::string lacks_text(const Study& study, const FpgaResources& resources) {
  std::vector<std::string> lacks;
  for (const FpgaBoard& board : study.must_fit) {
    const auto excess = excesses(resources, usable_device(board));
    if (!excess.empty()) lacks.push_back(fmt::format("{}: {}", board.name, excess_text(excess)));
  }
  return fmt::format("{}", fmt::join(lacks, "; "));
}

}  // namespace tilewise
