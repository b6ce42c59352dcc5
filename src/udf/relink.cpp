// SPDX-License-Identifier: Apache-2.0
#include "udf/relink.hpp"

#include "udf/node_reader.hpp"

#include <span>

namespace comeback::udf {
namespace {

using base::fault;

// Proven before, so its CRC covers bytes that are there.
void seal_again(std::span<std::byte> descriptor) {
  const auto old = *disk::read<tag>(descriptor, 0, "tag");
  seal(descriptor.first(sizeof(tag) + old.crc_length), static_cast<tag_id>(std::uint16_t{old.id}),
       old.version, old.location, old.serial);
}

// Where the bytes of a directory begin that lie in its ICB.
std::size_t embedded_at(std::span<const std::byte> icb, bool extended) {
  if (extended)
    return sizeof(extended_file_entry) + disk::read<extended_file_entry>(icb, 0, "ICB")->attribute_bytes;
  return sizeof(file_entry) + disk::read<file_entry>(icb, 0, "ICB")->attribute_bytes;
}

base::parsed<void> put_parent(std::span<std::byte> block, std::size_t at, std::uint32_t parent,
                              std::uint64_t offset) {
  const auto bytes = block.subspan(at);
  const auto proven = read_tag(bytes, offset);
  if (!proven) return tl::unexpected(proven.error());
  auto fixed = *disk::read<file_identifier>(bytes, 0, "file identifier");
  const unsigned wanted = udf::directory | udf::parent;
  if (proven->id != static_cast<std::uint16_t>(tag_id::file_identifier) || fixed.name_bytes != 0 ||
      (fixed.characteristics & wanted) != wanted || proven->crc_length < sizeof fixed - sizeof(tag))
    return wrong(fault::bad_magic, offset, "directory: its first identifier is not that of its parent");
  fixed.icb.location.block = parent;
  disk::put(bytes, 0, fixed);
  seal_again(bytes);
  return {};
}

}  // namespace

base::parsed<changed_block> with_parent(const reader& volume, std::uint32_t directory, std::uint32_t parent) {
  lb_addr icb;
  icb.block = directory;
  const auto node = volume.read(icb);
  if (!node) return tl::unexpected(node.error());
  if (node->complaint) return tl::unexpected(*node->complaint);
  const bool has_bytes = node->is_embedded || (!node->pieces.empty() && node->pieces.front().recorded);
  if (node->type != file_type::directory || node->size < sizeof(file_identifier) || !has_bytes)
    return wrong(fault::bad_magic, node->at, "directory: type or size");
  const auto from = node->is_embedded ? node->at : node->pieces.front().offset;
  if (from % disk::block_size != 0 || volume.structures().block_size != disk::block_size)
    return wrong(fault::unsupported, from, "directory: its blocks");
  changed_block out{{from / disk::block_size}, std::vector<std::byte>(disk::block_size)};
  if (auto done = read_whole(volume.source(), from, out.bytes, "directory"); !done)
    return tl::unexpected(done.error());
  const auto at = node->is_embedded ? embedded_at(out.bytes, node->extended) : 0;
  if (at + sizeof(file_identifier) > out.bytes.size())
    return wrong(fault::truncated, from, "directory: size");
  if (auto done = put_parent(out.bytes, at, parent, from + at); !done) return tl::unexpected(done.error());
  if (node->is_embedded) seal_again(out.bytes);
  return out;
}

}  // namespace comeback::udf
