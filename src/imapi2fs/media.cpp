// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/media.hpp"

#include <algorithm>
#include <array>

namespace comeback::imapi2fs {
namespace {

// Capacities of blank media in blocks of 2048 bytes. The table behind ChooseImageDefaultsForMediaType is not
// documented; these are the sizes of the media themselves, CDs being the 74-minute ones of the default limit.
constexpr std::int32_t cd = 332'800, dvd_plus = 2'295'104, dvd_minus = 2'298'496, dvd_ram = 2'236'704,
                       dvd_plus_double = 4'173'824, dvd_minus_double = 4'171'712, hd_dvd = 7'296'000,
                       blu_ray = 12'219'392, no_limit = 0;

constexpr std::array media{
    medium{1, cd},
    medium{2, cd},
    medium{3, cd},
    medium{4, dvd_minus},
    medium{5, dvd_ram},
    medium{6, dvd_plus},
    medium{7, dvd_plus},
    medium{8, dvd_plus_double},
    medium{9, dvd_minus},
    medium{10, dvd_minus},
    medium{11, dvd_minus_double},
    medium{12, no_limit},
    medium{13, dvd_plus_double},
    medium{14, hd_dvd},
    medium{15, hd_dvd},
    medium{16, hd_dvd},
    medium{17, blu_ray},
    medium{18, blu_ray},
    medium{19, blu_ray},
};

}  // namespace

std::optional<medium> find_medium(int type) noexcept {
  const auto* const found = std::ranges::find(media, type, &medium::type);
  if (found == media.end()) return {};
  return *found;
}

}  // namespace comeback::imapi2fs
