#include "sweep/network_list.hpp"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace tilewise {
namespace {

bool is_there(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

bool is_pattern(std::string_view word) {
  return word.find_first_of("*?[") != std::string_view::npos;
}

/// The files that a pattern matches, by name.
std::vector<std::string> matches(const std::string& pattern) {
  glob_t found = {};
  std::vector<std::string> paths;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  ::globfree(&found);
  std::sort(paths.begin(), paths.end());
  return paths;
}

void add_word(const std::string& word, std::vector<std::string>& expanded) {
  if (word.empty()) throw InputError("network: an empty name; leave it out, or name one");
  if (is_there(word) || !is_pattern(word)) {
    expanded.push_back(word);
    return;
  }
  const std::vector<std::string> paths = matches(word);
  if (paths.empty()) {
    throw InputError(fmt::format(
        "{}: no file is called so; a pattern such as 'models/*.onnx' names files, in quotes",
        word));
  }
  expanded.insert(expanded.end(), paths.begin(), paths.end());
}

}  // namespace

std::vector<std::string> expand_words(std::span<const std::string> words) {
  std::vector<std::string> expanded;
  for (const std::string& word : words) {
    if (is_there(word)) {
      expanded.push_back(word);
      continue;
    }
    for (const std::string_view part : split(word, ',')) add_word(std::string(part), expanded);
  }
  if (expanded.empty()) {
    throw InputError("network: none is named; name one, such as resnet18 or model.onnx");
  }
  return expanded;
}

std::vector<ListedNetwork> find_networks(std::span<const std::string> words,
                                         const OnnxOptions& options) {
  const std::vector<std::string> expanded = expand_words(words);
  std::set<std::string> seen;
  for (const std::string& word : expanded) {
    if (seen.insert(word).second) continue;
    throw InputError(fmt::format("network {}: is there twice; name each network once", word));
  }
  std::vector<ListedNetwork> listed;
  std::map<std::string, int> uses;
  for (const std::string& word : expanded) {
    OnnxImport import = find_network_or_model(word, options);
    ++uses[import.network.name()];
    std::string name = import.network.name();
    listed.push_back({std::move(name), std::move(import.network), std::move(import.warnings)});
  }
  for (std::size_t i = 0; i < listed.size(); ++i) {
    if (uses[listed[i].name] > 1) listed[i].name = expanded[i];
  }
  return listed;
}

std::vector<ListedNetwork> list_networks(std::vector<Network> networks) {
  std::vector<ListedNetwork> listed;
  std::map<std::string, int> uses;
  for (Network& network : networks) {
    const int use = ++uses[network.name()];
    std::string name = use == 1 ? network.name() : fmt::format("{} ({})", network.name(), use);
    listed.push_back({std::move(name), std::move(network), {}});
  }
  return listed;
}

}  // namespace tilewise
