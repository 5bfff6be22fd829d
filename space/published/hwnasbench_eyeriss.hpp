#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/enum_array.hpp"
#include "base/units.hpp"
#include "space/fbnet.hpp"
#include "space/nasbench201.hpp"
#include "space/published/hwnasbench.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// The quirks of the Eyeriss column, by default as published: `hwnasbench_eyeriss_switches` and
/// docs/hwnasbench.md.
struct HwnasbenchEyerissSwitches {
  bool pool_as_dense_convolution = true;         ///< of C to C channels
  bool global_pool_as_dense_convolution = true;  ///< the same of pools to one pixel
  bool fixed_part_five_times = true;             ///< NAS-Bench-201: as often as the cells
  bool stem_free = true;                         ///< NAS-Bench-201's stem costs nothing
  bool unpadded_input = true;                    ///< input sizes without padding
  bool strict_limits = true;                     ///< tiles stay below the limits: <, not <=
  bool two_rows_at_least = true;                 ///< a convolution lays two output rows abreast
  bool channels_not_split_off_chip = true;       ///< C3 = 1
  bool normalised_sum = true;                    ///< minimise relative energy plus relative time
  bool published_unit_energies = true;           ///< DRAM 0.3 pJ a word, register file 2 pJ
  bool frame_energy_repeats_latency = true;      ///< FBNet: mJ of stem, head, pool, FC are its ms
  bool decoded_constants = true;                 ///< NAS-Bench-201: what layers do not explain
  bool fbnet_two_dimensional_array = true;       ///< FBNet's latency: 12 x 14 PEs, transfer bounds
  bool operator==(const HwnasbenchEyerissSwitches&) const = default;
};
/// All switches in that order.
std::span<const NamedSwitch<HwnasbenchEyerissSwitches>> hwnasbench_eyeriss_switches();

/// Energy of one MAC, or of one 16-bit word moved.
struct PredictorEnergies {
  Picojoules mac{1.0};
  Picojoules dram{0.3};
  Picojoules dram_to_buffer{0.5};
  Picojoules buffer{0.5};
  Picojoules network{2.0};
  Picojoules register_file{2.0};
  bool operator==(const PredictorEnergies&) const = default;
};

/// The array of FBNet's latencies: rows and columns of processing elements (Chen et al., JSSC
/// 2017), fed with words from DRAM and, beside them, with inputs. The rates and the limit are
/// decoded from published latencies.
struct FbnetArray {
  std::int64_t rows = 12;           ///< filter rows, by outputs and inputs
  std::int64_t columns = 14;        ///< output rows, by outputs
  std::int64_t words_a_cycle = 16;  ///< of DRAM; as many inputs
  std::int64_t output_passes = 2;   ///< an output crosses DRAM's port so often
  std::int64_t row_tiles = 32;      ///< E / E1 of a strided 1x1 convolution, at most
  bool operator==(const FbnetArray&) const = default;
};

/// The DNN-Chip Predictor (Zhao et al., ICASSP 2020) as HW-NAS-Bench used it for Eyeriss.
struct HwnasbenchEyeriss {
  Megahertz clock{250.0};
  Bits word = bytes(2);
  PredictorEnergies energies;  ///< where `published_unit_energies`
  PredictorEnergies isca2016{Picojoules{1.0}, Picojoules{200.0}, Picojoules{0.0},
                             Picojoules{6.0}, Picojoules{2.0},   Picojoules{1.0}};  ///< else
  std::int64_t array_limit = 168;      ///< M1 C1 E1 R: processing elements, 14 x 12
  std::int64_t outputs_limit = 16;     ///< M0: partial sums of a processing element
  std::int64_t inputs_limit = 12;      ///< C0 S: its input words
  std::int64_t weights_limit = 192;    ///< M0 C0 S: its weights
  std::int64_t buffer_limit = 65'536;  ///< words of the global buffer: inputs and outputs
  FbnetArray fbnet_array;
  HwnasbenchEyerissSwitches switches;
  bool operator==(const HwnasbenchEyeriss&) const = default;
};

/// What the predictor tells apart: a pool has no MACs, a fully connected layer no rows to lay out.
enum class PredictorLayer { Convolution, Pool, FullyConnected };

