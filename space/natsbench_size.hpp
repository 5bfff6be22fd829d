#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "space/nasbench201.hpp"
#include "space/search_space.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// An architecture of the size search space of NATS-Bench (Dong et al., TPAMI 2021): the channels
/// of stem and first cell, first reduction, second cell, second reduction, third cell.
struct SizeArchitecture {
  std::array<std::int64_t, 5> channels{8, 8, 8, 8, 8};
  auto operator<=>(const SizeArchitecture&) const = default;
};

inline constexpr std::int64_t kChannelStep = 8;             ///< counts are multiples of it
inline constexpr std::int64_t kChannelCounts = 8;           ///< 8, 16, ..., 64
inline constexpr std::int64_t kNatsbenchSizeSize = 32'768;  ///< 8 counts at each of 5 places

/// "8:64:32:16:8".
std::string to_string(const SizeArchitecture& architecture);
/// The architecture of such a string. Throws InputError that quotes it.
SizeArchitecture parse_size_architecture(std::string_view text);

/// The place in the enumeration of all architectures with the last count fastest, smallest first.
std::int64_t natsbench_size_index(const SizeArchitecture& architecture);
/// The architecture at such a place. Throws InputError unless 0 <= index < 32,768.
SizeArchitecture natsbench_size_architecture(std::int64_t index);

/// The whole network; docs/spaces.md says how skips and channels are read. Layers are named as in
/// "cell2.conv3x3(0->1)", "reduction1.conv_a".
Network natsbench_size_network(const SizeArchitecture& architecture, Dataset dataset);

/// The whole space.
SearchSpace natsbench_size_space();

}  // namespace tilewise
