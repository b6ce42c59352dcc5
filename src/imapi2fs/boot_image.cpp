// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/boot_image.hpp"

#include "disk/units.hpp"
#include "eltorito/boot.hpp"

#include <string>

namespace comeback::imapi2fs {

using base::errc;
using base::error;

// The numbers of EmulationType are those of the catalog (El Torito 1.0, figure 4).
int emulation_for(std::uint64_t bytes) { return static_cast<int>(eltorito::emulation_for(bytes)); }

void require_emulation(int emulation, std::uint64_t bytes) {
  if (emulation == no_emulation || emulation >= hard_disk_emulation || emulation < 0) return;
  if (emulation_for(bytes) != emulation)
    throw error(errc::boot_emulation_image_size_mismatch, "A boot image of " + std::to_string(bytes) +
                                                              " bytes is no floppy of the kind " +
                                                              std::to_string(emulation) + ".");
}

void require_boot_images(const std::vector<boot_image>& all) {
  if (all.size() > most_boot_images)
    throw error(errc::boot_image_data, "There are " + std::to_string(all.size()) +
                                           " boot images; a disc can have " +
                                           std::to_string(most_boot_images) + ".");
  for (const auto& one : all) {
    if (!one.what || one.what->size() == 0) throw error(errc::boot_image_data, "A boot image has no bytes.");
    require_emulation(one.emulation, one.what->size());
  }
}

void add_boot_images(const std::vector<boot_image>& all, tree::file_tree& tree, image::options& how) {
  for (const auto& one : all) {
    eltorito::boot_entry entry;
    entry.image = tree.add_hidden("boot image", one.what);
    entry.on = static_cast<eltorito::platform>(one.platform);
    entry.how = static_cast<eltorito::emulation>(one.emulation);
    entry.id = one.manufacturer;
    how.boot.push_back(std::move(entry));
  }
}

std::uint64_t boot_blocks(const std::vector<boot_image>& all) {
  std::uint64_t blocks = all.empty() ? 0 : 1;
  for (const auto& one : all)
    if (one.what) blocks += disk::blocks_for(one.what->size()).value;
  return blocks;
}

}  // namespace comeback::imapi2fs
