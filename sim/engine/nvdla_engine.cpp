#include "sim/engine/nvdla_engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/integers.hpp"
#include "sim/engine/nvdla_layer.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMostStripes = std::int64_t{1} << 22;

[[noreturn]] void refuse_operator(const Layer& layer) {
  throw InputError(fmt::format(
      "{}: NVDLA's model has convolutions and fully connected layers, no {}; take a device with a "
      "mapping, such as nvdla_small",
      layer.name, name(layer.op)));
}

void check_operator(const Layer& layer) {
  switch (layer.op) {
    case Operator::Convolution:
    case Operator::Depthwise:
    case Operator::FullyConnected: return;
    case Operator::MatrixProduct:
    case Operator::AveragePool:
    case Operator::MaxPool:
    case Operator::Add:
    case Operator::Elementwise: refuse_operator(layer);
  }
}

/// Rows of the image that output rows `first` to `last` read.
std::int64_t input_rows(const Layer& layer, std::int64_t first, std::int64_t last) {
  const std::int64_t reach = (layer.bounds[Dim::R] - 1) * layer.dilation.vertical;
  const std::int64_t low = first * layer.stride.vertical - layer.padding.vertical;
  const std::int64_t high = last * layer.stride.vertical - layer.padding.vertical + reach;
  const std::int64_t inside =
      std::min(high, layer.image.vertical - 1) - std::max<std::int64_t>(low, 0) + 1;
  return std::max<std::int64_t>(inside, 1);
}

HardwareLayer hardware_layer(const Layer& layer, std::int64_t input_rows,
                             std::int64_t output_rows) {
  const auto& d = layer.bounds;
  return {checked_multiply(input_rows, layer.image.horizontal, "pixels of an image"), d[Dim::C],
          d[Dim::M], checked_multiply(d[Dim::R], d[Dim::S], "window"),
          checked_multiply(output_rows, d[Dim::Q], "output pixels")};
}

// Division of the buffer (NVDLA N9)

std::int64_t least_weight_banks(const NvdlaEngine& engine, const BankNeed& need) {
  return engine.weight_banks.value_or(need.weights);
}

bool fits(const NvdlaEngine& engine, const HardwareLayer& layer) {
  const BankNeed need = banks_needed(engine, layer);
  const std::int64_t weights = least_weight_banks(engine, need);
  return need.weights <= weights && need.data <= engine.data_banks.value_or(need.data) &&
         engine.data_banks.value_or(need.data) <= engine.banks - weights;
}

struct Division {
  std::int64_t weight_banks = 0;
  Cycles total;
};

/// Of all divisions the fastest; of equal ones that with the fewest weight banks.
Division best_division(const NvdlaEngine& engine, const HardwareLayer& layer) {
  const BankNeed need = banks_needed(engine, layer);
  const std::int64_t least = least_weight_banks(engine, need);
  const std::int64_t left = engine.banks - engine.data_banks.value_or(need.data);
  const std::int64_t most = engine.weight_banks.value_or(std::min(left, need.all_weights));
  Division best{least, hardware_layer_cycles(engine, layer, least)};
  for (std::int64_t banks = least + 1; banks <= most; ++banks) {
    const Cycles total = hardware_layer_cycles(engine, layer, banks);
    if (total < best.total) best = {banks, total};
  }
  return best;
}

// Pieces of output rows (NVDLA N10)

/// Pieces of equal input and output rows, of an image and group.
struct Pieces {
  HardwareLayer layer;
  std::int64_t count = 0;
};

/// The output rows in pieces of `height`, the last of what is left.
std::vector<Pieces> pieces_of(const Layer& layer, std::int64_t height) {
  const std::int64_t rows = layer.bounds[Dim::P];
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> counts;
  for (std::int64_t first = 0; first < rows; first += height) {
    const std::int64_t last = std::min(first + height, rows) - 1;
    ++counts[{input_rows(layer, first, last), last - first + 1}];
  }
  std::vector<Pieces> all;
  for (const auto& [sizes, count] : counts) {
    all.push_back({hardware_layer(layer, sizes.first, sizes.second), count});
  }
  return all;
}

/// No division makes these pieces faster: inputs come before the first operation.
Cycles least_cycles(const NvdlaEngine& engine, const std::vector<Pieces>& pieces) {
  Cycles sum;
  for (const Pieces& each : pieces) {
    const auto inputs = static_cast<double>(port_bits(engine, each.layer)[Tensor::Input]);
    sum += (transfer_cycles(inputs, engine.bandwidth) + operation_cycles(engine, each.layer) -
            Cycles{static_cast<double>(engine.stripe)}) *
           each.count;
  }
  return sum;
}

struct Split {
  std::vector<Pieces> pieces;
  std::int64_t weight_banks = 0;
  Cycles total;
};

