// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/settings.hpp"

#include "base/text.hpp"
#include "image/plan.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

namespace comeback::imapi2fs {
namespace {

using base::errc;
using base::error;

// A label from date and time, as the page of VolumeName has it.
std::string label_of(base::timestamp t) {
  const auto c = base::to_civil(t);
  char text[40];
  std::snprintf(text, sizeof text, "%04d%02u%02u_%02u%02u", static_cast<int>(c.year), c.month, c.day, c.hour,
                c.minute);
  return text;
}

}  // namespace

const std::vector<std::int32_t>& udf_revisions() {
  static const std::vector<std::int32_t> all{0x102, 0x150, 0x200, 0x201, 0x250, 0x260};
  return all;
}

image::options options_of(const settings& of, base::timestamp now) {
  auto how = of.continues ? of.continues->how : image::options{};
  how.created = now;
  how.volume_name = of.volume_name.empty() ? label_of(now) : of.volume_name;
  how.file_systems.iso9660 = of.has(iso9660_bit);
  how.file_systems.joliet = of.has(joliet_bit);
  how.file_systems.udf = of.has(udf_bit);
  how.udf.revision = static_cast<std::uint16_t>(of.udf_revision);
  if (!of.continues) how.udf.mirror = of.redundant_metadata;
  // What older sessions have beside it, level 4 and Rock Ridge, goes on.
  if (!of.continues || how.iso_level != 4) how.iso_level = of.iso_level;
  how.strict_iso = how.strict_joliet = of.strict;
  how.first_block = disk::lba{static_cast<std::uint64_t>(of.session_start)};
  return how;
}

image::file_system single_file_system(int value) {
  if (value == iso9660_bit) return image::file_system::iso9660;
  if (value == joliet_bit) return image::file_system::joliet;
  if (value == udf_bit) return image::file_system::udf;
  throw error(errc::invalid_parameter, "Name one file system: ISO 9660 (1), Joliet (2) or UDF (4).");
}

void require_file_systems(int mask) {
  constexpr std::array sensible{iso9660_bit, iso9660_bit | joliet_bit, udf_bit, iso9660_bit | udf_bit,
                                iso9660_bit | joliet_bit | udf_bit};
  if (std::ranges::find(sensible, mask) == sensible.end())
    throw error(
        errc::invalid_parameter,
        "The file systems can be ISO 9660 (1), Joliet with it (3), UDF (4) or UDF with these (5, 7), not " +
            std::to_string(mask) + ".");
}

void require_iso_level(int level) {
  if (level != 1 && level != 2)
    throw error(errc::invalid_parameter,
                "The interchange level can be 1 or 2, not " + std::to_string(level) + ".");
}

void require_udf_revision(std::int32_t revision) {
  const auto& all = udf_revisions();
  if (std::ranges::find(all, revision) == all.end())
    throw error(errc::invalid_parameter,
                "There is no UDF revision " + std::to_string(revision) + " here; 1.02 is 258 (0x102).");
}

void require_volume_name(std::string_view name) {
  constexpr std::size_t longest = 32;
  if (base::to_utf32_lossy(name).size() > longest)
    throw error(errc::invalid_volume_name,
                "The volume name \"" + std::string(name) + "\" has more than 32 characters.");
}

}  // namespace comeback::imapi2fs
