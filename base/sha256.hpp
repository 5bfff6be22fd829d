#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace tilewise {

/// SHA-256 (FIPS 180-4) of octets that come piece by piece.
class Sha256 {
 public:
  void add(std::string_view octets);
  /// 64 hexadecimal digits. Nothing may be added after it.
  std::string digest();

 private:
  void add_block(const char* block);

  std::array<std::uint32_t, 8> state_ = {0x6a09e667U, 0xbb67ae85U, 0x3c6ef372U, 0xa54ff53aU,
                                         0x510e527fU, 0x9b05688cU, 0x1f83d9abU, 0x5be0cd19U};
  std::uint64_t octets_ = 0;
  std::string rest_;  ///< less than a block
};

/// Of the content of a file; empty where it cannot be read.
std::string file_sha256(const std::filesystem::path& path);

}  // namespace tilewise
