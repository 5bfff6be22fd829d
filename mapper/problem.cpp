#include "mapper/problem.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
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

Problem::Problem(const Architecture& on, const Layer& of, Factors which, std::int64_t most_splits)
    : architecture(on),
      layer(of),
      factors(which),
      levels(on.levels.size()),
      merges(merge_rules(on)),
      keeps(keep_choices(on, of)) {
  if (levels > kMostLevels) {
    throw InputError(
        fmt::format("{}: {} levels: the search takes at most {}; evaluate a given "
                    "mapping instead",
                    on.name, levels, kMostLevels));
  }
  for (const Dim d : kDims) {
    splits.emplace_back(on, d, of.bounds[d], which, most_splits);
    if (splits.back().too_many()) {
      too_many = d;
      return;
    }
    if (splits.back().spatial().empty() && why_empty.empty()) {
      why_empty = fmt::format(
          "the constraints of {} allow no loops that cover {} = {} (fan-outs too small for a "
          "dimension that must be laid out in full?)",
          on.name, name(d), of.bounds[d]);
    }
  }
}

}  // namespace tilewise