/// A dense layer in the predictor's letters: M outputs of E x F, C inputs of H x W, filter R x S.
struct PredictorShape {
  std::int64_t m = 1, c = 1, e = 1, f = 1, r = 1, s = 1, stride = 1, h = 1, w = 1;
  PredictorLayer kind = PredictorLayer::Convolution;
  auto operator<=>(const PredictorShape&) const = default;
};

/// A tiling: M = M0 M1 M2 M3, C = C0 C1 C2 C3, E = E1 E3; 0 innermost.
struct PredictorTiling {
  std::array<std::int64_t, 4> m{1, 1, 1, 1};
  std::array<std::int64_t, 4> c{1, 1, 1, 1};
  std::array<std::int64_t, 2> e{1, 1};  ///< E1, E3
  bool operator==(const PredictorTiling&) const = default;
};

/// What a tiling costs (Eq. E6 to E18).
struct PredictorCost {
  Cycles latency;
  Picojoules energy;
  double dram_words = 0.0;
};
PredictorCost predict(const HwnasbenchEyeriss& eyeriss, const PredictorShape& shape,
                      const PredictorTiling& tiling);
/// Whether a tiling obeys the rules (Eq. E1 to E5).
bool fits(const HwnasbenchEyeriss& eyeriss, const PredictorShape& shape,
          const PredictorTiling& tiling);

/// The tiling that the predictor chooses among all ordered factorisations (Eq. E19); of equals the
/// first: larger powers of the smallest prime first, M0 outermost, E3 innermost.
struct PredictorChoice {
  PredictorTiling tiling;
  PredictorCost cost;
  std::int64_t valid = 0;  ///< tilings that fit
};
/// Throws InputError where no tiling fits.
PredictorChoice choose_tiling(const HwnasbenchEyeriss& eyeriss, const PredictorShape& shape);

/// A layer: groups one after the other, each as a dense layer; sums cost nothing. Throws
/// InputError where the layer fits in no way.
HwnasbenchCost hwnasbench_eyeriss_layer(const HwnasbenchEyeriss& eyeriss, const Layer& layer);

/// FBNet's latency of a dense layer on the array (Eq. E24 to E28). Throws InputError where a filter
/// has more rows than the array, or no row tiling is within the limit.
Cycles fbnet_array_cycles(const HwnasbenchEyeriss& eyeriss, const PredictorShape& shape);

/// The layers of NAS-Bench-201 on a data set: a network is the fixed part and its operations.
struct EyerissCells {
  HwnasbenchCost fixed;                           ///< stem, residual blocks, pool, classifier
  EnumArray<Nasbench201Op, HwnasbenchCost> op{};  ///< on one edge of all fifteen cells
};
/// What the layers alone explain, by the public predictor (Eq. E20).
EyerissCells hwnasbench_eyeriss_layers(const HwnasbenchEyeriss& eyeriss, Dataset dataset);
/// What the published values say: constants decoded from them (Eq. E21), MACs and DRAM words by a
/// decoded rule (Eq. E22).
EyerissCells hwnasbench_eyeriss_decoded(Dataset dataset);
/// The layers and, under `decoded_constants`, what the decoded values are above those of the
/// published switches.
EyerissCells hwnasbench_eyeriss_cells(const HwnasbenchEyeriss& eyeriss, Dataset dataset);

/// A NAS-Bench-201 network: the sum of its layers (Eq. E20).
HwnasbenchCost cost(const EyerissCells& cells, const CellArchitecture& architecture);
HwnasbenchCost hwnasbench_eyeriss_cost(const HwnasbenchEyeriss& eyeriss, Dataset dataset,
                                       const CellArchitecture& architecture);
/// The published arithmetic intensity: MACs a 16-bit word of DRAM (Eq. E23).
double hwnasbench_eyeriss_intensity(Dataset dataset, const CellArchitecture& architecture);
/// All 15,625, each at its public index.
std::vector<HwnasbenchCost> hwnasbench_eyeriss_nasbench201(const HwnasbenchEyeriss& eyeriss,
                                                           Dataset dataset);

/// All FBNet blocks of a data set and the rest of the network; equal layers are searched once.
FbnetCostTable hwnasbench_eyeriss_fbnet(const HwnasbenchEyeriss& eyeriss, FbnetDataset dataset);

}  // namespace tilewise
