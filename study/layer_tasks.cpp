#include "study/layer_tasks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "mapper/relatives.hpp"
#include "mapper/search.hpp"
#include "study/stored_layers.hpp"

namespace tilewise {
namespace {

MappingOptions mapping_of(const Study& study) {
  return {study.mapping, study.factors, {.threads = 1}};
}

}  // namespace

Key shared_key(const Architecture& architecture, std::optional<Bits> precision) {
  std::string text = relatives_key(architecture);
  if (precision) text += fmt::format("\nprecision {}", precision->count());
  return key_of(text);
}

std::size_t most_in_search(const Study& study) { return most_in_search(mapping_of(study)); }

Configuration stored_configuration(const Study& study, std::int64_t position) {
  Configuration made = configuration(study, position);
  if (!made.architecture) throw InputError(made.why_none);
  made.architecture->name = kAnyName;
  return made;
}

std::vector<StoredLayer> solve_family(std::span<const Architecture> members, const Layer& layer,
                                      const Study& study) {
  std::vector<StoredLayer> stored;
  for (const SearchResult& each : search_relatives(members, layer, mapping_of(study))) {
    stored.push_back(stored_layer(each, layer, members[stored.size()]));
    if (members.size() > 1) stored.back().evaluated = 0;
  }
  return stored;
}

std::vector<StoredLayer> solve_layers(const Study& study, StudyLayers& widths,
                                      StudyFamilies& families, std::span<const LayerTask> tasks) {
  std::vector<StoredLayer> solved;
  std::shared_ptr<const StudyFamily> family;
  std::vector<Architecture> members;
  std::vector<StoredLayer> of_members;  // of `layer`; empty: not yet
  std::optional<Bits> precision;
  std::size_t layer = 0;
  for (const LayerTask& task : tasks) {
    auto own = families.of(task.position);
    if (!family || family->positions != own->positions) {
      family = std::move(own);
      members.clear();
      of_members.clear();
      for (const std::int64_t position : family->positions) {
        Configuration made = stored_configuration(study, position);
        precision = made.precision;
        members.push_back(*std::move(made.architecture));
      }
    }
    if (of_members.empty() || task.layer != layer) {
      layer = task.layer;
      of_members = solve_family(members, widths.at(precision).layers[layer], study);
    }
    const auto& positions = family->positions;
    const auto at = std::lower_bound(positions.begin(), positions.end(), task.position);
    solved.push_back(of_members[static_cast<std::size_t>(at - positions.begin())]);
  }
  return solved;
}

}  // namespace tilewise
