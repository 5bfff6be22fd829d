#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "study/model_fingerprint.hpp"

namespace tilewise {

/// The 128-bit name of a text: equal texts have equal keys, others practically never do.
struct Key {
  std::array<std::uint8_t, 16> bytes = {};
  auto operator<=>(const Key&) const = default;
};

/// The UUID of version 5 (RFC 4122: SHA-1) of `text` in a name space of Tilewise's own.
Key key_of(std::string_view text);
/// Its 32 hexadecimal digits.
std::string hexadecimal(const Key& key);

/// What one layer costs at best on one configuration, or why it does not fit: then the numbers
/// are 0 and the texts empty.
struct StoredLayer {
  double cycles = 0.0;
  double latency_ms = 0.0;
  double energy_pj = 0.0;
  double dram_bytes = 0.0;  ///< over the off-chip boundary
  double utilisation = 0.0;
  std::string mapping = {};
  std::string factors = {};
  std::int64_t evaluated = 0;  ///< mappings that the search evaluated; 0: one that others shared
  bool proven = false;         ///< no other mapping is better
  std::string why_none = {};   ///< empty where the layer fits
  friend bool operator==(const StoredLayer&, const StoredLayer&) = default;
};

/// What a workload costs on one configuration, or why it does not fit: then the numbers are 0.
struct StoredNetwork {
  double latency_ms = 0.0;
  double energy_mj = 0.0;
  double dram_bytes = 0.0;    ///< over the off-chip boundary
  bool proven = false;        ///< every layer is
  std::string why_none = {};  ///< empty where all layers fit
  friend bool operator==(const StoredNetwork&, const StoredNetwork&) = default;
};

/// What the rows of a store are.
struct StoreCheck {
  std::int64_t results = 0;       ///< of this model, intact
  std::int64_t other_models = 0;  ///< intact, but other programs' (model_fingerprint)
  std::int64_t damaged = 0;       ///< not as they were written
};

/// The results of an exploration in `folder`/results.sqlite (docs/formats.md). Any number of
/// threads and processes may use a store at once; what was added outlives `kill -9`. Doubles come
/// back bit for bit (-0 as 0). Each function throws InputError, naming file and cure, where the
/// file cannot be read or written (full disk, another process that does not let go, not a store);
/// it is left whole. Results of another model, and rows that are not as they were written, are not
/// there for the functions below: they are computed anew.
class ResultStore {
 public:
  static constexpr std::chrono::milliseconds kPatience{30'000};

  /// Opens the store, or makes it; `folder` is made where its parent is there. `patience` is how
  /// long to wait for other processes. Throws InputError also for a store of another version of
  /// the tables. `model` is what computes the results: this program, but in tests.
  explicit ResultStore(const std::filesystem::path& folder,
                       std::chrono::milliseconds patience = kPatience,
                       std::string_view model = model_fingerprint());
  /// Opens a store that is there, for reading: also in a folder that cannot be written.
  static ResultStore read_only(const std::filesystem::path& folder,
                               std::chrono::milliseconds patience = kPatience);
  ResultStore(ResultStore&& other) noexcept;
  ResultStore& operator=(ResultStore&& other) noexcept;
  ~ResultStore();

  std::optional<StoredLayer> find_layer(const Key& configuration, const Key& layer) const;
  std::optional<StoredNetwork> find_network(const Key& configuration, const Key& network) const;
  /// All that is known of one configuration: faster than one find a layer.
  std::map<Key, StoredLayer> layers_of(const Key& configuration) const;
  std::map<Key, StoredNetwork> networks_of(const Key& configuration) const;

  /// Each is kept at once, unless there is a result of these keys: the first stays. Numbers must
  /// be finite (std::logic_error). A map is kept as a whole or not at all, and is faster.
  void add(const Key& configuration, const Key& layer, const StoredLayer& result);
  void add(const Key& configuration, const Key& network, const StoredNetwork& result);
  void add(const Key& configuration, const std::map<Key, StoredLayer>& results);
  void add(const Key& configuration, const std::map<Key, StoredNetwork>& results);

  std::int64_t layer_count() const;
  std::int64_t network_count() const;

  /// Reads every row. Throws InputError where the file itself is damaged.
  StoreCheck check() const;
  /// Removes the rows that are no results of this model and gives their room back; what was there.
  StoreCheck vacuum();
  /// The layers in the order of their keys: configuration, layer, result. What was there besides.
  StoreCheck each_layer(
      const std::function<void(const Key&, const Key&, const StoredLayer&)>& visit) const;

 private:
  struct Connection;
  explicit ResultStore(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

}  // namespace tilewise
