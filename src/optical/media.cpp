// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "optical/medium.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace comeback::optical {
namespace {

constexpr disk::block_count none{0};

// Blank media in blocks of 2048 bytes: 74-minute CDs (the default limit of the API), single-sided discs of 12
// cm else.
constexpr disk::block_count cd{332'800}, dvd_plus{2'295'104}, dvd_minus{2'298'496}, dvd_cartridge{2'236'704},
    dvd_plus_double{4'173'824}, dvd_minus_double{4'171'712}, hd_dvd{7'296'000}, blu_ray{12'219'392};

// What a drive cannot write less of: the blocks of an ECC block (DVD: ECMA-267 clause 18; HD DVD and Blu-ray:
// 64 KiB).
constexpr std::uint32_t cd_unit = 1, dvd_unit = 16, hd_dvd_unit = 32, blu_ray_unit = 32;

// Lead-out, lead-in and pre-gap of a CD: 90 s, later 30 s, and 60 s and 2 s, of 75 blocks each (MMC-6 4.2.3).
constexpr disk::block_count cd_first{6750 + 4500 + 150}, cd_later{2250 + 4500 + 150};
// Border-out and border-in of DVD-R, closure and intro of DVD+R: see docs/decisions/0250. Sessions of BD-R
// adjoin.
constexpr disk::block_count border_first{28'672}, border_later{7'168}, intro{2'048};

using enum media_type;
using writing::random, writing::sequential;

// Profiles: MMC-6 table 95. DVD-RW counts as restricted overwrite, CD-RW as sequential
// (imapi-multisession-layout.md).
constexpr std::array media{
    media_facts{cd_rom, "cd-rom", 0x08, writing::none, false, cd, cd_unit, none, none},
    media_facts{cd_r, "cd-r", 0x09, sequential, false, cd, cd_unit, cd_first, cd_later},
    media_facts{cd_rw, "cd-rw", 0x0A, sequential, true, cd, cd_unit, cd_first, cd_later},
    media_facts{dvd_rom, "dvd-rom", 0x10, writing::none, false, dvd_minus, dvd_unit, none, none},
    media_facts{dvd_ram, "dvd-ram", 0x12, random, true, dvd_cartridge, dvd_unit, none, none},
    media_facts{dvd_plus_r, "dvd+r", 0x1B, sequential, false, dvd_plus, dvd_unit, intro, intro},
    media_facts{dvd_plus_rw, "dvd+rw", 0x1A, random, true, dvd_plus, dvd_unit, none, none},
    media_facts{dvd_plus_r_dual, "dvd+r-dl", 0x2B, sequential, false, dvd_plus_double, dvd_unit, intro,
                intro},
    media_facts{dvd_minus_r, "dvd-r", 0x11, sequential, false, dvd_minus, dvd_unit, border_first,
                border_later},
    media_facts{dvd_minus_rw, "dvd-rw", 0x13, random, true, dvd_minus, dvd_unit, none, none},
    media_facts{dvd_minus_r_dual, "dvd-r-dl", 0x15, sequential, false, dvd_minus_double, dvd_unit,
                border_first, border_later},
    media_facts{media_type::disk, "disk", 0x02, random, true, none, 1, none, none},
    media_facts{dvd_plus_rw_dual, "dvd+rw-dl", 0x2A, random, true, dvd_plus_double, dvd_unit, none, none},
    media_facts{hd_dvd_rom, "hd-dvd-rom", 0x50, writing::none, false, hd_dvd, hd_dvd_unit, none, none},
    media_facts{hd_dvd_r, "hd-dvd-r", 0x51, sequential, false, hd_dvd, hd_dvd_unit, border_first,
                border_later},
    media_facts{hd_dvd_ram, "hd-dvd-ram", 0x52, random, true, hd_dvd, hd_dvd_unit, none, none},
    media_facts{bd_rom, "bd-rom", 0x40, writing::none, false, blu_ray, blu_ray_unit, none, none},
    media_facts{bd_r, "bd-r", 0x41, sequential, false, blu_ray, blu_ray_unit, none, none},
    media_facts{bd_re, "bd-re", 0x43, random, true, blu_ray, blu_ray_unit, none, none},
};

static_assert(std::ranges::is_sorted(media, {}, &media_facts::type));

}  // namespace

std::span<const media_facts> all_media() noexcept { return media; }

const media_facts* find_media(int type) noexcept {
  const auto* const found =
      std::ranges::find(media, type, [](const auto& m) { return static_cast<int>(m.type); });
  return found != media.end() ? found : nullptr;
}

const media_facts* find_media(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(media, name, &media_facts::name);
  return found != media.end() ? found : nullptr;
}

const media_facts& facts_of(media_type type) {
  const auto* const found = find_media(static_cast<int>(type));
  if (found == nullptr)
    throw base::error(base::errc::invalid_argument,
                      fmt::format("There is no kind of media with the number {}.", static_cast<int>(type)));
  return *found;
}

}  // namespace comeback::optical
