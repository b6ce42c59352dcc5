// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/checking.hpp"

namespace comeback::image {

/// Rock Ridge and UDF say the same of the same items, where an image has both: name, kind, size, mode, time,
/// link target, device. What one of them cannot record, or does not, is no difference. Nothing is kept beyond
/// the directories that are still to be looked at; hostile images are bounded as by `opened_image::walk`.
void compare_posix_systems(checking& in);

}  // namespace comeback::image
