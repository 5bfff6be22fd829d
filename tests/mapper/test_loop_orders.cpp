#include "mapper/loop_orders.hpp"

#include <doctest/doctest.h>

namespace tilewise {
namespace {

using DimOrders = std::vector<std::vector<Dim>>;

DimOrders firsts(const std::vector<OrderGroup>& groups) {
  DimOrders orders;
  for (const OrderGroup& group : groups) orders.push_back(group.front());
  return orders;
}

TEST_SUITE("loop_orders") {
  TEST_CASE("of whole tiles the order matters through the tensor that is kept still") {
    // M inside keeps Input still, C inside keeps Output; with N inside, Weight alone is left, and
    // nothing else is independent of it.
    const auto groups = distinct_orders({}, {Dim::N, Dim::M, Dim::C}, {});
    CHECK(firsts(groups) ==
          DimOrders{{Dim::N, Dim::M, Dim::C}, {Dim::M, Dim::C, Dim::N}, {Dim::C, Dim::N, Dim::M}});
  }

  TEST_CASE("groups are relevant to all tensors: with them inside no order differs") {
    const auto groups = distinct_orders({}, {Dim::G, Dim::M}, {});
    // G inside moves everything; M inside keeps Input still.
    CHECK(firsts(groups) == DimOrders{{Dim::G, Dim::M}, {Dim::M, Dim::G}});
  }

  TEST_CASE("clipped output tiles make orders that differ in latency only") {
    OrderContext context;
    context.clipped[Dim::M] = true;
    // G inside moves all tensors; N and M outside it swap without a change of the counts.
    std::size_t together = 0;
    for (const OrderGroup& group : distinct_orders({}, {Dim::N, Dim::G, Dim::M}, context)) {
      if (group.front().back() == Dim::G) together = group.size();
    }
    CHECK(together == 2);
  }

  TEST_CASE("a loop that may run short swaps with none") {
    OrderContext context;
    context.short_run[Dim::G] = true;
    CHECK(distinct_orders({}, {Dim::N, Dim::G, Dim::M}, context).size() == 6);
  }

  TEST_CASE("listed orders that agree on the loops present are one") {
    const DimOrders allowed{{Dim::N, Dim::M, Dim::C}, {Dim::M, Dim::N, Dim::C}};
    CHECK(distinct_orders(allowed, {Dim::M, Dim::C}, {}).size() == 1);
    CHECK(distinct_orders(allowed, {Dim::M, Dim::N}, {}).size() == 2);
    CHECK(distinct_orders(allowed, {Dim::P}, {}).empty());
  }
}

}  // namespace
}  // namespace tilewise
