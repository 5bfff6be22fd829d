#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <functional>
#include <optional>
#include <string_view>

#include "arch/family/fpga_engine_yaml.hpp"
#include "arch/fpga/fpga_engine_resources.hpp"
#include "arch/yaml_words.hpp"
#include "base/error.hpp"
#include "base/integers.hpp"
#include "base/text.hpp"
#include "design/fpga_what_if.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMostCount = std::int64_t{1} << 40;

[[noreturn]] void refuse(const std::string& change, const std::string& cure) {
  throw InputError(fmt::format("--change {}: {}", change, cure));
}

/// A count as it stands, or "x2" and "/2" of the present one, rounded up.
std::int64_t count_of(const std::string& change, const std::string& word, std::int64_t now) {
  const bool times = word.starts_with('x');
  const bool over = word.starts_with('/');
  const auto value = parse_integer(std::string_view(word).substr(times || over ? 1 : 0));
  if (!value || *value < 1 || *value > kMostCount) {
    refuse(change, "expected a whole number above zero, or x2 or /2 of the present one");
  }
  if (times) return checked_multiply(now, *value, "a changed count");
  return over ? ceil_div(now, *value) : *value;
}

bool switch_of(const std::string& change, const std::string& word) {
  if (word == "on" || word == "off") return word == "on";
  refuse(change, "expected on or off");
}

YamlNode value_of(const std::string& change, const std::string& word) {
  return YamlNode::load_text(word, "--change " + change);
}

/// "fp32", "8", "8 bit", or "8/4/16" of Input, Weight, Output.
FpgaPrecision precision_of(const std::string& change, const std::string& word) {
  if (word == "fp32") return float32();
  FpgaPrecision precision;
  std::vector<Bits> widths;
  std::string_view rest = word;
  if (rest.ends_with("bit")) rest.remove_suffix(3);
  while (rest.ends_with(' ')) rest.remove_suffix(1);
  while (true) {
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    const auto bits = parse_integer(rest.substr(0, slash));
    if (!bits || *bits < 1 || *bits > 64) widths.resize(4);
    if (widths.size() > 3) break;
    widths.push_back(Bits{*bits});
    if (slash == rest.size()) break;
    rest.remove_prefix(slash + 1);
  }
  if (widths.size() == 1) return fixed_point(widths.front());
  if (widths.size() != 3) {
    refuse(change, "expected fp32, a width such as 8, or Input/Weight/Output such as 8/4/16");
  }
  for (const Tensor t : kTensors) precision.width[t] = widths[static_cast<std::size_t>(t)];
  return precision;
}

/// An array keeps its words, not its bits.
void set_precision(const FpgaPrecision& precision, FpgaEngineParameters& p) {
  for (const Tensor t : kTensors) {
    const std::int64_t words = p.buffer[t].count() / p.precision.width[t].count();
    p.buffer[t] = precision.width[t] * words;
  }
  p.precision = precision;
  p.dsp_packing.reset();
}

/// Fixes the present banks, so that other changes do not move them.
void fix_banks(const std::string& change, const std::string& word, FpgaEngineParameters& p) {
  if (word != "fixed") refuse(change, "expected fixed");
  for (const Tensor t : kTensors) p.banks[t] = buffer_banks(p, t);
}

Megahertz clock_of(const std::string& change, const std::string& word, Megahertz now) {
  if (word.starts_with('x') || word.starts_with('/')) {
    const double factor = value_of(change, word.substr(1)).number();
    if (!(factor > 0.0)) refuse(change, "expected a factor above zero");
    return Megahertz{word.front() == 'x' ? now.count() * factor : now.count() / factor};
  }
  return value_of(change, word).frequency();
}

/// A change of the engine's tensors: "banks.weight", "buffer.input", "double_buffer.output".
bool set_of_tensor(const std::string& change, const std::string& key, const std::string& word,
                   FpgaEngineParameters& p) {
  for (const Tensor t : kTensors) {
    const std::string_view tensor = kTensorKeys[static_cast<std::size_t>(t)];
    if (key == fmt::format("banks.{}", tensor)) {
      p.banks[t] = count_of(change, word, buffer_banks(p, t));
    } else if (key == fmt::format("buffer.{}", tensor)) {
      p.buffer[t] = value_of(change, word).size();
    } else if (key == fmt::format("double_buffer.{}", tensor)) {
      p.double_buffered[t] = switch_of(change, word);
    } else {
      continue;
    }
    return true;
  }
  return false;
}

using Setter = std::function<void(const std::string& change, const std::string& word, HlsEngine&)>;
struct ChangeKey {
  std::string_view name;
  Setter set;
};

