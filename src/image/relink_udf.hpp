// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/source.hpp"
#include "image/plan.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace comeback::image {

/// Calls `with` for each of UDF among `all`: the block of a directory that names the one above it, as it is
/// to be, in the volume that the medium's beginning leads to. `import_media_not_allowed` where there is no
/// such directory, or it cannot be read whole.
void for_each_relinked_udf(const std::shared_ptr<const disk::source>& bytes, const std::vector<relink>& all,
                           const std::function<void(disk::lba, std::span<const std::byte>)>& with);

}  // namespace comeback::image
