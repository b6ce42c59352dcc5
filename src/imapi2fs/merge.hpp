// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/tree.hpp"

#include <memory>

namespace comeback::imapi2fs {

/// Adds what `from` has and `to` has not; of two items of one path, that of `to` stays. What lies on the
/// medium is named there, too; other contents are read from `from`. A file and a directory of one path are
/// IMAPI_E_IMPORT_TYPE_COLLISION_…; then part of the new may be in `to`, behind what was there.
void merge(tree::file_tree& to, const std::shared_ptr<const tree::file_tree>& from);

}  // namespace comeback::imapi2fs
