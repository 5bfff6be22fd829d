#include "base/hash.hpp"

#include <fmt/format.h>

namespace tilewise {

std::string fingerprint(std::string_view text) {
  std::uint64_t hash = kFnvBasis;
  for (const char c : text) hash = fnv_add(hash, static_cast<unsigned char>(c));
  return fmt::format("{:016x}", hash);
}

}  // namespace tilewise
