// SPDX-License-Identifier: Apache-2.0
// What tests of the writer share: volumes laid out by hand.
#pragma once

#include "disk/record.hpp"
#include "udf/volume.hpp"

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace comeback::udf::testing {

/// A volume of a tree at places that tests know. Its partition begins at block 288, its nodes (`node_bytes`)
/// there or, in a metadata partition, at 320; content `c` lies at block 10,000 + `c`.
struct laid_out {
  static constexpr disk::lba partition{288}, contents{10000}, end{20000};

  volume_options how;
  udf::volume volume;
  volume_places at;
  std::vector<std::byte> node_bytes;

  laid_out(tree::file_tree tree, volume_options options)
      : how(std::move(options)), volume(std::make_shared<const tree::file_tree>(std::move(tree)), how) {
    at.main = {64};
    at.integrity = {96};
    at.first_table = {128};
    at.partition = at.nodes = partition;
    at.metadata_icb = partition;
    if (how.partition == partition_type::metadata) at.nodes = partition + disk::block_count{32};
    at.loose = {5000};
    at.mirror = {6000};
    at.mirror_icb = {9000};
    at.vat = {19000};
    at.vat_icb = {19999};
    at.bitmap = {19980};
    at.partition_end = end;
    at.spares = {20000};
    at.second_table = {21000};
    at.reserve = {22000};
    at.content = [](tree::content_id c) {
      return contents + disk::block_count{static_cast<std::uint32_t>(c)};
    };
    volume.place(at);
    node_bytes.resize(static_cast<std::size_t>(volume.node_source()->size()));
    EXPECT_EQ(volume.node_source()->read_at(0, node_bytes), node_bytes.size());
  }

  /// Of the nodes.
  [[nodiscard]] std::span<const std::byte> block(std::uint64_t which) const {
    return std::span(node_bytes).subspan(which * disk::block_size, disk::block_size);
  }
  [[nodiscard]] tag_id id(std::uint64_t which) const {
    return static_cast<tag_id>(std::uint16_t{disk::read<tag>(block(which), 0, "tag")->id});
  }
  [[nodiscard]] extended_file_entry entry_at(std::uint64_t which) const {
    EXPECT_EQ(id(which), tag_id::extended_file_entry) << "block " << which;
    return *disk::read<extended_file_entry>(block(which), 0, "entry");
  }
};

struct named {
  file_identifier fixed;
  std::string name;  ///< compressed Unicode
  std::uint64_t at = 0;
};

/// Every file identifier of a directory's bytes, its tag and CRC proven.
inline std::vector<named> names_in(std::span<const std::byte> bytes) {
  std::vector<named> out;
  for (std::uint64_t at = 0; at < bytes.size();) {
    named one{*disk::read<file_identifier>(bytes, at, "identifier"), {}, at};
    EXPECT_TRUE(read_tag(bytes.subspan(at))) << "byte " << at;
    const auto name = at + sizeof(file_identifier) + one.fixed.implementation_bytes;
    one.name.assign(reinterpret_cast<const char*>(bytes.data()) + name, one.fixed.name_bytes);
    at = (name + one.fixed.name_bytes + 3) / 4 * 4;
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace comeback::udf::testing
