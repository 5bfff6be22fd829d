#include "validation/measurement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/unit_table.hpp"
#include "base/units.hpp"
#include "sim/cost_terms.hpp"
#include "validation/published_table.hpp"

namespace tilewise {
namespace {

/// The unit in which a measure is computed: bytes, microseconds, picojoules, or pieces.
struct BaseUnit {
  UnitKind kind;
  std::string_view name;
};

BaseUnit base_unit(Measure measure) {
  switch (measure) {
    case Measure::BufferTraffic:
    case Measure::OffChip: return {UnitKind::Traffic, "B"};
    case Measure::Latency:
    case Measure::OnChipLatency: return {UnitKind::Time, "us"};
    case Measure::ChipEnergy:
    case Measure::Energy: return {UnitKind::Energy, "pJ"};
    case Measure::ActiveUnits:
    case Measure::Macs:
    case Measure::LatencyCycles: return {UnitKind::Count, ""};
  }
  return {UnitKind::Count, ""};
}

/// "MB", "1e9 pJ"; of pieces only a number: "1e6".
double parse_unit(const YamlNode& yaml, const BaseUnit& base) {
  const std::string text = yaml.text();
  const auto given = parse_unit_value(text);
  const double number = given ? given->number : 1.0;
  const auto factor = unit_factor(base.kind, given ? given->unit : text, base.name);
  if (factor && number > 0.0) return number * *factor;
  if (base.kind == UnitKind::Count) {
    yaml.fail(fmt::format("expected a number such as 1e6, found \"{}\"", text));
  }
  yaml.fail(
      fmt::format("expected {}, or one of them with a factor such as \"1e6 {}\"; found \"{}\"",
                  unit_names(base.kind), base.name, text));
}

std::size_t read_level(const YamlNode& yaml, const Architecture& architecture) {
  std::vector<std::string> names;
  for (const Level& level : architecture.levels) names.push_back(level.name);
  return yaml.one_of(names);
}

std::vector<std::string> read_places(const YamlNode& yaml, const Architecture& architecture) {
  std::vector<std::string> known;
  for (const Level& level : architecture.levels) {
    known.push_back(level.name);
    known.push_back("network below " + level.name);
  }
  known.insert(known.end(), {"compute", "chip"});
  std::vector<std::string> places;
  for (const YamlNode& place : yaml.list()) places.push_back(known[place.one_of(known)]);
  if (places.empty()) yaml.fail("expected at least one place; leave the key out for all");
  return places;
}

std::vector<EnergyCause> read_causes(const YamlNode& yaml) {
  std::vector<EnergyCause> causes;
  for (const YamlNode& cause : yaml.list()) causes.push_back(cause.word_of<EnergyCause>());
  if (causes.empty()) yaml.fail("expected at least one cause; leave the key out for all");
  return causes;
}

/// Bytes of Input read from, and of Output written to and read from, one level. Filters do not
/// count: published tables of buffers leave them out (Chen et al., JSSC 2017, Table V).
double buffer_traffic(std::size_t level, const Layer& layer, const AccessCounts& counts) {
  double bits = 0.0;
  for (const TransferCounts& transfer : counts.transfers) {
    const bool output = transfer.tensor == Tensor::Output;
    std::int64_t words = 0;
    if (transfer.tensor != Tensor::Weight && transfer.parent == level) {
      words += transfer.parent_words + transfer.parent_partial_reads;
    }
    if (output && transfer.child == level) words += transfer.child_words;
    bits += static_cast<double>(words) * word_bits(layer, transfer);
  }
  return bits / 8.0;
}

/// Picojoules of the items that are wanted.
template <class Wanted>
double energy_where(const Energy& energy, const Wanted& wanted) {
  Picojoules sum;
  for (const EnergyItem& item : energy.items) {
    if (wanted(item)) sum += item.energy;
  }
  return sum.count();
}

template <class T>
bool is_any_of(const std::vector<T>& list, const T& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

/// The keys that every quantity has, with one of these measures.
MeasuredColumn read_column(YamlMap& map, const std::vector<Measure>& measures) {
  MeasuredColumn result;
  result.column = read_validation_column(map);
  std::vector<std::string> names;
  for (const Measure each : measures) names.emplace_back(name(each));
  result.measurement.measure = measures[map.at("measure").one_of(names)];
  const BaseUnit base = base_unit(result.measurement.measure);
  if (const auto unit = base.kind == UnitKind::Count ? map.find("unit") : map.at("unit")) {
    result.measurement.unit = parse_unit(*unit, base);
    result.column.unit = unit->text();
  }
  return result;
}

/// What a cost alone gives; 0 for measures of a mapping.
double cost_amount(const Measurement& measurement, const LayerCost& cost) {
  switch (measurement.measure) {
    case Measure::OffChip: return in_bytes(Bits{cost.off_chip_bits});
    case Measure::Latency: return cost.time.count();
    case Measure::Energy:
      return energy_where(cost.energy, [&](const EnergyItem& item) {
        return is_any_of(measurement.places, item.place) &&
               is_any_of(measurement.causes, item.cause);
      });
    case Measure::Macs: return static_cast<double>(cost.counts.macs);
    case Measure::LatencyCycles: return cost.latency.total.count();
    case Measure::ActiveUnits:
    case Measure::BufferTraffic:
    case Measure::OnChipLatency:
    case Measure::ChipEnergy: break;
  }
  return 0.0;
}

}  // namespace

std::string_view name(Measure measure) {
  switch (measure) {
    case Measure::ActiveUnits: return "active_units";
    case Measure::BufferTraffic: return "buffer_traffic";
    case Measure::OffChip: return "off_chip";
    case Measure::Latency: return "latency";
    case Measure::OnChipLatency: return "on_chip_latency";
    case Measure::ChipEnergy: return "chip_energy";
    case Measure::Energy: return "energy";
    case Measure::Macs: return "macs";
    case Measure::LatencyCycles: return "cycles";
  }
  return "";
}

MeasuredColumn read_cost_column(const YamlNode& yaml) {
  YamlMap map = yaml.map();
  MeasuredColumn result = read_column(map, {Measure::OffChip, Measure::Latency, Measure::Energy,
                                            Measure::Macs, Measure::LatencyCycles});
  map.done();
  return result;
}

MeasuredColumn read_measured_column(const YamlNode& yaml, const Architecture& architecture) {
  YamlMap map = yaml.map();
  constexpr auto kAll = all_of<Measure>();
  MeasuredColumn result = read_column(map, {kAll.begin(), kAll.end()});
  Measurement& measurement = result.measurement;
  if (measurement.measure == Measure::BufferTraffic) {
    measurement.level = read_level(map.at("level"), architecture);
  }
  if (measurement.measure == Measure::Energy) {
    if (const auto places = map.find("places")) {
      measurement.places = read_places(*places, architecture);
    }
    if (const auto causes = map.find("causes")) measurement.causes = read_causes(*causes);
  }
  if (measurement.measure == Measure::ActiveUnits) {
    result.column.adds_up = false;
    if (result.column.total_tolerance) {
      map.at("total_tolerance").fail("active units do not add up over layers; leave it out");
    }
  }
  map.done();
  return result;
}

double measure(const Measurement& measurement, const LayerCost& cost) {
  return cost_amount(measurement, cost) / measurement.unit;
}

double measure(const Measurement& measurement, const MappedCaseLayer& mapped) {
  const LayerCost& cost = mapped.cost;
  const auto amount = [&]() -> double {
    switch (measurement.measure) {
      case Measure::ActiveUnits: return static_cast<double>(active_units(mapped.mapping));
      case Measure::BufferTraffic:
        return buffer_traffic(measurement.level, mapped.layer, cost.counts);
      case Measure::OnChipLatency:
        return duration(on_chip_latency(mapped.architecture, mapped.layer, mapped.mapping),
                        mapped.architecture.clock)
            .count();
      case Measure::ChipEnergy:
        return energy_where(cost.energy, [&](const EnergyItem& item) {
          return item.place != mapped.architecture.levels.front().name;
        });
      case Measure::OffChip:
      case Measure::Latency:
      case Measure::Energy:
      case Measure::Macs:
      case Measure::LatencyCycles: return cost_amount(measurement, cost);
    }
    return 0.0;
  };
  return amount() / measurement.unit;
}

}  // namespace tilewise
