#include "base/hash.hpp"

#include <doctest/doctest.h>

namespace tilewise {

TEST_CASE("a fingerprint is FNV-1a as published") {
  CHECK(fingerprint("") == "cbf29ce484222325");   // the offset basis
  CHECK(fingerprint("a") == "af63dc4c8601ec8c");  // test vectors of Noll's page
  CHECK(fingerprint("foobar") == "85944171f73967e8");
  static_assert(fnv_add(kFnvBasis, 'a') == 0xaf63dc4c8601ec8cU);
}

}  // namespace tilewise
