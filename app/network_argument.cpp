#include "app/network_argument.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "workload/onnx/onnx_import.hpp"

namespace tilewise {

Network network_argument(const std::string& name) {
  OnnxImport import = find_network_or_model(name);
  print_warnings(import.warnings);
  return std::move(import.network);
}

void print_warnings(const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) fmt::print(stderr, "warning: {}\n", warning);
}

}  // namespace tilewise
