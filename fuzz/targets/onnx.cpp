#include "workload/onnx/onnx_import.hpp"

#include "fuzz/target.hpp"

namespace {

void read_onnx(tilewise::fuzz::Bytes input) {
  const tilewise::fuzz::MemoryFile file(input);
  tilewise::import_onnx(file.path());
}

}  // namespace

TILEWISE_FUZZ_TARGET(read_onnx)
