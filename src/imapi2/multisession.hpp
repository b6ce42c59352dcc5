// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "com/made/imapi2.hpp"
#include "com/object/ptr.hpp"
#include "imapi2/media_look.hpp"

#include <atomic>
#include <memory>
#include <utility>

namespace comeback::imapi2 {

/// The recorder that a writer was given; both null where it has none.
struct chosen_recorder {
  com::ptr<IDiscRecorder2> object;
  std::shared_ptr<drive> behind;
};

/// The medium in it. `errc::recorder_required` without a recorder.
[[nodiscard]] media_look look_into(const chosen_recorder& of);
/// The same for members that one kind of medium has: `errc::invalid_media_state` for others.
[[nodiscard]] media_look look_into(const chosen_recorder& of, optical::writing how);

/// The members of IMultisession. `Interface` is the most derived one: the pointer that an array of such
/// objects holds is that interface, too, for clients that ask no QueryInterface.
template <class Interface, const GUID* clsid>
class multisession_members : public com::automation<Interface, com::class_info<clsid>> {
 public:
  multisession_members(chosen_recorder on, optical::writing how) : on_(std::move(on)), how_(how) {}

  HRESULT get_IsSupportedOnCurrentMediaState(VARIANT_BOOL* out) noexcept override {
    return this->boundary(out, [&] {
      const auto at = look_into(on_);
      return at.facts.how == how_ && takes_more(at);
    });
  }
  HRESULT put_InUse(VARIANT_BOOL value) noexcept override {
    return this->boundary([&] { in_use_ = value != VARIANT_FALSE; });
  }
  HRESULT get_InUse(VARIANT_BOOL* out) noexcept override {
    return this->boundary(out, [&] { return in_use_.load(); });
  }
  HRESULT get_ImportRecorder(IDiscRecorder2** out) noexcept override {
    return this->boundary(out, [&] { return on_.object; });
  }

 protected:
  [[nodiscard]] media_look look() const { return look_into(on_, how_); }

 private:
  chosen_recorder on_;
  optical::writing how_;
  std::atomic<bool> in_use_ = false;
};

/// Sessions one behind the other. Every number is asked of the medium anew.
class multisession_sequential final
    : public multisession_members<IMultisessionSequential2, &CLSID_MsftMultisessionSequential> {
 public:
  explicit multisession_sequential(chosen_recorder on)
      : multisession_members(std::move(on), optical::writing::sequential) {}

  HRESULT get_IsFirstDataSession(VARIANT_BOOL* out) noexcept override;
  HRESULT get_StartAddressOfPreviousSession(LONG* out) noexcept override;
  HRESULT get_LastWrittenAddressOfPreviousSession(LONG* out) noexcept override;
  HRESULT get_NextWritableAddress(LONG* out) noexcept override;
  HRESULT get_FreeSectorsOnMedia(LONG* out) noexcept override;
  HRESULT get_WriteUnitSize(LONG* out) noexcept override;
};

/// One physical session, any part of which is written anew.
class multisession_random_write final
    : public multisession_members<IMultisessionRandomWrite, &CLSID_MsftMultisessionRandomWrite> {
 public:
  explicit multisession_random_write(chosen_recorder on)
      : multisession_members(std::move(on), optical::writing::random) {}

  HRESULT get_WriteUnitSize(LONG* out) noexcept override;
  HRESULT get_LastWrittenAddress(LONG* out) noexcept override;
  HRESULT get_TotalSectorsOnMedia(LONG* out) noexcept override;
};

}  // namespace comeback::imapi2