Split divided(const NvdlaEngine& engine, std::vector<Pieces> pieces) {
  Split split{std::move(pieces), 0, {}};
  for (const Pieces& each : split.pieces) {
    const Division division = best_division(engine, each.layer);
    if (split.weight_banks == 0) split.weight_banks = division.weight_banks;
    split.total += division.total * each.count;
  }
  return split;
}

[[noreturn]] void refuse_size(const NvdlaEngine& engine, const Layer& layer) {
  const BankNeed need = banks_needed(engine, hardware_layer(layer, input_rows(layer, 0, 0), 1));
  const auto given = [](std::optional<std::int64_t> banks, const char* what) {
    return banks ? fmt::format(", {} for {}", *banks, what) : std::string();
  };
  throw InputError(fmt::format(
      "{}: does not fit the convolution buffer: the inputs of one output row take {} banks, the "
      "weights of one kernel group {}; there are {}{}{}; split the layer by channels or columns, "
      "or take a device with a mapping, such as nvdla_small",
      layer.name, need.data, need.weights, engine.banks, given(engine.data_banks, "data"),
      given(engine.weight_banks, "weights")));
}

/// Of equal pieces, each number of them, the fastest; the whole map where it fits.
Split best_split(const NvdlaEngine& engine, const Layer& layer) {
  const std::int64_t rows = layer.bounds[Dim::P];
  const HardwareLayer whole = hardware_layer(layer, layer.image.vertical, rows);
  if (fits(engine, whole)) return divided(engine, {{whole, 1}});
  std::optional<Split> best;
  for (std::int64_t height = rows; height > 0;) {
    // Of the heights that make as many pieces the least: it leaves most banks to the weights.
    const std::int64_t count = ceil_div(rows, height);
    height = ceil_div(rows, count);
    std::vector<Pieces> pieces = pieces_of(layer, height);
    --height;
    const bool all_fit = std::all_of(pieces.begin(), pieces.end(),
                                     [&](const Pieces& each) { return fits(engine, each.layer); });
    if (!all_fit || (best && least_cycles(engine, pieces) >= best->total)) continue;
    Split split = divided(engine, std::move(pieces));
    if (!best || split.total < best->total) best = std::move(split);
  }
  if (!best) refuse_size(engine, layer);
  return *best;
}

void check_stripes(const NvdlaEngine& engine, const Layer& layer) {
  const auto& d = layer.bounds;
  const std::int64_t stripes =
      ceil_div(checked_multiply(d[Dim::P], d[Dim::Q], "output pixels"), engine.stripe);
  const std::int64_t groups = ceil_div(d[Dim::M], engine.atomic_k);
  if (stripes <= kMostStripes / groups) return;
  throw InputError(fmt::format(
      "{}: {} stripes, each of {} kernel groups, are more than NVDLA's model follows ({}); make "
      "the layer smaller",
      layer.name, stripes, groups, kMostStripes));
}

}  // namespace

NvdlaRun nvdla_run(const NvdlaEngine& engine, const Layer& layer) {
  check_operator(layer);
  check_stripes(engine, layer);
  const std::int64_t runs =
      checked_multiply(layer.bounds[Dim::N], layer.bounds[Dim::G], "images and groups");
  const Split split = best_split(engine, layer);
  NvdlaRun result;
  result.pieces = 0;
  result.weight_banks = split.weight_banks;
  EngineRun& run = result.run;
  run.total = split.total * runs;
  Cycles compute;
  for (const Pieces& each : split.pieces) {
    const std::int64_t times = checked_multiply(each.count, runs, "hardware layers");
    const auto bits = port_bits(engine, each.layer);
    for (const Tensor t : kTensors) {
      run.off_chip_bits[t] = checked_add(
          run.off_chip_bits[t], checked_multiply(bits[t], times, "off-chip bits"), "off-chip bits");
    }
    compute += operation_cycles(engine, each.layer) * times;
    result.pieces += each.count;
  }
  const std::int64_t atom = engine.atomic_k * engine.operand_width.count();
  const std::int64_t read = checked_add(run.off_chip_bits[Tensor::Input],
                                        run.off_chip_bits[Tensor::Weight], "off-chip bits");
  run.loads = {{"compute", compute},
               {"read port", transfer_cycles(static_cast<double>(read), engine.bandwidth)},
               {"output", atom_drain(engine) * (run.off_chip_bits[Tensor::Output] / atom)}};
  return result;
}

LayerCost nvdla_engine_cost(const NvdlaEngine& engine, const Layer& layer) {
  return engine_cost(engine, layer, nvdla_run(engine, layer).run,
                     checked_multiply(engine.atomic_c, engine.atomic_k, "MACs of the engine"));
}

}  // namespace tilewise
