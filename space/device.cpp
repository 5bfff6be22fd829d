#include "space/device.hpp"

#include "arch/architecture_yaml.hpp"
#include "arch/describe.hpp"
#include "arch/fixed_engines_yaml.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "mapper/problem_key.hpp"
#include "sim/convolver_engine.hpp"
#include "sim/pixel_engine.hpp"

namespace tilewise {
namespace {

template <class Engine>
CostModel cost_model(const Engine& engine, LayerCost (*cost)(const Engine&, const Layer&)) {
  return {engine.name, engine.description, describe(engine),
          [engine, cost](const Layer& layer) { return cost(engine, layer); }};
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> words;
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find(at, begin)) != std::string::npos; begin = end + 1) {
    words.push_back(text.substr(begin, end - begin));
  }
  words.push_back(text.substr(begin));
  return words;
}

/// The family of a file; empty: none.
std::string family_of(const YamlNode& yaml) {
  const auto family = yaml.map().find("family");
  return family && family->is_scalar() ? family->text() : "";
}

}  // namespace

bool has_fixed_schedule(const Device& device) { return std::holds_alternative<CostModel>(device); }

const HwnasbenchModel* network_model(const Device& device) {
  return std::get_if<HwnasbenchModel>(&device);
}

void refuse_layers(const Device& device) {
  throw InputError(name(device) +
                   ": a model of whole networks of NAS-Bench-201 and FBNet, not of layers; use "
                   "it as --device of tilewise sweep");
}

const std::string& name(const Device& device) {
  return std::visit([](const auto& each) -> const std::string& { return each.name; }, device);
}

const std::string& description(const Device& device) {
  return std::visit([](const auto& each) -> const std::string& { return each.description; },
                    device);
}

std::string describe(const Device& device) {
  if (const auto* model = std::get_if<CostModel>(&device)) return model->details;
  if (const HwnasbenchModel* model = network_model(device)) return model->details;
  return describe(std::get<Architecture>(device));
}

Device load_device(const std::filesystem::path& path) {
  const YamlNode yaml = YamlNode::load_file(path);
  const std::string family = family_of(yaml);
  if (family == kPixelEngineFamily) return cost_model(read_pixel_engine(yaml), pixel_engine_cost);
  if (family == kConvolverEngineFamily) {
    return cost_model(read_convolver_engine(yaml), convolver_engine_cost);
  }
  return read_architecture(yaml);
}

Device find_device(const std::string& name_or_path) {
  if (name_or_path.starts_with(kBoardPrefix)) {
    throw InputError(name_or_path +
                     ": its engine depends on the layers; ask a sweep or map, or write one with "
                     "tilewise fpga design --output FILE");
  }
  std::vector<std::string> words = split(name_or_path, ':');
  const std::string preset = words.front();
  words.erase(words.begin());
  if (auto model = find_hwnasbench_model(preset, words)) {
    model->name = name_or_path;
    return std::move(*model);
  }
  return load_device(find_config("arch", name_or_path));
}

Device find_device(const std::string& name_or_path, std::span<const WeightedLayer> layers,
                   Objective objective) {
  if (!name_or_path.starts_with(kBoardPrefix)) return find_device(name_or_path);
  return design_board_engine(name_or_path.substr(kBoardPrefix.size()), layers, objective);
}

SearchResult search(const Device& device, const Layer& layer, const SearchOptions& options) {
  if (const auto* architecture = std::get_if<Architecture>(&device)) {
    return search(*architecture, layer, options);
  }
  if (network_model(device) != nullptr) refuse_layers(device);
  SearchResult result;
  result.cost = std::get<CostModel>(device).cost(layer);
  result.objective_value = result.lower_bound =
      objective_value(options.objective, result.cost.latency.total, result.cost.energy.total);
  result.space = {"1", 0.0};
  result.certificate.evaluated = 1;
  return result;
}

std::string problem_key(const Layer& layer, const Device& device, Objective objective,
                        std::optional<Factors> factors) {
  if (const auto* architecture = std::get_if<Architecture>(&device)) {
    return problem_key(layer, *architecture, objective, factors);
  }
  return "model " + name(device) + "\n" + canonical_key(layer);
}

}  // namespace tilewise
