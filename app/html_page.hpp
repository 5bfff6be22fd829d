#pragma once

#include <string>

namespace CLI {
class App;
}

namespace tilewise {

/// What a page is made of: the JSON that a command prints, or else a folder that it wrote.
struct PageSource {
  std::string folder = {};
  std::string json = {};
  std::string accuracy = {};  ///< of the candidates of a sweep, a file; empty: not known
};

/// Adds --html.
void add_html(CLI::App& command, std::string& page);

/// Has the Python package write the page; nothing where `page` is empty. Throws InputError where
/// there is no package, and with what it refuses.
void write_page(const std::string& page, const PageSource& source);

}  // namespace tilewise
