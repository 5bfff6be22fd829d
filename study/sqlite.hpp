#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace tilewise {

/// A connection to an SQLite file. What SQLite refuses is an InputError that names the file and the
/// cure; a broken constraint of a table is a std::logic_error. Not for two threads at once.
class Database {
 public:
  enum class Access { Write, Read, ReadImmutable };

  /// Opens `path`, with Access::Write also makes it. ReadImmutable is for a file that nobody
  /// writes, in a folder that cannot be written. `patience`: how long to wait for others.
  Database(std::filesystem::path path, Access access, std::chrono::milliseconds patience);

  /// Runs statements and drops what rows they have.
  void run(const std::string& sql) const;
  /// The first value of the first row; 0 or "" where there is no row.
  std::int64_t number(const std::string& sql) const;
  std::string text(const std::string& sql) const;
  /// Switches to the write-ahead log: readers and a writer do not wait for each other.
  void write_ahead() const;

 private:
  friend class Statement;
  friend class Query;
  friend class Transaction;
  struct Close {
    void operator()(sqlite3* database) const;
  };
  void check(int code) const;

  std::filesystem::path path_;
  std::chrono::milliseconds patience_;
  std::unique_ptr<sqlite3, Close> handle_;
};

/// A statement compiled once; `database` stays where it is.
class Statement {
 public:
  Statement(const Database& database, std::string_view sql);

 private:
  friend class Query;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  const Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// One run of a statement: parameters in order, then rows, of each the columns in order. What is
/// bound must live until the last row.
class Query {
 public:
  explicit Query(const Statement& statement);
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  Query& bind(double value);
  Query& bind(std::int64_t value);
  Query& bind(std::string_view value);
  Query& bind(std::span<const std::uint8_t> value);

  /// Goes to the next row; false after the last.
  bool next();
  double real();
  std::int64_t integer();
  std::string text();
  std::span<const std::uint8_t> blob();  ///< valid until the next row

 private:
  const Database& database_;
  sqlite3_stmt* handle_;
  int parameter_ = 0;
  int column_ = 0;
};

/// Either all that is written between its start and commit() is kept, or nothing.
class Transaction {
 public:
  explicit Transaction(const Database& database);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  const Database& database_;
};

}  // namespace tilewise
