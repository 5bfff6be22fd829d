#include "app/output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include "app/commands.hpp"

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
