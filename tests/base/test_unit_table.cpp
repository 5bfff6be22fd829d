#include "base/unit_table.hpp"

#include <doctest/doctest.h>

#include <array>

#include "base/error.hpp"
#include "base/yaml.hpp"

namespace tilewise {
namespace {

TEST_SUITE("unit table") {
  TEST_CASE("a factor is the double that one would write") {
    CHECK(unit_factor(UnitKind::Time, "ns", "us") == 1e-3);
    CHECK(unit_factor(UnitKind::Time, "ns", "ms") == 1e-6);
    CHECK(unit_factor(UnitKind::Time, "ns", "s") == 1e-9);
    CHECK(unit_factor(UnitKind::Time, "min", "s") == 60.0);
    CHECK(unit_factor(UnitKind::Time, "s", "us") == 1e6);
    CHECK(unit_factor(UnitKind::Energy, "fJ", "pJ") == 1e-3);
    CHECK(unit_factor(UnitKind::Energy, "J", "pJ") == 1e12);
    CHECK(unit_factor(UnitKind::Frequency, "kHz", "MHz") == 1e-3);
    CHECK(unit_factor(UnitKind::Frequency, "GHz", "MHz") == 1e3);
    CHECK(unit_factor(UnitKind::Power, "uW", "mW") == 1e-3);
    CHECK(unit_factor(UnitKind::Area, "um2", "mm2") == 1e-6);
    CHECK(unit_factor(UnitKind::Voltage, "mV", "V") == 1e-3);
    CHECK(unit_factor(UnitKind::Size, "GiB", "bit") == 8589934592.0);
    CHECK(unit_factor(UnitKind::Traffic, "MB", "B") == 1e6);
    CHECK(unit_factor(UnitKind::EnergyTime, "J s", "mJ ms") == 1e6);
    CHECK(unit_factor(UnitKind::Count, "", "") == 1.0);
  }

  TEST_CASE("a unit of another kind has no factor") {
    CHECK_FALSE(unit_factor(UnitKind::Time, "pJ", "us"));
    CHECK_FALSE(unit_factor(UnitKind::Time, "", "us"));
    CHECK_FALSE(unit_factor(UnitKind::Size, "kB", "bit"));
    CHECK_FALSE(unit_factor(UnitKind::Size, "furlong", "bit"));
  }

  TEST_CASE("a unit tells its kind") {
    CHECK(unit_kind("B") == UnitKind::Size);
    CHECK(unit_kind("GB") == UnitKind::Traffic);
    CHECK(unit_kind("GB/s") == UnitKind::Bandwidth);
    CHECK(unit_kind("") == UnitKind::Count);
    CHECK_FALSE(unit_kind("furlong"));
    CHECK(name(UnitKind::CycleBandwidth) == "bandwidth a cycle");
  }

  TEST_CASE("a number and its unit are read with any blanks around") {
    for (const char* text : {"2s", "2 s", "  2  s ", "2e0\ts"}) {
      CAPTURE(text);
      const auto value = parse_unit_value(text);
      REQUIRE(value);
      CHECK(value->number == 2.0);
      CHECK(value->unit == "s");
    }
    CHECK(parse_unit_value("1.5")->unit.empty());
    CHECK(parse_unit_value("2 mJ ms")->unit == "mJ ms");
    for (const char* text : {"", "s", "nan s", "1e999 s", "- 2 s"}) {
      CAPTURE(text);
      CHECK_FALSE(parse_unit_value(text));
    }
  }

  TEST_CASE("an error for a wrong unit lists those of its kind") {
    const YamlNode yaml = YamlNode::load_text("5 m", "a.yaml");
    CHECK_THROWS_WITH_AS(yaml.time(),
                         "a.yaml:1: expected a time such as 450 ns (ns, us, ms, s, min), found "
                         "\"5 m\"",
                         InputError);
    CHECK_THROWS_WITH_AS(yaml.bandwidth(Megahertz{100.0}),
                         "a.yaml:1: expected unlimited or a bandwidth such as 64 bit/cycle or 12.8 "
                         "GB/s (bit/cycle, B/cycle, MB/s, GB/s), found \"5 m\"",
                         InputError);
  }

  TEST_CASE("a bandwidth by time is divided by the clock in one step") {
    // 12.8 GB/s at 300 MHz: 12.8 x (8000 / 300) bit a cycle.
    CHECK(YamlNode::load_text("12.8 GB/s", "a.yaml").bandwidth(Megahertz{300.0}).count() ==
          12.8 * (8000.0 / 300.0));
    CHECK(YamlNode::load_text("70 MB/s", "a.yaml").bandwidth(Megahertz{300.0}).count() ==
          70.0 * (8.0 / 300.0));
    CHECK(YamlNode::load_text("3 B/cycle", "a.yaml").bandwidth(Megahertz{300.0}).count() == 24.0);
  }
}

}  // namespace
}  // namespace tilewise
