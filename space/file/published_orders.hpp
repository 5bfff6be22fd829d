#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace tilewise {

/// An order of candidates that a public data set made and no rule gives, by the name that a file
/// says in `order`: [index] the place in the enumeration with the last decision fastest. Throws
/// InputError that lists the names, and where `ways` candidates are not those that it orders.
std::vector<std::int64_t> published_order(std::string_view name, std::int64_t ways);

}  // namespace tilewise
