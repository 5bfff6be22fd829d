#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/format_option.hpp"
#include "app/output.hpp"
#include "app/output_check.hpp"
#include "app/progress.hpp"
#include "app/thread_option.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "report/list_report.hpp"
#include "validation/evidence_of_cases.hpp"
#include "validation/validation_case.hpp"
#include "validation/validation_report.hpp"

namespace tilewise {
namespace {

constexpr int kOutside = 1;  // exit code: a number lies outside its tolerance

struct ValidateOptions {
  std::vector<std::string> cases;
  int threads = 0;
  bool list = false;
  std::string evidence;
  FormatOption format;
};

/// The cases that are asked for, all where none is. All are read before the first one runs.
std::vector<ValidationCase> chosen_cases(const std::vector<std::string>& names) {
  const std::vector<std::string> wanted = names.empty() ? validation_case_names() : names;
  if (wanted.empty()) {
    throw InputError(fmt::format("{}: no validation case there", validation_folder().string()));
  }
  std::vector<ValidationCase> cases;
  for (const std::string& name : wanted) {
    cases.push_back(load_validation_case(find_validation_case(name)));
  }
  return cases;
}

int list_cases(const std::vector<std::string>& names, const FormatOption& format) {
  std::vector<std::vector<std::string>> rows{{"name", "title", "source"}};
  for (const ValidationCase& each : chosen_cases(names)) {
    rows.push_back({each.name, each.title, each.source});
  }
  print(list_report(rows), format);
  return 0;
}

ValidationResult run_case(const ValidationCase& each, const ValidateOptions& options) {
  ProgressBar bar;
  ValidationOptions run_options;
  run_options.threads = options.threads;
  run_options.progress = [&](double share) { bar.show(each.name, share); };
  return run_validation(each, run_options);
}

/// Throws InputError where a case was skipped: what it knows would be lost.
void write_evidence(const std::vector<ValidationResult>& results, const std::string& path) {
  for (const ValidationResult& result : results) {
    const std::string why = skipped(result);
    if (why.empty()) continue;
    throw InputError(fmt::format("--evidence: {} was skipped ({}), and its points would be missing",
                                 result.name, why));
  }
  write_file(path, evidence_yaml(evidence_of_cases(results)));
}

int run_validate(const ValidateOptions& options) {
  if (options.list) return list_cases(options.cases, options.format);
  std::vector<std::string> read;
  for (const std::string& each : options.cases) {
    for (const char* file : {"/*.yaml", "/*.csv"}) read.push_back(each + file);
  }
  refuse_input("--evidence", options.evidence, read);
  std::vector<ValidationResult> results;
  int outside = 0;
  for (const ValidationCase& each : chosen_cases(options.cases)) {
    results.push_back(run_case(each, options));
    outside += tally(results.back()).outside;
    if (options.format.format == Format::Table) {
      print_tables(validation_text(results.back()) + "\n", options.format.wide);
    }
  }
  if (!options.evidence.empty()) write_evidence(results, options.evidence);
  print(validation_report(results), options.format);
  return outside == 0 ? 0 : kOutside;
}

}  // namespace

void add_validate(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("validate", "Hold our numbers against published ones, case by case");
  const auto options = std::make_shared<ValidateOptions>();
  command->add_option("CASE", options->cases,
                      "shipped names, or folders with a case.yaml; none: all that are shipped");
  add_threads(*command, options->threads);
  command->add_flag("--list", options->list, "list the cases, run none");
  command->add_option("--evidence", options->evidence,
                      "write what hardware says of our errors to this file, as "
                      "configs/evidence/evidence.yaml has it");
  add_format(*command, options->format);
  command->footer(
      "Exit code 1 if a number lies outside its tolerance, 2 for bad input.\n"
      "Example:\n"
      "  tilewise validate\n"
      "  tilewise validate --list\n"
      "  tilewise validate eyeriss_alexnet --json\n"
      "  tilewise validate --evidence out/evidence.yaml\n"
      "  tilewise validate path/to/my_case");
  command->callback([options, &action] { action = [options] { return run_validate(*options); }; });
}

}  // namespace tilewise
