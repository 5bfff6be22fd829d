#include "app/layer_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <string_view>
#include <vector>

#include "app/network_argument.hpp"
#include "base/error.hpp"
#include "base/words.hpp"
#include "sweep/target.hpp"
#include "workload/layer_yaml.hpp"
#include "workload/network.hpp"

namespace tilewise {

namespace {

Layer named_layer(const LayerOptions& options) {
  if (options.network.empty()) return find_layer(options.layer);
  const Network found = network_argument(options.network);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found.layer(i).name == options.layer) return found.layer(i);
    names.push_back(found.layer(i).name);
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  throw InputError(fmt::format("{}: no layer named {}; there are: {}{}", options.network,
                               options.layer, fmt::join(names, ", "),
                               did_you_mean(options.layer, known)));
}

}  // namespace

void add_layer_options(CLI::App& command, LayerOptions& options) {
  command.add_option("--device,--arch", options.device, target_forms())->required();
  command
      .add_option("--layer", options.layer,
                  "layer: a shipped name, a file, or with --network "
                  "its name there")
      ->required();
  command.add_option("--network", options.network, "network: a shipped name or a file");
  command.add_option("--batch", options.batch, "images at a time, instead of the file's")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 31));
}

Layer chosen_layer(const LayerOptions& options) {
  Layer layer = named_layer(options);
  if (!options.batch) return layer;
  if (layer.op == Operator::MatrixProduct) {
    throw InputError(
        fmt::format("--batch: {} is a matrix_product, whose rows are its N; change "
                    "the layer's file",
                    layer.name));
  }
  layer.bounds[Dim::N] = *options.batch;
  check_layer(layer);
  return layer;
}

}  // namespace tilewise
