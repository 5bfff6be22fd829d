#include "design/design_file.hpp"

#include "fuzz/target.hpp"

namespace {

void read_design(tilewise::fuzz::Bytes input) {
  const tilewise::fuzz::MemoryFile file(input);
  tilewise::load_design(file.path());
}

}  // namespace

TILEWISE_FUZZ_TARGET(read_design)
