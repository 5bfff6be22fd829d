#include "study/store_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

#include "base/hash.hpp"

namespace tilewise {
namespace {

// A number that is none becomes NULL in SQLite and an infinite one stays: neither is a cost.
constexpr const char* kLayerTable = R"sql(CREATE TABLE layer (
  model TEXT NOT NULL,
  configuration BLOB NOT NULL,
  layer BLOB NOT NULL,
  checksum INTEGER NOT NULL,
  cycles REAL NOT NULL CHECK (abs(cycles) < 9e999),
  latency_ms REAL NOT NULL CHECK (abs(latency_ms) < 9e999),
  energy_pj REAL NOT NULL CHECK (abs(energy_pj) < 9e999),
  dram_bytes REAL NOT NULL CHECK (abs(dram_bytes) < 9e999),
  utilisation REAL NOT NULL CHECK (abs(utilisation) < 9e999),
  mapping TEXT NOT NULL,
  factors TEXT NOT NULL,
  evaluated INTEGER NOT NULL,
  proven INTEGER NOT NULL,
  why_none TEXT NOT NULL,
  PRIMARY KEY (model, configuration, layer)
) STRICT, WITHOUT ROWID;
)sql";
constexpr const char* kNetworkTable = R"sql(CREATE TABLE network (
  model TEXT NOT NULL,
  configuration BLOB NOT NULL,
  network BLOB NOT NULL,
  checksum INTEGER NOT NULL,
  latency_ms REAL NOT NULL CHECK (abs(latency_ms) < 9e999),
  energy_mj REAL NOT NULL CHECK (abs(energy_mj) < 9e999),
  dram_bytes REAL NOT NULL CHECK (abs(dram_bytes) < 9e999),
  proven INTEGER NOT NULL,
  why_none TEXT NOT NULL,
  PRIMARY KEY (model, configuration, network)
) STRICT, WITHOUT ROWID;
)sql";

constexpr const char* kOf = "model = ? AND configuration = ?";

std::string_view table_name(const StoredLayer* /*kind*/) { return "layer"; }
std::string_view table_name(const StoredNetwork* /*kind*/) { return "network"; }

std::string_view definition_of(const StoredLayer* /*kind*/) { return kLayerTable; }
std::string_view definition_of(const StoredNetwork* /*kind*/) { return kNetworkTable; }

std::string_view columns(const StoredLayer* /*kind*/) {
  return "cycles, latency_ms, energy_pj, dram_bytes, utilisation, mapping, factors, evaluated, "
         "proven, why_none";
}

std::string_view columns(const StoredNetwork* /*kind*/) {
  return "latency_ms, energy_mj, dram_bytes, proven, why_none";
}

/// Takes the values of a row's columns up, as a query binds them.
class Checksum {
 public:
  Checksum& bind(double value) {
    // SQLite keeps -0 as 0.
    return bind(std::bit_cast<std::int64_t>(value == 0.0 ? 0.0 : value));
  }
  Checksum& bind(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    for (unsigned shift = 0; shift < 64; shift += 8) hash_ = fnv_add(hash_, bits >> shift & 0xffU);
    return *this;
  }
  Checksum& bind(std::string_view value) {
    bind(static_cast<std::int64_t>(value.size()));
    for (const char c : value) hash_ = fnv_add(hash_, static_cast<unsigned char>(c));
    return *this;
  }
  Checksum& bind(std::span<const std::uint8_t> value) {
    bind(static_cast<std::int64_t>(value.size()));
    for (const std::uint8_t byte : value) hash_ = fnv_add(hash_, byte);
    return *this;
  }
  std::int64_t value() const { return static_cast<std::int64_t>(hash_); }

 private:
  std::uint64_t hash_ = kFnvBasis;
};

template <class Sink>
void bind_result(Sink& sink, const StoredLayer& result) {
  sink.bind(result.cycles).bind(result.latency_ms).bind(result.energy_pj);
  sink.bind(result.dram_bytes).bind(result.utilisation);
  sink.bind(result.mapping).bind(result.factors);
  sink.bind(result.evaluated).bind(std::int64_t{result.proven ? 1 : 0});
  sink.bind(result.why_none);
}

template <class Sink>
void bind_result(Sink& sink, const StoredNetwork& result) {
  sink.bind(result.latency_ms).bind(result.energy_mj).bind(result.dram_bytes);
  sink.bind(std::int64_t{result.proven ? 1 : 0}).bind(result.why_none);
}

// The members of a braced list are evaluated in order, as the columns are read.
void read(Query& query, StoredLayer& result) {
  result = {.cycles = query.real(),
            .latency_ms = query.real(),
            .energy_pj = query.real(),
            .dram_bytes = query.real(),
            .utilisation = query.real(),
            .mapping = query.text(),
            .factors = query.text(),
            .evaluated = query.integer(),
            .proven = query.integer() != 0,
            .why_none = query.text()};
}

void read(Query& query, StoredNetwork& result) {
  result = {.latency_ms = query.real(),
            .energy_mj = query.real(),
            .dram_bytes = query.real(),
            .proven = query.integer() != 0,
            .why_none = query.text()};
}

std::vector<std::uint8_t> read_blob(Query& query) {
  const std::span<const std::uint8_t> bytes = query.blob();
  return {bytes.begin(), bytes.end()};
}

Key as_key(const std::vector<std::uint8_t>& bytes) {
  Key key;
  std::copy(bytes.begin(), bytes.end(), key.bytes.begin());
  return key;
}

template <class Result>
std::int64_t checksum_of(std::string_view model, std::span<const std::uint8_t> configuration,
                         std::span<const std::uint8_t> key, const Result& result) {
  Checksum sum;
  sum.bind(table_name(static_cast<const Result*>(nullptr)));
  sum.bind(model).bind(configuration).bind(key);
  bind_result(sum, result);
  return sum.value();
}

