// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "tree/tree.hpp"
#include "udf/kept.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::udf {

/// How a volume's blocks are addressed (UDF 2.2.8 to 2.2.10).
enum class partition_type : std::uint8_t { plain, vat, sparable, metadata };
/// "plain", "vat", "sparable", "metadata"
[[nodiscard]] std::string_view name_of(partition_type kind) noexcept;

/// Everything that decides a UDF volume besides its tree.
struct volume_options {
  std::uint16_t revision = 0x0201;  ///< 0x0102, 0x0150, 0x0200, 0x0201, 0x0250, 0x0260
  partition_type partition = partition_type::plain;
  bool mirror = true;             ///< of a metadata partition: its nodes lie there twice
  std::uint32_t ecc_blocks = 32;  ///< blocks that the medium corrects as one: 16 or 32
  bool embed = true;              ///< small files lie in their ICB: no other file system finds them there
  std::vector<tree::content_id> outside{};  ///< never in their ICB: others look for their blocks
  base::timestamp created{};
  std::string volume = "COMEBACK", volume_set{};  ///< UTF-8; cut where a field holds less
  /// Of a later session that names items of the tree where an older one wrote them (`kept_nodes`); none: the
  /// tree is all there is.
  std::shared_ptr<const kept_nodes> kept{};
  std::shared_ptr<const older_volume> older{};  ///< beside `kept`
};

/// Throws `errc::invalid_parameter` for what does not exist: another revision, a partition that the revision
/// does not have (docs/formats/udf.md), another number of blocks.
void check(const volume_options& how);

/// The partition that a revision has by default.
[[nodiscard]] partition_type usual_partition(std::uint16_t revision) noexcept;

/// The revision as people write it: "2.01".
[[nodiscard]] std::string revision_text(std::uint16_t revision);

}  // namespace comeback::udf
