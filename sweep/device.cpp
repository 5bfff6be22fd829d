#include "sweep/device.hpp"

#include <utility>

#include "arch/describe.hpp"
#include "mapper/problem_key.hpp"

namespace tilewise {

bool has_fixed_control(const Device& device) { return std::holds_alternative<LayerModel>(device); }

const std::string& name(const Device& device) {
  return std::visit([](const auto& each) -> const std::string& { return each.name; }, device);
}

const std::string& description(const Device& device) {
  return std::visit([](const auto& each) -> const std::string& { return each.description; },
                    device);
}

std::string describe(const Device& device) {
  if (const auto* engine = std::get_if<LayerModel>(&device)) return engine->details;
  return describe(std::get<Architecture>(device));
}

bool depends_on_network(const Device& device) {
  const auto* engine = std::get_if<LayerModel>(&device);
  return engine != nullptr && engine->in_network != nullptr;
}

Device in_network(const Device& device, std::span<const Layer> layers) {
  if (!depends_on_network(device)) return device;
  return std::get<LayerModel>(device).in_network(layers);
}

SearchResult search(const Device& device, const Layer& layer, const SearchOptions& options) {
  if (const auto* architecture = std::get_if<Architecture>(&device)) {
    return search(*architecture, layer, options);
  }
  Fixed fixed{std::get<LayerModel>(device).cost(layer)};
  SearchResult result;
  result.objective_value = result.lower_bound =
      objective_value(options.mapping.objective, fixed.cost.latency.total, fixed.cost.energy.total);
  result.answer = std::move(fixed);
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
