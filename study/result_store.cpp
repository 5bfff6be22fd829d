#include "study/result_store.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>
#include <mutex>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "study/model_fingerprint.hpp"
#include "study/sqlite.hpp"
#include "study/store_table.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "results.sqlite";
constexpr std::int64_t kApplication = 0x54494c57;  // "TILW"
constexpr std::int64_t kSchema = 2;
constexpr const char* kMetaTable =
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID";

bool is_new(const Database& database) {
  return database.number("SELECT count(*) FROM sqlite_schema") == 0 &&
         database.number("PRAGMA application_id") == 0;
}

/// Makes the tables where there are none: as a whole, and by one process of several.
void create(const Database& database) {
  if (!is_new(database)) return;
  Transaction transaction(database);
  if (!is_new(database)) return;
  database.run(kMetaTable);
  database.run(StoreTable<StoredLayer>::definition());
  database.run(StoreTable<StoredNetwork>::definition());
  database.run(fmt::format("INSERT INTO meta VALUES ('made_by', '{}')", version()));
  database.run(fmt::format("PRAGMA user_version = {}", kSchema));
  database.run(fmt::format("PRAGMA application_id = {}", kApplication));
  transaction.commit();
}

/// Throws InputError for a file that is no store, or one of other tables.
void check_tables(const Database& database, const fs::path& file) {
  if (is_new(database)) {
    throw InputError(fmt::format("{}: holds no results yet; explore into it first", file.string()));
  }
  if (database.number("PRAGMA application_id") != kApplication) {
    throw InputError(fmt::format(
        "{}: not a result store but the SQLite file of another program; name another folder",
        file.string()));
  }
  if (const std::int64_t schema = database.number("PRAGMA user_version"); schema != kSchema) {
    throw InputError(
        fmt::format("{}: has tables of version {}, this program has version {}; "
                    "name another folder, or move the file away to compute its "
                    "results anew",
                    file.string(), schema, kSchema));
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

/// Whether SQLite has a file with that end beside the store, and something in it.
bool has_beside(const fs::path& folder, std::string_view end) {
  std::error_code ignored;
  const fs::path file = folder / fmt::format("{}{}", kFile, end);
  return fs::exists(file, ignored) && !fs::is_empty(file, ignored);
}

bool is_writable(const fs::path& folder) { return ::access(folder.c_str(), W_OK) == 0; }

/// A folder that cannot be written has no room for the files that SQLite shares with a writer.
/// Without a log or a journal there is nothing to share.
Database::Access access_to_read(const fs::path& folder) {
  const bool shares = has_beside(folder, "-wal") || has_beside(folder, "-journal");
  return is_writable(folder) || shares ? Database::Access::Read : Database::Access::ReadImmutable;
}

/// What a process that was killed while it made the tables has left: SQLite undoes it from the
/// journal, but not for a reader.
void undo_half_made(const fs::path& folder, std::chrono::milliseconds patience) {
  if (!has_beside(folder, "-journal") || !is_writable(folder)) return;
  is_new(Database(folder / kFile, Database::Access::Write, patience));
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

std::string hexadecimal(const Key& key) { return fmt::format("{:02x}", fmt::join(key.bytes, "")); }

/// A database whose tables are those of a store, and what is done with them.
struct ResultStore::Connection {
  Connection(Database opened, fs::path path, const std::string& model)
      : file(std::move(path)),
        database(std::move(opened)),
        layers(database, model),
        networks(database, model) {}

  template <class Result>
  void add(const StoreTable<Result>& table, const Key& configuration,
           const std::map<Key, Result>& results) {
    const std::lock_guard lock(mutex);
    Transaction transaction(database);
    for (const auto& [key, result] : results) table.add(configuration, key, result);
    transaction.commit();
  }

  StoreCheck check_rows() const {
    const StoreCheck in_layers = layers.check();
    const StoreCheck in_networks = networks.check();
    return {in_layers.results + in_networks.results,
            in_layers.other_models + in_networks.other_models,
            in_layers.damaged + in_networks.damaged};
  }

  std::mutex mutex;
  fs::path file;
  Database database;
  StoreTable<StoredLayer> layers;
  StoreTable<StoredNetwork> networks;
};

ResultStore::ResultStore(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)) {}
ResultStore::ResultStore(ResultStore&& other) noexcept = default;
ResultStore& ResultStore::operator=(ResultStore&& other) noexcept = default;
ResultStore::~ResultStore() = default;

ResultStore::ResultStore(const fs::path& folder, std::chrono::milliseconds patience,
                         std::string_view model) {
  const fs::path file = make_folder(folder);
  Database database(file, Database::Access::Write, patience);
  // A commit is then safe from the end of the process, and the file whole after that of the system.
  database.run("PRAGMA synchronous = NORMAL");
  create(database);
  check_tables(database, file);
  database.write_ahead();
  connection_ = std::make_unique<Connection>(std::move(database), file, std::string(model));
}

ResultStore ResultStore::read_only(const fs::path& folder, std::chrono::milliseconds patience) {
  const fs::path file = folder / kFile;
  std::error_code error;
  if (!fs::is_regular_file(file, error)) {
    throw InputError(
        fmt::format("{}: no such file; name the folder of an exploration", file.string()));
  }
  undo_half_made(folder, patience);
  Database database(file, access_to_read(folder), patience);
  check_tables(database, file);
  return ResultStore(
      std::make_unique<Connection>(std::move(database), file, std::string(model_fingerprint())));
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

StoreCheck ResultStore::check() const {
  const std::lock_guard lock(connection_->mutex);
  const StoreCheck all = connection_->check_rows();
  // The pages beneath the rows: a row that no search finds, a page that is part of two tables.
  std::string pages = connection_->database.text("PRAGMA integrity_check(1)");
  std::replace(pages.begin(), pages.end(), '\n', ' ');
  if (all.damaged == 0 && pages != "ok") {
    throw InputError(fmt::format(
        "{}: damaged ({}); tilewise store vacuum keeps the rows that are intact, or move the file "
        "away to compute its results anew",
        connection_->file.string(), pages));
  }
  return all;
}

StoreCheck ResultStore::vacuum() {
  const std::lock_guard lock(connection_->mutex);
  const StoreCheck before = connection_->check_rows();
  Transaction transaction(connection_->database);
  connection_->layers.rebuild();
  connection_->networks.rebuild();
  transaction.commit();
  connection_->database.run("VACUUM");
  connection_->database.run("PRAGMA wal_checkpoint(TRUNCATE)");
  return before;
}

StoreCheck ResultStore::each_layer(
    const std::function<void(const Key&, const Key&, const StoredLayer&)>& visit) const {
  const std::lock_guard lock(connection_->mutex);
  return connection_->layers.each(visit);
}

}  // namespace tilewise
