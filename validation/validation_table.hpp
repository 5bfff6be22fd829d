#pragma once

#include <optional>
#include <string>
#include <vector>

#include "validation/compared_point.hpp"

namespace tilewise {

/// How far a number of ours may lie from the published one.
struct Tolerance {
  enum class Kind {
    Exact,     ///< equal
    Relative,  ///< within `amount`, a share of the published number
    Absolute,  ///< within `amount`, in the unit of the column
    NoMore,    ///< not above it
  };
  Kind kind = Kind::Exact;
  double amount = 0.0;
};
/// "exact", "5 %", "0.1" or "no more".
std::string text(const Tolerance& tolerance);

/// One number: ours beside the published one. Either may be missing.
struct NumberPair {
  std::optional<double> ours;
  std::optional<double> published;
};

/// One quantity over all rows.
struct ValidationColumn {
  std::string name;
  std::string unit;                          ///< empty: a count
  std::optional<Tolerance> tolerance;        ///< of each row; empty: rows cannot fail
  std::optional<Tolerance> total_tolerance;  ///< of `total`
  bool adds_up = true;                       ///< whether a sum over the rows means anything
  std::vector<NumberPair> cells;             ///< one a row
  std::optional<NumberPair> total;           ///< add_totals; the published one may be there before
};

/// Numbers of ours beside published ones. `row`, `ours` and `published` head their
/// columns.
struct ValidationTable {
  std::string title;
  std::string row = "layer";
  std::string ours = "ours";
  std::string published = "published";
  std::vector<std::string> rows;
  std::vector<ValidationColumn> columns;
  std::vector<std::string> notes;  ///< printed below it, a line each
  std::string skipped = {};        ///< why there is nothing in it; empty: nothing was skipped
  ComparedDesign compared = {};    ///< what it is about, where the case may speak for a design
  std::vector<ComparedPoint> points = {};  ///< layers that hardware was measured for
};

/// Totals of the columns that add up. Where the published one is there, ours is the sum over all
/// rows; else both are sums over the rows that have a published number, if there are two or more.
void add_totals(ValidationTable& table);

/// ours / published - 1; none where a number is missing or the published one is 0 and ours is not.
std::optional<double> relative_error(const NumberPair& pair);
/// Whether the pair breaks the tolerance: never without a published number, always without one of
/// ours. Equal up to 1e-9 of the published number is equal: the last bit of a sum is no error.
bool is_outside(const NumberPair& pair, const Tolerance& tolerance);

/// How many numbers of a table were held against a published one, and how many lie outside.
struct ValidationTally {
  int checked = 0;
  int outside = 0;
};
ValidationTally tally(const ValidationTable& table);

/// The title, then quantity by quantity the rows and the total: ours, published, error, tolerance,
/// and a mark "<- outside 5 %" where that is broken. The columns line up.
std::string validation_text(const ValidationTable& table);

}  // namespace tilewise
