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

std::vector<KeepChoice> keep_choices(const Architecture& architecture, const Layer& layer) {
  std::vector<KeepChoice> choices{{}};
  for (std::size_t level = 0; level < architecture.levels.size(); ++level) {
    std::vector<KeepChoice> longer;
    for (const KeepChoice& choice : choices) {
      for (const auto& keep : keeps_of(architecture.levels[level], architecture.constraints[level],
                                       layer, level == 0)) {
        longer.push_back(choice);
        longer.back().keep.push_back(keep);
      }
    }
    choices = std::move(longer);
  }
  for (KeepChoice& choice : choices) {
    Mapping mapping;
    mapping.levels.resize(choice.keep.size());
    for (std::size_t level = 0; level < choice.keep.size(); ++level) {
      mapping.levels[level].keep = choice.keep[level];
    }
    const KeeperChains chains = keeper_chains(mapping);
    choice.parents.resize(choice.keep.size() + 1);
    for (std::size_t child = 1; child <= choice.keep.size(); ++child) {
      choice.parents[child] = parents_of(chains, layer, child);
    }
  }
  return choices;
}

}  // namespace

Problem make_problem(const Architecture& architecture, const Layer& layer, Factors factors,
                     std::int64_t most_splits) {
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
               {},
               keep_choices(architecture, layer),
               {},
               {}};
  for (const Dim d : kDims) {
    made.splits.push_back(make_splits(architecture, d, layer.bounds[d], factors, most_splits));
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
