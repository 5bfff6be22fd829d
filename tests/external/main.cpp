#include <iostream>

#include "base/hash.hpp"
#include "base/parallel.hpp"
#include "base/units.hpp"
#include "base/yaml.hpp"
#include "workload/dim.hpp"

// Calls into yaml-cpp, fmt and OpenMP, so that a link that lacks one of them fails here.
int main() {
  using namespace tilewise;
  std::cout << YamlNode::load_text("108 KiB", "text").size().count() << " bit\n";
  std::cout << kDims.size() << " dimensions\n";
  EnumArray<Tensor, int> relevant{};
  parallel_for(kTensors.size(), 0, [&](std::int64_t i) {
    const Tensor tensor = kTensors.at(static_cast<std::size_t>(i));
    for (const Dim dim : kDims) relevant[tensor] += is_relevant(dim, tensor) ? 1 : 0;
  });
  for (const Tensor tensor : kTensors) {
    std::cout << name(tensor) << ' ' << relevant[tensor] << '\n';
  }
  std::cout << fingerprint("").size() << " digits\n";
}
