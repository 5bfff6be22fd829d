#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tilewise {

/// What one device asks for each architecture of a data set, in order of rows.
struct DeviceCosts {
  std::string device;
  std::vector<double> latency_ms;
  std::vector<double> energy_mj;
};

/// The costs of all architectures on one data set; lists in order of rows.
struct DatasetCosts {
  std::string dataset;
  std::vector<std::int64_t> indices;
  std::vector<std::string> architectures;
  std::vector<double> macs;
  std::vector<double> parameters;
  std::vector<DeviceCosts> devices;
};

/// Reads the costs.csv of a sweep: by data set, in the order of the file. Devices are those that
/// the header has a column of latency and one of energy for. Throws InputError with the line where
/// it is no such file.
std::vector<DatasetCosts> read_cost_table(const std::filesystem::path& path);

}  // namespace tilewise
