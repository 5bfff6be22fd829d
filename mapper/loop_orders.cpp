#include "mapper/loop_orders.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace tilewise {
namespace {

/// What moves with a loop over `d` added outside. A loop that runs short may not turn at all.
MovedTensors with(MovedTensors moved, Dim d, const OrderContext& context) {
  if (!context.short_run[d]) moved.add(d);
  return moved;
}

/// Where no tile is clipped: only the loops up to the one that leaves nothing in place matter.
class WholeTileOrders {
 public:
  WholeTileOrders(std::vector<Dim> dims, const OrderContext& context)
      : rest_(std::move(dims)), context_(context) {}

  std::vector<OrderGroup> build() {
    extend(MovedTensors(context_.axes_sure));
    std::vector<OrderGroup> groups;
    for (const auto& order : orders_) groups.push_back({order});
    return groups;
  }

 private:
  /// The loops in `rest_` outside, the smallest dimension outermost.
  void emit() {
    std::vector<Dim> order = rest_;
    std::sort(order.begin(), order.end());
    order.insert(order.end(), inner_.rbegin(), inner_.rend());
    orders_.insert(std::move(order));
  }

  /// With only `t` still in place, all loops that it does not depend on go inside.
  void take_irrelevant(Tensor t) {
    const std::vector<Dim> saved_rest = rest_;
    const std::vector<Dim> saved_inner = inner_;
    for (auto d = saved_rest.rbegin(); d != saved_rest.rend(); ++d) {
      if (is_relevant(*d, t)) continue;
      rest_.erase(std::find(rest_.begin(), rest_.end(), *d));
      inner_.push_back(*d);
    }
    emit();
    rest_ = saved_rest;
    inner_ = saved_inner;
  }

  void extend(const MovedTensors& moved) {
    if (rest_.empty() || moved.all()) return emit();
    if (moved.whole(Tensor::Input) && moved.whole(Tensor::Output)) {
      return take_irrelevant(Tensor::Weight);
    }
    if (moved.whole(Tensor::Input) && moved.whole(Tensor::Weight) && !context_.narrow_sums) {
      return take_irrelevant(Tensor::Output);
    }
    const std::vector<Dim> choices = rest_;
    bool moves_all = false;
    for (const Dim d : choices) {
      // Of the loops that would leave nothing in place, any will do.
      const bool last = with(moved, d, context_).all();
      if (last && moves_all) continue;
      moves_all = moves_all || last;
      const auto place = std::find(rest_.begin(), rest_.end(), d) - rest_.begin();
      rest_.erase(rest_.begin() + place);
      inner_.push_back(d);
      extend(with(moved, d, context_));
      inner_.pop_back();
      rest_.insert(rest_.begin() + place, d);
    }
  }

  std::vector<Dim> rest_;
  std::vector<Dim> inner_;  ///< innermost first
  const OrderContext& context_;
  std::set<std::vector<Dim>> orders_;
};

/// Sets that grow together; the smallest member stands for all.
class Classes {
 public:
  explicit Classes(std::size_t size) : parent_(size) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t of(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) {
    a = of(a);
    b = of(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
};

enum class Neutral { No, Energy, Latency };

/// Whether neighbouring loops may change places outside loops that move `inside`.
Neutral neutral(Dim a, Dim b, const MovedTensors& inside, const OrderContext& context) {
  if (context.short_run[a] || context.short_run[b]) return Neutral::No;
  for (const Tensor t : kTensors) {
    if (!inside.whole(t) && (is_relevant(a, t) || is_relevant(b, t))) return Neutral::No;
  }
  if (!context.clipped[a] && !context.clipped[b]) return Neutral::Latency;
  // Clipped loops let instances idle, which empties what they keep.
  if (!inside.all()) return Neutral::No;
  const auto drains_less = [&](Dim d) {
    return context.clipped[d] && is_relevant(d, Tensor::Output);
  };
  return drains_less(a) || drains_less(b) ? Neutral::Energy : Neutral::Latency;
}

/// Every order, those that neutral swaps lead to taken together.
std::vector<OrderGroup> clipped_orders(std::vector<Dim> dims, const OrderContext& context) {
  std::sort(dims.begin(), dims.end());
  std::vector<std::vector<Dim>> orders;
  std::map<std::vector<Dim>, std::size_t> index;
  std::vector<Dim> order = dims;
  do {
    index[order] = orders.size();
    orders.push_back(order);
  } while (std::next_permutation(order.begin(), order.end()));
  Classes equal(orders.size());
  Classes same_energy(orders.size());
  for (std::size_t i = 0; i < orders.size(); ++i) {
    MovedTensors inside(context.axes_sure);
    for (std::size_t at = dims.size(); at-- > 1;) {
      const Neutral kind = neutral(orders[i][at - 1], orders[i][at], inside, context);
      if (kind != Neutral::No && orders[i][at - 1] < orders[i][at]) {
        std::vector<Dim> swapped = orders[i];
        std::swap(swapped[at - 1], swapped[at]);
        const std::size_t other = index[swapped];
        same_energy.join(i, other);
        if (kind == Neutral::Latency) equal.join(i, other);
      }
      inside = with(inside, orders[i][at], context);
    }
  }
  std::map<std::size_t, OrderGroup> groups;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    if (equal.of(i) == i) groups[same_energy.of(i)].push_back(orders[i]);
  }
  std::vector<OrderGroup> result;
  for (auto& [smallest, group] : groups) result.push_back(std::move(group));
  return result;
}

}  // namespace

std::vector<std::vector<Dim>> listed_orders(const std::vector<std::vector<Dim>>& allowed,
                                            const std::vector<Dim>& dims) {
  std::set<std::vector<Dim>> orders;
  for (const std::vector<Dim>& order : allowed) {
    std::vector<Dim> kept;
    for (const Dim d : order) {
      if (std::find(dims.begin(), dims.end(), d) != dims.end()) kept.push_back(d);
    }
    if (kept.size() == dims.size()) orders.insert(std::move(kept));
  }
  return {orders.begin(), orders.end()};
}

std::vector<OrderGroup> distinct_orders(const std::vector<std::vector<Dim>>& allowed,
                                        const std::vector<Dim>& dims, const OrderContext& context) {
  if (!allowed.empty()) {
    std::vector<OrderGroup> groups;
    for (auto& order : listed_orders(allowed, dims)) groups.push_back({std::move(order)});
    return groups;
  }
  const bool whole = std::none_of(
      dims.begin(), dims.end(), [&](Dim d) { return context.clipped[d] || context.short_run[d]; });
  return whole ? WholeTileOrders(dims, context).build() : clipped_orders(dims, context);
}

}  // namespace tilewise
