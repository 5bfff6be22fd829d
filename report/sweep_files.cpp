#include "report/sweep_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "sim/mapping_yaml.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

/// run.yaml last: where it is, the others are whole.
constexpr std::array<std::string_view, 3> kFiles{"costs.csv", "layers.csv", "run.yaml"};

/// A cell of a CSV file, quoted where it must be (RFC 4180).
std::string cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

/// A string of a YAML file: JSON's are YAML's.
std::string yaml_string(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

double off_chip_bytes(const LayerCost& cost) {
  return static_cast<double>(cost.off_chip_bits) / 8.0;
}

/// Mapping and bounds of the space; empty and "fixed" where the schedule is.
std::string mapping_cell(const Device& device, const SearchResult& found) {
  const auto* architecture = std::get_if<Architecture>(&device);
  return architecture ? cell(nest_line(*found.best, *architecture)) : "";
}
std::string_view factors_cell(const Device& device, const SearchResult& found) {
  return has_fixed_schedule(device) ? "fixed" : name(found.factors);
}

void add_layer_row(std::string& text, const SweepLayer& entry, const Device& device,
                   const SearchResult& found) {
  const Layer& layer = entry.layer;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "{},{},{}", cell(layer.name), cell(name(device)), name(layer.op));
  for (const Dim d : kDims) fmt::format_to(out, ",{}", layer.bounds[d]);
  for (const Plane& plane : {layer.stride, layer.dilation, layer.padding, layer.image}) {
    fmt::format_to(out, ",{},{}", plane.vertical, plane.horizontal);
  }
  const LayerCost& cost = found.cost;
  fmt::format_to(out, ",{},{},{},{},{}", entry.times_used, mapping_cell(device, found),
                 cost.latency.total.count(), cost.time.count() / 1e3, cost.energy.total.count());
  EnumArray<EnergyCause, Picojoules> by_cause{};
  for (const EnergyItem& item : cost.energy.items) by_cause[item.cause] += item.energy;
  for (const Picojoules energy : by_cause) fmt::format_to(out, ",{}", energy.count());
  fmt::format_to(out, ",{},{},{},{},{},{},{},{}\n", off_chip_bytes(cost), cost.utilisation,
                 cell(cost.bound), cost.latency.stall_share(), factors_cell(device, found),
                 found.space.digits, found.certificate.evaluated, found.proven ? "yes" : "no");
}

fs::path part_folder(const fs::path& folder) {
  return folder.parent_path() / fmt::format(".{}.part", folder.filename().string());
}

/// Absolute, without "." and without a slash at the end.
fs::path plain(const fs::path& folder) {
  const fs::path path = fs::absolute(folder).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

void check(const std::error_code& error, const fs::path& path) {
  if (error) {
    throw InputError(fmt::format("{}: cannot be written: {}", path.string(), error.message()));
  }
}

/// Removes what a sweep that was cut short left, and the folder if nothing else is in it.
void remove_part(const fs::path& part) {
  std::error_code ignored;
  for (const std::string_view file : kFiles) fs::remove(part / file, ignored);
  std::vector<fs::path> left;
  for (const auto& entry : fs::directory_iterator(part, ignored)) {
    if (entry.path().extension() == ".part") left.push_back(entry.path());
  }
  for (const fs::path& file : left) fs::remove(file, ignored);
  fs::remove(part, ignored);
}

/// Moves the whole files from `part` to their place.
void publish(const fs::path& part, const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder)) {
    fs::rename(part, folder, error);
    check(error, folder);
    return;
  }
  fs::remove(folder / kFiles.back(), error);
  for (const std::string_view file : kFiles) {
    fs::rename(part / file, folder / file, error);
    check(error, folder / file);
  }
  fs::remove(part, error);
}

}  // namespace

