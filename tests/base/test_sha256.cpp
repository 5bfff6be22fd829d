#include "base/sha256.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "base/file.hpp"
#include "scratch_folder.hpp"

namespace tilewise {

// FIPS 180-4's examples, and a million letters (https://www.di-mgt.com.au/sha_testvectors.html).
TEST_CASE("SHA-256 is that of the standard") {
  const auto of = [](std::string_view text) {
    Sha256 made;
    made.add(text);
    return made.digest();
  };
  CHECK(of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  Sha256 pieces;
  for (int i = 0; i < 1000; ++i) pieces.add(std::string(1000, 'a'));
  CHECK(pieces.digest() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  const ScratchFolder folder("sha256");
  write_file(folder.path / "abc", "abc");
  CHECK(file_sha256(folder.path / "abc") == of("abc"));
  CHECK(file_sha256(folder.path / "none").empty());
}

}  // namespace tilewise
