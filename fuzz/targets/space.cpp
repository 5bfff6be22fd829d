#include "space/file/file_space.hpp"

#include "fuzz/target.hpp"

namespace {

void read_space(tilewise::fuzz::Bytes input) {
  const tilewise::fuzz::MemoryFile file(input);
  tilewise::file_space(file.path().string());
}

}  // namespace

TILEWISE_FUZZ_TARGET(read_space)
