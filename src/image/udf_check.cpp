// SPDX-License-Identifier: Apache-2.0
#include "image/open.hpp"
#include "image/udf_volume.hpp"

namespace comeback::image {

void udf_volume::check(checking&) const {}

}  // namespace comeback::image
