// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "com/made/imapi2.hpp"
#include "optical/medium.hpp"

namespace comeback::imapi2 {

/// A speed of a recorder for a kind of medium.
struct write_speed {
  optical::media_type type;
  LONG sectors_a_second;
};

/// The one speed at which media of a kind count as being written: recorders here write as fast as they can,
/// and clients expect a number (docs/decisions/0263).
[[nodiscard]] write_speed speed_for(optical::media_type type) noexcept;

/// What a client asks for.
struct wanted_speed {
  LONG sectors_a_second = -1;  ///< -1: the fastest
  bool pure_cav = false;
};
/// S_OK, S_IMAPI_SPEEDADJUSTED, S_IMAPI_ROTATIONADJUSTED or S_IMAPI_BOTHADJUSTED.
[[nodiscard]] HRESULT adjustment(const wanted_speed& wanted, const write_speed& has) noexcept;

class write_speed_descriptor final
    : public com::automation<IWriteSpeedDescriptor, com::class_info<&CLSID_MsftWriteSpeedDescriptor>> {
 public:
  explicit write_speed_descriptor(write_speed of) : of_(of) {}

  HRESULT get_MediaType(IMAPI_MEDIA_PHYSICAL_TYPE* out) noexcept override;
  HRESULT get_RotationTypeIsPureCAV(VARIANT_BOOL* out) noexcept override;
  HRESULT get_WriteSpeed(LONG* out) noexcept override;

 private:
  write_speed of_;
};

}  // namespace comeback::imapi2
