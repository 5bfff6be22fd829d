#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

namespace tilewise {

/// A NumPy array that owns the vector: no copy. In rows of `columns`; 0: one dimension.
template <class Value>
nanobind::object moved_array(std::vector<Value> values, std::size_t columns = 0) {
  auto owned = std::make_unique<std::vector<Value>>(std::move(values));
  std::vector<Value>* const kept = owned.get();
  const nanobind::capsule owner(
      owned.release(), [](void* each) noexcept { delete static_cast<std::vector<Value>*>(each); });
  Value* const data = kept->data();
  using Array = nanobind::ndarray<nanobind::numpy, Value>;
  if (columns == 0) return nanobind::cast(Array(data, {kept->size()}, owner));
  return nanobind::cast(Array(data, {kept->size() / columns, columns}, owner));
}

}  // namespace tilewise
