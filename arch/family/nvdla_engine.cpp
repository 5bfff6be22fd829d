#include "arch/family/nvdla_engine.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "arch/family/fixed_engine_table.hpp"
#include "base/error.hpp"

namespace tilewise {
namespace {

using P = EngineFile<NvdlaEngine>;

constexpr std::int64_t kMostBanks = 1024;
constexpr std::int64_t kMostEntries = 1 << 24;
constexpr std::int64_t kMostCycles = 1 << 24;
constexpr Bits kWidestEntry = bytes(4096);
constexpr Bits kWordWidth{8};          // nv_small computes with int8 alone (nv_small.spec)
constexpr Bits kAccumulatorWidth{34};  // NV_NVDLA_CACC.h

ParameterTable<P>::Read width_at(Bits NvdlaEngine::*at) {
  return [at](const YamlNode& yaml, const FamilyContext&, P& p) {
    const Bits value = yaml.size();
    if (value < Bits{1} || value > kWidestEntry) yaml.fail("expected a size up to 4 KiB");
    p.*at = value;
  };
}

/// Multipliers, buffer, port.
void add_structure(ParameterTable<P>& table) {
  table.count("atomic_C", &P::atomic_c, 1, kLargestFanOut, "input channels at once");
  table.count("atomic_K", &P::atomic_k, 1, kLargestFanOut, "output channels at once, a group");
  table.count("banks", &P::banks, 2, kMostBanks, "of the convolution buffer");
  table.count("entries", &P::entries, 1, kMostEntries, "of a bank");
  table.add({"entry", kSizeType, value_text(P{}.entry), "", "width of an entry"},
            width_at(&NvdlaEngine::entry));
  table.add({"data_banks", count_type(1, kMostBanks), {}, "what the weights leave", "for inputs"},
            [](const YamlNode& yaml, const FamilyContext&, P& p) {
              p.data_banks = yaml.integer(1, kMostBanks);
            });
  table.add({"weight_banks",
             count_type(1, kMostBanks),
             {},
             "for each layer the fastest number (N9)",
             "for weights"},
            [](const YamlNode& yaml, const FamilyContext&, P& p) {
              p.weight_banks = yaml.integer(1, kMostBanks);
            });
  table.add({"port_word", kSizeType, value_text(P{}.port_word), "", "of one read"},
            width_at(&NvdlaEngine::port_word));
  table.add({"weight_alignment", kSizeType, value_text(P{}.weight_alignment), "",
             "the weights of a layer are read in multiples of it"},
            width_at(&NvdlaEngine::weight_alignment));
  table.count("words_ahead", &P::words_ahead, 0, kMostEntries, "asked for beyond the weight banks");
}

/// Order of the work and its latencies.
void add_control(ParameterTable<P>& table) {
  table.count("stripe", &P::stripe, 1, kLargestFanOut, "most output atoms of a stripe (N3)");
  table.count("shortest_stripe", &P::shortest_stripe, 1, kLargestFanOut,
              "cycles that a shorter stripe takes for an operation");
  table.count("sums", &P::sums, 1, kLargestFanOut, "output atoms that the accumulator holds");
  table.count("drain", &P::drain, 1, kMostCycles, "cycles in which an output atom leaves");
  table.count("sum_latency", &P::sum_latency, 0, kMostCycles,
              "cycles from an operation to the drain of its sums, and back (N7)");
  table.count("fixed_latency", &P::fixed_latency, 0, kMostCycles,
              "cycles of a hardware layer (N8)");
  table.count("data_delay", &P::data_delay, 0, kMostCycles,
              "cycles by which inputs are asked for after weights (N4)");
  table.count("weight_lead", &P::weight_lead, 0, kMostCycles,
              "cycles that weights need less than inputs (N5)");
  table.count("refill_latency", &P::refill_latency, 0, kMostCycles,
              "cycles from released weights to those in their place (N5)");
}

ParameterTable<P> make_table() {
  ParameterTable<P> table;
  add_common<NvdlaEngine>(table, kWordWidth);
  add_structure(table);
  add_control(table);
  return table;
}

const ParameterTable<P>& parameter_table() {
  static const ParameterTable<P> table = make_table();
  return table;
}

Hardware build(const YamlNode& parameters, const std::string& name, const FamilyContext& context) {
  P silent;
  silent.operand_width = kWordWidth;
  silent.energy_keys.accumulator = {kAccumulatorWidth, ""};
  return read_engine<NvdlaEngine>(parameter_table(), parameters, name, context, std::move(silent));
}

void check_banks(const NvdlaEngine& engine) {
  const std::int64_t data = engine.data_banks.value_or(1);
  const std::int64_t weights = engine.weight_banks.value_or(1);
  if (data + weights <= engine.banks) return;
  throw InputError(fmt::format(
      "banks: {} for data and {} for weights are more than there are ({}); each needs one", data,
      weights, engine.banks));
}

}  // namespace

void check_engine(const NvdlaEngine& engine) {
  check_port(engine);
  check_banks(engine);
  if (engine.shortest_stripe > engine.stripe) {
    throw InputError(fmt::format("shortest_stripe: {} is more than a stripe has ({})",
                                 engine.shortest_stripe, engine.stripe));
  }
  if (engine.sums < engine.stripe) {
    throw InputError(fmt::format("sums: {} do not hold a stripe of {}; it would never drain",
                                 engine.sums, engine.stripe));
  }
}

std::string describe(const NvdlaEngine& engine) {
  const auto count = [](std::int64_t value) { return fmt::format("{}", value); };
  const auto size = [](Bits value) { return fmt::format("{:.6g}", in_bytes(value)); };
  const auto banks = [](std::optional<std::int64_t> given) {
    return given ? fmt::format("{}", *given) : std::string("chosen");
  };
  return describe_fixed(engine,
                        {{"atomic C", count(engine.atomic_c), "input channels at once"},
                         {"atomic K", count(engine.atomic_k), "output channels at once"},
                         {"banks", count(engine.banks), "of the buffer"},
                         {"entries", count(engine.entries), "a bank"},
                         {"entry", size(engine.entry), "B"},
                         {"data banks", banks(engine.data_banks), "banks"},
                         {"weight banks", banks(engine.weight_banks), "banks"},
                         {"port word", size(engine.port_word), "B"},
                         {"weight alignment", size(engine.weight_alignment), "B"},
                         {"words ahead", count(engine.words_ahead), "port words"},
                         {"stripe", count(engine.stripe), "output atoms"},
                         {"shortest stripe", count(engine.shortest_stripe), "cycles an operation"},
                         {"sums", count(engine.sums), "output atoms"},
                         {"drain", count(engine.drain), "cycles an output atom"},
                         {"sum latency", count(engine.sum_latency), "cycles"},
                         {"fixed latency", count(engine.fixed_latency), "cycles"},
                         {"data delay", count(engine.data_delay), "cycles"},
                         {"weight lead", count(engine.weight_lead), "cycles"},
                         {"refill latency", count(engine.refill_latency), "cycles"}});
}

Family nvdla_engine_family() {
  return {"nvdla",
          "atomic K x atomic C multipliers behind one banked buffer, fixed control (NVDLA)",
          "docs/nvdla.md",
          parameter_table().parameters(),
          {{"clock", {"clock"}}, {"precision", {"operand_width"}}},
          build};
}

}  // namespace tilewise
