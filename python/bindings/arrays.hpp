#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

namespace tilewise {

/// A NumPy array that owns the vector: no copy. `Value`s are read as `Number`s, `columns` of them
/// each; columns 0: one dimension.
template <class Number, class Value>
nanobind::object moved_array(std::vector<Value> values, std::size_t columns) {
  auto owned = std::make_unique<std::vector<Value>>(std::move(values));
  std::vector<Value>* const kept = owned.get();
  const nanobind::capsule owner(
      owned.release(), [](void* each) noexcept { delete static_cast<std::vector<Value>*>(each); });
  auto* const data = reinterpret_cast<Number*>(kept->data());
  if (columns == 0) {
    return nanobind::cast(nanobind::ndarray<nanobind::numpy, Number>(data, {kept->size()}, owner));
  }
  return nanobind::cast(
      nanobind::ndarray<nanobind::numpy, Number>(data, {kept->size(), columns}, owner));
}
template <class Value>
nanobind::object moved_array(std::vector<Value> values) {
  return moved_array<Value>(std::move(values), 0);
}

}  // namespace tilewise
