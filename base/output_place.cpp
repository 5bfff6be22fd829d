#include "base/output_place.hpp"

#include <fmt/format.h>

#include <cstring>
#include <optional>
#include <system_error>

#include "base/error.hpp"
#include "base/text.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 40;  // as Linux follows them

[[noreturn]] void refuse_place(const fs::path& path, std::string_view why) {
  throw InputError(fmt::format("{}: cannot be written: {}", path.string(), why));
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// N of /dev/fd/N and of what /dev/stdout leads to.
std::optional<int> own_descriptor(const fs::path& path) {
  std::error_code error;
  const fs::path own = fs::canonical("/proc/self/fd", error);
  if (error || fs::canonical(folder_of(path), error) != own || error) return std::nullopt;
  const auto number = parse_integer(path.filename().string());
  if (!number) return std::nullopt;
  return static_cast<int>(*number);
}

}  // namespace

OutputPlace output_place(const fs::path& path) {
  fs::path place = path;
  std::error_code error;
  for (int links = 0;; ++links) {
    if (const auto number = own_descriptor(place)) {
      return {OutputPlace::Kind::Descriptor, place, *number};
    }
    if (!fs::is_symlink(fs::symlink_status(place, error))) break;
    if (links == kMostLinks) refuse_place(path, std::strerror(ELOOP));
    const fs::path target = fs::read_symlink(place, error);
    if (error) refuse_place(path, error.message());
    place = folder_of(place) / target;  // an absolute one alone
  }
  const fs::file_status found = fs::status(place, error);
  switch (found.type()) {
    case fs::file_type::regular:
    case fs::file_type::not_found: break;
    case fs::file_type::fifo:
    case fs::file_type::character: return {OutputPlace::Kind::Stream, place, -1};
    case fs::file_type::directory: refuse_place(path, std::strerror(EISDIR));
    case fs::file_type::block: refuse_place(path, "it is a block device; name a file");
    case fs::file_type::socket: refuse_place(path, "it is a socket; name a file");
    default: refuse_place(path, error.message());
  }
  if (!place.has_filename()) refuse_place(path, "it names no file");
  return {OutputPlace::Kind::File, place, -1};
}

void check_output(std::string_view option, const fs::path& output,
                  std::span<const std::string> inputs) {
  std::error_code error;
  if (output.empty() || !fs::is_regular_file(output, error)) return;
  for (const std::string& input : inputs) {
    if (!fs::is_regular_file(input, error) || !fs::equivalent(input, output, error)) continue;
    const std::string also = input == output.string() ? "" : fmt::format(", as {}", input);
    throw InputError(
        fmt::format("{} {}: that file is read{} and would be overwritten; name another", option,
                    output.string(), also));
  }
}

}  // namespace tilewise
