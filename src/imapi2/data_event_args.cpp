// SPDX-License-Identifier: Apache-2.0
#include "imapi2/data_event_args.hpp"

#include "com/object/boundary.hpp"
#include "imapi2/burn.hpp"

#include <algorithm>

namespace comeback::imapi2 {

std::int64_t data_event_args::elapsed_seconds() const noexcept {
  return std::chrono::duration_cast<std::chrono::seconds>(at_.elapsed).count();
}

// As long as nothing is recorded there is nothing to judge by.
std::int64_t data_event_args::total_seconds() const noexcept {
  if (at_.done == 0) return elapsed_seconds();
  const double rest = static_cast<double>(at_.blocks) / static_cast<double>(at_.done);
  return static_cast<std::int64_t>(static_cast<double>(at_.elapsed.count()) * rest / 1000.0);
}

HRESULT data_event_args::get_StartLba(LONG* out) noexcept {
  return boundary(out, [&] { return at_.start; });
}
HRESULT data_event_args::get_SectorCount(LONG* out) noexcept {
  return boundary(out, [&] { return at_.blocks; });
}
HRESULT data_event_args::get_LastReadLba(LONG* out) noexcept {
  return boundary(out, [&] { return at_.last; });
}
HRESULT data_event_args::get_LastWrittenLba(LONG* out) noexcept {
  return boundary(out, [&] { return at_.last; });
}
HRESULT data_event_args::get_TotalSystemBuffer(LONG* out) noexcept {
  return boundary(out, [&] { return disk::bytes_in(piece); });
}
// Events come when a piece has reached the medium.
HRESULT data_event_args::get_UsedSystemBuffer(LONG* out) noexcept {
  return boundary(out, [] { return 0; });
}
HRESULT data_event_args::get_FreeSystemBuffer(LONG* out) noexcept {
  return boundary(out, [&] { return disk::bytes_in(piece); });
}
HRESULT data_event_args::get_ElapsedTime(LONG* out) noexcept {
  return boundary(out, [&] { return elapsed_seconds(); });
}
HRESULT data_event_args::get_RemainingTime(LONG* out) noexcept {
  return boundary(out, [&] { return std::max<std::int64_t>(0, total_seconds() - elapsed_seconds()); });
}
HRESULT data_event_args::get_TotalTime(LONG* out) noexcept {
  return boundary(out, [&] { return total_seconds(); });
}
HRESULT data_event_args::get_CurrentAction(IMAPI_FORMAT2_DATA_WRITE_ACTION* out) noexcept {
  return boundary(out, [&] { return at_.action; });
}

}  // namespace comeback::imapi2
