// Runs the engine on a memory of given bits a cycle and latency: commands in order, beats packed.
// Usage: simulate PORT_BITS LATENCY IN_BITS WEIGHT_BITS SUM_BITS OUT_BITS LAYERS MOST_CYCLES SLICE
// Reads activations.hex and weights.hex of the folder that it is started in; writes
// activations.out.hex, and a line a layer: cycles, passes, words of Input, Weight, sums in and out,
// Output. Writes timeline.txt, too, a line for each SLICE cycles of a layer: layer, first cycle of
// the run, cycles, steps of the lanes, bits over the port.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <string>
#include <vector>

#include "Vengine.h"
#include "verilated.h"

namespace {

enum Kind { kInput, kWeight, kSum, kOutput };

std::vector<std::int64_t> read_words(const char* path, int bits) {
  std::ifstream file(path);
  std::vector<std::int64_t> words;
  std::string line;
  while (std::getline(file, line)) {
    const auto word = static_cast<std::int64_t>(std::stoull(line, nullptr, 16));
    const std::int64_t sign = std::int64_t{1} << (bits - 1);
    words.push_back((word ^ sign) - sign);
  }
  return words;
}

/// A command of the port, its fields as engine_pkg::command_t packs them, lowest bit first.
struct Command {
  std::uint32_t length, o_stride, o_count, v_stride, v_count, u_stride, u_count, address;
  bool linear, write;
  unsigned kind;
};

class Fields {
 public:
  explicit Fields(const VlWide<7>& words) : words_(words) {}
  std::uint32_t take(int bits) {
    std::uint32_t value = 0;
    for (int i = 0; i < bits; ++i, ++at_) {
      value |= ((words_[at_ / 32] >> (at_ % 32)) & 1u) << i;
    }
    return value;
  }

 private:
  const VlWide<7>& words_;
  int at_ = 0;
};

Command read_command(const VlWide<7>& words) {
  Fields fields(words);
  Command c{};
  c.length = fields.take(16);
  c.o_stride = fields.take(32);
  c.o_count = fields.take(16);
  c.v_stride = fields.take(32);
  c.v_count = fields.take(16);
  c.u_stride = fields.take(32);
  c.u_count = fields.take(16);
  c.address = fields.take(32);
  c.linear = fields.take(1) != 0;
  c.kind = fields.take(2);
  c.write = fields.take(1) != 0;
  return c;
}

std::vector<std::uint32_t> addresses_of(const Command& c) {
  std::vector<std::uint32_t> all;
  for (std::uint32_t u = 0; u < c.u_count; ++u) {
    for (std::uint32_t v = 0; v < c.v_count; ++v) {
      for (std::uint32_t o = 0; o < c.o_count; ++o) {
        const std::uint32_t run = c.linear ? static_cast<std::uint32_t>(all.size())
                                           : u * c.u_stride + v * c.v_stride + o * c.o_stride;
        for (std::uint32_t i = 0; i < c.length; ++i) all.push_back(c.address + run + i);
      }
    }
  }
  return all;
}

struct Box {
  Command command;
  std::vector<std::uint32_t> addresses;
  std::size_t moved = 0;
  std::uint64_t ready = 0;  // cycle of the first beat
};

class Memory {
 public:
  Memory(double port_bits, std::uint64_t latency, std::array<int, 4> bits, int beat)
      : port_bits_(port_bits), latency_(latency), bits_(bits), beat_(beat) {}

  std::array<std::vector<std::int64_t>, 4> words;  // by kind; outputs are in [kInput]
  std::array<std::uint64_t, 5> moved{};            ///< input, weight, sums in, sums out, output
  std::uint64_t moved_bits = 0;

  std::vector<std::int64_t>& space(unsigned kind) { return words[kind == kOutput ? kInput : kind]; }

  void accept(const Command& c, std::uint64_t cycle) {
    boxes_.push_back({c, addresses_of(c), 0, cycle + (c.write ? 0 : latency_)});
    for (const std::uint32_t a : boxes_.back().addresses) {
      if (a < space(c.kind).size()) continue;
      std::fprintf(stderr, "no word %u of kind %u\n", a, c.kind);
      std::exit(3);
    }
  }

  int width_of(unsigned kind) const { return bits_[kind]; }
  std::size_t per_beat(unsigned kind) const {
    const auto whole = static_cast<std::size_t>((port_bits_ + bits_[kind] - 1) / bits_[kind]);
    return whole < 1 ? 1 : whole;
  }

