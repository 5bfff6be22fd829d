#include "workload/onnx/onnx_structure.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>

#include "base/error.hpp"

namespace tilewise {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr std::size_t kMostStructure = std::size_t{16} << 20U;  // bytes; 10^4 nodes take 4 MiB
constexpr std::size_t kMostFields = std::size_t{1} << 21U;
constexpr std::string_view kTooMuch = "more than 16 MiB beside the weights";
constexpr int kMostBodies = 8;  // the graph of the model, and bodies of control flow in it
constexpr std::size_t kMostTensorData = 4096;  // bytes; shapes and axes have less

/// The messages of onnx.proto that are read field by field; all others are copied whole.
enum class Message { Model, Graph, Node, Attribute, Tensor, SparseTensor, Function };

enum class Treatment { Drop, Copy, Data, Descend };

struct Field {
  Treatment treatment = Treatment::Drop;
  Message message = Message::Model;  ///< of a field to descend into
};

constexpr Field kCopy{Treatment::Copy};
constexpr Field kData{Treatment::Data};
constexpr Field descend(Message message) { return {Treatment::Descend, message}; }

Field field_of_tensor(int number) {
  switch (number) {
    case 1:                 // dims
    case 2:                 // data_type
    case 8:                 // name
    case 14: return kCopy;  // data_location
    case 4:                 // float_data
    case 5:                 // int32_data
    case 7:                 // int64_data
    case 9: return kData;   // raw_data
    default: return {};
  }
}

/// What becomes of a field, by its number in onnx.proto.
Field field_of(Message message, int number) {
  const auto among = [number](std::initializer_list<int> numbers) {
    return std::find(numbers.begin(), numbers.end(), number) != numbers.end() ? kCopy : Field{};
  };
  switch (message) {
    case Message::Model:  // ir_version, opset_import
      if (number == 25) return descend(Message::Function);
      return number == 7 ? descend(Message::Graph) : among({1, 8});
    case Message::Graph:  // name, input, output, value_info
      if (number == 1) return descend(Message::Node);
      if (number == 5) return descend(Message::Tensor);
      if (number == 15) return descend(Message::SparseTensor);
      return among({2, 11, 12, 13});
    case Message::Node:  // input, output, name, op_type, domain
      return number == 5 ? descend(Message::Attribute) : among({1, 2, 3, 4, 7});
    case Message::Attribute:  // name, f, i, s, floats, ints, strings, type, ref_attr_name
      if (number == 6) return descend(Message::Graph);
      return number == 5 ? descend(Message::Tensor) : among({1, 2, 3, 4, 7, 8, 9, 20, 21});
    case Message::Function:  // name, input, output, attribute, opset_import, domain
      return number == 7 ? descend(Message::Node) : among({1, 4, 5, 6, 9, 10});
    case Message::Tensor: return field_of_tensor(number);
    case Message::SparseTensor:  // dims
      return number == 1 ? descend(Message::Tensor) : among({3});
  }
  return {};
}

void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80U; value >>= 7U) out += static_cast<char>((value & 0x7FU) | 0x80U);
  out += static_cast<char>(value);
}

class StructureReader {
 public:
  StructureReader(CodedInputStream& in, std::string file) : in_(in), file_(std::move(file)) {}

  /// The kept fields of the message that ends at the current limit. Bodies of control flow are
  /// dropped where they lie more than kMostBodies deep.
  std::string read(Message message) {  // NOLINT(misc-no-recursion): kMostBodies bounds it
    std::string out;
    std::size_t data = 0;
    while (const std::uint32_t tag = in_.ReadTag()) {
      if (++fields_ > kMostFields) too_large("more than 2^21 fields");
      const Field field = field_of(message, WireFormatLite::GetTagFieldNumber(tag));
      switch (field.treatment) {
        case Treatment::Drop: skip(tag); break;
        case Treatment::Copy: copy(tag, out); break;
        case Treatment::Data: copy_data(tag, data, out); break;
        case Treatment::Descend:
          if (message == Message::Attribute && field.message == Message::Graph &&
              bodies_ == kMostBodies) {
            skip(tag);
          } else {
            append(tag, nested(tag, field.message), out);
          }
          break;
      }
      if (out.size() > kMostStructure) too_large(kTooMuch);
    }
    if (in_.BytesUntilLimit() != 0) not_a_model();
    return out;
  }

