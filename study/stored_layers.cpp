#include "study/stored_layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "arch/home.hpp"
#include "base/enum_words.hpp"
#include "base/error.hpp"
#include "mapper/problem_key.hpp"
#include "mapper/searched_space.hpp"
#include "sim/cost.hpp"
#include "sim/mapping_yaml.hpp"
#include "sim/validity.hpp"

namespace tilewise {
namespace {

/// The mapping of a stored line, if it is one of this layer and architecture.
std::optional<Mapping> stored_mapping(const std::string& line, const Layer& layer,
                                      const Architecture& architecture) {
  std::optional<Mapping> mapping = parse_nest_line(line, architecture);
  if (!mapping) return std::nullopt;
  try {
    check_mapping(layer, *mapping, tensors_at_home(architecture));
  } catch (const InputError&) {
    return std::nullopt;
  }
  if (find_misfit(architecture, layer, *mapping)) return std::nullopt;
  return mapping;
}

/// The best mapping, then those of the front; empty where a line is none.
std::vector<Mapping> stored_mappings(const std::string& lines, const Layer& layer,
                                     const Architecture& architecture) {
  std::vector<Mapping> mappings;
  for (std::size_t first = 0; first <= lines.size();) {
    const std::size_t end = std::min(lines.find('\n', first), lines.size());
    auto mapping = stored_mapping(lines.substr(first, end - first), layer, architecture);
    if (!mapping) return {};
    mappings.push_back(*std::move(mapping));
    first = end + 1;
  }
  return mappings;
}

}  // namespace

std::string shape_name(const Layer& layer) {
  std::string text;
  for (const Dim d : kDims) {
    if (layer.bounds[d] == 1) continue;
    text += fmt::format("{}{}{}", text.empty() ? "" : " ", name(d), layer.bounds[d]);
  }
  return text.empty() ? "one operation" : text;
}

Key architecture_store_key(const Architecture& architecture) {
  std::string text = architecture_key(architecture);
  for (const Level& level : architecture.levels) text += "\n" + level.name;
  return key_of(text);
}

Key layer_store_key(const Layer& layer, Objective objective, std::optional<Factors> factors,
                    FrontPart part) {
  return key_of(layer_search_key(layer, objective, factors, part));
}

StoredLayer stored_layer(const SearchResult& found, const Layer& layer,
                         const Architecture& architecture) {
  StoredLayer stored;
  const auto* mapped = std::get_if<Mapped>(&found.answer);
  if (mapped == nullptr) {
    stored.why_none =
        renamed(why_none(found), {layer.name, architecture.name}, {shape_name(layer), kAnyName});
    return stored;
  }
  const Cost cost = cost_of(mapped->cost);
  stored.cycles = mapped->cost.latency.total.count();
  stored.latency_ms = cost.latency.count();
  stored.energy_pj = mapped->cost.energy.total.count();
  stored.dram_bytes = cost.dram_bytes;
  stored.utilisation = mapped->cost.utilisation;
  stored.mapping = nest_line(mapped->mapping, architecture);
  for (const ParetoPoint& point : mapped->front) {
    stored.mapping += "\n" + nest_line(point.mapping, architecture);
  }
  stored.factors = name(found.factors);
  stored.evaluated = found.certificate.evaluated;
  stored.proven = found.proven;
  return stored;
}

std::optional<SearchResult> restored_layer(const StoredLayer& stored, const Layer& layer,
                                           const Architecture& architecture, Objective objective) {
  SearchResult result;
  if (!stored.why_none.empty()) {
    result.answer = NotMapped{
        renamed(stored.why_none, {shape_name(layer), kAnyName}, {layer.name, architecture.name})};
    return result;
  }
  const auto factors = find_enum<Factors>(stored.factors);
  const auto mappings = stored_mappings(stored.mapping, layer, architecture);
  if (!factors || mappings.empty() || !stored.proven || stored.evaluated == 0) return std::nullopt;
  Mapped mapped{mappings.front(), evaluate(architecture, layer, mappings.front()), {}};
  for (std::size_t i = 1; i < mappings.size(); ++i) {
    mapped.front.push_back({mappings[i], evaluate(architecture, layer, mappings[i])});
  }
  const Cycles latency = mapped.cost.latency.total;
  const Picojoules energy = mapped.cost.energy.total;
  if (latency.count() != stored.cycles || energy.count() != stored.energy_pj) return std::nullopt;
  result.answer = std::move(mapped);
  result.objective_value = result.lower_bound = objective_value(objective, latency, energy);
  result.factors = *factors;
  result.space = searched_space(architecture, layer, *factors);
  result.certificate.evaluated = stored.evaluated;
  return result;
}

MappingMemory memory_of(ResultStore& store, Objective objective, std::optional<Factors> factors,
                        FrontPart part) {
  return {[&store, objective, factors, part](
              const Layer& layer, const Architecture& architecture) -> std::optional<SearchResult> {
            const auto stored = store.find_layer(architecture_store_key(architecture),
                                                 layer_store_key(layer, objective, factors, part));
            if (!stored) return std::nullopt;
            return restored_layer(*stored, layer, architecture, objective);
          },
          [&store, objective, factors, part](const Layer& layer, const Architecture& architecture,
                                             const SearchResult& found) {
            store.add(architecture_store_key(architecture),
                      layer_store_key(layer, objective, factors, part),
                      stored_layer(found, layer, architecture));
          }};
}

}  // namespace tilewise
