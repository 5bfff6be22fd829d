#include "report/format.hpp"

namespace tilewise {

std::string_view name(Format format) {
  switch (format) {
    case Format::Table: return "table";
    case Format::Json: return "json";
    case Format::Csv: return "csv";
  }
  return "";
}

std::string formatted(const Report& report, Format format) {
  switch (format) {
    case Format::Table: return report.table();
    case Format::Json: return report.json();
    case Format::Csv: return report.csv();
  }
  return "";
}

}  // namespace tilewise
