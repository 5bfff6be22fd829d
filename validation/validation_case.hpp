#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "validation/compared_point.hpp"
#include "validation/validation_table.hpp"

namespace tilewise {

struct ValidationOptions {
  int threads = 0;                            ///< of searches; 0: one a core
  std::function<void(double)> progress = {};  ///< called with the share done, 0 to 1
};

/// What a kind of case makes of its folder: tables of our numbers beside the published ones.
using ValidationRun = std::function<std::vector<ValidationTable>(const ValidationOptions&)>;

/// Published numbers and how to compute ours. docs/formats.md, Validation case.
struct ValidationCase {
  std::string name;  ///< of the folder
  std::string title;
  std::string source;  ///< of the published numbers
  std::string kind;
  ValidationRun run;
  std::optional<EvidenceKey> evidence;  ///< which columns speak for the design of its first table
};

/// The case of a folder that holds case.yaml and published.csv, all of it read and checked. Throws
/// InputError with file, line, key and cure.
ValidationCase load_validation_case(const std::filesystem::path& folder);
/// The folder of that path, or of a shipped case by its name. Throws InputError that lists them.
std::filesystem::path find_validation_case(const std::string& name);
/// The names of the shipped cases, in order.
std::vector<std::string> validation_case_names();

/// A case that has run.
struct ValidationResult {
  std::string name;
  std::string title;
  std::string source;
  std::vector<ValidationTable> tables;
  std::vector<ComparedPoint> points = {};  ///< layers that hardware was measured for
};
ValidationResult run_validation(const ValidationCase& of, const ValidationOptions& options);
ValidationTally tally(const ValidationResult& result);
/// Why a table of it was skipped; empty: none was.
std::string skipped(const ValidationResult& result);

/// Title, source and the tables of one case.
std::string validation_text(const ValidationResult& result);
/// One line a case: numbers that were held against published ones, and how many lie outside.
std::string validation_summary(const std::vector<ValidationResult>& results);

}  // namespace tilewise
