#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tilewise {

/// One point: what is to be least, and whose it is.
struct ParetoMember {
  std::int64_t index = 0;
  std::vector<double> costs;
};

/// The points that no other one beats, of those added so far: one beats another if no cost is
/// higher and one is lower; of equal points the lowest index stays.
class ParetoSet {
 public:
  /// Whether a point with these costs, or with higher ones, is beaten or equal to one of a lower
  /// index. `costs` has as many entries as those added.
  bool excludes(std::int64_t index, std::span<const double> costs) const;
  /// Takes the point in and drops what it beats; false: it is beaten. In any order of points the
  /// set is the same in the end.
  bool add(ParetoMember point);
  /// By rising first cost, then second, and so on.
  std::vector<ParetoMember> sorted() const;
  std::size_t size() const { return members_.size(); }

 private:
  std::vector<ParetoMember> members_;
};

}  // namespace tilewise
