#include <map>

#include "base/units.hpp"
#include "space/nasbench201_counts.hpp"
#include "space/published/hwnasbench_eyeriss.hpp"

namespace tilewise {
namespace {

/// Tilings already chosen on one device, by shape.
class Choices {
 public:
  explicit Choices(const HwnasbenchEyeriss& eyeriss) : eyeriss_(eyeriss) {}

  HwnasbenchCost layer(const Layer& layer);
  HwnasbenchCost fbnet_layer(const Layer& layer);

 private:
  const PredictorCost& cost(const PredictorShape& shape) {
    const auto known = costs_.find(shape);
    if (known != costs_.end()) return known->second;
    return costs_.emplace(shape, choose_tiling(eyeriss_, shape).cost).first->second;
  }

  const HwnasbenchEyeriss& eyeriss_;
  std::map<PredictorShape, PredictorCost> costs_;
};

bool to_one_pixel(const Layer& layer) {
  return layer.bounds[Dim::P] == 1 && layer.bounds[Dim::Q] == 1;
}

bool is_pool(Operator op) { return op == Operator::AveragePool || op == Operator::MaxPool; }

/// Pools that the predictor takes for a convolution of all channels to all.
bool is_dense_pool(const Layer& layer, const HwnasbenchEyerissSwitches& switches) {
  return is_pool(layer.op) && (to_one_pixel(layer) ? switches.global_pool_as_dense_convolution
                                                   : switches.pool_as_dense_convolution);
}

PredictorLayer kind_of(Operator op) {
  switch (op) {
    case Operator::Convolution:
    case Operator::Depthwise: return PredictorLayer::Convolution;
    case Operator::FullyConnected:
    case Operator::MatrixProduct: return PredictorLayer::FullyConnected;
    case Operator::AveragePool:
    case Operator::MaxPool:
    case Operator::Add:
    case Operator::Elementwise: return PredictorLayer::Pool;
  }
  return PredictorLayer::Convolution;
}

/// One group of a layer in the predictor's letters, or all channels of a dense pool.
PredictorShape shape_of(const Layer& layer, const HwnasbenchEyerissSwitches& switches) {
  const EnumArray<Dim, std::int64_t>& d = layer.bounds;
  const Plane input = switches.unpadded_input ? layer.image : padded_image(layer);
  PredictorShape shape{.m = d[Dim::M],
                       .c = d[Dim::C],
                       .e = d[Dim::P],
                       .f = d[Dim::Q],
                       .r = d[Dim::R],
                       .s = d[Dim::S],
                       .stride = layer.stride.vertical,
                       .h = input.vertical,
                       .w = input.horizontal,
                       .kind = kind_of(layer.op)};
  if (is_dense_pool(layer, switches)) shape.m = shape.c = d[Dim::G];
  return shape;
}

/// Dense layers that a layer is, one after the other.
std::int64_t times_of(const Layer& layer, const HwnasbenchEyerissSwitches& switches) {
  return layer.bounds[Dim::N] * (is_dense_pool(layer, switches) ? 1 : layer.bounds[Dim::G]);
}

HwnasbenchCost Choices::layer(const Layer& layer) {
  if (layer.op == Operator::Add || layer.op == Operator::Elementwise) return {};
  const PredictorShape shape = shape_of(layer, eyeriss_.switches);
  const PredictorCost& one = cost(shape);
  const HwnasbenchCost group{duration(one.latency, eyeriss_.clock), one.energy, 0,
                             one.dram_words * (eyeriss_.word / bytes(1))};
  HwnasbenchCost total = times_of(layer, eyeriss_.switches) * group;
  total.macs = macs(layer);
  return total;
}

HwnasbenchCost Choices::fbnet_layer(const Layer& layer) {
  HwnasbenchCost cost = this->layer(layer);
  if (!eyeriss_.switches.fbnet_two_dimensional_array) return cost;
  const Cycles one = fbnet_array_cycles(eyeriss_, shape_of(layer, eyeriss_.switches));
  cost.latency = times_of(layer, eyeriss_.switches) * duration(one, eyeriss_.clock);
  return cost;
}

HwnasbenchCost sum_of(Choices& choices, const std::vector<Layer>& layers) {
  HwnasbenchCost total;
  for (const Layer& layer : layers) total += choices.fbnet_layer(layer);
  return total;
}

/// FBNet's stem, head, pool and classifier: in the public data their mJ are their ms (1 mJ = 1e9
/// pJ, 1 ms = 1e3 us).
HwnasbenchCost frame_of(const HwnasbenchEyeriss& eyeriss, Choices& choices,
                        const std::vector<Layer>& layers) {
  HwnasbenchCost frame = sum_of(choices, layers);
  if (eyeriss.switches.frame_energy_repeats_latency) {
    constexpr Milliwatts kOneMillijouleAMillisecond = power(Millijoules{1.0}, Milliseconds{1.0});
    frame.energy = energy(kOneMillijouleAMillisecond, frame.latency);
  }
  return frame;
}

}  // namespace

HwnasbenchCost hwnasbench_eyeriss_layer(const HwnasbenchEyeriss& eyeriss, const Layer& layer) {
  return Choices(eyeriss).layer(layer);
}

EyerissCells hwnasbench_eyeriss_layers(const HwnasbenchEyeriss& eyeriss, Dataset dataset) {
  Choices choices(eyeriss);
  const Nasbench201Layers space = nasbench201_layers(dataset);
  const std::int64_t times = eyeriss.switches.fixed_part_five_times ? kCellsPerStage : 1;
  EyerissCells cells;
  for (std::size_t i = 0; i < space.layers.size(); ++i) {
    const Layer& layer = space.layers[i];
    if (space.fixed[i] == 0 || (layer.name == "stem.conv3x3" && eyeriss.switches.stem_free))
      continue;
    cells.fixed += times * space.fixed[i] * choices.layer(layer);
  }
  for (const Nasbench201Layers::Stage& stage : space.stages) {
    for (const Nasbench201Op op : all_of<Nasbench201Op>()) {
      if (const auto layer = stage.op[op]) {
        cells.op[op] += kCellsPerStage * choices.layer(space.layers[*layer]);
      }
    }
  }
  return cells;
}

EyerissCells hwnasbench_eyeriss_cells(const HwnasbenchEyeriss& eyeriss, Dataset dataset) {
  if (!eyeriss.switches.decoded_constants) return hwnasbench_eyeriss_layers(eyeriss, dataset);
  const EyerissCells published = hwnasbench_eyeriss_decoded(dataset);
  if (eyeriss == HwnasbenchEyeriss{}) return published;
  const EyerissCells explained = hwnasbench_eyeriss_layers({}, dataset);
  EyerissCells cells = hwnasbench_eyeriss_layers(eyeriss, dataset);
  cells.fixed += published.fixed + -1 * explained.fixed;
  for (const Nasbench201Op op : all_of<Nasbench201Op>()) {
    cells.op[op] += published.op[op] + -1 * explained.op[op];
  }
  return cells;
}

HwnasbenchCost cost(const EyerissCells& cells, const CellArchitecture& architecture) {
  HwnasbenchCost total = cells.fixed;
  for (const Nasbench201Op op : architecture.ops) total += cells.op[op];
  return total;
}

HwnasbenchCost hwnasbench_eyeriss_cost(const HwnasbenchEyeriss& eyeriss, Dataset dataset,
                                       const CellArchitecture& architecture) {
  return cost(hwnasbench_eyeriss_cells(eyeriss, dataset), architecture);
}

std::vector<HwnasbenchCost> hwnasbench_eyeriss_nasbench201(const HwnasbenchEyeriss& eyeriss,
                                                           Dataset dataset) {
  const EyerissCells cells = hwnasbench_eyeriss_cells(eyeriss, dataset);
  std::vector<HwnasbenchCost> costs;
  costs.reserve(static_cast<std::size_t>(kNasbench201Size));
  for (const CellArchitecture& architecture : nasbench201_architectures()) {
    costs.push_back(cost(cells, architecture));
  }
  return costs;
}

FbnetCostTable hwnasbench_eyeriss_fbnet(const HwnasbenchEyeriss& eyeriss, FbnetDataset dataset) {
  Choices choices(eyeriss);
  FbnetCostTable table;
  for (std::size_t position = 0; position < kFbnetPositions; ++position) {
    for (const FbnetOp op : all_of<FbnetOp>()) {
      table.blocks[position][op] = sum_of(choices, fbnet_block(dataset, position, op));
    }
  }
  const std::vector<Layer> fixed = fbnet_fixed_layers(dataset);
  table.fixed = frame_of(eyeriss, choices, fixed);
  for (std::size_t i = 0; i < fixed.size(); ++i) {
    table.fixed_parts.at(i) = frame_of(eyeriss, choices, {fixed[i]});
  }
  return table;
}

}  // namespace tilewise
