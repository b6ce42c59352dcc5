// SPDX-License-Identifier: Apache-2.0
#include "imapi2/multisession.hpp"

#include "base/error.hpp"
#include "com/object/boundary.hpp"

#include <fmt/format.h>

namespace comeback::imapi2 {

using base::errc;
using base::error;

media_look look_into(const chosen_recorder& of) {
  if (!of.behind) throw error(errc::recorder_required, "No recorder is set. Put Recorder first.");
  return look_into(*of.behind);
}

media_look look_into(const chosen_recorder& of, optical::writing how) {
  auto at = look_into(of);
  if (at.facts.how != how)
    throw error(errc::invalid_media_state,
                fmt::format("The medium in the recorder ({}) is written in another way.", at.facts.name));
  return at;
}

HRESULT multisession_sequential::get_IsFirstDataSession(VARIANT_BOOL* out) noexcept {
  return boundary(out, [&] { return start_of_last_session(look()) < 0; });
}
HRESULT multisession_sequential::get_StartAddressOfPreviousSession(LONG* out) noexcept {
  return boundary(out, [&] { return start_of_last_session(look()); });
}
HRESULT multisession_sequential::get_LastWrittenAddressOfPreviousSession(LONG* out) noexcept {
  return boundary(out, [&] { return end_of_last_session(look()); });
}
HRESULT multisession_sequential::get_NextWritableAddress(LONG* out) noexcept {
  return boundary(out, [&] { return next_address(look()); });
}
HRESULT multisession_sequential::get_FreeSectorsOnMedia(LONG* out) noexcept {
  return boundary(out, [&] { return free_sectors(look()); });
}
HRESULT multisession_sequential::get_WriteUnitSize(LONG* out) noexcept {
  return boundary(out, [&] { return look().facts.write_unit; });
}

HRESULT multisession_random_write::get_WriteUnitSize(LONG* out) noexcept {
  return boundary(out, [&] { return look().facts.write_unit; });
}
HRESULT multisession_random_write::get_LastWrittenAddress(LONG* out) noexcept {
  return boundary(out, [&] { return end_of_last_session(look()); });
}
HRESULT multisession_random_write::get_TotalSectorsOnMedia(LONG* out) noexcept {
  return boundary(out, [&] { return total_sectors(look()); });
}

}  // namespace comeback::imapi2