  /// The box at hand, if its next beat may move in this cycle.
  Box* next(std::uint64_t cycle) {
    if (boxes_.empty() || cycle < boxes_.front().ready) {
      budget_ = 0.0;
      return nullptr;
    }
    return &boxes_.front();
  }
  void begin_cycle() {
    budget_ = std::min(budget_ + port_bits_, std::max(port_bits_ + beat_, wanted_));
  }
  /// Whether the port has the bits for a beat by now; what it gathers meanwhile is enough for one.
  bool may_move(std::size_t count, unsigned kind) {
    wanted_ = static_cast<double>(count) * bits_[kind];
    return budget_ + 1e-9 >= wanted_;
  }
  void move(Box& box, std::size_t count) {
    budget_ -= static_cast<double>(count) * bits_[box.command.kind];
    const bool leaves = box.command.write;
    moved[box.command.kind == kOutput || (box.command.kind == kSum && leaves) ? box.command.kind + 1
                                                                              : box.command.kind] +=
        count;
    moved_bits += count * static_cast<std::uint64_t>(bits_[box.command.kind]);
    box.moved += count;
    if (box.moved == box.addresses.size()) boxes_.pop_front();
  }

 private:
  double port_bits_;
  std::uint64_t latency_;
  std::array<int, 4> bits_;
  int beat_;
  double budget_ = 0.0;  ///< bits that may move
  double wanted_ = 0.0;  ///< bits of the beat at hand
  std::deque<Box> boxes_;
};

void set_bits(std::uint32_t* words, std::size_t at, int bits, std::int64_t value) {
  for (int i = 0; i < bits; ++i, ++at) {
    const std::uint32_t mask = 1u << (at % 32);
    if ((value >> i) & 1)
      words[at / 32] |= mask;
    else
      words[at / 32] &= ~mask;
  }
}

std::int64_t get_bits(const std::uint32_t* words, std::size_t at, int bits) {
  std::uint64_t value = 0;
  for (int i = 0; i < bits; ++i, ++at) {
    value |= static_cast<std::uint64_t>((words[at / 32] >> (at % 32)) & 1u) << i;
  }
  const std::uint64_t sign = std::uint64_t{1} << (bits - 1);
  return static_cast<std::int64_t>((value ^ sign) - sign);
}

// A port of Verilator is a machine word or a row of 32 bit words, by its width.
template <class T>
std::uint32_t* bits_of(T& signal) {
  return reinterpret_cast<std::uint32_t*>(&signal);
}

/// How busy lanes and port are over time.
class Timeline {
 public:
  explicit Timeline(std::uint64_t slice) : slice_(slice) {}
  ~Timeline() { std::fclose(out_); }

  void note(int layer, std::uint64_t cycle, bool stepped, std::uint64_t moved_bits) {
    if (cycles_ == slice_) end(layer, cycle);
    ++cycles_;
    steps_ += stepped ? 1 : 0;
    bits_ = moved_bits;
  }
  /// Before this cycle.
  void end(int layer, std::uint64_t cycle) {
    if (cycles_ == 0) return;
    std::fprintf(out_, "%d %llu %llu %llu %llu\n", layer,
                 static_cast<unsigned long long>(cycle - cycles_),
                 static_cast<unsigned long long>(cycles_), static_cast<unsigned long long>(steps_),
                 static_cast<unsigned long long>(bits_ - bits_before_));
    bits_before_ = bits_;
    cycles_ = steps_ = 0;
  }

 private:
  std::uint64_t slice_;
  std::uint64_t cycles_ = 0;
  std::uint64_t steps_ = 0;
  std::uint64_t bits_ = 0;
  std::uint64_t bits_before_ = 0;
  std::FILE* out_ = std::fopen("timeline.txt", "w");
};

class Bench {
 public:
  Bench(Memory& memory, int layers, std::uint64_t most, std::uint64_t slice)
      : memory_(memory), layers_(layers), most_(most), timeline_(slice) {}

  /// Runs all layers; a line each. False where they do not end.
  bool run() {
    reset();
    for (; layer_ < layers_; ++cycle_) {
      if (cycle_ > most_) return false;
      run_cycle();
    }
    engine_.final();
    return true;
  }

 private:
  void reset() {
    engine_.rst = 1;
    for (int i = 0; i < 4; ++i) {
      engine_.clk = i & 1;
      engine_.eval();
    }
    engine_.rst = 0;
    engine_.start = 1;
    engine_.command_ready = 1;
  }

