#include "workload/onnx/onnx_numbers.hpp"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace tilewise {
namespace {

using Dims = std::vector<std::int64_t>;
using Reals = std::vector<double>;

/// The elements that lie as `Stored` in the raw bytes of a tensor.
template <typename Stored, typename Value>
std::vector<Value> from_raw(const std::string& raw, std::size_t count) {
  std::vector<Stored> stored(count);
  if (raw.size() != count * sizeof(Stored)) return {};
  if (count > 0) std::memcpy(stored.data(), raw.data(), raw.size());
  return {stored.begin(), stored.end()};
}

double from_half(std::uint16_t bits) {
  const int exponent = (bits >> 10U) & 0x1fU;
  const double fraction = bits & 0x3ffU;
  const double sign = (bits & 0x8000U) != 0 ? -1.0 : 1.0;
  if (exponent == 31) return fraction == 0 ? sign * HUGE_VAL : std::nan("");
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(1024.0 + fraction, exponent - 25);
}

Reals halves(const Dims& bits) {
  Reals values;
  for (const std::int64_t each : bits)
    values.push_back(from_half(static_cast<std::uint16_t>(each)));
  return values;
}

Dims narrow_integers(const onnx::TensorProto& tensor, std::size_t count) {
  if (tensor.int32_data_size() > 0) return {tensor.int32_data().begin(), tensor.int32_data().end()};
  const std::string& raw = tensor.raw_data();
  switch (tensor.data_type()) {
    case onnx::TensorProto::INT32: return from_raw<std::int32_t, std::int64_t>(raw, count);
    case onnx::TensorProto::INT16: return from_raw<std::int16_t, std::int64_t>(raw, count);
    case onnx::TensorProto::INT8: return from_raw<std::int8_t, std::int64_t>(raw, count);
    case onnx::TensorProto::FLOAT16:
    case onnx::TensorProto::UINT16: return from_raw<std::uint16_t, std::int64_t>(raw, count);
    default: return from_raw<std::uint8_t, std::int64_t>(raw, count);
  }
}

Dims integers_of(const onnx::TensorProto& tensor, std::size_t count) {
  if (tensor.data_type() != onnx::TensorProto::INT64) return narrow_integers(tensor, count);
  if (tensor.int64_data_size() > 0) return {tensor.int64_data().begin(), tensor.int64_data().end()};
  return from_raw<std::int64_t, std::int64_t>(tensor.raw_data(), count);
}

Reals reals_of(const onnx::TensorProto& tensor, std::size_t count) {
  const std::string& raw = tensor.raw_data();
  if (tensor.data_type() == onnx::TensorProto::FLOAT16) {
    return halves(narrow_integers(tensor, count));
  }
  if (tensor.data_type() == onnx::TensorProto::DOUBLE) {
    if (tensor.double_data_size() > 0) {
      return {tensor.double_data().begin(), tensor.double_data().end()};
    }
    return from_raw<double, double>(raw, count);
  }
  if (tensor.float_data_size() > 0) return {tensor.float_data().begin(), tensor.float_data().end()};
  return from_raw<float, double>(raw, count);
}

bool is_integer_type(int type) {
  switch (type) {
    case onnx::TensorProto::UINT8:
    case onnx::TensorProto::INT8:
    case onnx::TensorProto::UINT16:
    case onnx::TensorProto::INT16:
    case onnx::TensorProto::INT32:
    case onnx::TensorProto::INT64:
    case onnx::TensorProto::BOOL: return true;
    default: return false;
  }
}

}  // namespace

std::size_t OnnxNumbers::size() const {
  return std::visit([](const auto& all) { return all.size(); }, values);
}

double OnnxNumbers::real(std::size_t index) const {
  return std::visit([index](const auto& all) { return static_cast<double>(all[index]); }, values);
}

bool is_real_type(int type) {
  return type == onnx::TensorProto::FLOAT || type == onnx::TensorProto::FLOAT16 ||
         type == onnx::TensorProto::DOUBLE || type == onnx::TensorProto::BFLOAT16;
}

std::optional<std::size_t> few_elements(const Dims& shape) {
  std::int64_t count = 1;
  for (const std::int64_t size : shape) {
    if (size < 0 || size > kMostOnnxNumbers) return std::nullopt;
    count *= size;
    if (count > kMostOnnxNumbers) return std::nullopt;
  }
  return static_cast<std::size_t>(count);
}

std::optional<OnnxNumbers> stored_numbers(const onnx::TensorProto& tensor) {
  OnnxNumbers numbers;
  numbers.shape = Dims(tensor.dims().begin(), tensor.dims().end());
  const auto count = few_elements(numbers.shape);
  if (!count || tensor.data_location() == onnx::TensorProto::EXTERNAL) return std::nullopt;
  if (is_integer_type(tensor.data_type())) {
    numbers.values = integers_of(tensor, *count);
  } else if (is_real_type(tensor.data_type()) &&
             tensor.data_type() != onnx::TensorProto::BFLOAT16) {
    numbers.values = reals_of(tensor, *count);
  } else {
    return std::nullopt;
  }
  return numbers.size() == *count ? std::optional(std::move(numbers)) : std::nullopt;
}

onnx::TensorProto numbers_proto(const OnnxNumbers& numbers, int type) {
  onnx::TensorProto data;
  for (const std::int64_t size : numbers.shape) data.add_dims(size);
  if (const auto* reals = std::get_if<Reals>(&numbers.values)) {
    data.set_data_type(type == onnx::TensorProto::DOUBLE ? onnx::TensorProto::DOUBLE
                                                         : onnx::TensorProto::FLOAT);
    for (const double value : *reals) {
      if (type == onnx::TensorProto::DOUBLE) {
        data.add_double_data(value);
      } else {
        data.add_float_data(static_cast<float>(value));
      }
    }
    return data;
  }
  const bool narrow = type == onnx::TensorProto::INT32;
  data.set_data_type(narrow ? onnx::TensorProto::INT32 : onnx::TensorProto::INT64);
  for (const std::int64_t value : std::get<Dims>(numbers.values)) {
    if (narrow) {
      data.add_int32_data(static_cast<std::int32_t>(value));
    } else {
      data.add_int64_data(value);
    }
  }
  return data;
}

std::optional<std::size_t> onnx_position(std::int64_t index, std::size_t size) {
  const auto length = static_cast<std::int64_t>(size);
  if (index < -length || index >= length) return std::nullopt;
  return static_cast<std::size_t>(index < 0 ? index + length : index);
}

void for_each_index(const Dims& shape, const std::function<void(const Dims&)>& visit) {
  const auto count = few_elements(shape);
  Dims index(shape.size(), 0);
  for (std::size_t i = 0; count && i < *count; ++i) {
    visit(index);
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
}

std::size_t offset_of(const Dims& shape, const Dims& index) {
  std::size_t offset = 0;
  const std::size_t skipped = index.size() - shape.size();
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const std::int64_t at = shape[axis] == 1 ? 0 : index[axis + skipped];
    offset = offset * static_cast<std::size_t>(shape[axis]) + static_cast<std::size_t>(at);
  }
  return offset;
}

}  // namespace tilewise
