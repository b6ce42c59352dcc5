// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.hpp"
#include "image/open.hpp"
#include "tree/tree.hpp"

#include <memory>
#include <stop_token>

namespace comeback::image {

/// What a file system of an image holds, as the tree of a later session of the same medium: names, times,
/// attributes, links and streams as they are there, contents placed where they lie. A content that no later
/// session can name by one place (it lies in its ICB, in pieces, or has holes) is read from the image again
/// when it is written. Keeps the image. Reads every directory.
///
/// Errors: `file_system_not_found`; `file_system_inconsistent` where something cannot be read, lies outside
/// the image or has a name that cannot be (what is not imported would be gone), naming image and item;
/// `cancelled`.
[[nodiscard]] tree::file_tree import_tree(std::shared_ptr<const opened_image> from, file_system fs,
                                          const base::progress& progress = {},
                                          const std::stop_token& stop = {});

}  // namespace comeback::image
