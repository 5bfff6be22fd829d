#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_array.hpp"
#include "study/result_store.hpp"
#include "study/study.hpp"

namespace tilewise {

/// What became of a configuration.
enum class Outcome {
  Costed,     ///< a candidate for the front
  NotBuilt,   ///< the parameters make no architecture
  Unfit,      ///< a layer fits in no way
  OverLimit,  ///< a limit of the study is exceeded
  Beaten,     ///< not mapped: another one is better than its lower bound
};
template <>
inline constexpr std::size_t enum_size<Outcome> = 5;
/// "costed", "not_built", "does_not_fit", "over_limit", "beaten".
std::string_view name(Outcome outcome);

/// A configuration and all that is known of it.
struct Explored {
  std::int64_t index = 0;  ///< as Configuration::index
  std::string base;
  std::vector<std::string> values;
  Outcome outcome = Outcome::Costed;
  std::string why;  ///< empty where it is costed
  EnumArray<StudyMetric, std::optional<double>> metrics{};
  std::vector<StoredNetwork> workloads;  ///< as Study::workloads; empty where it was not mapped
};

/// What is known before any layer is mapped: area, resources, and whether these exceed a limit.
/// Throws InputError where a limit or objective is about what this kind of architecture lacks.
Explored examine(const Study& study, const Configuration& configuration);

/// Adds the costs of the workloads, the metrics that follow from them, and whether these exceed a
/// limit.
void complete(const Study& study, std::vector<StoredNetwork> workloads, Explored& explored);

/// The objectives of the study, in its order; of a costed configuration.
std::vector<double> objectives(const Study& study, const Explored& explored);

/// Fills latency, energy, EDP and power of a total.
void set_costs(double latency_ms, double energy_mj,
               EnumArray<StudyMetric, std::optional<double>>& metrics);

}  // namespace tilewise