  void run_cycle() {
    engine_.clk = 0;
    memory_.begin_cycle();
    Box* box = memory_.next(cycle_);
    engine_.read_valid = 0;
    engine_.write_ready = 0;
    const std::size_t count = box != nullptr && !box->command.write ? offer(*box) : 0;
    engine_.eval();
    if (box != nullptr && box->command.write && engine_.write_valid &&
        memory_.may_move(engine_.write_count, box->command.kind)) {
      take(*box);
    } else if (engine_.read_valid && engine_.read_ready) {
      memory_.move(*box, count);
    }
    if (engine_.command_valid) memory_.accept(read_command(engine_.command), cycle_ + 1);
    passes_ += engine_.pass_done;
    timeline_.note(layer_, cycle_, engine_.stepped, memory_.moved_bits);
    const int before = engine_.layer_index;
    const bool was_busy = engine_.busy;
    engine_.clk = 1;
    engine_.eval();
    engine_.start = 0;
    if (was_busy && (engine_.layer_index != before || !engine_.busy)) end_layer();
    if (!was_busy) layer_start_ = cycle_ + 1;
  }

  /// Puts the next beat of a read on the port, if the port may move so much; returns its words.
  std::size_t offer(const Box& box) {
    const unsigned kind = box.command.kind;
    const std::size_t count = std::min(memory_.per_beat(kind), box.addresses.size() - box.moved);
    if (!memory_.may_move(count, kind)) return 0;
    engine_.read_valid = 1;
    engine_.read_kind = static_cast<std::uint8_t>(kind);
    const int width = memory_.width_of(kind);
    for (std::size_t i = 0; i < count; ++i) {
      set_bits(bits_of(engine_.read_data), i * width, width,
               memory_.space(kind)[box.addresses[box.moved + i]]);
    }
    return count;
  }

  void take(Box& box) {
    engine_.write_ready = 1;
    engine_.eval();
    const unsigned kind = box.command.kind;
    const int width = memory_.width_of(kind);
    for (std::size_t i = 0; i < engine_.write_count; ++i) {
      memory_.space(kind)[box.addresses[box.moved + i]] =
          get_bits(bits_of(engine_.write_data), i * width, width);
    }
    memory_.move(box, engine_.write_count);
  }

  void end_layer() {
    timeline_.end(layer_, cycle_ + 1);
    std::printf("%d %llu %llu", layer_++,
                static_cast<unsigned long long>(cycle_ + 1 - layer_start_),
                static_cast<unsigned long long>(passes_));
    for (std::size_t k = 0; k < memory_.moved.size(); ++k) {
      std::printf(" %llu", static_cast<unsigned long long>(memory_.moved[k]));
    }
    std::printf("\n");
    memory_.moved = {};
    layer_start_ = cycle_ + 1;
    passes_ = 0;
  }

  Memory& memory_;
  int layers_;
  std::uint64_t most_;
  Timeline timeline_;
  Vengine engine_;
  std::uint64_t cycle_ = 0;
  std::uint64_t layer_start_ = 0;
  std::uint64_t passes_ = 0;
  int layer_ = 0;
};

void write_words(const char* path, const std::vector<std::int64_t>& words, int bits) {
  std::FILE* out = std::fopen(path, "w");
  const auto mask = static_cast<std::int64_t>((1ull << bits) - 1);
  for (const std::int64_t word : words) {
    std::fprintf(out, "%llx\n", static_cast<unsigned long long>(word & mask));
  }
  std::fclose(out);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 10) return 2;
  const double port_bits = std::atof(argv[1]);
  const auto latency = static_cast<std::uint64_t>(std::atoll(argv[2]));
  const std::array<int, 4> bits{std::atoi(argv[3]), std::atoi(argv[4]), std::atoi(argv[5]),
                                std::atoi(argv[6])};
  Memory memory(port_bits, latency, bits, *std::max_element(bits.begin(), bits.end()));
  memory.words[kInput] = read_words("activations.hex", bits[kInput]);
  memory.words[kWeight] = read_words("weights.hex", bits[kWeight]);
  // No sum may be read that was not written: what is there before is no zero.
  memory.words[kSum].assign(memory.words[kInput].size(), 0x5a5a5a);
  Bench bench(memory, std::atoi(argv[7]), static_cast<std::uint64_t>(std::atoll(argv[8])),
              static_cast<std::uint64_t>(std::atoll(argv[9])));
  if (!bench.run()) {
    std::fprintf(stderr, "not done after %s cycles\n", argv[8]);
    return 4;
  }
  write_words("activations.out.hex", memory.words[kInput], std::max(bits[kInput], bits[kOutput]));
  return 0;
}
