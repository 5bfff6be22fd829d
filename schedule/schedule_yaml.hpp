#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arch/architecture.hpp"
#include "base/yaml.hpp"
#include "schedule/schedule.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// What users call a memory of the home: "GLB", or "buffers.input" where the level has several.
std::string memory_word(const Level& level, std::size_t memory);

/// A schedule as a file: the layers that keep something at home or read something there, each with
/// where its output lies and its mapping (docs/schedule.md). It loads to the same schedule.
std::string schedule_yaml(const Schedule& schedule, const Network& network,
                          const Architecture& architecture);

/// A schedule that a file gives.
struct GivenSchedule {
  std::vector<std::uint8_t> places;                  ///< [layer] of its output
  std::vector<std::optional<std::string>> mappings;  ///< [layer] a line; empty: the best one
  std::vector<std::size_t> order;                    ///< the layers as they run
  std::vector<bool> merged;  ///< [layer] it runs in the drain of the one before it in the order
  std::vector<GivenStrips> strips;
  std::vector<bool> resident;  ///< [layer] its weights stay over all images
};

/// Throws InputError with file, line and cure where a layer or a memory is unknown.
GivenSchedule read_schedule(const YamlNode& yaml, const Network& network,
                            const Architecture& architecture);

}  // namespace tilewise
