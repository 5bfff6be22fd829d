#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>

namespace tilewise {

/// How many enumerators `E` has. Specialise beside each enum used as an index.
template <class E>
inline constexpr std::size_t enum_size = 0;

/// A `std::array` indexed by an enum instead of by a bare number.
template <class E, class T>
struct EnumArray {
  static_assert(enum_size<E> > 0, "specialise enum_size for this enum");
  std::array<T, enum_size<E>> values{};

  constexpr T& operator[](E e) { return values[static_cast<std::size_t>(e)]; }
  constexpr const T& operator[](E e) const { return values[static_cast<std::size_t>(e)]; }
  constexpr auto begin() const { return values.begin(); }
  constexpr auto end() const { return values.end(); }
  constexpr auto begin() { return values.begin(); }
  constexpr auto end() { return values.end(); }
  bool operator==(const EnumArray&) const = default;
  auto operator<=>(const EnumArray&) const = default;
};

/// Every enumerator of `E`, in order.
template <class E>
constexpr std::array<E, enum_size<E>> all_of() {
  std::array<E, enum_size<E>> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<E>(i);
  return all;
}

/// True for these enumerators, false for the others.
template <class E>
constexpr EnumArray<E, bool> set_of(std::initializer_list<E> members) {
  EnumArray<E, bool> set{};
  for (const E each : members) set[each] = true;
  return set;
}

}  // namespace tilewise
