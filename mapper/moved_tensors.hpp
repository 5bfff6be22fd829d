#pragma once

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

}  // namespace tilewise
