#include "study/result_store.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>
#include <mutex>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "study/sqlite.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "results.sqlite";
constexpr std::int64_t kApplication = 0x54494c57;  // "TILW"
constexpr std::int64_t kSchema = 1;

// A number that is none becomes NULL in SQLite and an infinite one stays: neither is a cost.
constexpr const char* kTables = R"sql(
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE layer (
  configuration BLOB NOT NULL,
  layer BLOB NOT NULL,
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
  PRIMARY KEY (configuration, layer)
) STRICT, WITHOUT ROWID;
CREATE TABLE network (
  configuration BLOB NOT NULL,
  network BLOB NOT NULL,
  latency_ms REAL NOT NULL CHECK (abs(latency_ms) < 9e999),
  energy_mj REAL NOT NULL CHECK (abs(energy_mj) < 9e999),
  dram_bytes REAL NOT NULL CHECK (abs(dram_bytes) < 9e999),
  proven INTEGER NOT NULL,
  why_none TEXT NOT NULL,
  PRIMARY KEY (configuration, network)
) STRICT, WITHOUT ROWID;
)sql";

std::string_view columns(const StoredLayer* /*kind*/) {
  return "cycles, latency_ms, energy_pj, dram_bytes, utilisation, mapping, factors, evaluated, "
         "proven, why_none";
}

std::string_view columns(const StoredNetwork* /*kind*/) {
  return "latency_ms, energy_mj, dram_bytes, proven, why_none";
}

void bind(Query& query, const StoredLayer& result) {
  query.bind(result.cycles).bind(result.latency_ms).bind(result.energy_pj);
  query.bind(result.dram_bytes).bind(result.utilisation).bind(result.mapping).bind(result.factors);
  query.bind(result.evaluated).bind(std::int64_t{result.proven ? 1 : 0}).bind(result.why_none);
}

void bind(Query& query, const StoredNetwork& result) {
  query.bind(result.latency_ms).bind(result.energy_mj).bind(result.dram_bytes);
  query.bind(std::int64_t{result.proven ? 1 : 0}).bind(result.why_none);
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

Key read_key(Query& query, const fs::path& file) {
  const std::span<const std::uint8_t> bytes = query.blob();
  Key key;
  if (bytes.size() != key.bytes.size()) {
    throw InputError(fmt::format(
        "{}: damaged (a key of {} bytes); move the file away to compute its results anew",
        file.string(), bytes.size()));
  }
  std::copy(bytes.begin(), bytes.end(), key.bytes.begin());
  return key;
}

/// The statements on the table of one kind of result.
template <class Result>
class Table {
 public:
  Table(const Database& database, fs::path file, std::string_view name)
      : file_(std::move(file)),
        find_(database, fmt::format("SELECT {} FROM {} WHERE configuration = ? AND {} = ?",
                                    column_names(), name, name)),
        all_(database, fmt::format("SELECT {}, {} FROM {} WHERE configuration = ?", name,
                                   column_names(), name)),
        add_(database, insertion(name)),
        count_(database, fmt::format("SELECT count(*) FROM {}", name)) {}

  std::optional<Result> find(const Key& configuration, const Key& key) const {
    Query query(find_);
    query.bind(configuration.bytes).bind(key.bytes);
    if (!query.next()) return std::nullopt;
    Result result;
    read(query, result);
    return result;
  }

  std::map<Key, Result> all(const Key& configuration) const {
    Query query(all_);
    query.bind(configuration.bytes);
    std::map<Key, Result> results;
    while (query.next()) {
      const Key key = read_key(query, file_);
      read(query, results[key]);
    }
    return results;
  }

  void add(const Key& configuration, const Key& key, const Result& result) const {
    Query query(add_);
    query.bind(configuration.bytes).bind(key.bytes);
    bind(query, result);
    query.next();
  }

  std::int64_t count() const {
    Query query(count_);
    query.next();
    return query.integer();
  }

 private:
  static std::string_view column_names() { return columns(static_cast<const Result*>(nullptr)); }

  /// Only a row that is there is passed over: a number that is none is still refused.
  static std::string insertion(std::string_view name) {
    std::string marks = "?, ?, ?";
    for (const char c : column_names()) marks += c == ',' ? ", ?" : "";
    return fmt::format("INSERT INTO {} (configuration, {}, {}) VALUES ({}) ON CONFLICT DO NOTHING",
                       name, name, column_names(), marks);
  }

  fs::path file_;
  Statement find_;
  Statement all_;
  Statement add_;
  Statement count_;
};

bool is_new(const Database& database) {
  return database.number("SELECT count(*) FROM sqlite_schema") == 0 &&
         database.number("PRAGMA application_id") == 0;
}

/// Makes the tables where there are none: as a whole, and by one process of several.
void create(const Database& database) {
  if (!is_new(database)) return;
  Transaction transaction(database);
  if (!is_new(database)) return;
  database.run(kTables);
  database.run(fmt::format("INSERT INTO meta VALUES ('model', '{}')", version()));
  database.run(fmt::format("PRAGMA user_version = {}", kSchema));
  database.run(fmt::format("PRAGMA application_id = {}", kApplication));
  transaction.commit();
}

/// Throws InputError for a file that is no store, or one of other versions.
void check_versions(const Database& database, const fs::path& file) {
  constexpr const char* kCure =
      "name another folder, or move the file away to compute its results anew";
  if (is_new(database)) {
    throw InputError(fmt::format("{}: holds no results yet; explore into it first", file.string()));
  }
  if (database.number("PRAGMA application_id") != kApplication) {
    throw InputError(fmt::format(
        "{}: not a result store but the SQLite file of another program; name another folder",
        file.string()));
  }
  if (const std::int64_t schema = database.number("PRAGMA user_version"); schema != kSchema) {
    throw InputError(fmt::format("{}: has tables of version {}, this program has version {}; {}",
                                 file.string(), schema, kSchema, kCure));
  }
  const std::string model = database.text("SELECT value FROM meta WHERE name = 'model'");
  if (model != version()) {
    throw InputError(
        fmt::format("{}: holds results of Tilewise {}, this is {}: two models do not mix; {}",
                    file.string(), model, version(), kCure));
  }
}

/// The file of the store in `folder`, which is made where only it is missing.
fs::path make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directory(folder, error);
  // Asked afterwards: another process may make the same folder at the same time.
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    if (fs::exists(folder, ignored)) {
      throw InputError(fmt::format("{}: not a folder; name another", folder.string()));
    }
    throw InputError(fmt::format("{}: cannot be made: {}; make the folder that it is to be in",
                                 folder.string(), error.message()));
  }
  return folder / kFile;
}

