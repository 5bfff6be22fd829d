#pragma once

#include <filesystem>
#include <string>

namespace tilewise {

/// The bytes of an ONNX model without its weights: only the fields that shapes and layers need,
/// tensors keep 4 KiB of data each, bodies of control flow are left out where they nest deep.
/// Memory follows the result, not the file. Throws InputError where the file is no ONNX model,
/// larger than 2 GiB, or its structure is larger than any real model's.
std::string read_onnx_structure(const std::filesystem::path& path);

}  // namespace tilewise
