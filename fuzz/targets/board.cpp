#include "arch/fpga/fpga_board.hpp"

#include "fuzz/target.hpp"

namespace {

void read_board(tilewise::fuzz::Bytes input) {
  const tilewise::fuzz::MemoryFile file(input);
  tilewise::load_board(file.path());
}

}  // namespace

TILEWISE_FUZZ_TARGET(read_board)
