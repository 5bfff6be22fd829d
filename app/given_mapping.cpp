#include "app/given_mapping.hpp"

#include "api/tilewise.hpp"
#include "report/cost_report.hpp"

namespace tilewise {

int print_given_mapping(const LayerOptions& on, const std::string& word,
                        const FormatOption& format) {
  const Layer layer = chosen_layer(on);
  const GivenMapping given = evaluate(layer, on.device, word);
  print(cost_report(given.cost, given.mapping, layer, given.architecture), format);
  return 0;
}

}  // namespace tilewise
