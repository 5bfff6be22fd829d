#pragma once

#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "scratch_folder.hpp"
#include "workload/onnx/onnx_import.hpp"

namespace tilewise {

/// A model file of a test's own.
struct OnnxFile {
  ScratchFolder folder;
  std::filesystem::path path;
  explicit OnnxFile(const std::string& bytes, const std::string& name = "onnx")
      : folder(name), path(folder.path / "model.onnx") {
    write_file(path, bytes);
  }
};

inline OnnxImport import_bytes(const std::string& bytes, const OnnxOptions& options = {}) {
  const OnnxFile file(bytes);
  return import_onnx(file.path, options);
}

/// What a model is refused with, without the folder of the file.
inline std::string onnx_error(const std::string& bytes, const OnnxOptions& options = {}) {
  const OnnxFile file(bytes);
  try {
    import_onnx(file.path, options);
  } catch (const InputError& error) {
    const std::string text = error.what();
    const std::string start = file.path.string() + ": ";
    return text.substr(0, start.size()) == start ? text.substr(start.size()) : "no place: " + text;
  }
  return "no error";
}

}  // namespace tilewise
