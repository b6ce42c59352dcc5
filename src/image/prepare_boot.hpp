// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/options.hpp"
#include "tree/tree.hpp"

#include <stop_token>

namespace comeback::image {

/// Reads the boot images of which a plan must know more than their sizes: those with an information table
/// (all of them, for its checksum) and those of hard disks (their partition table). Fills in `facts`. Errors:
/// those of `tree::content_reader::read`, `boot_image_data` (a hard disk without exactly one partition),
/// `cancelled`.
void prepare_boot(const tree::file_tree& tree, options& how, const std::stop_token& stop = {});

}  // namespace comeback::image
