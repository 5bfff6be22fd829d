#pragma once

#include <span>
#include <string>
#include <vector>

#include "workload/network.hpp"
#include "workload/onnx/onnx_import.hpp"

namespace tilewise {

/// A network of several, under a name that no other one has.
struct ListedNetwork {
  std::string name;
  Network network;
  std::vector<std::string> warnings = {};  ///< of its import
};

/// The words that a user means: each is a path that exists, a pattern of paths (*, ?, [...]), which
/// stands for all files that it matches, by name, or several of these by comma. Throws InputError
/// where there are none, a part is empty or a pattern matches nothing.
std::vector<std::string> expand_words(std::span<const std::string> words);

/// The networks of such words, each as find_network_or_model takes it. Networks of one name are
/// called by the words that named them. Throws InputError also where a word is there twice.
std::vector<ListedNetwork> find_networks(std::span<const std::string> words,
                                         const OnnxOptions& options = {});

/// Networks that are at hand, numbered where they share a name: "net", "net (2)".
std::vector<ListedNetwork> list_networks(std::vector<Network> networks);

}  // namespace tilewise
