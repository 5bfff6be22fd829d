#include "report/counts_json.hpp"

#include <nlohmann/json.hpp>

namespace tilewise {
namespace {

using Json = nlohmann::ordered_json;

Json transfer_json(const NestFile& nest, const TransferCounts& transfer) {
  const auto level = [&](std::size_t l) {
    return l < nest.level_names.size() ? nest.level_names[l] : std::string("MAC");
  };
  Json json{{"tensor", name(transfer.tensor)},
            {"parent", level(transfer.parent)},
            {"child", level(transfer.child)}};
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

}  // namespace

std::string counts_json(const NestFile& nest, const AccessCounts& counts) {
  Json transfers = Json::array();
  for (const TransferCounts& transfer : counts.transfers) {
    transfers.push_back(transfer_json(nest, transfer));
  }
  const Json json{
      {"transfers", transfers}, {"compute_cycles", counts.compute_cycles}, {"macs", counts.macs}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tilewise
