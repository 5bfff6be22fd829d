#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "executed_strips.hpp"
#include "mapper/scale.hpp"
#include "random_strips.hpp"
#include "schedule/strips.hpp"
#include "sim/cost_terms.hpp"
#include "sim/evaluate.hpp"
#include "sim/loop_walker.hpp"

namespace tilewise {
namespace {

using testing::ExecutedStrips;
using testing::LoopWalker;
using testing::RandomStrips;
using testing::scaled;

/// DRAM, a buffer that all pass, and one compute unit. The home is the buffer, as one memory or as
/// two, of which the first holds weights.
struct Machine {
  Architecture architecture;
  Home home{1, 0, 0};
};

Machine machine_of(bool two_memories) {
  Machine made;
  made.architecture.levels.resize(2);
  made.architecture.constraints.resize(2);
  Memory memory;
  memory.holds = {{true, true, true}};
  for (Level& level : made.architecture.levels) level.memories = {memory};
  if (!two_memories) return made;
  Level& level = made.architecture.levels[1];
  level.exchanges_roles = true;
  level.memories.push_back(memory);
  level.memories[0].holds[Tensor::Output] = false;
  level.memories[1].holds = {{false, false, true}};
  made.home.output_memory = 1;
  return made;
}

StripChoice random_choice(RandomStrips& strips, const StripGroup& group, bool exchanges) {
  testing::RandomNests& random = strips.random();
  StripChoice made;
  made.height = random.pick(1, group.layers.back().layer.bounds[Dim::P]);
  made.halo = random.chance(50) ? Halo::Kept : Halo::Recomputed;
  for (std::size_t l = 0; l < group.layers.size(); ++l) made.resident.push_back(random.chance(40));
  for (std::size_t o = 0; o < group.outer.size(); ++o) {
    made.outer.push_back(static_cast<OuterRows>(random.pick(0, group.outer[o].alike ? 2 : 1)));
  }
  made.exchanged = exchanges && random.chance(50);
  return made;
}

/// One mapping for all parts of a layer with as many rows.
class Mappings {
 public:
  const Mapping& of(testing::RandomNests& random, const StripRun& run) {
    const auto key = std::pair(run.layer, run.part.bounds[Dim::P]);
    const auto found = all_.find(key);
    if (found != all_.end()) return found->second;
    return all_.emplace(key, make(random, run)).first->second;
  }
  const Mapping& of(std::size_t layer, std::int64_t rows) const { return all_.at({layer, rows}); }

 private:
  static Mapping make(testing::RandomNests& random, const StripRun& run) {
    Mapping made = random.mapping(run.part, 2);
    for (std::size_t l = 0; l < 2; ++l) {
      LevelMapping& level = made.levels[l];
      for (const SpatialLoop& loop : level.spatial) {
        level.temporal.push_back({loop.dim, loop.bound});
      }
      level.spatial.clear();
      level.keep = {{true, true, true}};
    }
    for (const Tensor t : kTensors) made.levels[0].keep[t] = !run.use.kept[t];
    if (run.use.operands_off_chip == 0) return made;
    // All operands of a sum are in one tile.
    auto& outer = made.levels[0].temporal;
    for (const Loop& loop : outer) {
      if (loop.dim == Dim::C) made.levels[1].temporal.insert(made.levels[1].temporal.begin(), loop);
    }
    std::erase_if(outer, [](const Loop& loop) { return loop.dim == Dim::C; });
    return made;
  }

