// SPDX-License-Identifier: Apache-2.0
#include "imapi2/write_speeds.hpp"

#include "com/object/boundary.hpp"

#include <imapi2error.h>

namespace comeback::imapi2 {
namespace {

constexpr LONG times(ULONG at_1x, LONG factor) { return static_cast<LONG>(at_1x) * factor; }

LONG sectors_for(optical::media_type type) noexcept {
  using enum optical::media_type;
  switch (type) {
    case cd_rom:
    case cd_r:
    case cd_rw:
      return times(IMAPI_SECTORS_PER_SECOND_AT_1X_CD, 52);
    case hd_dvd_rom:
    case hd_dvd_r:
    case hd_dvd_ram:
      return times(IMAPI_SECTORS_PER_SECOND_AT_1X_HD_DVD, 2);
    case bd_rom:
    case bd_r:
    case bd_re:
      return times(IMAPI_SECTORS_PER_SECOND_AT_1X_BD, 16);
    default:
      return times(IMAPI_SECTORS_PER_SECOND_AT_1X_DVD, 24);
  }
}

}  // namespace

write_speed speed_for(optical::media_type type) noexcept {
  return {.type = type, .sectors_a_second = sectors_for(type)};
}

HRESULT adjustment(const wanted_speed& wanted, const write_speed& has) noexcept {
  const bool other = wanted.sectors_a_second != -1 && wanted.sectors_a_second != has.sectors_a_second;
  if (other && wanted.pure_cav) return S_IMAPI_BOTHADJUSTED;
  if (other) return S_IMAPI_SPEEDADJUSTED;
  return wanted.pure_cav ? S_IMAPI_ROTATIONADJUSTED : S_OK;
}

HRESULT write_speed_descriptor::get_MediaType(IMAPI_MEDIA_PHYSICAL_TYPE* out) noexcept {
  return boundary(out, [&] { return of_.type; });
}
HRESULT write_speed_descriptor::get_RotationTypeIsPureCAV(VARIANT_BOOL* out) noexcept {
  return boundary(out, [] { return false; });
}
HRESULT write_speed_descriptor::get_WriteSpeed(LONG* out) noexcept {
  return boundary(out, [&] { return of_.sectors_a_second; });
}

}  // namespace comeback::imapi2
