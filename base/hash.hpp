#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tilewise {

/// 64-bit FNV-1a (Fowler, Noll and Vo; http://www.isthe.com/chongo/tech/comp/fnv): begin with the
/// basis and add octets, or larger numbers, one after the other.
inline constexpr std::uint64_t kFnvBasis = 14695981039346656037U;
constexpr std::uint64_t fnv_add(std::uint64_t hash, std::uint64_t value) {
  return (hash ^ value) * 1099511628211U;
}

/// 64-bit FNV-1a of the bytes of `text` as 16 hexadecimal digits: names a configuration in
/// run.yaml.
std::string fingerprint(std::string_view text);

}  // namespace tilewise
