#include "mapper/row_stationary.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "arch/architecture_yaml.hpp"
#include "base/error.hpp"
#include "base/integers.hpp"
#include "mapper/given_mapping.hpp"
#include "mapper/search.hpp"
#include "sim/evaluate.hpp"
#include "sim/random_nests.hpp"
#include "sim/validity.hpp"
#include "workload/layer_yaml.hpp"

namespace tilewise {
namespace {

/// A layer in the words of the paper: C and M a group, padded map, stride U both ways.
struct Shape {
  std::int64_t N, G, C, M, E, F, R, S, U;
  std::int64_t W() const { return (F - 1) * U + S; }
  std::int64_t H() const { return (E - 1) * U + R; }
};

Layer layer_of(const Shape& s) {
  Layer layer;
  layer.name = "random";
  layer.bounds = {{s.N, s.G, s.M, s.C, s.E, s.F, s.R, s.S}};
  layer.stride = {s.U, s.U};
  layer.image = {s.H(), s.W()};
  check_layer(layer);
  return layer;
}

/// The sum of `of` over the parts of `whole` cut into pieces of `piece`; the last may be smaller.
std::int64_t over_parts(std::int64_t whole, std::int64_t piece,
                        const std::function<std::int64_t(std::int64_t)>& of) {
  std::int64_t sum = 0;
  for (std::int64_t at = 0; at < whole; at += piece) sum += of(std::min(piece, whole - at));
  return sum;
}

/// The closed forms of the dataflow (docs/eyeriss.md, Counts), written from the passes and not
/// from the loops: what a pass brings, times the passes. What is in place stays: the filters
/// where a pass follows one with the same, ifmap rows where one strip follows another.
struct ClosedForm {
  std::int64_t passes, filter_bus, filter_deliveries, ifmap_bus, ifmap_deliveries;
  std::int64_t psum_drains, psum_updates, psum_returns;
  std::int64_t dram_filters, dram_ifmap, dram_ofmap;
  double cycles = 0.0;
};

/// Words of the ifmap that are read off chip, with halos.
std::int64_t dram_ifmap_words(const Shape& s, const RowStationary& rs) {
  const std::int64_t buffer_groups = ceil_div(s.M, rs.m);
  const std::int64_t image = s.G * s.C * s.N * s.W();
  const auto strip_rows = [&](std::int64_t e) { return (e - 1) * s.U + s.R; };
  if (ceil_div(s.C, rs.q * rs.r) > 1) {
    return image * over_parts(s.E, rs.e, strip_rows) * buffer_groups;
  }
  // The next filters begin again at the first strip, of which the last one may hold a part.
  const std::int64_t first = strip_rows(std::min(rs.e, s.E));
  const std::int64_t held =
      std::max<std::int64_t>(0, first - (ceil_div(s.E, rs.e) - 1) * rs.e * s.U);
  return image * (s.H() + (buffer_groups - 1) * (s.H() - held));
}

ClosedForm closed_form(const Shape& s, const RowStationary& rs) {
  const std::int64_t batches = ceil_div(s.N, rs.n);
  const std::int64_t strips = ceil_div(s.E, rs.e);
  const std::int64_t channel_groups = ceil_div(s.C, rs.q * rs.r);
  const std::int64_t buffer_groups = ceil_div(s.M, rs.m);
  const std::int64_t filter_groups =
      over_parts(s.M, rs.m, [&](std::int64_t m) { return ceil_div(m, rs.p * rs.t); });
  const std::int64_t sets_of_filters = over_parts(s.M, rs.m, [&](std::int64_t m) {
    return over_parts(m, rs.p * rs.t, [&](std::int64_t part) { return ceil_div(part, rs.p); });
  });
  const std::int64_t sets_of_channels =
      over_parts(s.C, rs.q * rs.r, [&](std::int64_t part) { return ceil_div(part, rs.q); });
  const auto strip_rows = [&](std::int64_t e) { return (e - 1) * s.U + s.R; };
  const std::int64_t rows = over_parts(s.E, rs.e, strip_rows);
  const std::int64_t outputs = s.N * s.G * s.M * s.E * s.F;

  ClosedForm made{};
  made.passes = s.G * batches * strips * channel_groups * filter_groups;
  // How often a filter comes: once a strip and batch, unless one pass takes all of its group.
  const auto one_pass = [&](std::int64_t m) {
    return channel_groups * ceil_div(m, rs.p * rs.t) == 1;
  };
  const std::int64_t a_filter = s.G * s.C * s.R * s.S;
  const std::int64_t columns = std::min(rs.e, s.E);
  if (one_pass(s.M) && buffer_groups == 1) {
    // They stay for the whole run, but for columns that idle in the last strip and begin again.
    const std::int64_t idle = (rs.e - s.E % rs.e) % rs.e * (strips > 1 ? 1 : 0);
    made.filter_bus = a_filter * s.M * (idle > 0 ? batches : 1);
    made.filter_deliveries = a_filter * s.M * (columns + (batches - 1) * idle);
    made.dram_filters = a_filter * s.M;
  } else {
    made.filter_bus = a_filter * batches * over_parts(s.M, rs.m, [&](std::int64_t m) {
                        return m * (one_pass(m) ? 1 : strips);
                      });
    made.filter_deliveries = a_filter * batches * over_parts(s.M, rs.m, [&](std::int64_t m) {
                               return m * (one_pass(m) ? columns : s.E);
                             });
    made.dram_filters = made.filter_bus;
  }
  made.ifmap_bus = filter_groups * s.G * s.C * s.N * s.W() * rows;
  made.ifmap_deliveries = sets_of_filters * s.G * s.C * s.N * s.W() * s.R * s.E;
  made.psum_drains = outputs * s.R * sets_of_channels;
  made.psum_updates = outputs * channel_groups;
  made.psum_returns = made.psum_updates - outputs;
  made.dram_ifmap = dram_ifmap_words(s, rs);
  made.dram_ofmap = outputs;

  const auto words = [](std::int64_t count) { return static_cast<double>(count); };
  const double pass =
      words(rs.n * s.F * rs.p * rs.q * s.S) + words(rs.p * rs.q * rs.r * rs.t * s.R * s.S) / 4.0 +
      words(rs.q * s.S * rs.r * strip_rows(rs.e)) + 2.0 * words(rs.p * rs.t * rs.e) / 4.0;
  // The chip's formula reads psums in every pass; where a sum starts there are none to read.
  const double starts = words(made.passes / channel_groups) * words(rs.p * rs.t * rs.e) / 4.0;
  made.cycles = words(made.passes) * pass - starts;
  return made;
}

/// Whether every pass is full, brings its own filters, and waits for nothing but the MACs: then the
/// cycles of a pass are those of the closed form.
bool is_plain(const Shape& s, const RowStationary& rs) {
  const bool full = s.N % rs.n == 0 && s.E % rs.e == 0 && s.C % (rs.q * rs.r) == 0 &&
                    s.M % rs.m == 0 && rs.m % (rs.p * rs.t) == 0;
  const bool reloads = (s.C / (rs.q * rs.r)) * (rs.m / (rs.p * rs.t)) > 1;
  const std::int64_t work = rs.p * rs.q * s.S;
  const bool bus_is_free = 4 * work >= rs.p * rs.t * rs.e && rs.t * rs.e >= 4 &&
                           work >= rs.q * s.U * rs.r * ((rs.e - 1) * s.U + s.R) &&
                           s.F * work >= s.W() * rs.q * rs.r * ((rs.e - 1) * s.U + s.R) &&
                           rs.r * rs.t * s.R >= 4;
  return full && reloads && bus_is_free;
}

struct Trial {
  Shape shape;
  RowStationary parameters;
};

Trial random_trial(testing::RandomNests& random) {
  const auto pick = [&](std::int64_t low, std::int64_t high) { return random.pick(low, high); };
  Shape s{};
  s.U = pick(1, 3);
  s.R = pick(s.U, 7);
  s.S = pick(s.U, 7);
  s.E = pick(2, 30);
  s.F = pick(ceil_div(s.S, s.U) + 1, 20);  // the last window and the first share no column
  s.N = pick(1, 5);
  s.G = pick(1, 2);
  s.C = pick(1, 24);
  s.M = pick(1, 40);
  RowStationary rs;
  rs.n = pick(1, s.N);
  rs.e = pick(1, s.E);
  rs.p = pick(1, 6);
  rs.q = pick(1, 4);
  rs.r = pick(1, 3);
  rs.t = pick(1, 4);
  rs.m = rs.p * rs.t * pick(1, 3);
  if (random.chance(50)) {
    // Full passes: what is cut comes out even.
    s.C = rs.q * rs.r * pick(1, 3);
    s.M = rs.m * pick(1, 2);
    s.N = rs.n * pick(1, 2);
    s.E = rs.e * pick(1, 3);
  }
  return {s, rs};
}

const TransferCounts& transfer(const AccessCounts& counts, Tensor t, std::size_t parent) {
  return *std::find_if(
      counts.transfers.begin(), counts.transfers.end(),
      [&](const TransferCounts& each) { return each.tensor == t && each.parent == parent; });
}

void check_counts(const ClosedForm& closed, const AccessCounts& counts) {
  const TransferCounts& filters = transfer(counts, Tensor::Weight, 2);
  CHECK(filters.parent_words == closed.filter_bus);
  CHECK(filters.child_words == closed.filter_deliveries);
  const TransferCounts& ifmap = transfer(counts, Tensor::Input, 1);
  CHECK(ifmap.parent_words == closed.ifmap_bus);
  CHECK(ifmap.child_words == closed.ifmap_deliveries);
  const TransferCounts& psums = transfer(counts, Tensor::Output, 1);
  CHECK(psums.child_words == closed.psum_drains);
  CHECK(psums.parent_words == closed.psum_updates);
  CHECK(psums.parent_partial_reads == closed.psum_returns);
  CHECK(transfer(counts, Tensor::Weight, 0).parent_words == closed.dram_filters);
  CHECK(transfer(counts, Tensor::Input, 0).parent_words == closed.dram_ifmap);
  CHECK(transfer(counts, Tensor::Output, 0).parent_words == closed.dram_ofmap);
}

TEST_SUITE("row stationary") {
  TEST_CASE("on random layers and parameters the engine counts what the closed forms say") {
    const Architecture eyeriss = find_architecture("eyeriss");
    testing::RandomNests random(2017);
    int counted = 0;
    int timed = 0;
    int folded = 0;
    while (counted < 600 || timed < 60) {
      const Trial trial = random_trial(random);
      const Layer layer = layer_of(trial.shape);
      Mapping mapping;
      try {
        mapping = row_stationary_mapping(trial.parameters, layer, eyeriss);
      } catch (const InputError&) {
        continue;
      }
      if (find_misfit(eyeriss, layer, mapping)) continue;
      check_mapping(layer, mapping);
      CAPTURE(text(trial.parameters));
      const ClosedForm closed = closed_form(trial.shape, trial.parameters);
      check_counts(closed, evaluate(eyeriss, layer, mapping).counts);
      const std::int64_t set = trial.shape.R * trial.parameters.e;
      CHECK(active_units(mapping) == set * trial.parameters.r * trial.parameters.t);
      if (trial.parameters.m <= trial.shape.M) {
        CHECK(row_stationary_of(mapping, layer, eyeriss) == trial.parameters);
      }
      ++counted;
      folded += trial.parameters.e > 14 ? 1 : 0;
      if (!is_plain(trial.shape, trial.parameters)) continue;
      CHECK(on_chip_latency(eyeriss, layer, mapping).count() ==
            doctest::Approx(closed.cycles).epsilon(1e-9));
      ++timed;
    }
    CHECK(folded > 20);
  }

  TEST_CASE("a piece of each row goes through the buffer like a map of its own") {
    const Architecture eyeriss = find_architecture("eyeriss");
    testing::RandomNests random(2016);
    for (int counted = 0; counted < 200;) {
      Trial trial = random_trial(random);
      Shape& s = trial.shape;
      RowStationary& rs = trial.parameters;
      const std::int64_t pieces = random.pick(2, 4);
      const std::int64_t columns = s.F;
      s.F *= pieces;
      // Without other channels in between the columns that two pieces share may stay in place.
      if (rs.q * rs.r >= s.C) continue;
      Shape maps = s;
      maps.F = columns;
      maps.N = ceil_div(s.N, rs.n) * rs.n * pieces;
      s.N = ceil_div(s.N, rs.n) * rs.n;
      rs.f = columns;
      RowStationary whole = rs;
      whole.f = 0;
      Mapping cut;
      try {
        cut = row_stationary_mapping(rs, layer_of(s), eyeriss);
      } catch (const InputError&) {
        continue;
      }
      if (find_misfit(eyeriss, layer_of(s), cut)) continue;
      check_mapping(layer_of(s), cut);
      CAPTURE(text(rs));
      check_counts(closed_form(maps, whole), evaluate(eyeriss, layer_of(s), cut).counts);
      const Mapping apart = row_stationary_mapping(whole, layer_of(maps), eyeriss);
      CHECK(on_chip_latency(eyeriss, layer_of(s), cut).count() ==
            doctest::Approx(on_chip_latency(eyeriss, layer_of(maps), apart).count()));
      if (rs.m <= s.M) CHECK(row_stationary_of(cut, layer_of(s), eyeriss) == rs);
      ++counted;
    }
  }

  TEST_CASE("the last piece of a row may be narrower, and whole rows are no pieces") {
    const Architecture eyeriss = find_architecture("eyeriss");
    const Layer layer = find_layer("alexnet_conv3");
    const std::string rest = "m=64,n=1,e=13,p=16,q=3,r=2,t=2";
    const auto given = [&](const std::string& words) {
      return row_stationary_mapping(parse_row_stationary(words), layer, eyeriss);
    };
    const LayerCost uneven = evaluate_given(eyeriss, layer, given(rest + ",f=5"));
    const LayerCost whole = evaluate_given(eyeriss, layer, given(rest));
    CHECK(uneven.counts.compute_cycles == whole.counts.compute_cycles);
    CHECK(given(rest + ",f=13") == given(rest));
    CHECK_THROWS_WITH_AS(given(rest + ",f=14"), doctest::Contains("f is above F = 13"), InputError);
  }

  TEST_CASE("the parameters are read in any order and written in one") {
    const RowStationary rs = parse_row_stationary("t=2, m=64,n=4,e=13,p=16,r=2,q=3");
    CHECK(rs == RowStationary{64, 4, 13, 16, 3, 2, 2});
    CHECK(text(rs) == "m=64,n=4,e=13,p=16,q=3,r=2,t=2");
    CHECK(text(parse_row_stationary("f=112,e=7")) == "m=1,n=1,e=7,p=1,q=1,r=1,t=1,f=112");
    CHECK(parse_row_stationary("e=7") == RowStationary{.e = 7});
  }

  TEST_CASE("what is no parameter is refused with an example") {
    for (const char* wrong : {"", "m", "m=", "m=0", "m=-4", "m=4,m=4", "k=3", "m=4,", "m=4;n=2",
                              "m=99999999999999999999", "m=4x"}) {
      CAPTURE(wrong);
      CHECK_THROWS_WITH_AS(parse_row_stationary(wrong),
                           doctest::Contains("expected such as \"m=64,n=4,e=13"), InputError);
    }
  }

  TEST_CASE("copies that do not fit the array are refused, as is another architecture") {
    const Layer layer = find_layer("alexnet_conv3");
    const Architecture eyeriss = find_architecture("eyeriss");
    const auto refuse = [&](const char* words, const char* why) {
      CHECK_THROWS_WITH_AS(row_stationary_mapping(parse_row_stationary(words), layer, eyeriss),
                           doctest::Contains(why), InputError);
    };
    // Four sets of 3 x 13 stand above each other in 12 x 14 PEs.
    refuse("m=80,e=13,p=16,r=1,t=5", "do not fit 12 x 14: 4 above and 1 beside each other do");
    refuse("m=40,e=13,p=16", "m is no multiple of p * t = 16");
    refuse("e=14", "e is above E = 13");
    CHECK_THROWS_WITH_AS(row_stationary_mapping({}, layer, find_architecture("zc706")),
                         doctest::Contains("zc706 is not row stationary"), InputError);
  }

  TEST_CASE("the letters are those that the architecture hands along, whatever it looks like") {
    const Layer layer = find_layer("alexnet_conv3");
    Architecture eyeriss = find_architecture("eyeriss");
    const RowStationary given = parse_row_stationary("m=64,n=1,e=13,p=16,q=3,r=2,t=2");
    const Mapping mapping = row_stationary_mapping(given, layer, eyeriss);
    CHECK(row_stationary_of(mapping, layer, eyeriss) == given);
    eyeriss.letters.clear();
    CHECK_FALSE(row_stationary_of(mapping, layer, eyeriss));
    CHECK_THROWS_WITH_AS(row_stationary_mapping(given, layer, eyeriss),
                         doctest::Contains("eyeriss is not row stationary"), InputError);
    CHECK(find_architecture("eyeriss_free").letters.empty());
    CHECK(find_architecture("zc706").letters.empty());
  }

  TEST_CASE("letters stand for other loops where the architecture says so") {
    const Layer layer = find_layer("alexnet_conv3");
    Architecture eyeriss = find_architecture("eyeriss");
    const Mapping mapping = row_stationary_mapping(
        parse_row_stationary("m=64,n=1,e=13,p=16,q=3,r=2,t=2"), layer, eyeriss);
    // n = the columns of a pass: all 13 of CONV3.
    for (MappingLetter& each : eyeriss.letters) {
      if (each.letter == 'n') each.dim = Dim::Q;
    }
    const auto parameters = row_stationary_of(mapping, layer, eyeriss);
    REQUIRE(parameters);
    CHECK(parameters->n == 13);
    CHECK(parameters->m == 64);
  }

  TEST_CASE("map prints the parameters of what it found") {
    const Architecture eyeriss = find_architecture("eyeriss");
    const Layer layer = find_layer("alexnet_conv3");
    const SearchResult found = search(eyeriss, layer, {});
    REQUIRE(best_mapping(found));
    const auto parameters = row_stationary_of(*best_mapping(found), layer, eyeriss);
    REQUIRE(parameters);
    const Mapping again = row_stationary_mapping(*parameters, layer, eyeriss);
    CHECK(evaluate(eyeriss, layer, again).energy.total.count() ==
          doctest::Approx((*cost(found)).energy.total.count()));
    CHECK_FALSE(row_stationary_of(*best_mapping(found), layer, find_architecture("zc706")));
  }
}

}  // namespace
}  // namespace tilewise
