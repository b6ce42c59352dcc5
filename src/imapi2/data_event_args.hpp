// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "com/made/imapi2.hpp"

#include <chrono>
#include <cstdint>

namespace comeback::imapi2 {

/// A write at one moment. Addresses are those of the medium.
struct write_moment {
  IMAPI_FORMAT2_DATA_WRITE_ACTION action = IMAPI_FORMAT2_DATA_WRITE_ACTION_VALIDATING_MEDIA;
  std::uint64_t start = 0;   ///< the first block
  std::uint64_t blocks = 0;  ///< of the whole write
  std::uint64_t done = 0;    ///< of these
  std::int64_t last = -1;    ///< the block read and recorded last; -1: none
  std::chrono::milliseconds elapsed{0};
};

/// What DDiscFormat2DataEvents::Update hands over: a copy, which stays as it is.
class data_event_args final : public com::automation<IDiscFormat2DataEventArgs> {
 public:
  explicit data_event_args(const write_moment& at) : at_(at) {}

  HRESULT get_StartLba(LONG* out) noexcept override;
  HRESULT get_SectorCount(LONG* out) noexcept override;
  HRESULT get_LastReadLba(LONG* out) noexcept override;
  HRESULT get_LastWrittenLba(LONG* out) noexcept override;
  HRESULT get_TotalSystemBuffer(LONG* out) noexcept override;
  HRESULT get_UsedSystemBuffer(LONG* out) noexcept override;
  HRESULT get_FreeSystemBuffer(LONG* out) noexcept override;
  HRESULT get_ElapsedTime(LONG* out) noexcept override;
  HRESULT get_RemainingTime(LONG* out) noexcept override;
  HRESULT get_TotalTime(LONG* out) noexcept override;
  HRESULT get_CurrentAction(IMAPI_FORMAT2_DATA_WRITE_ACTION* out) noexcept override;

 private:
  [[nodiscard]] std::int64_t total_seconds() const noexcept;
  [[nodiscard]] std::int64_t elapsed_seconds() const noexcept;

  write_moment at_;
};

}  // namespace comeback::imapi2
