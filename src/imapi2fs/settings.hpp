// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "disk/source.hpp"
#include "image/options.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::imapi2fs {

// FsiFileSystems
inline constexpr int iso9660_bit = 1, joliet_bit = 2, udf_bit = 4;
inline constexpr int supported_file_systems = iso9660_bit | joliet_bit | udf_bit;

/// The medium that an image goes on, once its last session was imported.
struct continued_session {
  image::options how;                         ///< of the next session
  std::shared_ptr<const disk::source> bytes;  ///< of the medium, as it was
  bool at_random = false;
  std::uint32_t write_unit = 1;  ///< blocks; at random
  std::uint64_t room = 0;        ///< blocks of the next session
  std::string disc;              ///< CalculateDiscIdentifier
  std::string label;             ///< of the imported file system
};

/// What a client chooses for an image, with the defaults of docs/decisions/0054.
struct settings {
  int file_systems = supported_file_systems;
  int iso_level = 1;
  std::int32_t udf_revision = 0x102;
  bool strict = false;
  bool restricted = false;         ///< new names have code points from 32 to 127 only
  bool redundant_metadata = true;  ///< of UDF 2.50 and later
  std::int32_t session_start = 0;
  std::int32_t free_media_blocks =
      332'800;  ///< 650 MB (ifilesystemimage-get_freemediablocks); 0 or less: any
  std::string volume_name{};
  std::shared_ptr<const continued_session> continues{};  ///< null: nothing was imported

  [[nodiscard]] bool has(int file_system) const { return (file_systems & file_system) != 0; }
  /// Whether the image has UDF, of this revision or a later one.
  [[nodiscard]] bool has_udf(std::int32_t from) const { return has(udf_bit) && udf_revision >= from; }
};

inline constexpr std::int32_t udf_with_streams = 0x200, udf_with_real_time = 0x201, udf_with_metadata = 0x250;
[[nodiscard]] const std::vector<std::int32_t>& udf_revisions();

/// The options of an image made at `now`. Without a name, the label is made from the time.
[[nodiscard]] image::options options_of(const settings& of, base::timestamp now);
/// One of FsiFileSystems; anything else is `invalid_parameter`.
[[nodiscard]] image::file_system single_file_system(int value);

/// ISO 9660 alone, with Joliet, with UDF, all three, or UDF alone; anything else is `invalid_parameter`.
void require_file_systems(int mask);
void require_iso_level(int level);
void require_udf_revision(std::int32_t revision);
void require_volume_name(std::string_view name);

}  // namespace comeback::imapi2fs
