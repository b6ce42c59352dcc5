// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "disk/units.hpp"
#include "eltorito/boot.hpp"
#include "tree/tree.hpp"
#include "udf/options.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::image {

/// Rock Ridge is seen as a file system of its own: the directories of ISO 9660 with other names and more
/// facts. `enhanced` is that of ISO 9660:1999, level 4.
enum class file_system : std::uint8_t { iso9660, joliet, rock_ridge, enhanced, udf };
/// "iso9660", "joliet", "rockridge", "iso9660-1999", "udf"
[[nodiscard]] std::string_view name_of(file_system fs) noexcept;

/// Which file systems an image has.
struct file_system_set {
  bool iso9660 = true;
  bool joliet = true;
  bool rock_ridge = false;
  bool udf = false;
};

struct udf_options {
  std::uint16_t revision = 0x0201;                 ///< 0x0102, 0x0150, 0x0200, 0x0201, 0x0250, 0x0260
  std::optional<udf::partition_type> partition{};  ///< none: plain up to 2.01, then metadata
  bool mirror = true;                              ///< of a metadata partition: its nodes lie there twice
  std::uint32_t ecc_blocks = 32;                   ///< blocks that the medium corrects as one: 16 or 32
  bool embed = true;  ///< small files lie in their ICB where no other file system needs them
  /// Files of one `extent_of` share it, which UDF forbids.
  bool shared_extents = false;
  /// The second anchor lies 256 blocks in front of the last block, which a partition table may then take.
  bool anchor_before_end = false;
  /// Where the partition begins: of a later session, where it begins in the first one, so that block numbers
  /// keep their meaning. None: behind the structures.
  std::optional<disk::lba> partition_start{};
};

struct kept_items;

/// What of an older session a new one writes again: every directory; or only those that changed and those
/// above them, whose other children then know a parent that is no more. `relinked` tells them the new one,
/// where they lie, as the last step: on media that are written at random only.
enum class append_way : std::uint8_t { exact, relinked, compact };
/// "exact", "relinked", "compact"
[[nodiscard]] std::string_view name_of(append_way way) noexcept;

/// What a later session of a medium has to do with those before it.
struct session_options {
  /// The blocks at the medium's beginning, where readers look first, shall lead to this session:
  /// `layout::repointed` gets them.
  bool repoint = false;
  /// The boot catalog of an earlier session, which stays in use.
  std::optional<disk::lba> boot_catalog{};
  /// The first 16 blocks of the session (sessions.hpp says what they hold); whole blocks, at most 16.
  std::vector<std::byte> system_area{};
  /// The first 16 blocks of the medium, where they hold partition tables: `layout::repointed` gets what
  /// changes of them, and `options::disk` says which kind they are; and where the last session ends.
  std::vector<std::byte> disk_area{};
  disk::lba disk_end{};
  /// What the tree holds of older sessions and stays where it lies (kept.hpp); none: nothing does.
  std::shared_ptr<const kept_items> kept{};
  bool relink = false;  ///< `layout::relinks` gets what leads from there to a parent that is no more
};

/// Everything that decides an image besides the tree: same tree and options, same bytes.
struct options {
  std::string volume_name = "COMEBACK";  ///< UTF-8; cut and mangled where a file system holds less
  file_system_set file_systems{};
  /// 1: names 8.3; 2: 31 characters; 3: and files over 4 GiB - 2 KiB; 4: and the file system of ISO 9660:1999
  /// with names of 207 bytes beside it.
  int iso_level = 3;
  /// Keep to 8 levels and paths of 255 bytes (ECMA-119 6.8.2.1): with Rock Ridge, directories that are too
  /// deep move; without, they are refused.
  bool strict_iso = false;
  bool relocate = false;       ///< move them without being strict otherwise; needs Rock Ridge
  bool strict_joliet = false;  ///< 64 units a name and no surrogates, instead of 103 and pairs
  base::timestamp created{};   ///< of the volume; the clock is read by the caller
  std::string system{}, volume_set{}, publisher{}, preparer{};
  std::string application = "COMEBACK";
  /// Where the image begins on the medium. All addresses in it are absolute; its stream begins here.
  disk::lba first_block{};
  /// Begins the session at block 32 and copies its descriptors to block 16, so that later sessions can be
  /// chained behind it. Only for `first_block` 0.
  bool appendable = true;
  udf_options udf{};
  /// By content of the tree: whose extent it shares, as `find_equal_contents` tells; empty: each has its own.
  std::vector<tree::content_id> extent_of{};
  /// Boot images, in the order of the catalog. `prepare_boot` reads what a plan must know of them.
  std::vector<eltorito::boot_entry> boot{};
  /// Whether the image is a disk with partitions, too, which boots from USB. Only for `first_block` 0.
  eltorito::disk_options disk{};
  session_options session{};
};

}  // namespace comeback::image
