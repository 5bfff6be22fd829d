#include "app/network_argument.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "workload/network_yaml.hpp"
#include "workload/onnx_import.hpp"

namespace tilewise {

Network network_argument(const std::string& name) {
  if (std::filesystem::path(name).extension() != ".onnx") return find_network(name);
  OnnxImport import = import_onnx(name);
  print_warnings(import.warnings);
  return std::move(import.network);
}

void print_warnings(const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) fmt::print(stderr, "warning: {}\n", warning);
}

}  // namespace tilewise
