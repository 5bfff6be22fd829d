#pragma once

#include <vector>

#include "base/enum_array.hpp"
#include "workload/dim.hpp"

namespace tilewise {

/// Which tensors' tiles surely change as a whole, going outwards over the loops of a nest
/// (docs/mapper.md, "Loop orders").
class MovedTensors {
 public:
  /// `axes_sure`: no axis of Input has temporal loops over outputs and over taps. Input slides
  /// along one axis; two loops of one axis may even leave its coordinates as they were.
  explicit MovedTensors(bool axes_sure) : axes_sure_(axes_sure) {}

  void add(Dim d) {
    for (const Tensor t : {Tensor::Weight, Tensor::Output}) {
      whole_[t] = whole_[t] || is_relevant(d, t);
    }
    rows_ = rows_ || d == Dim::P || d == Dim::R;
    columns_ = columns_ || d == Dim::Q || d == Dim::S;
    whole_[Tensor::Input] = whole_[Tensor::Input] || d == Dim::N || d == Dim::G || d == Dim::C ||
                            (axes_sure_ && rows_ && columns_);
  }
  bool whole(Tensor t) const { return whole_[t]; }
  bool all() const {
    return whole_[Tensor::Input] && whole_[Tensor::Weight] && whole_[Tensor::Output];
  }

 private:
  bool axes_sure_;
  EnumArray<Tensor, bool> whole_{};
  bool rows_ = false;
  bool columns_ = false;
};

/// What decides whether two orders of loops may differ in cost.
struct OrderContext {
  EnumArray<Dim, bool> clipped{};    ///< the loops of the dimension cover more than its bound
  EnumArray<Dim, bool> short_run{};  ///< a temporal loop of the dimension may run short at the edge
  bool axes_sure = true;  ///< no axis of Input has temporal loops over outputs and over taps
  /// Partial sums are narrower than complete ones: more of them make the mean word smaller.
  bool narrow_sums = false;
  auto operator<=>(const OrderContext&) const = default;
};

/// Orders of equal counts and energy, the smallest first. Their latency may differ: where tiles are
/// clipped, what drains beside what.
using OrderGroup = std::vector<std::vector<Dim>>;

/// Orders of the temporal loops over `dims` at one level, outermost first, such that every allowed
/// order (`allowed` empty: all) costs as much as one of them, or more. docs/mapper.md, "Loop
/// orders", gives the argument.
std::vector<OrderGroup> distinct_orders(const std::vector<std::vector<Dim>>& allowed,
                                        const std::vector<Dim>& dims, const OrderContext& context);

/// The distinct orders that a list allows for the loops of `dims`, in lexicographic order.
std::vector<std::vector<Dim>> listed_orders(const std::vector<std::vector<Dim>>& allowed,
                                            const std::vector<Dim>& dims);

}  // namespace tilewise
