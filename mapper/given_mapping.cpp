#include "mapper/given_mapping.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <utility>

#include "arch/home.hpp"
#include "base/error.hpp"
#include "mapper/row_stationary.hpp"
#include "sim/mapping_yaml.hpp"
#include "sim/validity.hpp"

namespace tilewise {

namespace {

[[noreturn]] void refuse_mapping(const std::string& word, const Architecture& architecture) {
  std::string levels;
  for (const Level& level : architecture.levels) {
    levels += (levels.empty() ? "" : " | ") + level.name + ": ...";
  }
  throw InputError(
      fmt::format("--mapping {}: no such file, and no mapping of {}; expected a file that "
                  "--output-mapping wrote, a cell of the column mapping of layers.csv ({}), or "
                  "row-stationary parameters such as m=64,n=4,e=13,p=16,q=3,r=2,t=2",
                  word, architecture.name, levels));
}

}  // namespace

Mapping find_mapping(const std::string& word, const Layer& layer,
                     const Architecture& architecture) {
  std::error_code ignored;
  if (std::filesystem::exists(word, ignored)) return load_mapping(word, architecture);
  if (auto mapping = parse_nest_line(word, architecture)) return *std::move(mapping);
  const bool letters = word.find_first_of(":|") == std::string::npos && word.find('=') != word.npos;
  if (!letters) refuse_mapping(word, architecture);
  return row_stationary_mapping(parse_row_stationary(word), layer, architecture);
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
