// SPDX-License-Identifier: Apache-2.0
#include "udf/mapping.hpp"

#include <algorithm>
#include <string>

namespace comeback::udf {
namespace {

using base::fault;

constexpr std::uint64_t longest_table_run = 16;  // blocks

tl::unexpected<base::parse_error> wrong(fault what, std::uint64_t at, std::string field) {
  return tl::unexpected(base::parse_error{what, at, std::move(field)});
}

}  // namespace

base::parsed<piece> partition_maps::locate(std::uint16_t which, std::uint64_t block,
                                           std::uint64_t bytes) const {
  if (which >= maps.size()) return wrong(fault::out_of_range, 0, "address: it names no partition map");
  const auto& m = maps[which];
  if (!m.ready) return wrong(fault::loop, 0, "address: its partition's map cannot be read, or needs itself");
  if (m.kind == partition_kind::virtual_table) return through_table(m, block, bytes);
  if (m.kind == partition_kind::metadata) return through_file(m, block, bytes);
  return physical(m, block, bytes);
}

std::uint16_t partition_maps::below(std::uint16_t which) const {
  const auto& m = maps[which];
  if (m.kind == partition_kind::plain || m.kind == partition_kind::sparable) return which;
  for (std::size_t i = 0; i < maps.size(); ++i)
    if (maps[i].number == m.number &&
        (maps[i].kind == partition_kind::plain || maps[i].kind == partition_kind::sparable))
      return static_cast<std::uint16_t>(i);
  return which;
}

base::parsed<piece> partition_maps::physical(const partition_map& m, std::uint64_t block,
                                             std::uint64_t bytes) const {
  const auto from = (m.start + block) * block_size;
  const auto left = block < m.blocks ? (m.blocks - block) * block_size : 0;
  if (left == 0 || bytes > left)
    return wrong(fault::out_of_range, from, "address: behind the partition's end");
  if (m.spares.empty() || m.packet_blocks == 0) return piece{from, bytes};
  const auto packet = block / m.packet_blocks * m.packet_blocks;
  const auto inside = block - packet;
  const auto next =
      std::ranges::lower_bound(m.spares, packet, {}, [](const auto& s) -> std::uint64_t { return s.first; });
  if (next == m.spares.end()) return piece{from, bytes};
  if (next->first == packet)
    return piece{(next->second + inside) * block_size,
                 std::min(bytes, (m.packet_blocks - inside) * block_size)};
  return piece{from, std::min(bytes, (next->first - block) * block_size)};
}

base::parsed<piece> partition_maps::through_table(const partition_map& m, std::uint64_t block,
                                                  std::uint64_t bytes) const {
  const auto& under = maps[below(static_cast<std::uint16_t>(&m - maps.data()))];
  if (&under == &m) return wrong(fault::loop, 0, "address: a virtual partition without one below it");
  if (block >= m.table.size() || m.table[block] == no_block)
    return wrong(fault::out_of_range, block * 4, "address: no entry of the virtual allocation table");
  auto first = physical(under, m.table[block], std::min<std::uint64_t>(bytes, block_size));
  // A run is found block by block, so that it may not be long: extents can name the same one often.
  const auto end = block + longest_table_run;
  while (first && block + 1 < end && first->bytes < bytes && first->bytes % block_size == 0 &&
         block + 1 < m.table.size() && std::uint64_t{m.table[block]} + 1 == m.table[block + 1]) {
    const auto more =
        physical(under, m.table[++block], std::min<std::uint64_t>(bytes - first->bytes, block_size));
    if (!more || more->offset != first->offset + first->bytes) break;
    first->bytes += more->bytes;
  }
  return first;
}

base::parsed<piece> partition_maps::through_file(const partition_map& m, std::uint64_t block,
                                                 std::uint64_t bytes) const {
  const auto at = block * block_size;
  if (at >= m.bytes_of_metadata || bytes > m.bytes_of_metadata - at)
    return wrong(fault::out_of_range, at, "address: behind the metadata file's end");
  const auto next = std::ranges::upper_bound(m.parts, at, {}, &partition_map::part::begin);
  const auto& part = *(next - 1);
  const auto inside = at - part.begin;
  if (!part.where.recorded)
    return wrong(fault::out_of_range, at, "address: not recorded in the metadata file");
  return piece{part.where.offset + inside, std::min(bytes, part.where.bytes - inside)};
}

}  // namespace comeback::udf
