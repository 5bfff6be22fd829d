#include "app/given_mapping.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "app/output.hpp"
#include "arch/architecture_yaml.hpp"
#include "mapper/row_stationary.hpp"
#include "report/cost_json.hpp"
#include "report/cost_text.hpp"
#include "sim/evaluate.hpp"
#include "sim/mapping_yaml.hpp"
#include "sim/validity.hpp"

namespace tilewise {
namespace {

Mapping chosen_mapping(const std::string& word, const Layer& layer,
                       const Architecture& architecture) {
  const bool is_file = std::filesystem::exists(word) || word.find('=') == std::string::npos;
  return is_file ? load_mapping(word, architecture)
                 : row_stationary_mapping(parse_row_stationary(word), layer, architecture);
}

}  // namespace

int print_given_mapping(const LayerOptions& on, const std::string& word, bool json) {
  const Architecture architecture = find_architecture(on.architecture);
  const Layer layer = chosen_layer(on);
  const Mapping mapping = chosen_mapping(word, layer, architecture);
  check_mapping(layer, mapping);
  if (const auto misfit = find_misfit(architecture, layer, mapping)) {
    return refuse(fmt::format("the mapping does not fit {}: {}: {}", architecture.name,
                              misfit->place, misfit->reason));
  }
  const LayerCost cost = evaluate(architecture, layer, mapping);
  if (json) {
    print(cost_json(cost, mapping, layer, architecture));
    return 0;
  }
  print(fmt::format("{}\n{}\n{}", layer_line(layer), mapping_text(mapping, layer, architecture),
                    cost_text(cost, architecture)));
  return 0;
}

}  // namespace tilewise
