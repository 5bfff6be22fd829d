#include "space/file/indexed_keys.hpp"

#include <fmt/format.h>

namespace tilewise {

void read_indexed_keys(YamlMap& map, SpaceFile& file) {
  const auto find = [&](std::string_view key) {
    const auto node = map.find(key);
    if (node && !file.enumerated) node->fail(fmt::format("{} needs `form: indexed`", key));
    return node;
  };
  if (const auto where = find("where")) file.where = parse_expression(*where);
  if (const auto order = find("order")) {
    if (file.where) order->fail("order needs `form: indexed` without `where`");
    file.order = order;
  }
  if (const auto first = find("listed_first")) file.listed_first = parse_expression(*first);
  if (const auto name = find("network_name")) file.network_name = parse_pattern(*name);
  if (const auto help = find("text_help")) file.text_help = help->text();
}

}  // namespace tilewise