/// A folder that cannot be written has no room for the files that SQLite shares with a writer.
/// Without a write-ahead log there is nothing to share.
Database::Access access_to_read(const fs::path& folder) {
  std::error_code ignored;
  const fs::path log = folder / fmt::format("{}-wal", kFile);
  const bool has_log = fs::exists(log, ignored) && !fs::is_empty(log, ignored);
  const bool writable = ::access(folder.c_str(), W_OK) == 0;
  return writable || has_log ? Database::Access::Read : Database::Access::ReadImmutable;
}

}  // namespace

Key key_of(std::string_view text) {
  const boost::uuids::uuid space =
      boost::uuids::name_generator_sha1(boost::uuids::ns::url())("tilewise");
  const boost::uuids::uuid name =
      boost::uuids::name_generator_sha1(space)(text.data(), text.size());
  Key key;
  std::copy(name.begin(), name.end(), key.bytes.begin());
  return key;
}

/// A database whose tables are those of a store, and what is done with them.
struct ResultStore::Connection {
  Connection(Database opened, const fs::path& file)
      : database(std::move(opened)),
        layers(database, file, "layer"),
        networks(database, file, "network") {}

  template <class Result>
  void add(const Table<Result>& table, const Key& configuration,
           const std::map<Key, Result>& results) {
    const std::lock_guard lock(mutex);
    Transaction transaction(database);
    for (const auto& [key, result] : results) table.add(configuration, key, result);
    transaction.commit();
  }

  std::mutex mutex;
  Database database;
  Table<StoredLayer> layers;
  Table<StoredNetwork> networks;
};

ResultStore::ResultStore(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)) {}
ResultStore::ResultStore(ResultStore&& other) noexcept = default;
ResultStore& ResultStore::operator=(ResultStore&& other) noexcept = default;
ResultStore::~ResultStore() = default;

ResultStore::ResultStore(const fs::path& folder, std::chrono::milliseconds patience) {
  const fs::path file = make_folder(folder);
  Database database(file, Database::Access::Write, patience);
  // A commit is then safe from the end of the process, and the file whole after that of the system.
  database.run("PRAGMA synchronous = NORMAL");
  create(database);
  check_versions(database, file);
  database.write_ahead();
  connection_ = std::make_unique<Connection>(std::move(database), file);
}

ResultStore ResultStore::read_only(const fs::path& folder, std::chrono::milliseconds patience) {
  const fs::path file = folder / kFile;
  std::error_code error;
  if (!fs::is_regular_file(file, error)) {
    throw InputError(
        fmt::format("{}: no such file; name the folder of an exploration", file.string()));
  }
  Database database(file, access_to_read(folder), patience);
  check_versions(database, file);
  return ResultStore(std::make_unique<Connection>(std::move(database), file));
}

std::optional<StoredLayer> ResultStore::find_layer(const Key& configuration,
                                                   const Key& layer) const {
  const std::lock_guard lock(connection_->mutex);
  return connection_->layers.find(configuration, layer);
}

std::optional<StoredNetwork> ResultStore::find_network(const Key& configuration,
                                                       const Key& network) const {
  const std::lock_guard lock(connection_->mutex);
  return connection_->networks.find(configuration, network);
}

std::map<Key, StoredLayer> ResultStore::layers_of(const Key& configuration) const {
  const std::lock_guard lock(connection_->mutex);
  return connection_->layers.all(configuration);
}

std::map<Key, StoredNetwork> ResultStore::networks_of(const Key& configuration) const {
  const std::lock_guard lock(connection_->mutex);
  return connection_->networks.all(configuration);
}

void ResultStore::add(const Key& configuration, const Key& layer, const StoredLayer& result) {
  const std::lock_guard lock(connection_->mutex);
  connection_->layers.add(configuration, layer, result);
}

void ResultStore::add(const Key& configuration, const Key& network, const StoredNetwork& result) {
  const std::lock_guard lock(connection_->mutex);
  connection_->networks.add(configuration, network, result);
}

void ResultStore::add(const Key& configuration, const std::map<Key, StoredLayer>& results) {
  connection_->add(connection_->layers, configuration, results);
}

void ResultStore::add(const Key& configuration, const std::map<Key, StoredNetwork>& results) {
  connection_->add(connection_->networks, configuration, results);
}

std::int64_t ResultStore::layer_count() const {
  const std::lock_guard lock(connection_->mutex);
  return connection_->layers.count();
}

std::int64_t ResultStore::network_count() const {
  const std::lock_guard lock(connection_->mutex);
  return connection_->networks.count();
}

}  // namespace tilewise