Setter lanes(std::int64_t FpgaEngineParameters::*member) {
  return [member](const std::string& change, const std::string& word, HlsEngine& d) {
    d.engine.*member = count_of(change, word, d.engine.*member);
  };
}

const std::vector<ChangeKey>& keys() {
  using Text = const std::string&;
  static const std::vector<ChangeKey> kKeys{
      {"pipeline",
       [](Text c, Text w, HlsEngine& d) {
         d.pipelining = switch_of(c, w) ? Pipelining::On : Pipelining::Off;
       }},
      {"flatten",
       [](Text c, Text w, HlsEngine& d) {
         d.flattening = switch_of(c, w) ? Flattening::On : Flattening::Off;
       }},
      {"dataflow", [](Text c, Text w,
                      HlsEngine& d) { d.dataflow = switch_of(c, w) ? Overlap::On : Overlap::Off; }},
      {"Tm", lanes(&FpgaEngineParameters::tm)},
      {"Tn", lanes(&FpgaEngineParameters::tn)},
      {"Tp", lanes(&FpgaEngineParameters::tp)},
      {"Tq", lanes(&FpgaEngineParameters::tq)},
      {"window", lanes(&FpgaEngineParameters::window)},
      {"precision",
       [](Text c, Text w, HlsEngine& d) { set_precision(precision_of(c, w), d.engine); }},
      {"dsp_packing",
       [](Text c, Text w, HlsEngine& d) { d.engine.dsp_packing = count_of(c, w, 1); }},
      {"interval", [](Text c, Text w, HlsEngine& d) { d.engine.interval = count_of(c, w, 1); }},
      {"clock",
       [](Text c, Text w, HlsEngine& d) { d.engine.clock = clock_of(c, w, d.engine.clock); }},
      {"banks", [](Text c, Text w, HlsEngine& d) { fix_banks(c, w, d.engine); }},
      {"board",
       [](Text c, Text w, HlsEngine& d) {
         d.engine.board = at_place_of(value_of(c, w), [&] { return find_board(w); });
       }},
      {"port",
       [](Text c, Text w, HlsEngine& d) {
         d.engine.board = at_place_of(value_of(c, w), [&] { return with_port(d.engine.board, w); });
       }},
  };
  return kKeys;
}

void apply_one(const std::string& change, HlsEngine& design) {
  const std::size_t equals = change.find('=');
  if (equals == std::string::npos) refuse(change, "expected KEY=VALUE");
  const std::string key = change.substr(0, equals);
  const std::string word = change.substr(equals + 1);
  if (set_of_tensor(change, key, word, design.engine)) return;
  std::vector<std::string_view> known;
  for (const ChangeKey& each : keys()) {
    if (each.name == key) return each.set(change, word, design);
    known.push_back(each.name);
  }
  refuse(change, fmt::format("unknown key; known are {}, and banks., buffer. or double_buffer. "
                             "followed by input, weight or output",
                             fmt::join(known, ", ")));
}

}  // namespace

HlsEngine changed(HlsEngine design, const std::string& change) {
  for (const std::string_view each : split(change, ',')) apply_one(std::string(each), design);
  return design;
}

std::vector<std::string> default_changes(const HlsEngine& design) {
  const FpgaEngineParameters& p = design.engine;
  const auto toggled = [](bool on) { return on ? "off" : "on"; };
  std::vector<std::string> changes{
      fmt::format("pipeline={}", toggled(design.pipelining == Pipelining::On)), "Tm=x2",
      "banks=fixed,Tm=x2"};
  if (p.tm > 1) changes.emplace_back("Tm=/2");
  for (const std::string_view tensor : kTensorKeys) {
    changes.push_back(fmt::format("banks.{}=x2", tensor));
  }
  changes.emplace_back("banks.weight=/4");
  changes.push_back(fmt::format("flatten={}", toggled(design.flattening == Flattening::On)));
  changes.push_back(fmt::format("dataflow={}", toggled(design.dataflow == Overlap::On)));
  for (const Tensor t : kTensors) {
    changes.push_back(fmt::format("double_buffer.{}={}", kTensorKeys[static_cast<std::size_t>(t)],
                                  toggled(p.double_buffered[t])));
  }
  for (const std::string_view precision : {"fp32", "16", "8"}) {
    const std::string change = fmt::format("precision={}", precision);
    if (precision_of(change, std::string(precision)) != p.precision) changes.push_back(change);
  }
  changes.emplace_back("clock=x1.5");
  return changes;
}

}  // namespace tilewise
