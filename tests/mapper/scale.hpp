#pragma once

namespace tilewise::testing {

/// How many random cases a test takes: fewer where sanitizers make each of them slow.
constexpr int scaled(int cases) {
#if defined(__SANITIZE_ADDRESS__)
  return cases < 12 ? cases : cases / 12;
#else
  return cases;
#endif
}

}  // namespace tilewise::testing
