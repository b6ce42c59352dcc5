// SPDX-License-Identifier: Apache-2.0
#include "image/prepare_boot.hpp"

#include "base/error.hpp"
#include "base/progress.hpp"
#include "base/text.hpp"
#include "eltorito/partition_format.hpp"
#include "eltorito/writer.hpp"
#include "tree/content_reader.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include <fmt/format.h>

namespace comeback::image {
namespace {

constexpr std::uint64_t piece = 1 << 20;

std::uint32_t checksum_of(const tree::file_tree& tree, tree::content_id what, tree::content_reader& contents,
                          const std::stop_token& stop) {
  const auto size = tree.info(what).size;
  std::vector<std::byte> buffer(static_cast<std::size_t>(std::min(size, piece)));
  eltorito::table_checksum sum;
  for (std::uint64_t at = 0; at < size; at += buffer.size()) {
    base::check(stop);
    const auto into =
        std::span(buffer).first(static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size - at)));
    contents.read(what, at, into);
    sum.add(into);
  }
  return sum.value();
}

// The catalog repeats the type of the one partition (El Torito 1.0, figure 3, byte 4).
std::uint8_t system_type_of(const tree::file_tree& tree, tree::content_id what,
                            tree::content_reader& contents) {
  std::vector<std::byte> bytes(sizeof(eltorito::master_boot_record));
  if (tree.info(what).size >= bytes.size()) contents.read(what, 0, bytes);
  const auto mbr = *disk::read<eltorito::master_boot_record>(bytes, 0, "MBR");
  const auto used = [](const eltorito::mbr_partition& p) { return p.type != 0 && p.sectors != 0; };
  if (mbr.signature != eltorito::master_boot_record{}.signature ||
      std::ranges::count_if(mbr.partitions, used) != 1)
    throw base::error(base::errc::boot_image_data,
                      fmt::format("The boot image {} is no hard disk with one partition.",
                                  base::printable(tree.describe(what))));
  return std::ranges::find_if(mbr.partitions, used)->type;
}

}  // namespace

void prepare_boot(const tree::file_tree& tree, options& how, const std::stop_token& stop) {
  tree::content_reader contents(tree);
  for (auto& entry : how.boot) {
    if (!entry.info_table && entry.how != eltorito::emulation::hard_disk) continue;
    if (static_cast<std::size_t>(entry.image) >= tree.content_limit()) continue;  // `plan` says so
    eltorito::image_facts facts;
    if (entry.info_table) facts.checksum = checksum_of(tree, entry.image, contents, stop);
    if (entry.how == eltorito::emulation::hard_disk)
      facts.system_type = system_type_of(tree, entry.image, contents);
    entry.facts = facts;
  }
}

}  // namespace comeback::image
