#include "report/list_report.hpp"

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/csv.hpp"
#include "base/text_table.hpp"

namespace tilewise {
namespace {

using Json = nlohmann::ordered_json;

std::string list_json(const std::vector<std::vector<std::string>>& rows) {
  Json list = Json::array();
  for (std::size_t r = 1; r < rows.size(); ++r) {
    Json& object = list.emplace_back(Json::object());
    for (std::size_t c = 0; c < rows[r].size(); ++c) object[rows[0][c]] = rows[r][c];
  }
  return list.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

Report list_report(std::vector<std::vector<std::string>> rows) {
  const auto kept = std::make_shared<std::vector<std::vector<std::string>>>(std::move(rows));
  return {[kept] { return text_table(*kept); }, [kept] { return list_json(*kept); },
          [kept] { return csv_table(*kept); }};
}

}  // namespace tilewise
