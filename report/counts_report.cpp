#include "report/counts_report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/csv.hpp"
#include "report/cost_text.hpp"

namespace tilewise {
namespace {

using Json = nlohmann::ordered_json;

Json transfer_json(const NestFile& nest, const TransferCounts& transfer) {
  Json json{{"tensor", name(transfer.tensor)},
            {"parent", level_name(nest.level_names, transfer.parent)},
            {"child", level_name(nest.level_names, transfer.child)}};
  if (transfer.tensor == Tensor::Output) {
    json["child_drains"] = transfer.child_words;
    json["parent_updates"] = transfer.parent_words;
    json["parent_partial_reads"] = transfer.parent_partial_reads;
  } else {
    json["child_fills"] = transfer.child_words;
    json["parent_reads"] = transfer.parent_words;
  }
  return json;
}

std::string counts_json(const NestFile& nest, const AccessCounts& counts) {
  Json transfers = Json::array();
  for (const TransferCounts& transfer : counts.transfers) {
    transfers.push_back(transfer_json(nest, transfer));
  }
  const Json json{
      {"transfers", transfers}, {"compute_cycles", counts.compute_cycles}, {"macs", counts.macs}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string counts_text(const NestFile& nest, const AccessCounts& counts) {
  return fmt::format("{}\ncompute cycles: {}\nMACs: {}\n", transfers_text(counts, nest.level_names),
                     counts.compute_cycles, counts.macs);
}

std::string counts_csv(const NestFile& nest, const AccessCounts& counts) {
  std::vector<std::vector<std::string>> rows{{"tensor", "parent", "child", "child_fills",
                                              "parent_reads", "child_drains", "parent_updates",
                                              "parent_partial_reads"}};
  for (const TransferCounts& transfer : counts.transfers) {
    const std::string child = fmt::format("{}", transfer.child_words);
    const std::string parent = fmt::format("{}", transfer.parent_words);
    std::vector<std::string>& row = rows.emplace_back();
    row = {std::string(name(transfer.tensor)), level_name(nest.level_names, transfer.parent),
           level_name(nest.level_names, transfer.child)};
    if (transfer.tensor == Tensor::Output) {
      row.insert(row.end(),
                 {"", "", child, parent, fmt::format("{}", transfer.parent_partial_reads)});
    } else {
      row.insert(row.end(), {child, parent, "", "", ""});
    }
  }
  return csv_table(rows);
}

}  // namespace

Report counts_report(const NestFile& nest, const AccessCounts& counts) {
  return {[&] { return counts_text(nest, counts); }, [&] { return counts_json(nest, counts); },
          [&] { return counts_csv(nest, counts); }};
}

}  // namespace tilewise
