// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/parsed.hpp"
#include "base/time.hpp"
#include "disk/units.hpp"
#include "image/options.hpp"
#include "tree/tree.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace comeback::image {

/// What a volume descriptor says. Texts are UTF-8 without padding, and as hostile as the image.
struct volume_info {
  file_system fs = file_system::iso9660;
  std::string volume_name, system, volume_set, publisher, preparer, application;
  disk::block_count blocks;  ///< of the volume, as it says
  std::optional<base::timestamp> created;
  disk::lba descriptor;  ///< where it stands
  std::uint64_t path_table_bytes = 0;
  std::uint16_t revision = 0;   ///< of UDF: 0x0250
  std::string partition{};      ///< of UDF: "plain", "vat", "sparable", "metadata"
  disk::lba partition_start{};  ///< of UDF: where block numbers count from
  bool mirror = true;           ///< of a metadata partition: its nodes lie there twice
  bool extendable = true;  ///< false: a UDF volume of blocks or partitions that no later session can have
};

struct run {
  disk::lba at;
  std::uint64_t bytes = 0;
  bool recorded = true;    ///< false: nothing lies there, the bytes are zeros (UDF)
  std::uint32_t skip = 0;  ///< bytes of the first block in front of it (UDF with smaller blocks)
  /// Where it begins in the image, in bytes; throws `image_size_limit`.
  [[nodiscard]] std::uint64_t offset() const { return disk::offset_of(at) + skip; }
};

/// A directory or file of an image. A value: it stays good as long as the image is open.
struct entry {
  std::string name;         ///< UTF-8, without version and trailing dot; "" for the root
  std::string stored_name;  ///< as the file system has it: "README.;1"
  bool directory = false;
  bool hidden = false;
  std::uint64_t size = 0;  ///< in bytes
  base::timestamp modified;
  std::vector<run> runs;                         ///< where its bytes lie, in order
  tree::node_kind kind = tree::node_kind::file;  ///< `directory` says the same of directories
  tree::attributes attributes{};                 ///< not `given` where the file system records none
  tree::other_times times{};
  std::string link_target{};          ///< of a symbolic link, as hostile as the image
  std::vector<std::byte> embedded{};  ///< the bytes, where they lie in the item's own block (UDF)
  std::uint64_t node = 0;             ///< entries with the same one, not 0, are names of one file
  std::uint32_t link_count = 1;       ///< as recorded
  std::uint64_t unique_id = 0;        ///< of UDF
  std::uint32_t name_id = 0;          ///< the unique id that UDF gives this name of it
  std::uint64_t streams = 0;          ///< not 0: it has named streams, which `opened_image::streams` lists
  /// Bytes of descriptors beyond its record and its own block that had to be read for it.
  std::uint64_t overhead = 0;
  /// What is wrong with it: then only its name is known, and reading or listing it is this fault.
  std::shared_ptr<const base::parse_error> fault{};
};

}  // namespace comeback::image
