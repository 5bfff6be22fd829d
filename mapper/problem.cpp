#include "mapper/problem.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "mapper/finite_cost.hpp"
#include "sim/cost_terms.hpp"
#include "sim/nest.hpp"

namespace tilewise {
namespace {

std::vector<EnumArray<Tensor, bool>> keeps_of(const Level& level, const LevelConstraint& rule,
                                              const Layer& layer, bool outermost) {
  std::vector<EnumArray<Tensor, bool>> keeps{{}};
  for (const Tensor t : kTensors) {
    const bool has_memory = level.memory_of(t) != nullptr;
    std::vector<bool> choices{true, false};
    if (outermost || !has_tensor(layer, t)) {
      choices = {has_memory};
    } else if (!has_memory) {
      choices = {false};
    } else if (rule.keep[t]) {
      choices = {*rule.keep[t]};
    }
    std::vector<EnumArray<Tensor, bool>> longer;
    for (const auto& keep : keeps) {
      for (const bool choice : choices) {
        longer.push_back(keep);
        longer.back()[t] = choice;
      }
    }
    keeps = std::move(longer);
  }
  return keeps;
}

}  // namespace

KeepChoices::KeepChoices(const Architecture& architecture, const Layer& layer) : layer_(layer) {
  for (std::size_t level = 0; level < architecture.levels.size(); ++level) {
    levels_.push_back(
        keeps_of(architecture.levels[level], architecture.constraints[level], layer, level == 0));
    size_ *= levels_.back().size();
  }
}

KeepChoice KeepChoices::operator[](std::size_t index) const {
  Mapping mapping;
  mapping.levels.resize(levels_.size());
  for (std::size_t level = levels_.size(); level-- > 0;) {
    mapping.levels[level].keep = levels_[level][index % levels_[level].size()];
    index /= levels_[level].size();
  }
  KeepChoice choice;
  for (const LevelMapping& level : mapping.levels) choice.keep.push_back(level.keep);
  const KeeperChains chains = keeper_chains(mapping);
  choice.parents.resize(levels_.size() + 1);
  for (std::size_t child = 1; child <= levels_.size(); ++child) {
    choice.parents[child] = parents_of(chains, layer_, child);
  }
  return choice;
}

Problem make_problem(const Architecture& architecture, const Layer& layer, Factors factors,
                     std::int64_t most_splits, const std::function<bool()>& stop) {
  check_finite_cost(architecture, layer);
  const std::size_t levels = architecture.levels.size();
  if (levels > kMostLevels) {
    throw InputError(
        fmt::format("{}: {} levels: the search takes at most {}; evaluate a given "
                    "mapping instead",
                    architecture.name, levels, kMostLevels));
  }
  Problem made{architecture,
               layer,
               factors,
               levels,
               merge_rules(architecture),
               refetch_rules(architecture),
               {},
               KeepChoices(architecture, layer),
               {},
               {},
               false,
               stop};
  for (const Dim d : kDims) {
    made.splits.push_back(
        make_splits(architecture, d, layer.bounds[d], factors, most_splits, stop));
    if (made.splits.back().stopped) {
      made.stopped = true;
      return made;
    }
    if (made.splits.back().too_many) {
      made.too_many = d;
      return made;
    }
    if (made.splits.back().spatial.empty() && made.why_empty.empty()) {
      made.why_empty = fmt::format(
          "the constraints of {} allow no loops that cover {} = {} (fan-outs too small for a "
          "dimension that must be laid out in full?)",
          architecture.name, name(d), layer.bounds[d]);
    }
  }
  return made;
}

}  // namespace tilewise
