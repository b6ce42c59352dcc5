// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/parsed.hpp"
#include "base/time.hpp"
#include "disk/source.hpp"
#include "disk/units.hpp"
#include "udf/format.hpp"
#include "udf/mapping.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace comeback::udf {

/// What a volume descriptor sequence holds in the end (ECMA-167 3/8.4.3): of each kind, the prevailing one.
struct sequence {
  std::optional<primary_volume> primary;
  std::optional<logical_volume> logical;
  std::vector<std::byte> maps;  ///< of the logical volume descriptor
  std::vector<partition> partitions;
  std::uint64_t at = 0;  ///< in the image
  std::vector<base::parse_error> faults;
};

/// Everything of a volume that lies outside its files.
struct volume_structures {
  std::uint32_t block_size = disk::block_size;
  std::vector<std::uint64_t> anchors;  ///< blocks, of those that were found
  sequence main, reserve;
  bool from_reserve = false;  ///< the main sequence could not be used
  std::optional<integrity> last_integrity;
  std::optional<integrity_use> counts;
  std::vector<std::uint32_t> free_blocks;  ///< of each partition, as the integrity descriptor says
  std::vector<std::uint32_t> sizes;        ///< the same, in blocks
  std::optional<sparable_map> sparable;
  std::uint64_t integrity_at = 0;
  file_set set;
  std::uint64_t set_at = 0;
  std::uint16_t revision = 0;  ///< 0x0201
  bool recognised = false;     ///< the volume recognition sequence names NSR02 or NSR03
  partition_maps maps;
  struct metadata_files {
    std::uint16_t below;  ///< the map in which their ICBs lie
    metadata_map map;
  };
  std::vector<metadata_files> metadata;
  std::uint64_t table_at = 0;  ///< in the image: the ICB of the virtual allocation table
  std::uint32_t vat_files = 0, vat_directories = 0;  ///< as a table of UDF 2.00 says
  std::vector<piece> table_pieces;
  /// What was wrong and could be passed over.
  std::vector<base::parse_error> warnings;

  [[nodiscard]] const sequence& used() const { return from_reserve ? reserve : main; }
};

/// An ICB (ECMA-167 4/14.9, 4/14.17) with everything it leads to but its data.
struct node {
  lb_addr icb;
  std::uint64_t at = 0;  ///< in the image
  bool extended = false;
  file_type type = file_type::bytes;
  std::uint16_t flags = 0;
  std::uint32_t user = no_owner, group = no_owner, permissions = 0;
  std::uint16_t links = 0;
  std::uint64_t size = 0, object_size = 0, blocks_recorded = 0, unique_id = 0;
  std::optional<base::timestamp> accessed, modified, changed, created;
  std::uint32_t major = 0, minor = 0;
  std::optional<lb_addr> streams;   ///< the stream directory's ICB
  std::vector<piece> pieces;        ///< the data in order, cut at `size`
  std::vector<std::byte> embedded;  ///< or the data itself
  bool is_embedded = false;
  std::uint64_t allocated_blocks = 0;  ///< of all recorded and allocated extents
  /// Blocks behind the ICB's own: allocation extents; and what the data occupies beyond `size`.
  std::vector<piece> descriptor_pieces, tail;
  std::optional<base::parse_error> complaint;  ///< wrong, but readable
};

/// A file identifier descriptor (ECMA-167 4/14.4).
struct name_record {
  file_identifier fixed;
  std::string name;      ///< UTF-8; empty for the parent
  bool legible = true;   ///< false: the name is no compressed Unicode; its bytes became U+FFFD
  std::uint64_t at = 0;  ///< in the directory
  std::optional<base::parse_error> complaint;
};

/// Reads blocks one after the other with few calls. Not safe for concurrent use.
class block_window {
 public:
  explicit block_window(const disk::source& from) : from_(from) {}
  /// Empty where the image has not that many bytes there.
  [[nodiscard]] std::span<const std::byte> read(std::uint64_t offset, std::size_t bytes);
  /// Bytes of allocation extents that were read on the way: nodes may share them, so who reads many nodes
  /// must bound it.
  [[nodiscard]] std::uint64_t spent() const { return spent_; }
  void spend(std::uint64_t bytes) { spent_ += bytes; }

 private:
  const disk::source& from_;
  std::uint64_t begin_ = 0, spent_ = 0;
  std::vector<std::byte> bytes_;
};

/// Reads one UDF volume, revisions 1.02 to 2.60. Opening reads its structures, everything else is read when
/// it is looked at and not kept. Nothing that the image says is believed: time and memory are bounded by its
/// size. Safe for concurrent use.
class reader {
 public:
  static constexpr std::uint64_t directory_limit = 256 << 20;  ///< bytes of one directory
  static constexpr std::uint64_t target_limit = 1 << 18;       ///< bytes of one link

  /// The volume of the session that begins at `first`. A fault of kind `bad_magic` where there is no anchor.
  [[nodiscard]] static base::parsed<reader> open(std::shared_ptr<const disk::source> from, disk::lba first);

  [[nodiscard]] const disk::source& source() const { return *from_; }
  [[nodiscard]] const volume_structures& structures() const { return all_; }
  [[nodiscard]] lb_addr root() const { return all_.set.root.location; }

  [[nodiscard]] base::parsed<node> read(const lb_addr& icb) const;
  [[nodiscard]] base::parsed<node> read(const lb_addr& icb, block_window& window) const;
  /// All data of a node of at most `limit` bytes.
  [[nodiscard]] base::parsed<std::vector<std::byte>> data(const node& of, std::uint64_t limit) const;
  /// Of a directory or stream directory, in their order; deleted ones and the parent, too.
  [[nodiscard]] base::parsed<std::vector<name_record>> names(const node& directory) const;
  /// Of a symbolic link (4/14.16), as POSIX writes it.
  [[nodiscard]] base::parsed<std::string> target(const node& link) const;

 private:
  friend class opener;
  explicit reader(std::shared_ptr<const disk::source> from) : from_(std::move(from)) {}

  std::shared_ptr<const disk::source> from_;
  volume_structures all_;
};

/// The anchor at a block of 2048 bytes; none where there is no sound one.
[[nodiscard]] std::optional<anchor> anchor_at_block(const disk::source& from, disk::lba at);

/// The block of the medium that is the first of an image of one session alone, as the anchor in its place
/// says; 0 where it says nothing else.
[[nodiscard]] disk::lba displacement_of(const disk::source& image);

}  // namespace comeback::udf
