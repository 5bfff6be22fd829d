#include "arch/memory_yaml.hpp"

#include <utility>

#include <optional>
#include <string>

#include "arch/yaml_words.hpp"
#include "base/integers.hpp"

namespace tilewise {
namespace {

std::optional<Bits> read_capacity(YamlMap& map, Capacity rule) {
  const auto given = map.find("capacity");
  if (!given && rule == Capacity::DefaultsToUnbounded) return std::nullopt;
  const YamlNode yaml = map.at("capacity");
  if (yaml.is_scalar() && yaml.text() == "unbounded") return std::nullopt;
  const Bits capacity = yaml.size();
  if (capacity == Bits{0}) yaml.fail("expected a capacity above zero");
  return capacity;
}

Bits read_word_width(const YamlNode& yaml) {
  const Bits width = yaml.size();
  if (width < Bits{1} || width > Bits{65536}) yaml.fail("expected 1 to 65536 bit");
  return width;
}

/// `{tensors: [Input, Output], read: 64 bit/cycle}`; `bandwidth` is of both ways together.
MemoryPort read_port(const YamlNode& yaml, Megahertz clock) {
  YamlMap map = yaml.map();
  MemoryPort port;
  port.tensors = read_tensors(map.at("tensors"));
  const auto shared = map.find("bandwidth");
  const auto read = map.find("read");
  const auto write = map.find("write");
  map.done();
  if (shared && (read || write)) shared->fail("a port has bandwidth, or read and write of its own");
  if (!shared && !read && !write) yaml.fail("expected read, write, or bandwidth for both");
  port.shared = shared.has_value();
  if (shared) port.read = shared->bandwidth(clock);
  if (read) port.read = read->bandwidth(clock);
  if (write) port.write = write->bandwidth(clock);
  return port;
}

void read_ports(YamlMap& map, Megahertz clock, Memory& memory) {
  const auto ports = map.find("ports");
  if (!ports) return;
  for (const char* key : {"bandwidth", "read_bandwidth", "write_bandwidth"}) {
    if (const auto given = map.find(key))
      given->fail("ports have their own; give one or the other");
  }
  for (const YamlNode& port : ports->list()) memory.ports.push_back(read_port(port, clock));
  if (memory.ports.empty()) ports->fail("expected at least one port");
}

/// Start-up, bursts and words of transfers.
void read_transfers(YamlMap& map, Megahertz clock, Memory& memory) {
  if (const auto start = map.find("start_up")) memory.start_up = read_cycles(*start, clock);
  if (const auto burst = map.find("burst")) {
    memory.burst = burst->size();
    if (memory.burst < Bits{1}) burst->fail("expected a burst above zero");
  }
  if (const auto refetch = map.find("refetch")) {
    memory.refetches = refetch->one_of({"new", "always"}) == 1;
  }
}

void read_bandwidths(YamlMap& map, Megahertz clock, Memory& memory) {
  read_ports(map, clock, memory);
  if (!memory.ports.empty()) return;
  const auto shared = map.find("bandwidth");
  const auto read = map.find("read_bandwidth");
  const auto write = map.find("write_bandwidth");
  if (shared && (read || write)) {
    shared->fail("a shared port has no read_bandwidth and write_bandwidth of its own");
  }
  memory.shared_port = shared.has_value();
  if (shared) memory.read_bandwidth = memory.write_bandwidth = shared->bandwidth(clock);
  if (read) memory.read_bandwidth = read->bandwidth(clock);
  if (write) memory.write_bandwidth = write->bandwidth(clock);
}

/// One SRAM array, or as many as the capacity takes: an access reads as many arrays as its word is
/// wide, leakage and area count them all.
MemoryCost read_sram(const YamlNode& yaml, const Memory& memory,
                     const ArchitectureContext& context) {
  YamlMap map = yaml.map();
  Sram sram;
  const auto size = map.find("size");
  if (!size && !memory.capacity) yaml.fail("size: missing; an unbounded memory has none to take");
  sram.size = size ? size->size() : *memory.capacity;
  const auto width = map.find("width");
  sram.width = width ? width->size() : memory.word_width;
  if (sram.size < Bits{1} || sram.width < Bits{1}) yaml.fail("expected size and width above zero");
  if (const auto flavour = map.find("flavour")) {
    sram.flavour = static_cast<SramFlavour>(flavour->one_of({"lstp300", "hp350"}));
  }
  if (const auto ports = map.find("ports")) sram.ports = static_cast<int>(ports->integer(1, 2));
  const auto node = map.find("node");
  sram.node = node ? node->node_size() : context.technology.node;
  map.done();

  MemoryCost cost = at_place_of(yaml, [&] { return sram_cost(context.tables, sram); });
  const std::int64_t accesses = ceil_div(memory.word_width.count(), sram.width.count());
  const std::int64_t arrays =
      ceil_div(memory.capacity.value_or(sram.size).count(), sram.size.count());
  cost.energy = {cost.energy.read * accesses, cost.energy.write * accesses};
  return of_banks(std::move(cost), arrays);
}

MemoryCost read_register(const YamlNode& yaml, const Memory& memory,
                         const ArchitectureContext& context) {
  yaml.map().done();
  const Bits size = memory.capacity.value_or(memory.word_width);
  return at_place_of(yaml, [&] {
    return register_cost(context.tables.register_bit, context.tables.scaling, size,
                         memory.word_width, context.technology);
  });
}

MemoryCost read_given_cost(YamlMap energy, const std::optional<YamlNode>& source) {
  MemoryCost cost;
  cost.energy = {energy.at("read").energy(), energy.at("write").energy()};
  energy.done();
  cost.source = source ? source->text() : "given in the architecture file";
  return cost;
}

MemoryCost read_cost(YamlMap& map, const Memory& memory, const ArchitectureContext& context) {
  const YamlNode yaml = map.at("energy");
  YamlMap energy = yaml.map();
  const auto keys = energy.keys();
  const std::string kind = keys.empty() ? "" : keys.front();
  if (kind != "sram" && kind != "register" && kind != "dram") {
    return read_given_cost(energy, map.find("source"));
  }
  const YamlNode derived = energy.at(kind);
  energy.done();
  if (map.find("source")) yaml.fail("a derived energy brings its own source; remove source");
  if (kind == "sram") return read_sram(derived, memory, context);
  if (kind == "register") return read_register(derived, memory, context);
  const std::string technology = derived.text();
  return at_place_of(derived,
                     [&] { return dram_cost(context.tables.dram, technology, memory.word_width); });
}

void read_gating(const YamlNode& yaml, Memory& memory) {
  YamlMap map = yaml.map();
  for (const Tensor t : kTensors) {
    if (const auto by = map.find(name(t))) memory.gated_by[t] = read_tensor(*by);
  }
  map.done();
}

/// `{ratio: 0.5, source: where it was measured}`
FixedCode read_fixed_code(YamlMap& map, const YamlNode& ratio) {
  FixedCode code{ratio.number(), map.at("source").text()};
  if (code.ratio <= 0.0 || code.ratio > 1.0) {
    ratio.fail("expected coded bits over plain ones, above 0 and at most 1");
  }
  return code;
}

/// `coded: {Input: {run: 5 bit, packet: 64 bit}, Weight: {ratio: 0.5, source: ...}}`
void read_coding(const YamlNode& yaml, Memory& memory) {
  YamlMap map = yaml.map();
  for (const Tensor t : kTensors) {
    const auto code = map.find(name(t));
    if (!code) continue;
    YamlMap sizes = code->map();
    if (const auto ratio = sizes.find("ratio")) {
      memory.coded[t] = read_fixed_code(sizes, *ratio);
      sizes.done();
      continue;
    }
    const YamlNode run = sizes.at("run");
    const YamlNode packet = sizes.at("packet");
    sizes.done();
    memory.coded[t] = RunLengthCode{run.size(), packet.size()};
    if (run.size() < Bits{1} || run.size() > Bits{32}) run.fail("expected 1 to 32 bit");
    if (packet.size() < Bits{2} || packet.size() > Bits{65536}) {
      packet.fail("expected 2 to 65536 bit");
    }
  }
  map.done();
}

}  // namespace

Memory read_memory(const YamlNode& yaml, const ArchitectureContext& context, Capacity capacity) {
  YamlMap map = yaml.map();
  Memory memory;
  memory.name = map.at("name").text();
  memory.holds = read_tensors(map.at("holds"));
  memory.capacity = read_capacity(map, capacity);
  memory.word_width = read_word_width(map.at("word_width"));
  read_bandwidths(map, context.clock, memory);
  read_transfers(map, context.clock, memory);
  if (const auto buffering = map.find("buffering")) {
    memory.buffering =
        static_cast<Buffering>(buffering->one_of({"single", "double", "streaming", "queued"}));
  }
  set_cost(memory, read_cost(map, memory, context));
  if (const auto leakage = map.find("leakage")) memory.leakage = leakage->power();
  if (const auto area = map.find("area")) memory.area = area->area();
  if (const auto gated_by = map.find("gated_by")) read_gating(*gated_by, memory);
  if (const auto coded = map.find("coded")) read_coding(*coded, memory);
  if (const auto fresh = map.find("fresh_sums")) memory.fresh_sums = fresh->boolean();
  if (const auto width = map.find("sum_width")) memory.sum_width = read_word_width(*width);
  map.done();
  return memory;
}

}  // namespace tilewise
