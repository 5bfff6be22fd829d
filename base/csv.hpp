#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tilewise {

/// Rows of as many cells each as a CSV file; the first row is the header.
std::string csv_table(const std::vector<std::vector<std::string>>& rows);

/// The text behind a byte-order mark of UTF-8, which spreadsheets put before a CSV file.
std::string_view without_byte_order_mark(std::string_view text);

/// The cells of the line at the front of `text`, which is taken off with its end ("\n" or "\r\n").
std::vector<std::string> take_csv_line(std::string_view& text);

/// Whole lines of a CSV file as they are without the guard of names (CsvGuard of base/quote.hpp).
std::string csv_without_guards(std::string_view lines);

/// The finite number of a cell; `place` ("costs.csv:7") stands before the words of an InputError.
double csv_number(const std::string& cell, std::string_view place);
/// The same for an amount: a time, an energy, a count that may be large. Not negative, at most
/// 1e30.
double csv_amount(const std::string& cell, std::string_view place);
/// The same for a whole number that is not negative.
std::int64_t csv_count(const std::string& cell, std::string_view place);

}  // namespace tilewise
