// SPDX-License-Identifier: Apache-2.0
// Between the files of the reader.
#pragma once

#include "udf/reader.hpp"

#include <span>
#include <string>

namespace comeback::udf {

/// A descriptor's tag: its checksum must be right; a CRC or place that is wrong is a complaint.
struct judged_tag {
  tag what;
  std::optional<base::parse_error> complaint;
};
[[nodiscard]] base::parsed<judged_tag> judge_tag(std::span<const std::byte> descriptor, std::uint64_t base,
                                                 std::uint32_t location, const char* name);

[[nodiscard]] base::parsed<node> read_node(const disk::source& from, const partition_maps& maps,
                                           const lb_addr& icb, block_window& window);
[[nodiscard]] base::parsed<std::vector<std::byte>> read_data(const disk::source& from, const node& of,
                                                             std::uint64_t limit);
[[nodiscard]] base::parsed<void> read_whole(const disk::source& from, std::uint64_t at,
                                            std::span<std::byte> into, const char* field);

inline tl::unexpected<base::parse_error> wrong(base::fault what, std::uint64_t at, std::string field) {
  return tl::unexpected(base::parse_error{what, at, std::move(field)});
}

}  // namespace comeback::udf
