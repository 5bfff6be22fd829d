#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "study/result_store.hpp"
#include "study/sqlite.hpp"

namespace tilewise {

/// The table of one kind of result, StoredLayer or StoredNetwork. Each row has the model that
/// computed it and a checksum over all its columns (docs/formats.md, Result store). Only intact
/// rows of one model are results; to the functions that read, all others are not there.
template <class Result>
class StoreTable {
 public:
  /// The statement that makes the table.
  static std::string definition();

  /// The results of `model` in the `database`, which stays where it is.
  StoreTable(const Database& database, std::string model);

  std::optional<Result> find(const Key& configuration, const Key& key) const;
  std::map<Key, Result> all(const Key& configuration) const;
  /// Keeps a result where there is none of these keys; a damaged row there makes room.
  void add(const Key& configuration, const Key& key, const Result& result) const;
  std::int64_t count() const;

  /// Every row of every model: which kind it is.
  StoreCheck check() const;
  /// Makes the table anew of the results of this model alone. Assumes a transaction.
  void rebuild() const;
  /// The results in the order of their keys: configuration, key, result. Counts as check() does.
  StoreCheck each(const std::function<void(const Key&, const Key&, const Result&)>& visit) const;

 private:
  struct Row;
  static std::string_view name();
  bool next_row(Query& query, Row& row) const;
  void remove(const Row& row) const;

  const Database* database_;
  std::string model_;
  Statement find_;
  Statement all_;
  Statement every_;
  Statement add_;
  Statement remove_;
};

}  // namespace tilewise
