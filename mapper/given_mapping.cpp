#include "mapper/given_mapping.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "arch/home.hpp"
#include "base/error.hpp"
#include "mapper/row_stationary.hpp"
#include "sim/mapping_yaml.hpp"
#include "sim/validity.hpp"

namespace tilewise {

Mapping find_mapping(const std::string& word, const Layer& layer,
                     const Architecture& architecture) {
  const bool is_file = std::filesystem::exists(word) || word.find('=') == std::string::npos;
  return is_file ? load_mapping(word, architecture)
                 : row_stationary_mapping(parse_row_stationary(word), layer, architecture);
}

LayerCost evaluate_given(const Architecture& architecture, const Layer& layer,
                         const Mapping& mapping) {
  check_mapping(layer, mapping, tensors_at_home(architecture));
  if (const auto misfit = find_misfit(architecture, layer, mapping)) {
    throw InputError(fmt::format("the mapping does not fit {}: {}: {}", architecture.name,
                                 misfit->place, misfit->reason));
  }
  return evaluate(architecture, layer, mapping);
}

}  // namespace tilewise
