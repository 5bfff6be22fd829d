#include "mapper/spatial_choices.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "base/integers.hpp"
#include "mapper/search_tuning.hpp"

namespace tilewise {
namespace {

constexpr double kUnlimited = std::numeric_limits<double>::infinity();

/// Room taken on the two axes of a fan-out by the dimensions so far: the ways that are not worse
/// than another on both.
using Room = std::vector<AxisPair>;

/// The room taken by `taken` and `pair` together; a loop longer than X takes further rows.
AxisPair taken_with(const AxisPair& taken, const AxisPair& pair, const FanOut& fan_out) {
  return {taken.x * std::min(pair.x, fan_out.x.size), taken.y * pair.y * fan_out.rows_of(pair.x)};
}

/// Puts into `kept` what is left of `room` after one of `pairs`.
void take(const Room& room, const std::vector<AxisPair>& pairs, const FanOut& fan_out, Room& made,
          Room& kept) {
  made.clear();
  kept.clear();
  for (const AxisPair& taken : room) {
    for (const AxisPair& pair : pairs) {
      const AxisPair next = taken_with(taken, pair, fan_out);
      if (next.x > fan_out.x.size || next.y > fan_out.y.size) continue;
      made.push_back(next);
    }
  }
  std::sort(made.begin(), made.end());
  for (const AxisPair& each : made) {
    if (kept.empty() || each.y < kept.back().y) kept.push_back(each);
  }
}

class Enumerator {
 public:
  Enumerator(const Problem& problem, double above, double most,
             const std::function<bool(const SpatialCandidate&)>& visit,
             const std::function<bool()>& stop)
      : problem_(problem), above_(above), most_(most), visit_(visit), stop_(stop) {
    for (const Level& level : problem.architecture.levels) {
      instances_ *= static_cast<double>(level.fan_out.instances());
    }
    // Dimensions with many choices last: their bound prunes whole lists.
    for (const Dim d : kDims) order_[static_cast<std::size_t>(d)] = d;
    std::stable_sort(order_.begin(), order_.end(),
                     [&](Dim a, Dim b) { return splits(a).size() < splits(b).size(); });
    double size = 1.0;
    double least = 1.0;
    for (std::size_t i = order_.size(); i-- > 0;) {
      open_size_[i + 1] = size;
      open_least_[i + 1] = least;
      size *= static_cast<double>(problem.layer.bounds[order_[i]]);
      std::int64_t steps = std::numeric_limits<std::int64_t>::max();
      for (const SpatialSplit& split : splits(order_[i]))
        steps = std::min(steps, split.least_steps);
      least *= static_cast<double>(steps);
    }
  }

  bool run(double& more) {
    const Room empty{{1, 1}};
    Rooms rooms{};
    rooms.fill(&empty);
    extend(0, 1.0, 1.0, rooms);
    more = more_;
    return !ended_;
  }

 private:
  /// [level]
  using Rooms = std::array<const Room*, kMostLevels>;

  const std::vector<SpatialSplit>& splits(Dim d) const {
    return problem_.splits[static_cast<std::size_t>(d)].spatial;
  }

  void extend(std::size_t at, double steps, double used, const Rooms& rooms) {
    if (at == order_.size()) {
      if (steps > above_ && !visit_({choice_, steps})) ended_ = true;
      return;
    }
    const Dim d = order_[at];
    const auto& all = splits(d);
    for (std::size_t i = 0; i < all.size() && !ended_; ++i) {
      if (stop_ && ++asked_ % kListedBetweenStops == 0 && stop_()) ended_ = true;
      const SpatialSplit& split = all[i];
      const double next_steps = steps * static_cast<double>(split.least_steps);
      const double next_used = used * static_cast<double>(split.all_instances);
      if (next_used > instances_) continue;
      const double least =
          next_steps * std::max(open_least_[at + 1], open_size_[at + 1] * next_used / instances_);
      if (least > most_) {
        more_ = std::min(more_, least);
        continue;
      }
      Rooms next = rooms;
      bool fits = true;
      for (std::size_t level = 0; level < problem_.levels && fits; ++level) {
        if (split.axes[level].size() == 1 && split.instances[level] == 1) continue;
        Room& room = room_[at][level];
        take(*rooms[level], split.axes[level], problem_.architecture.levels[level].fan_out, made_,
             room);
        next[level] = &room;
        fits = !room.empty();
      }
      if (!fits) continue;
      choice_[d] = static_cast<std::uint32_t>(i);
      extend(at + 1, next_steps, next_used, next);
    }
  }

  const Problem& problem_;
  double above_;
  double most_;
  const std::function<bool(const SpatialCandidate&)>& visit_;
  const std::function<bool()>& stop_;
  std::int64_t asked_ = 0;
  bool ended_ = false;
  double instances_ = 1.0;
  double more_ = kUnlimited;
  std::array<Dim, enum_size<Dim>> order_{};
  std::array<double, enum_size<Dim> + 1> open_size_{};
  std::array<double, enum_size<Dim> + 1> open_least_{};
  SpatialChoice choice_{};
  std::array<std::array<Room, kMostLevels>, enum_size<Dim>> room_;  ///< [place in order_][level]
  Room made_;
};

bool lay_out_level(const Problem& problem, std::size_t level, const SpatialChoice& choice,
                   const EnumArray<Dim, std::int64_t>& rest, std::size_t at, AxisPair taken,
                   EnumArray<Dim, AxisPair>& made) {
  if (at == kDims.size()) return true;
  const Dim d = kDims[at];
  const FanOut& fan_out = problem.architecture.levels[level].fan_out;
  const DimSplits& splits = problem.splits[at];
  const std::int64_t instances = splits.spatial[choice[d]].instances[level];
  if (instances == 1) {
    made[d] = {1, 1};
    return lay_out_level(problem, level, choice, rest, at + 1, taken, made);
  }
  for (const AxisPair& pair : axis_pairs(problem.architecture, d, level, rest[d], instances)) {
    const AxisPair next = taken_with(taken, pair, fan_out);
    if (next.x > fan_out.x.size || next.y > fan_out.y.size) continue;
    made[d] = pair;
    if (lay_out_level(problem, level, choice, rest, at + 1, next, made)) return true;
  }
  return false;
}

}  // namespace

bool for_each_spatial_choice(const Problem& problem, double above, double most, double& more,
                             const std::function<bool(const SpatialCandidate&)>& visit,
                             const std::function<bool()>& stop) {
  return Enumerator(problem, above, most, visit, stop).run(more);
}

std::vector<EnumArray<Dim, AxisPair>> lay_out(
    const Problem& problem, const SpatialChoice& choice,
    const std::vector<EnumArray<Dim, std::int64_t>>& rest) {
  std::vector<EnumArray<Dim, AxisPair>> made(problem.levels);
  for (std::size_t level = 0; level < problem.levels; ++level) {
    if (!lay_out_level(problem, level, choice, rest[level], 0, {1, 1}, made[level])) return {};
  }
  return made;
}

}  // namespace tilewise