void check_sweep_folder(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) return;
  if (!fs::is_directory(folder, error)) {
    throw InputError(fmt::format("{}: not a folder; name another", folder.string()));
  }
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string file = entry.path().filename().string();
    if (std::find(kFiles.begin(), kFiles.end(), file) == kFiles.end()) {
      throw InputError(fmt::format("{}: holds {}, which is not of a sweep; name another folder",
                                   folder.string(), file));
    }
  }
  check(error, folder);
}

std::string costs_csv(const SweepResult& result) {
  std::string text = "index,arch_str,dataset,macs,params";
  auto out = std::back_inserter(text);
  for (const Device& device : result.devices) {
    for (const std::string_view metric :
         {"latency_ms", "energy_mJ", "dram_bytes", "arithmetic_intensity_macs_per_byte"}) {
      fmt::format_to(out, ",{}", cell(fmt::format("{}_{}", name(device), metric)));
    }
  }
  text += '\n';
  for (const SweepRow& row : result.rows) {
    fmt::format_to(out, "{},{},{},{},{}", row.index,
                   cell(to_string(nasbench201_architecture(row.index))), name(row.dataset),
                   row.macs, row.parameters);
    for (std::size_t d = 0; d < result.devices.size(); ++d) {
      fmt::format_to(out, ",{},{},{},{}", row.latency_ms[d], row.energy_mj[d], row.dram_bytes[d],
                     static_cast<double>(row.macs) / row.dram_bytes[d]);
    }
    text += '\n';
  }
  return text;
}

std::string layers_csv(const SweepResult& result) {
  std::string text = "name,device,operator";
  for (const Dim d : kDims) text += fmt::format(",{}", name(d));
  for (const std::string_view plane : {"stride", "dilation", "padding", "image"}) {
    text += fmt::format(",{0}_vertical,{0}_horizontal", plane);
  }
  text += ",times_used,mapping,cycles,latency_ms,energy_pJ";
  for (const EnergyCause cause : all_of<EnergyCause>()) {
    text += fmt::format(",energy_{}_pJ", name(cause));
  }
  text += ",dram_bytes,utilisation,bound,stall_share,factors,space_size,evaluated,proven\n";
  for (const SweepLayer& layer : result.layers) {
    for (std::size_t d = 0; d < result.devices.size(); ++d) {
      add_layer_row(text, layer, result.devices[d], layer.results[d]);
    }
  }
  return text;
}

std::string run_yaml(const SweepResult& result, const SweepOptions& options,
                     const std::string& command) {
  std::string text = fmt::format("command: {}\nversion: {}\nspace: nasbench201\ndevices:\n",
                                 yaml_string(command), yaml_string(version()));
  for (const Device& device : result.devices) {
    text += fmt::format("  - {{name: {}, configuration: \"{}\"}}\n", yaml_string(name(device)),
                        fingerprint(describe(device)));
  }
  text +=
      fmt::format("objective: {}\nfactors: {}\nprune_dead: {}\ndatasets:\n",
                  name(options.objective), name(options.factors), options.prune == PruneDead::Yes);
  for (const Dataset dataset : options.datasets) text += fmt::format("  - {}\n", name(dataset));
  text += fmt::format("layers: {}\nrows: {}\nphases:\n", result.layers.size(), result.rows.size());
  for (const PhaseTime& phase : result.phases) {
    text +=
        fmt::format("  - {{name: {}, seconds: {:.3f}}}\n", yaml_string(phase.phase), phase.seconds);
  }
  return text;
}

void write_sweep(const SweepResult& result, const SweepOptions& options, const std::string& command,
                 const fs::path& folder) {
  check_sweep_folder(folder);
  const fs::path place = plain(folder);
  const fs::path part = part_folder(place);
  remove_part(part);
  std::error_code error;
  fs::create_directories(part, error);
  check(error, part);
  try {
    write_file(part / "costs.csv", costs_csv(result));
    write_file(part / "layers.csv", layers_csv(result));
    write_file(part / "run.yaml", run_yaml(result, options, command));
    publish(part, place);
  } catch (...) {
    remove_part(part);
    throw;
  }
}

}  // namespace tilewise
