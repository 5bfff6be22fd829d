#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

namespace tilewise::fuzz {

using Bytes = std::span<const std::uint8_t>;

inline std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // NOLINT(*-reinterpret-cast)
}

/// A number that the bytes choose, all of them: the seed of a random case.
std::uint64_t seed_of(Bytes bytes);

/// A file of these bytes that lies in memory and that only this process sees, for readers that take
/// a path.
class MemoryFile {
 public:
  explicit MemoryFile(Bytes bytes);
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::filesystem::path path() const;

 private:
  int descriptor_;
};

/// An empty folder of this process, gone when it ends.
const std::filesystem::path& private_folder();

/// Calls `read`, which may refuse its input by an InputError and by nothing else; returns what
/// libFuzzer expects.
int read_or_refuse(void (*read)(Bytes), const std::uint8_t* data, std::size_t size);

/// Ends the process, as a sanitizer does, where `holds` is false.
void require(bool holds, std::string_view what);

}  // namespace tilewise::fuzz

/// The entry point that libFuzzer calls, around a function of Bytes.
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): libFuzzer fixes the name
#define TILEWISE_FUZZ_TARGET(read)                                                    \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
    return tilewise::fuzz::read_or_refuse(read, data, size);                          \
  }
