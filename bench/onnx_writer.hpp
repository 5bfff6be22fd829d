#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "workload/network.hpp"

namespace onnx {
class ModelProto;
}

namespace tilewise {

using OnnxAttribute =
    std::pair<std::string, std::variant<std::int64_t, std::vector<std::int64_t>, std::string>>;

/// Makes ONNX models for tests and benchmarks.
class OnnxWriter {
 public:
  explicit OnnxWriter(std::int64_t opset = 17);
  ~OnnxWriter();
  OnnxWriter(const OnnxWriter&) = delete;
  OnnxWriter& operator=(const OnnxWriter&) = delete;

  /// An input of the network; a dimension that is no number is left open under that name.
  void input(const std::string& name, const std::vector<std::string>& dims);
  /// A stored tensor of floats without data, as in a file whose weights lie elsewhere.
  void weight(const std::string& name, const std::vector<std::int64_t>& dims);
  /// A stored list of integers.
  void integers(const std::string& name, const std::vector<std::int64_t>& values);
  /// A node with one output, which gives its name.
  std::string node(const std::string& op, const std::vector<std::string>& inputs,
                   const std::string& output, const std::vector<OnnxAttribute>& attributes = {});
  /// The model itself, for what the functions above do not offer.
  onnx::ModelProto& proto() { return *model_; }
  /// The content of a model file.
  std::string bytes() const;

 private:
  std::unique_ptr<onnx::ModelProto> model_;
};

/// A network of convolutions, pools, adds and fully connected layers as an exporter writes it: with
/// batch norm and ReLU as nodes of their own, and an open batch.
std::string onnx_model(const Network& network);

}  // namespace tilewise
