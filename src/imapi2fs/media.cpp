// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/media.hpp"

#include "imapi2fs/settings.hpp"
#include "optical/medium.hpp"

#include <array>

namespace comeback::imapi2fs {
namespace {

// What players of the time read on CDs; everything on DVDs; and UDF alone where a file may well be larger
// than ISO 9660 takes here (docs/decisions/0213).
constexpr int small = iso9660_bit | joliet_bit, bridge = iso9660_bit | joliet_bit | udf_bit, large = udf_bit;

constexpr std::array<int, 20> file_systems{0,      small, small,  small,  bridge, bridge, bridge,
                                           bridge, large, bridge, bridge, large,  bridge, large,
                                           large,  large, large,  large,  large,  large};

}  // namespace

std::optional<medium> find_medium(int type) noexcept {
  const auto* const facts = optical::find_media(type);
  if (facts == nullptr) return {};
  return medium{type, static_cast<std::int32_t>(facts->capacity.value),
                file_systems[static_cast<std::size_t>(type)]};
}

}  // namespace comeback::imapi2fs