template <class Result>
std::string selection(std::string_view table, std::string_view where) {
  const Result* kind = nullptr;
  return fmt::format("SELECT model, configuration, {}, checksum, {} FROM {}{}", table_name(kind),
                     columns(kind), table, where);
}

/// Passes over a row that is there; a number that is none is refused all the same.
template <class Result>
std::string insertion() {
  const Result* kind = nullptr;
  std::string marks = "?, ?, ?, ?, ?";
  for (const char c : columns(kind)) marks += c == ',' ? ", ?" : "";
  return fmt::format(
      "INSERT INTO {0} (model, configuration, {0}, checksum, {1}) VALUES ({2}) ON CONFLICT DO "
      "NOTHING RETURNING 1",
      table_name(kind), columns(kind), marks);
}

}  // namespace

template <class Result>
std::string_view StoreTable<Result>::name() {
  return table_name(static_cast<const Result*>(nullptr));
}

template <class Result>
std::string StoreTable<Result>::definition() {
  return std::string(definition_of(static_cast<const Result*>(nullptr)));
}

/// A row as it stands in the file, whatever has become of it.
template <class Result>
struct StoreTable<Result>::Row {
  std::string model;
  std::vector<std::uint8_t> configuration;
  std::vector<std::uint8_t> key;
  std::int64_t checksum = 0;
  Result result;

  bool intact() const {
    return checksum == checksum_of(model, configuration, key, result) &&
           configuration.size() == Key{}.bytes.size() && key.size() == Key{}.bytes.size();
  }
};

template <class Result>
StoreTable<Result>::StoreTable(const Database& database, std::string model)
    : database_(&database),
      model_(std::move(model)),
      find_(database, selection<Result>(name(), fmt::format(" WHERE {} AND {} = ?", kOf, name()))),
      all_(database, selection<Result>(name(), fmt::format(" WHERE {}", kOf))),
      every_(database, selection<Result>(name(), "")),
      add_(database, insertion<Result>()),
      remove_(database,
              fmt::format("DELETE FROM {0} WHERE {1} AND {0} = ? AND checksum = ?", name(), kOf)) {}

template <class Result>
bool StoreTable<Result>::next_row(Query& query, Row& row) const {
  if (!query.next()) return false;
  row.model = query.text();
  row.configuration = read_blob(query);
  row.key = read_blob(query);
  row.checksum = query.integer();
  read(query, row.result);
  return true;
}

template <class Result>
std::optional<Result> StoreTable<Result>::find(const Key& configuration, const Key& key) const {
  Query query(find_);
  query.bind(model_).bind(configuration.bytes).bind(key.bytes);
  Row row;
  if (!next_row(query, row) || !row.intact()) return std::nullopt;
  return row.result;
}

template <class Result>
std::map<Key, Result> StoreTable<Result>::all(const Key& configuration) const {
  Query query(all_);
  query.bind(model_).bind(configuration.bytes);
  std::map<Key, Result> results;
  for (Row row; next_row(query, row);) {
    if (row.intact()) results.emplace(as_key(row.key), std::move(row.result));
  }
  return results;
}

template <class Result>
void StoreTable<Result>::remove(const Row& row) const {
  Query query(remove_);
  query.bind(row.model).bind(row.configuration).bind(row.key);
  query.bind(row.checksum).next();
}

template <class Result>
void StoreTable<Result>::add(const Key& configuration, const Key& key, const Result& result) const {
  const std::int64_t sum = checksum_of(model_, configuration.bytes, key.bytes, result);
  const auto insert = [&] {
    Query query(add_);
    query.bind(model_).bind(configuration.bytes).bind(key.bytes).bind(sum);
    bind_result(query, result);
    const bool added = query.next();
    // The end of the statement is what may fail of its transaction.
    if (added) query.next();
    return added;
  };
  if (insert()) return;
  Row row;
  {
    Query query(find_);
    query.bind(model_).bind(configuration.bytes).bind(key.bytes);
    if (!next_row(query, row) || row.intact()) return;
  }
  remove(row);
  insert();
}

template <class Result>
std::int64_t StoreTable<Result>::count() const {
  return check().results;
}

template <class Result>
StoreCheck StoreTable<Result>::check() const {
  return each([](const Key&, const Key&, const Result&) {});
}

template <class Result>
void StoreTable<Result>::rebuild() const {
  database_->run(fmt::format("ALTER TABLE {0} RENAME TO {0}_before", name()));
  database_->run(definition());
  {
    // In whatever order the rows stand: a damaged key may be where no search finds it.
    const Statement before(*database_, selection<Result>(fmt::format("{}_before", name()), ""));
    Query query(before);
    for (Row row; next_row(query, row);) {
      if (row.intact() && row.model == model_) {
        add(as_key(row.configuration), as_key(row.key), row.result);
      }
    }
  }
  database_->run(fmt::format("DROP TABLE {}_before", name()));
}

template <class Result>
StoreCheck StoreTable<Result>::each(
    const std::function<void(const Key&, const Key&, const Result&)>& visit) const {
  StoreCheck found;
  Query query(every_);
  for (Row row; next_row(query, row);) {
    if (!row.intact()) {
      ++found.damaged;
    } else if (row.model != model_) {
      ++found.other_models;
    } else {
      ++found.results;
      visit(as_key(row.configuration), as_key(row.key), row.result);
    }
  }
  return found;
}

template class StoreTable<StoredLayer>;
template class StoreTable<StoredNetwork>;

}  // namespace tilewise
