// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/options.hpp"
#include "iso9660/naming.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace comeback::image {

/// The names that an image made with `how` has in one of its file systems. Those of Rock Ridge and UDF are
/// texts as readers show them.
[[nodiscard]] std::unique_ptr<const iso9660::naming> naming_of(file_system fs, const options& how);

/// A recorded identifier as UTF-8, with its version. UDF: it is UTF-8 already, and has none.
[[nodiscard]] std::string readable(file_system fs, std::string_view identifier);
/// The same as readers show it: without version and trailing dot.
[[nodiscard]] std::string shown_name(file_system fs, std::string_view identifier, bool directory);

}  // namespace comeback::image
