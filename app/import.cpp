#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "app/busy_line.hpp"
#include "app/commands.hpp"
#include "app/format_option.hpp"
#include "app/network_argument.hpp"
#include "app/output_check.hpp"
#include "base/file.hpp"
#include "report/network_report.hpp"
#include "workload/network_yaml.hpp"
#include "workload/onnx/onnx_import.hpp"

namespace tilewise {
namespace {

struct ImportOptions {
  std::string model;
  OnnxOptions onnx;
  std::vector<std::string> dims;
  std::string output;
  FormatOption format;
};

int run_import(const ImportOptions& options) {
  refuse_input("--output", options.output, {options.model});
  OnnxOptions onnx = options.onnx;
  read_dims(options.dims, onnx);
  const OnnxImport import =
      while_busy("import " + options.model, [&] { return import_onnx(options.model, onnx); });
  if (!options.output.empty()) write_file(options.output, network_yaml(import.network));
  print_warnings(import.warnings);
  print(network_report(import.network), options.format);
  return 0;
}

}  // namespace

void add_import(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("import", "Read a network from another program's file");
  command->require_subcommand(1);
  CLI::App* onnx = command->add_subcommand("onnx", "Layers, MACs and parameters of an ONNX model");
  const auto options = std::make_shared<ImportOptions>();
  onnx->add_option("FILE", options->model, "a model; its weights are not read")->required();
  onnx->add_option("--batch", options->onnx.batch, "size of the batch that the model leaves open")
      ->check(CLI::Range(std::int64_t{1}, kMostOfDimension));
  onnx->add_option("--dim", options->dims, "size of another open dimension: NAME=SIZE");
  onnx->add_flag("--strict", options->onnx.strict, "refuse operators that are only warned of");
  onnx->add_flag("--unfused", options->onnx.unfused,
                 "activations, batch norm and moves of words are layers of their own");
  onnx->add_option("--output", options->output, "write the network to this file");
  add_format(*onnx, options->format);
  for (CLI::App* each : {command, onnx}) {
    each->footer(
        "Example:\n"
        "  tilewise import onnx model.onnx --batch 4 --output model.yaml\n"
        "  tilewise import onnx bert.onnx --dim sequence=128 --strict --json");
  }
  onnx->callback([options, &action] { action = [options] { return run_import(*options); }; });
}

}  // namespace tilewise
