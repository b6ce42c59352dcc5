// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/open.hpp"
#include "tree/tree.hpp"
#include "udf/kept.hpp"

#include <memory>

namespace comeback::image {

/// What a new session goes on from, whose tree holds part of the UDF volume of `from`, and `kept` what is or
/// was in that: to be called when the tree is as it shall be written. Directories that were not read and went
/// are read now, for the number of names that went with them.
///
/// Errors: `not_supported` where the volume counts fewer names than were seen; `file_system_inconsistent`
/// where such a directory cannot be read; `file_system_not_found`.
[[nodiscard]] udf::older_volume older_udf(const std::shared_ptr<const opened_image>& from,
                                          const tree::file_tree& tree, const udf::kept_nodes& kept);

}  // namespace comeback::image
