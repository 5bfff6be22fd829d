#include "space/device.hpp"

#include "arch/architecture_yaml.hpp"
#include "arch/describe.hpp"
#include "arch/fixed_engines_yaml.hpp"
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

/// The family of a file; empty: none.
std::string family_of(const YamlNode& yaml) {
  const auto family = yaml.map().find("family");
  return family && family->is_scalar() ? family->text() : "";
}

}  // namespace

bool has_fixed_schedule(const Device& device) { return std::holds_alternative<CostModel>(device); }

const std::string& name(const Device& device) {
  return std::visit([](const auto& each) -> const std::string& { return each.name; }, device);
}

const std::string& description(const Device& device) {
  return std::visit([](const auto& each) -> const std::string& { return each.description; },
                    device);
}

std::string describe(const Device& device) {
  if (const auto* model = std::get_if<CostModel>(&device)) return model->details;
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
  return load_device(find_config("arch", name_or_path));
}

SearchResult search(const Device& device, const Layer& layer, const SearchOptions& options) {
  if (const auto* architecture = std::get_if<Architecture>(&device)) {
    return search(*architecture, layer, options);
  }
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
