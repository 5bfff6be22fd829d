#include "study/sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cctype>
#include <new>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include "base/error.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

/// `path` as a URI, so that no character of it means anything.
std::string uri_of(const std::string& path) {
  std::string uri = "file://";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte < 128 && std::isalnum(byte) != 0) || c == '/' || c == '_' || c == '.';
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return uri;
}

/// Of a message that may quote the whole statement of a table.
std::string_view first_line(std::string_view message) {
  return message.substr(0, message.find('\n'));
}

/// What SQLite's error means for its user and what to do.
std::string explanation(int code, sqlite3* handle, std::chrono::milliseconds patience) {
  const int system = sqlite3_system_errno(handle);
  const std::string reason =
      system != 0 ? std::generic_category().message(system) : std::string(sqlite3_errmsg(handle));
  switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return fmt::format(
          "another process has kept it locked for {:g} s; wait until that one has ended, then "
          "start again",
          std::chrono::duration<double>(patience).count());
    case SQLITE_FULL:
      return "no room left on the disk; make room, then start again: what the file holds is whole";
    case SQLITE_IOERR:
      return fmt::format(
          "cannot be read or written: {}; is the disk full? make room, then start again: what the "
          "file holds is whole",
          reason);
    case SQLITE_READONLY:
      return "is read-only; make it and its folder writable, or name another folder";
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      return fmt::format("cannot be opened: {}; make it and its folder writable, or name another",
                         reason);
    case SQLITE_NOTADB: return "not a result store; name another folder, or move the file away";
    default:
      return fmt::format(
          "damaged ({}); restore a copy, or move the file away to compute its results anew",
          first_line(sqlite3_errmsg(handle)));
  }
}

}  // namespace

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }
void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Database::Database(fs::path path, Access access, std::chrono::milliseconds patience)
    : path_(std::move(path)), patience_(patience) {
  const bool immutable = access == Access::ReadImmutable;
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (access == Access::Write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                             : SQLITE_OPEN_READONLY) |
                    (immutable ? SQLITE_OPEN_URI : 0);
  // An absolute path: SQLite may take a relative one that starts with "file:" for a URI.
  const std::string file = fs::absolute(path_).string();
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(
      immutable ? (uri_of(file) + "?immutable=1").c_str() : file.c_str(), &handle, flags, nullptr);
  handle_.reset(handle);
  check(code);
  check(sqlite3_busy_timeout(handle, static_cast<int>(patience.count())));
  // Where it may not write, SQLite opens for reading.
  if (access == Access::Write && sqlite3_db_readonly(handle, "main") == 1) check(SQLITE_READONLY);
}

void Database::check(int code) const {
  switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return;
    case SQLITE_NOMEM: throw std::bad_alloc();
    case SQLITE_CONSTRAINT:
    case SQLITE_MISUSE:
      throw std::logic_error(fmt::format("{}: {}", path_.string(), sqlite3_errmsg(handle_.get())));
    default:
      throw InputError(fmt::format("{}: {}", path_.string(),
                                   explanation(code & 0xff, handle_.get(), patience_)));
  }
}

void Database::run(const std::string& sql) const {
  check(sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr));
}

std::int64_t Database::number(const std::string& sql) const {
  const Statement statement(*this, sql);
  Query query(statement);
  return query.next() ? query.integer() : 0;
}

std::string Database::text(const std::string& sql) const {
  const Statement statement(*this, sql);
  Query query(statement);
  return query.next() ? query.text() : "";
}

void Database::write_ahead() const {
  // SQLite does not wait here for another process that does the same.
  const auto deadline = std::chrono::steady_clock::now() + patience_;
  for (;;) {
    const int code =
        sqlite3_exec(handle_.get(), "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr);
    const bool busy = (code & 0xff) == SQLITE_BUSY;
    if (!busy || std::chrono::steady_clock::now() >= deadline) return check(code);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

Statement::Statement(const Database& database, std::string_view sql) : database_(&database) {
  sqlite3_stmt* handle = nullptr;
  const int code =
      sqlite3_prepare_v3(database.handle_.get(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  handle_.reset(handle);
  database.check(code);
}

Query::Query(const Statement& statement)
    : database_(*statement.database_), handle_(statement.handle_.get()) {}

Query::~Query() {
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
}

Query& Query::bind(double value) {
  database_.check(sqlite3_bind_double(handle_, ++parameter_, value));
  return *this;
}

Query& Query::bind(std::int64_t value) {
  database_.check(sqlite3_bind_int64(handle_, ++parameter_, value));
  return *this;
}

Query& Query::bind(std::string_view value) {
  // A null pointer would bind NULL.
  const char* data = value.empty() ? "" : value.data();
  database_.check(
      sqlite3_bind_text64(handle_, ++parameter_, data, value.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Query& Query::bind(std::span<const std::uint8_t> value) {
  database_.check(
      sqlite3_bind_blob64(handle_, ++parameter_, value.data(), value.size(), SQLITE_STATIC));
  return *this;
}

bool Query::next() {
  column_ = 0;
  const int code = sqlite3_step(handle_);
  database_.check(code);
  return code == SQLITE_ROW;
}

double Query::real() { return sqlite3_column_double(handle_, column_++); }

std::int64_t Query::integer() { return sqlite3_column_int64(handle_, column_++); }

std::string Query::text() {
  const unsigned char* data = sqlite3_column_text(handle_, column_);
  const int size = sqlite3_column_bytes(handle_, column_++);
  return data == nullptr
             ? std::string()
             : std::string(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
}

std::span<const std::uint8_t> Query::blob() {
  const void* data = sqlite3_column_blob(handle_, column_);
  const int size = sqlite3_column_bytes(handle_, column_++);
  return {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
}

// The lock for writing is taken at once: to ask for it later can fail without waiting.
Transaction::Transaction(const Database& database) : database_(database) {
  database_.run("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  // Some errors have rolled back already. Where it fails nothing is kept all the same.
  if (sqlite3_get_autocommit(database_.handle_.get()) != 0) return;
  sqlite3_exec(database_.handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() { database_.run("COMMIT"); }

}  // namespace tilewise
