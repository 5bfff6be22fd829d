#include "space/file/published_orders.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "base/enum_array.hpp"
#include "base/error.hpp"
#include "base/words.hpp"
#include "space/nasbench201.hpp"

namespace tilewise {
namespace {

struct PublishedOrder {
  std::string_view name;
  std::vector<std::int64_t> (*places)();
};

/// Six edges, each with none, skip_connect, nor_conv_1x1, nor_conv_3x3 or avg_pool_3x3.
std::vector<std::int64_t> nasbench201_places() {
  std::vector<std::int64_t> places;
  for (const CellArchitecture& each : nasbench201_architectures()) {
    std::int64_t place = 0;
    for (const Nasbench201Op op : each.ops) {
      place = place * static_cast<std::int64_t>(enum_size<Nasbench201Op>) +
              static_cast<std::int64_t>(op);
    }
    places.push_back(place);
  }
  return places;
}

constexpr std::array kOrders{PublishedOrder{"nasbench201", nasbench201_places}};

}  // namespace

std::vector<std::int64_t> published_order(std::string_view name, std::int64_t ways) {
  std::vector<std::string_view> names;
  for (const PublishedOrder& each : kOrders) {
    names.push_back(each.name);
    if (each.name != name) continue;
    std::vector<std::int64_t> places = each.places();
    if (std::ssize(places) != ways) {
      throw InputError(fmt::format("orders {} candidates, but there are {}", places.size(), ways));
    }
    return places;
  }
  throw InputError(fmt::format("no order \"{}\"; there are {}{}", name, fmt::join(names, ", "),
                               did_you_mean(name, names)));
}

}  // namespace tilewise
