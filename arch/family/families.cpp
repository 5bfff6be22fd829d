#include "arch/family/families.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "arch/family/convolver_engine.hpp"
#include "arch/family/eyeriss_yaml.hpp"
#include "arch/family/fpga_engine_yaml.hpp"
#include "arch/family/gemmini_yaml.hpp"
#include "arch/family/nvdla_engine.hpp"
#include "arch/family/pixel_engine.hpp"
#include "base/error.hpp"
#include "base/words.hpp"

namespace tilewise {

std::span<const Family> families() {
  static const std::array all{
      eyeriss_family(),          tiled_engine_family(), pixel_engine_family(),
      convolver_engine_family(), nvdla_engine_family(), gemmini_family(),
  };
  return all;
}

std::vector<std::string> family_names() {
  std::vector<std::string> names;
  for (const Family& family : families()) names.push_back(family.name);
  return names;
}

const Family& find_family(std::string_view name) {
  for (const Family& family : families()) {
    if (family.name == name) return family;
  }
  const std::vector<std::string> names = family_names();
  const std::vector<std::string_view> words(names.begin(), names.end());
  throw InputError(fmt::format("{}: unknown family; expected one of {}{}", name,
                               fmt::join(names, ", "), did_you_mean(name, words)));
}

const Family* family_of(const YamlNode& file) {
  const auto name = file.map().find("family");
  return name ? &families()[name->one_of(family_names())] : nullptr;
}

std::optional<FpgaDemand> fpga_demand(const YamlNode& file, const FamilyContext& context) {
  const Family* family = family_of(file);
  if (family == nullptr || family->fpga_demand == nullptr) return std::nullopt;
  return family->fpga_demand(file.map().at("parameters"), context);
}

}  // namespace tilewise
