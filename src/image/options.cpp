// SPDX-License-Identifier: Apache-2.0
#include "image/options.hpp"

namespace comeback::image {

std::string_view name_of(file_system fs) noexcept { return fs == file_system::joliet ? "joliet" : "iso9660"; }

}  // namespace comeback::image
