#pragma once

#include <string_view>

#include "base/enum_array.hpp"

namespace tilewise {

/// The eight loop dimensions: batch, groups, output channels a group, input channels a group,
/// output rows, output columns, filter rows, filter columns.
enum class Dim { N, G, M, C, P, Q, R, S };

/// The tensors of a layer.
enum class Tensor { Input, Weight, Output };

template <>
inline constexpr std::size_t enum_size<Dim> = 8;
template <>
inline constexpr std::size_t enum_size<Tensor> = 3;

inline constexpr auto kDims = all_of<Dim>();
inline constexpr auto kTensors = all_of<Tensor>();

/// Whether the words of `t` that a computation touches change with `d`. What is irrelevant to the
/// three tensors is disjoint: {M}, {N, P, Q}, {C, R, S}.
constexpr bool is_relevant(Dim d, Tensor t) {
  switch (t) {
    case Tensor::Input: return d != Dim::M;
    case Tensor::Weight: return d != Dim::N && d != Dim::P && d != Dim::Q;
    case Tensor::Output: return d != Dim::C && d != Dim::R && d != Dim::S;
  }
  return false;
}

/// Whether `d` is summed over: its iterations add to the same output word.
constexpr bool is_reduction(Dim d) { return !is_relevant(d, Tensor::Output); }

constexpr std::string_view name(Dim d) {
  constexpr std::string_view kNames = "NGMCPQRS";
  return kNames.substr(static_cast<std::size_t>(d), 1);
}

constexpr std::string_view name(Tensor t) {
  switch (t) {
    case Tensor::Input: return "Input";
    case Tensor::Weight: return "Weight";
    case Tensor::Output: return "Output";
  }
  return "";
}

}  // namespace tilewise