 private:
  [[noreturn]] void not_a_model() const {
    throw InputError(
        fmt::format("{}: not an ONNX model, or a damaged one; export the model again", file_));
  }
  [[noreturn]] void too_large(std::string_view what) const {
    throw InputError(fmt::format("{}: {}; export a smaller model", file_, what));
  }

  static bool is_delimited(std::uint32_t tag) {
    return WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
  }

  int length() {
    int size = 0;
    if (!in_.ReadVarintSizeAsInt(&size) || size > in_.BytesUntilLimit()) not_a_model();
    return size;
  }

  void skip(std::uint32_t tag) {
    if (is_delimited(tag)) {
      skip_bytes(length());
    } else if (!WireFormatLite::SkipField(&in_, tag)) {
      not_a_model();
    }
  }

  void skip_bytes(int size) {
    if (!in_.Skip(size)) not_a_model();
  }

  /// Keeps data of a tensor as long as all of it is small.
  void copy_data(std::uint32_t tag, std::size_t& data, std::string& out) {
    const int size = is_delimited(tag) ? length() : 0;
    data += is_delimited(tag) ? static_cast<std::size_t>(size) : sizeof(std::uint64_t);
    const bool keep = data <= kMostTensorData;
    if (!is_delimited(tag)) {
      if (keep) {
        copy(tag, out);
      } else {
        skip(tag);
      }
    } else if (keep) {
      copy_bytes(tag, size, out);
    } else {
      skip_bytes(size);
    }
  }

  void copy_bytes(std::uint32_t tag, int size, std::string& out) {
    if (static_cast<std::size_t>(size) > kMostStructure) too_large(kTooMuch);
    std::string content;
    if (!in_.ReadString(&content, size)) not_a_model();
    append(tag, content, out);
  }

  void append(std::uint32_t tag, std::string_view content, std::string& out) {
    append_varint(out, tag);
    append_varint(out, content.size());
    out += content;
  }

  void copy(std::uint32_t tag, std::string& out) {
    std::uint64_t value = 0;
    std::uint32_t narrow = 0;
    switch (WireFormatLite::GetTagWireType(tag)) {
      case WireFormatLite::WIRETYPE_VARINT:
        if (!in_.ReadVarint64(&value)) not_a_model();
        append_varint(out, tag);
        append_varint(out, value);
        return;
      case WireFormatLite::WIRETYPE_FIXED32:
        if (!in_.ReadLittleEndian32(&narrow)) not_a_model();
        append_varint(out, tag);
        for (unsigned byte = 0; byte < 4; ++byte) out += static_cast<char>(narrow >> (8 * byte));
        return;
      case WireFormatLite::WIRETYPE_LENGTH_DELIMITED: copy_bytes(tag, length(), out); return;
      default: not_a_model();
    }
  }

  std::string nested(std::uint32_t tag, Message message) {  // NOLINT(misc-no-recursion)
    if (!is_delimited(tag)) not_a_model();
    const CodedInputStream::Limit outer = in_.PushLimit(length());
    bodies_ += message == Message::Graph ? 1 : 0;
    std::string content = read(message);
    bodies_ -= message == Message::Graph ? 1 : 0;
    in_.PopLimit(outer);
    return content;
  }

  CodedInputStream& in_;
  std::string file_;
  std::size_t fields_ = 0;
  int bodies_ = 0;  ///< graphs around the message that is read
};

}  // namespace

std::string read_onnx_structure(const std::filesystem::path& path) {
  std::error_code error;
  const std::string file = path.string();
  if (!std::filesystem::exists(path, error)) throw InputError(file + ": no such file");
  if (!std::filesystem::is_regular_file(path, error)) throw InputError(file + ": not a file");
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error || size > std::numeric_limits<int>::max()) {
    throw InputError(fmt::format(
        "{}: larger than 2 GiB; export the model with its weights as external data", file));
  }
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);  // NOLINT(*-vararg)
  if (descriptor < 0) throw InputError(file + ": cannot be read");
  google::protobuf::io::FileInputStream stream(descriptor);
  stream.SetCloseOnDelete(true);
  CodedInputStream in(&stream);
  in.PushLimit(static_cast<int>(size));
  return StructureReader(in, file).read(Message::Model);
}

}  // namespace tilewise
