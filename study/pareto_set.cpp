#include "study/pareto_set.hpp"

#include <algorithm>
#include <cassert>
#include <tuple>
#include <utility>

namespace tilewise {
namespace {

/// Whether `a` stands in the way of `b`: beats it, or is equal and comes first.
bool beats(std::int64_t a_index, std::span<const double> a, std::int64_t b_index,
           std::span<const double> b) {
  assert(a.size() == b.size());
  bool lower = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
    lower = lower || a[i] < b[i];
  }
  return lower || a_index < b_index;
}

}  // namespace

bool ParetoSet::excludes(std::int64_t index, std::span<const double> costs) const {
  return std::any_of(members_.begin(), members_.end(), [&](const ParetoMember& member) {
    return beats(member.index, member.costs, index, costs);
  });
}

bool ParetoSet::add(ParetoMember point) {
  if (excludes(point.index, point.costs)) return false;
  std::erase_if(members_, [&](const ParetoMember& member) {
    return beats(point.index, point.costs, member.index, member.costs);
  });
  members_.push_back(std::move(point));
  return true;
}

std::vector<ParetoMember> ParetoSet::sorted() const {
  std::vector<ParetoMember> members = members_;
  std::sort(members.begin(), members.end(), [](const ParetoMember& a, const ParetoMember& b) {
    return std::tie(a.costs, a.index) < std::tie(b.costs, b.index);
  });
  return members;
}

}  // namespace tilewise
