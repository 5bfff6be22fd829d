#include "fuzz/target.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/error.hpp"
#include "base/hash.hpp"

namespace tilewise::fuzz {

std::uint64_t seed_of(Bytes bytes) {
  std::uint64_t seed = kFnvBasis;
  for (const std::uint8_t byte : bytes) seed = fnv_add(seed, byte);
  return seed;
}

MemoryFile::MemoryFile(Bytes bytes) : descriptor_(::memfd_create("input", MFD_CLOEXEC)) {
  require(descriptor_ >= 0, "memfd_create failed");
  const auto written = ::write(descriptor_, bytes.data(), bytes.size());
  require(written == static_cast<ssize_t>(bytes.size()), "an input could not be written");
}

MemoryFile::~MemoryFile() { ::close(descriptor_); }

std::filesystem::path MemoryFile::path() const {
  return "/proc/self/fd/" + std::to_string(descriptor_);
}

const std::filesystem::path& private_folder() {
  struct Folder {
    Folder() {
      const std::filesystem::path memory = "/dev/shm";
      std::error_code ignored;
      const bool there = std::filesystem::is_directory(memory, ignored);
      std::string name =
          ((there ? memory : std::filesystem::temp_directory_path()) / "tilewise_fuzz_XXXXXX")
              .string();
      require(::mkdtemp(name.data()) != nullptr, "mkdtemp failed");
      path = name;
    }
    ~Folder() {
      std::error_code ignored;
      std::filesystem::remove_all(path, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::filesystem::path path;
  };
  static const Folder folder;
  return folder.path;
}

int read_or_refuse(void (*read)(Bytes), const std::uint8_t* data, std::size_t size) {
  try {
    read({data, size});
  } catch (const InputError& refusal) {
    require(refusal.what() != std::string(), "a refusal that says nothing");
  }
  return 0;
}

void require(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

}  // namespace tilewise::fuzz
