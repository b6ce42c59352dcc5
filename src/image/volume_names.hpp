// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/options.hpp"

#include <string>

namespace comeback::image {

/// The name a volume has in one of the file systems of an image: cut and mangled to what is recorded there.
[[nodiscard]] std::string volume_name_in(file_system fs, const std::string& name);

}  // namespace comeback::image
