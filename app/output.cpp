#include "app/output.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <vector>

#include "app/commands.hpp"
#include "base/error.hpp"
#include "workload/layer_yaml.hpp"
#include "workload/network_yaml.hpp"

namespace tilewise {

void print(std::string_view text) {
  const std::size_t written = std::fwrite(text.data(), 1, text.size(), stdout);
  if (written != text.size() || std::fflush(stdout) != 0) {
    throw std::runtime_error("standard output: cannot be written");
  }
}

int refuse(std::string_view message) {
  std::string line(message);
  std::replace(line.begin(), line.end(), '\n', ' ');
  fmt::print(stderr, "error: {}\n", line);
  return kFailure;
}

Layer chosen_layer(const std::string& network, const std::string& layer) {
  if (network.empty()) return find_layer(layer);
  const Network found = find_network(network);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found.layer(i).name == layer) return found.layer(i);
    names.push_back(found.layer(i).name);
  }
  throw InputError(
      fmt::format("{}: no layer named {}; there are: {}", network, layer, fmt::join(names, ", ")));
}

std::string layer_line(const Layer& layer) {
  std::string text = fmt::format("{} ({}):", layer.name, name(layer.op));
  for (const Dim d : kDims) {
    if (layer.bounds[d] > 1) text += fmt::format(" {}{}", name(d), layer.bounds[d]);
  }
  if (layer.stride != Plane{}) {
    text += fmt::format(" stride {} x {}", layer.stride.vertical, layer.stride.horizontal);
  }
  if (layer.dilation != Plane{}) {
    text += fmt::format(" dilation {} x {}", layer.dilation.vertical, layer.dilation.horizontal);
  }
  return text + "\n";
}

}  // namespace tilewise
