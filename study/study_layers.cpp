#include "study/study_layers.hpp"

#include <fmt/format.h>

#include <string>

#include "study/scheduled_workload.hpp"
#include "study/stored_layers.hpp"

namespace tilewise {
namespace {

LayersAtWidth layers_of(const Study& study, std::optional<Bits> precision) {
  LayersAtWidth made;
  made.layers = layers_at(study, precision);
  for (Layer& layer : made.layers) {
    layer.name = shape_name(layer);
    made.keys.push_back(layer_store_key(layer, study.mapping, study.factors));
  }
  for (const StudyWorkload& workload : study.workloads) {
    std::string text = "workload";
    if (study.schedule != ScheduleKind::Separate) {
      made.networks.push_back(network_at(workload.network.value(), precision));
      text += "\n" + schedule_text(study, made.networks.back());
    }
    for (const StudyUse& use : workload.uses) {
      text += fmt::format("\n{} {}", hexadecimal(made.keys[use.layer]), use.times);
    }
    made.workloads.push_back(key_of(text));
  }
  return made;
}

}  // namespace

const LayersAtWidth& StudyLayers::at(std::optional<Bits> precision) {
  std::optional<double> width;
  if (precision) width = static_cast<double>(precision->count());
  const std::scoped_lock lock(mutex_);
  std::unique_ptr<LayersAtWidth>& made = made_[width];
  if (!made) made = std::make_unique<LayersAtWidth>(layers_of(study_, precision));
  return *made;
}

}  // namespace tilewise
