#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "space/fbnet.hpp"

namespace tilewise {

/// An architecture of FBNet: one operation a position, 22 bytes.
struct FbnetArchitecture {
  std::array<FbnetOp, kFbnetPositions> ops{};
  auto operator<=>(const FbnetArchitecture&) const = default;
};

/// Numbers as in HW-NAS-Bench, 0 (k3_e1) to 8 (skip): "0,0,3,...,8".
std::string to_string(const FbnetArchitecture& architecture);
/// The architecture of 22 numbers or names, by comma; blanks and brackets around them do not
/// matter. Throws InputError that tells the place.
FbnetArchitecture parse_fbnet_architecture(std::string_view text);

/// The data set of that name. Throws InputError that lists the names.
FbnetDataset parse_fbnet_dataset(std::string_view text);

}  // namespace tilewise
