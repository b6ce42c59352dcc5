// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "image/options.hpp"
#include "tree/tree.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace comeback::imapi2fs {

/// One boot image as a client describes it. Platform and emulation are open sets (PlatformId, EmulationType).
struct boot_image {
  std::shared_ptr<const tree::content> what{};
  std::string manufacturer{};
  int platform = 0, emulation = 0;
};

/// What the images of a result boot from: asked when it is made, so that options a client holds may change.
using boot_images = std::function<std::vector<boot_image>()>;

inline constexpr std::size_t most_boot_images = 32;  // IMAPI2FS_BOOT_ENTRY_COUNT_MAX
inline constexpr int no_emulation = 0, hard_disk_emulation = 4;

/// The floppy that has exactly this size (EmulationType), else `no_emulation`.
[[nodiscard]] int emulation_for(std::uint64_t bytes);
/// `boot_emulation_image_size_mismatch` where an emulated floppy has another size.
void require_emulation(int emulation, std::uint64_t bytes);
/// `boot_image_data` where there are no bytes, or more images than a catalog may name here.
void require_boot_images(const std::vector<boot_image>& all);
/// Adds them to the tree of an image under no name, and to its options.
void add_boot_images(const std::vector<boot_image>& all, tree::file_tree& tree, image::options& how);
/// Blocks they will need with their catalog.
[[nodiscard]] std::uint64_t boot_blocks(const std::vector<boot_image>& all);

}  // namespace comeback::imapi2fs
