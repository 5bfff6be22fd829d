#include "sim/engine/gemmini_accumulator.hpp"

#include <algorithm>
#include <limits>

namespace tilewise {
namespace {

constexpr std::int64_t kRowsMoved = 16;   // columns of a convolution, or rows of a product, a move
constexpr std::int64_t kBlocksMoved = 4;  // of a product, side by side
constexpr double kForever = std::numeric_limits<double>::infinity();
constexpr int kNoBank = -1;

int bank_of(std::int64_t row, std::int64_t bank) { return static_cast<int>(row / bank % 2); }

void add_rows(std::int64_t first, std::int64_t count, std::int64_t bank,
              std::vector<GemminiRows>& rows) {
  while (count > 0) {
    const std::int64_t here = std::min(count, bank - first % bank);
    const int at = bank_of(first, bank);
    if (rows.empty() || rows.back().bank != at) rows.push_back({at, 0});
    rows.back().count += here;
    first += here;
    count -= here;
  }
}

/// The banks in which the array works one after another.
class BanksInWork {
 public:
  BanksInWork(const GemminiExecution& execution, std::int64_t bank)
      : execution_(execution),
        bank_(bank),
        rows_(execution.sums.rows * execution.sums.columns),
        sweep_((execution.end - execution.begin) / static_cast<double>(execution.sweeps)),
        until_(execution.begin) {}

  int bank() const { return in_; }
  double until() const { return until_; }

  void next() {
    if (sweep_ <= 0.0 || at_ == execution_.sweeps) {
      in_ = kNoBank;
      until_ = kForever;
      return;
    }
    const std::int64_t here = address();
    in_ = bank_of(here, bank_);
    const std::int64_t in_one_run =
        execution_.sums.product ? kRowsMoved - row_ % kRowsMoved : rows_ - row_;
    row_ += std::min(in_one_run, bank_ - here % bank_);
    until_ = execution_.begin + sweep_ * (static_cast<double>(at_) +
                                          static_cast<double>(row_) / static_cast<double>(rows_));
    if (row_ == rows_) {
      row_ = 0;
      ++at_;
    }
  }

 private:
  /// A convolution does all of 16 outputs before the next; a product goes over them all, block by
  /// block of 16 rows.
  std::int64_t address() const {
    const GemminiSums& sums = execution_.sums;
    if (sums.product) {
      const std::int64_t block = row_ / kRowsMoved * sums.groups + at_ % sums.groups;
      return sums.base + block * kRowsMoved + row_ % kRowsMoved;
    }
    const std::int64_t group = at_ / (execution_.sweeps / sums.groups);
    return sums.base + group * rows_ + row_;
  }

  const GemminiExecution& execution_;
  std::int64_t bank_;
  std::int64_t rows_;     ///< of a sweep
  double sweep_;          ///< cycles of one
  std::int64_t at_ = 0;   ///< the sweep
  std::int64_t row_ = 0;  ///< in it
  int in_ = kNoBank;
  double until_;
};

/// Share of the cycles in which the array adds to a row.
double duty_of(const GemminiExecution& execution) {
  const GemminiSums& sums = execution.sums;
  const std::int64_t added = sums.rows * sums.columns * execution.sweeps;
  return std::min(1.0, static_cast<double>(added) / (execution.end - execution.begin));
}

}  // namespace

std::vector<GemminiRows> gemmini_rows_moved(const GemminiSums& sums, std::int64_t bank) {
  std::vector<GemminiRows> rows;
  if (sums.product) {
    for (std::int64_t group = 0; group < sums.groups; group += kBlocksMoved) {
      const std::int64_t blocks = std::min(kBlocksMoved, sums.groups - group);
      for (std::int64_t row = 0; row < sums.rows; ++row) {
        add_rows(sums.base + (row * sums.groups + group) * kRowsMoved, blocks * kRowsMoved, bank,
                 rows);
      }
    }
    return rows;
  }
  for (std::int64_t row = 0; row < sums.rows; ++row) {
    for (std::int64_t column = 0; column < sums.columns; column += kRowsMoved) {
      const std::int64_t columns = std::min(kRowsMoved, sums.columns - column);
      for (std::int64_t group = 0; group < sums.groups; ++group) {
        const std::int64_t first = sums.base + (group * sums.rows + row) * sums.columns + column;
        add_rows(first, columns, bank, rows);
      }
    }
  }
  return rows;
}

double gemmini_moved_beside(const GemminiSums& sums, double begin, double a_row,
                            const GemminiExecution& beside, std::int64_t bank) {
  const bool apart =
      sums.base != beside.sums.base && sums.all() <= bank && beside.sums.all() <= bank;
  if (apart || beside.end <= begin) return begin + static_cast<double>(sums.all()) * a_row;
  const double idle = 1.0 - duty_of(beside);
  const double waiting = idle > 0.0 ? std::max(a_row, 1.0 / idle) : kForever;
  BanksInWork work(beside, bank);
  double time = begin;
  for (const GemminiRows& rows : gemmini_rows_moved(sums, bank)) {
    for (auto left = static_cast<double>(rows.count); left > 0.0;) {
      while (work.until() <= time) work.next();
      const double each = work.bank() == rows.bank ? waiting : a_row;
      const double here = (work.until() - time) / each;
      if (left <= here) {
        time += left * each;
        break;
      }
      left -= here;
      time = work.until();
    }
  }
  return time;
}

}  // namespace tilewise
