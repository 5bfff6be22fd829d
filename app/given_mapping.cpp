#include "app/given_mapping.hpp"

#include <fmt/format.h>

#include "app/output.hpp"
#include "arch/architecture_yaml.hpp"
#include "mapper/given_mapping.hpp"
#include "report/cost_json.hpp"
#include "report/cost_text.hpp"

namespace tilewise {

int print_given_mapping(const LayerOptions& on, const std::string& word, bool json) {
  const Architecture architecture = find_architecture(on.architecture);
  const Layer layer = chosen_layer(on);
  const Mapping mapping = find_mapping(word, layer, architecture);
  const LayerCost cost = evaluate_given(architecture, layer, mapping);
  if (json) {
    print(cost_json(cost, mapping, layer, architecture));
    return 0;
  }
  print(fmt::format("{}\n{}\n{}", layer_line(layer), mapping_text(mapping, layer, architecture),
                    cost_text(cost, architecture)));
  return 0;
}

}  // namespace tilewise
