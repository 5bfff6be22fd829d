#include "report/format.hpp"

#include "base/quote.hpp"

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
    case Format::Table: return printable_lines(report.table());
    case Format::Json: return report.json();
    case Format::Csv: return report.csv();
  }
  return "";
}

}  // namespace tilewise