  std::map<std::pair<std::size_t, std::int64_t>, Mapping> all_;
};

using Words = EnumArray<Tensor, std::int64_t>;

Words planned_words(const Machine& machine, const StripRun& run, const Mapping& mapping) {
  Words words{};
  const LayerCost cost =
      evaluate(at_home(machine.architecture, machine.home, run.use), run.part, mapping);
  for (const TransferCounts& transfer : cost.counts.transfers) {
    if (transfer.parent == 0) words[transfer.tensor] += transfer.parent_words;
  }
  return words;
}

/// The nest of a run is executed over the rows of the whole layer: what its Input and Weight tiles
/// fetch, without rows outside the image and rows that it knows.
Words walked_words(const StripLayer& of, const ExecutedStrips::Run& run, const HomeUse& use,
                   const Mapping& mapping) {
  Layer part = of.layer;
  part.bounds[Dim::P] = run.made.size();
  const MergeRules merges(2);
  const LoopWalker walker(part, mapping, merges);
  const auto is_moved = [&](Tensor t, const LoopWalker::Word& word) {
    if (t != Tensor::Input) return true;
    const std::int64_t row =
        word[3] + run.made.first * part.stride.vertical - part.padding.vertical;
    const std::int64_t column = word[4] - part.padding.horizontal;
    if (row < 0 || row >= part.image.vertical || run.known.count(row) == 1) return false;
    if (column < 0 || column >= part.image.horizontal) return false;
    return use.operands == 0 || word[2] < use.operands_off_chip;
  };
  Words words{};
  for (const Tensor t : {Tensor::Input, Tensor::Weight}) {
    if (use.kept[t] || !has_tensor(part, t)) continue;
    std::optional<LoopWalker::Tile> before;
    walker.walk(1, [&](const LoopWalker::Index& at) {
      const auto now = walker.tile(t, 1, at);
      if (!now) return;
      for (const LoopWalker::Word& word : LoopWalker::fresh(before, *now)) {
        words[t] += is_moved(t, word) ? 1 : 0;
      }
      before = now;
    });
  }
  return words;
}

bool has_dilation(const StripGroup& group) {
  return std::any_of(group.layers.begin(), group.layers.end(),
                     [](const StripLayer& each) { return each.layer.dilation.vertical > 1; });
}

Bits resident_bits(const StripGroup& group, const StripChoice& choice) {
  Bits all;
  for (std::size_t l = 0; l < group.layers.size(); ++l) {
    const Layer& layer = group.layers[l].layer;
    if (choice.resident[l]) all += stored_words(layer, Tensor::Weight) * Bits{16};
  }
  return all;
}

bool reads_each_once(const StripGroup& group) {
  std::set<std::size_t> read;
  for (const StripLayer& layer : group.layers) {
    for (const std::size_t inner : layer.inner) {
      if (!read.insert(inner).second) return false;
    }
  }
  return true;
}

/// Whether the roles are exchanged when each layer runs.
std::vector<bool> roles_of(const StripGroup& group, const StripPlan& plan) {
  std::vector<bool> exchanged(group.layers.size());
  for (const StripRun& run : plan.runs) exchanged[run.layer] = run.use.exchanged;
  return exchanged;
}

/// The memory in which a tensor lies: where each of its readers takes it, and its maker leaves it.
std::size_t memory_of(const StripGroup& group, const std::vector<bool>& exchanged, const Home& home,
                      const ExecutedStrips::Tensor& tensor) {
  std::set<std::size_t> memories;
  for (std::size_t l = 0; l < group.layers.size(); ++l) {
    const auto& read = tensor.inner ? group.layers[l].inner : group.layers[l].outer;
    if (std::count(read.begin(), read.end(), tensor.index) == 0) continue;
    memories.insert(exchanged[l] ? home.output_memory : home.input_memory);
  }
  if (tensor.inner) {
    memories.insert(exchanged[tensor.index] ? home.input_memory : home.output_memory);
  }
  REQUIRE(memories.size() == 1);
  return *memories.begin();
}

Bits row_bits(const StripGroup& group, const ExecutedStrips::Tensor& tensor) {
  if (!tensor.inner) return group.outer[tensor.index].row_words * group.outer[tensor.index].width;
  const Layer& maker = group.layers[tensor.index].layer;
  return output_row_words(maker) * maker.widths.tensor[Tensor::Output];
}

/// What the plan says of the room holds at every run, and is not more than it has to be.
void check_room(const StripGroup& group, const StripChoice& choice, const Home& home,
                const StripPlan& plan, const ExecutedStrips& executed, bool exact) {
  std::vector<std::map<ExecutedStrips::Tensor, std::int64_t>> most(group.layers.size());
  for (const ExecutedStrips::Run& run : executed.runs()) {
    for (const auto& [tensor, rows] : run.lie) {
      std::int64_t& all = most[run.layer][tensor];
      all = std::max(all, rows);
    }
  }
  const std::vector<bool> exchanged = roles_of(group, plan);
  for (const StripRun& run : plan.runs) {
    std::vector<Bits> lies(home.exchanges() ? 2 : 1);
    lies[0] = resident_bits(group, choice);
    for (const auto& [tensor, rows] : most[run.layer]) {
      if (rows == 0) continue;
      lies[memory_of(group, exchanged, home, tensor)] += rows * row_bits(group, tensor);
    }
    for (std::size_t m = 0; m < lies.size(); ++m) {
      CHECK(lies[m] <= run.use.taken[m]);
      if (exact) CHECK(lies[m] == run.use.taken[m]);
    }
  }
}

/// Every row of the last output is made once, and a halo that is kept never again.
void check_rows_made(const StripGroup& group, const StripChoice& choice,
                     const ExecutedStrips& executed) {
  const std::size_t last = group.layers.size() - 1;
  CHECK(executed.rows_made(last) == group.layers[last].layer.bounds[Dim::P]);
  CHECK(std::ssize(executed.made(last)) == executed.rows_made(last));
  if (choice.halo == Halo::Recomputed) return;
  for (std::size_t l = 0; l < last; ++l) {
    CHECK(std::ssize(executed.made(l)) == executed.rows_made(l));
  }
}

/// The runs and loads of the plan move what the executed strips move.
void check_words(testing::RandomNests& random, const StripGroup& group, const Machine& machine,
                 const StripPlan& plan, const ExecutedStrips& executed, bool exact) {
  Mappings mappings;
  std::vector<Words> planned(group.layers.size());
  std::vector<Words> walked(group.layers.size());
  std::vector<std::int64_t> rows(group.layers.size());
  std::map<std::size_t, HomeUse> uses;
  for (const StripRun& run : plan.runs) {
    check_layer(run.part);
    const Words words = planned_words(machine, run, mappings.of(random, run));
    for (const Tensor t : kTensors) planned[run.layer][t] += run.times * words[t];
    rows[run.layer] += run.times * run.part.bounds[Dim::P];
    uses[run.layer] = run.use;
  }
  for (const ExecutedStrips::Run& run : executed.runs()) {
    const Words words = walked_words(group.layers[run.layer], run, uses.at(run.layer),
                                     mappings.of(run.layer, run.made.size()));
    for (const Tensor t : kTensors) walked[run.layer][t] += words[t];
  }
  for (std::size_t l = 0; l < group.layers.size(); ++l) {
    CAPTURE(l);
    CHECK(rows[l] == executed.rows_made(l));
    CHECK(planned[l][Tensor::Weight] == walked[l][Tensor::Weight]);
    CHECK(planned[l][Tensor::Input] >= walked[l][Tensor::Input]);
    if (exact) CHECK(planned[l][Tensor::Input] == walked[l][Tensor::Input]);
  }
}

void check_loads(const StripGroup& group, const StripChoice& choice, const StripPlan& plan,
                 const ExecutedStrips& executed) {
  std::int64_t inputs = 0;
  std::int64_t weights = 0;
  for (const StripLoad& load : plan.loads) {
    (load.tensor == Tensor::Input ? inputs : weights) += load.times * load.words;
  }
  for (std::size_t o = 0; o < group.outer.size(); ++o) {
    inputs -= std::ssize(executed.fetched(o)) * group.outer[o].row_words;
  }
  CHECK(inputs == 0);
  CHECK(Bits{weights * 16} == resident_bits(group, choice));
}

TEST_SUITE("strips") {
  TEST_CASE("executed row by row, all that a layer reads is there, in the room that is taken") {
    RandomStrips strips(5);
    int exact = 0;
    int kept = 0;
    int exchanged = 0;
    for (int trial = 0; trial < scaled(900); ++trial) {
      CAPTURE(trial);
      const bool dense = trial % 2 == 0;
      const Machine machine = machine_of(trial % 3 == 0);
      const StripGroup group = strips.next(dense);
      const StripChoice choice = random_choice(strips, group, machine.home.exchanges());
      const auto made = strip_plan(group, choice, machine.architecture, machine.home);
      if (machine.home.exchanges() && std::holds_alternative<NoStrips>(made)) continue;
      REQUIRE(std::holds_alternative<StripPlan>(made));
      exchanged += machine.home.exchanges() ? 1 : 0;
      const StripPlan& plan = std::get<StripPlan>(made);
      const ExecutedStrips executed(group, choice);
      const bool plain = dense && reads_each_once(group) &&
                         std::all_of(choice.outer.begin(), choice.outer.end(),
                                     [](OuterRows rows) { return rows == OuterRows::Refetched; });
      exact += plain && choice.height < group.layers.back().layer.bounds[Dim::P] ? 1 : 0;
      for (const ExecutedStrips::Run& run : executed.runs()) kept += run.known.empty() ? 0 : 1;
      check_rows_made(group, choice, executed);
      check_room(group, choice, machine.home, plan, executed, plain);
      check_loads(group, choice, plan, executed);
      check_words(strips.random(), group, machine, plan, executed, !has_dilation(group));
    }
    CHECK(exact > scaled(900) / 20);
    CHECK(kept >= scaled(900) / 20);
    CHECK(exchanged > scaled(900) / 20);
  }
}

}  // namespace
}  // namespace tilewise
