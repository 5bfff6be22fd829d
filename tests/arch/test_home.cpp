#include "arch/home.hpp"

#include <doctest/doctest.h>

#include "arch/architecture_yaml.hpp"
#include "refusal.hpp"

namespace tilewise {
namespace {

Home home_in(const std::variant<Home, NoHome>& found) { return std::get<Home>(found); }

/// Two levels on chip: GLB with one memory for all, PE of 4 x 4 instances.
std::string file(const std::string& home_keys, const std::string& glb_keys = "") {
  return "name: chip\nclock: 100 MHz\ntechnology: {node: 45 nm, voltage: 1 V, devices: lp}\n" +
         home_keys +
         "levels:\n"
         "  - name: DRAM\n"
         "    memories: [{name: dram, holds: [Input, Weight, Output], word_width: 64 bit,\n"
         "                energy: {read: 1 pJ, write: 1 pJ}}]\n"
         "  - name: GLB\n" +
         glb_keys +
         "    memories:\n"
         "      - {name: a, holds: [Input, Weight], capacity: 1 KiB, word_width: 16 bit,\n"
         "         energy: {read: 1 pJ, write: 1 pJ}}\n"
         "      - {name: b, holds: [Output], capacity: 2 KiB, word_width: 16 bit,\n"
         "         energy: {read: 1 pJ, write: 1 pJ}}\n"
         "    fan_out: {x: {size: 4}, y: {size: 4}}\n"
         "  - name: PE\n"
         "    memories: [{name: rf, holds: [Input, Weight, Output], capacity: 64 B,\n"
         "                word_width: 16 bit, energy: {read: 1 pJ, write: 1 pJ}}]\n"
         "compute: {operand_width: 16 bit, energy: 1 pJ}\n";
}

Architecture chip(const std::string& home_keys, const std::string& glb_keys = "") {
  return read_architecture(YamlNode::load_text(file(home_keys, glb_keys), "chip.yaml"));
}

TEST_SUITE("home") {
  TEST_CASE("the home of shipped devices is the outermost level that holds both in one place") {
    const Architecture eyeriss = find_architecture("eyeriss");
    const Home home = home_in(home_of(eyeriss));
    CHECK(eyeriss.levels[home.level].name == "GLB");
    CHECK(!home.exchanges());
    CHECK(home_room(eyeriss, home) == std::vector<Bits>{Bits{100 * 8192}});
    const Architecture zc706 = find_architecture("zc706");
    const Home buffers = home_in(home_of(zc706));
    CHECK(zc706.levels[buffers.level].name == "buffers");
    CHECK(buffers.exchanges());
  }

  TEST_CASE("two memories are a home only where they exchange roles, and a PE never is") {
    const auto none = home_of(chip(""));
    CHECK(std::get<NoHome>(none).why.find("no level on chip") != std::string::npos);
    const Home home = home_in(home_of(chip("", "    exchanges_roles: true\n")));
    CHECK(home.level == 1);
    CHECK(home.input_memory == 0);
    CHECK(home.output_memory == 1);
    CHECK(std::get<NoHome>(home_of(chip("home: none\n", "    exchanges_roles: true\n"))).why ==
          "its file says home: none");
  }

  TEST_CASE("a level that cannot be home, or is not there, is refused by name") {
    CHECK(says(refusal([] { chip("home: GLB\n"); }), "chip.yaml:"));
    CHECK(says(refusal([] { chip("home: GLB\n"); }), "do not exchange roles"));
    CHECK(says(refusal([] { chip("home: PE\n"); }), "PE has more than one instance"));
    CHECK(says(refusal([] { chip("home: GBL\n"); }), "did you mean \"GLB\"?"));
  }

  TEST_CASE("at home a tensor has no level outside, and the room is smaller by what is taken") {
    const Architecture made = chip("", "    exchanges_roles: true\n");
    const Home home = home_in(home_of(made));
    HomeUse use{.kept = {{true, false, false}}, .exchanged = true, .taken = {Bits{96}, Bits{4096}}};
    const Architecture at = at_home(made, home, use);
    CHECK(tensors_at_home(at) == EnumArray<Tensor, bool>{{true, false, false}});
    CHECK(at.levels[1].whole[Tensor::Input]);
    CHECK(at.constraints[1].keep[Tensor::Input] == true);
    // Exchanged: Input lies in b, where Output was; the weights stay in a.
    CHECK(at.levels[1].memory_of(Tensor::Input)->name == "b");
    CHECK(at.levels[1].memory_of(Tensor::Output)->name == "a");
    CHECK(at.levels[1].memory_of(Tensor::Weight)->name == "a");
    CHECK(at.levels[1].memories[0].capacity == Bits{8192 - 96});
    CHECK(at.levels[1].memories[1].capacity == Bits{16384 - 4096});
    use.taken = {Bits{9000}, Bits{0}};
    CHECK(at_home(made, home, use).levels[1].memories[0].capacity == Bits{0});
  }
}

}  // namespace
}  // namespace tilewise
