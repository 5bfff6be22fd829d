#include "base/integers.hpp"

#include <string>

namespace tilewise {

std::int64_t checked_multiply(std::int64_t a, std::int64_t b, std::string_view what) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) {
    throw InputError(std::string(what) + ": more than 2^63 - 1; make the dimensions smaller");
  }
  return product;
}

std::int64_t checked_add(std::int64_t a, std::int64_t b, std::string_view what) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) {
    throw InputError(std::string(what) + ": more than 2^63 - 1; make the dimensions smaller");
  }
  return sum;
}

std::int64_t checked_product(std::span<const std::int64_t> factors, std::string_view what) {
  std::int64_t product = 1;
  for (const std::int64_t factor : factors) product = checked_multiply(product, factor, what);
  return product;
}

std::int64_t checked_product(std::initializer_list<std::int64_t> factors, std::string_view what) {
  return checked_product(std::span(factors.begin(), factors.size()), what);
}

}  // namespace tilewise
