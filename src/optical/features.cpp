// SPDX-License-Identifier: Apache-2.0
#include "optical/features.hpp"

#include <algorithm>
#include <set>

namespace comeback::optical {
namespace {

using numbers = std::vector<std::uint16_t>;

// MMC-6 table 91. What drives have without a medium, and what each profile adds (MMC-6 5.4), as far as image
// files have it: writing by tracks and raw is not among it.
constexpr std::uint16_t profile_list = 0x00, core = 0x01, morphing = 0x02, removable = 0x03,
                        random_readable = 0x10, multi_read = 0x1D, cd_read = 0x1E, dvd_read = 0x1F,
                        random_writable = 0x20, incremental = 0x21, formattable = 0x23,
                        restricted_overwrite = 0x26, dvd_plus_rw = 0x2A, dvd_plus_r = 0x2B,
                        cd_mastering = 0x2E, dvd_minus_write = 0x2F, cd_rw_write = 0x37,
                        dvd_plus_rw_dual = 0x3A, dvd_plus_r_dual = 0x3B, bd_read = 0x40, bd_write = 0x41,
                        hd_dvd_read = 0x50, hd_dvd_write = 0x51;

numbers added_by(media_type type) {
  switch (type) {
    case media_type::unknown:
      return {};
    case media_type::cd_rom:
      return {random_readable, multi_read, cd_read};
    case media_type::cd_r:
      return {random_readable, multi_read, cd_read, incremental, cd_mastering};
    case media_type::cd_rw:
      return {random_readable, multi_read, cd_read, incremental, cd_mastering, cd_rw_write};
    case media_type::dvd_rom:
      return {random_readable, dvd_read};
    case media_type::dvd_ram:
      return {random_readable, dvd_read, random_writable, formattable};
    case media_type::dvd_plus_r:
      return {random_readable, dvd_read, dvd_plus_r};
    case media_type::dvd_plus_rw:
      return {random_readable, dvd_read, random_writable, formattable, dvd_plus_rw};
    case media_type::dvd_plus_r_dual:
      return {random_readable, dvd_read, dvd_plus_r_dual};
    case media_type::dvd_minus_r:
    case media_type::dvd_minus_r_dual:
      return {random_readable, dvd_read, incremental, dvd_minus_write};
    case media_type::dvd_minus_rw:
      return {random_readable, dvd_read, formattable, restricted_overwrite, dvd_minus_write};
    case media_type::disk:
      return {random_readable, random_writable};
    case media_type::dvd_plus_rw_dual:
      return {random_readable, dvd_read, random_writable, formattable, dvd_plus_rw_dual};
    case media_type::hd_dvd_rom:
      return {random_readable, hd_dvd_read};
    case media_type::hd_dvd_r:
      return {random_readable, incremental, hd_dvd_read, hd_dvd_write};
    case media_type::hd_dvd_ram:
      return {random_readable, random_writable, formattable, hd_dvd_read, hd_dvd_write};
    case media_type::bd_rom:
      return {random_readable, bd_read};
    case media_type::bd_r:
      return {random_readable, incremental, bd_read, bd_write};
    case media_type::bd_re:
      return {random_readable, random_writable, formattable, bd_read, bd_write};
  }
  return {};
}

}  // namespace

std::vector<std::uint16_t> features_with(media_type type) {
  std::vector<std::uint16_t> all{profile_list, core, morphing, removable};
  const auto added = added_by(type);
  all.insert(all.end(), added.begin(), added.end());
  return all;
}

std::vector<std::uint16_t> all_features() {
  std::set<std::uint16_t> all;
  for (const auto& facts : all_media())
    for (const auto feature : features_with(facts.type)) all.insert(feature);
  return {all.begin(), all.end()};
}

}  // namespace comeback::optical
