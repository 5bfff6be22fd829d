#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "bindings/bindings.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace tilewise {

nb::object data_frame(const nb::dict& columns) {
  return nb::module_::import_("pandas").attr("DataFrame")(columns, "copy"_a = false);
}

}  // namespace tilewise

NB_MODULE(_core, module) {
  module.doc() = "What the package tilewise is made of: its C++ libraries.";
  nb::exception<tilewise::InputError> error(module, "InputError", PyExc_ValueError);
  error.doc() = "A mistake in what was asked or in a file: the place and the cure.";
  module.def("version", &tilewise::version, "The version of the C++ libraries, \"0.2.1\".");
  tilewise::bind_workload(module);
  tilewise::bind_devices(module);
  tilewise::bind_costs(module);
  tilewise::bind_network_costs(module);
  tilewise::bind_many_networks(module);
  tilewise::bind_sweeps(module);
  tilewise::bind_spaces(module);
  tilewise::bind_exploration(module);
}
