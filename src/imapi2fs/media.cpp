// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/media.hpp"

#include "imapi2fs/settings.hpp"

#include <algorithm>
#include <array>

namespace comeback::imapi2fs {
namespace {

// Capacities of blank media in blocks of 2048 bytes. The table behind ChooseImageDefaultsForMediaType is not
// documented; these are the sizes of the media themselves, CDs being the 74-minute ones of the default limit.
constexpr std::int32_t cd = 332'800, dvd_plus = 2'295'104, dvd_minus = 2'298'496, dvd_ram = 2'236'704,
                       dvd_plus_double = 4'173'824, dvd_minus_double = 4'171'712, hd_dvd = 7'296'000,
                       blu_ray = 12'219'392, no_limit = 0;

// What players of the time read on CDs; everything on DVDs; and UDF alone where a file may well be larger
// than ISO 9660 takes here (docs/decisions/0213).
constexpr int small = iso9660_bit | joliet_bit, bridge = iso9660_bit | joliet_bit | udf_bit, large = udf_bit;

constexpr std::array media{
    medium{1, cd, small},
    medium{2, cd, small},
    medium{3, cd, small},
    medium{4, dvd_minus, bridge},
    medium{5, dvd_ram, bridge},
    medium{6, dvd_plus, bridge},
    medium{7, dvd_plus, bridge},
    medium{8, dvd_plus_double, large},
    medium{9, dvd_minus, bridge},
    medium{10, dvd_minus, bridge},
    medium{11, dvd_minus_double, large},
    medium{12, no_limit, bridge},
    medium{13, dvd_plus_double, large},
    medium{14, hd_dvd, large},
    medium{15, hd_dvd, large},
    medium{16, hd_dvd, large},
    medium{17, blu_ray, large},
    medium{18, blu_ray, large},
    medium{19, blu_ray, large},
};

}  // namespace

std::optional<medium> find_medium(int type) noexcept {
  const auto* const found = std::ranges::find(media, type, &medium::type);
  if (found == media.end()) return {};
  return *found;
}

}  // namespace comeback::imapi2fs
