#pragma once

#include <string_view>

namespace tilewise {

/// 16 hexadecimal digits of all sources that what a layer or a network costs depends on: programs
/// of other digits may give other numbers, whatever their version is. The build defines it
/// (cmake/model_fingerprint.cmake).
std::string_view model_fingerprint();

}  // namespace tilewise
