#include "app/given_mapping.hpp"

#include <fmt/format.h>

#include "api/tilewise.hpp"
#include "app/output.hpp"
#include "report/cost_json.hpp"
#include "report/cost_text.hpp"

namespace tilewise {

int print_given_mapping(const LayerOptions& on, const std::string& word, bool json) {
  const Layer layer = chosen_layer(on);
  const auto [architecture, mapping, cost] = evaluate(layer, on.device, word);
  if (json) {
    print(cost_json(cost, mapping, layer, architecture));
    return 0;
  }
  print(fmt::format("{}\n{}\n{}", layer_line(layer), mapping_text(mapping, layer, architecture),
                    cost_text(cost, architecture)));
  return 0;
}

}  // namespace tilewise
