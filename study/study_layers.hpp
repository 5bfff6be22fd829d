#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/units.hpp"
#include "study/result_store.hpp"
#include "study/study.hpp"
#include "workload/layer.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// The layers of a study with words of one width, and what they are called in a store.
struct LayersAtWidth {
  std::vector<Layer> layers;      ///< as Study::layers, named by their shape
  std::vector<Key> keys;          ///< [layer] with what its mapping makes least, and of which space
  std::vector<Key> workloads;     ///< [workload] of its layers' keys and how often they run; with a
                                  ///< schedule, of the network too
  std::vector<Network> networks;  ///< [workload]; empty without a schedule
};

/// Makes them once for each width that is asked for. Any thread may ask.
class StudyLayers {
 public:
  /// `study` outlives it.
  explicit StudyLayers(const Study& study) : study_(study) {}
  /// `precision`: as in Configuration.
  const LayersAtWidth& at(std::optional<Bits> precision);

 private:
  const Study& study_;
  std::mutex mutex_;
  std::map<std::optional<double>, std::unique_ptr<LayersAtWidth>> made_;
};

}  // namespace tilewise
