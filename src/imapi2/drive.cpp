// SPDX-License-Identifier: Apache-2.0
#include "imapi2/drive.hpp"

#include "base/error.hpp"
#include "com/data/text.hpp"

#include <exception>

#include <fmt/format.h>
#include <oleauto.h>

namespace comeback::imapi2 {

using base::errc;
using base::error;

void drive::require_unlocked() const {
  if (recorder_->acquired() > 0) return;
  const auto owner = recorder_->exclusive_owner();
  if (!owner.empty())
    throw error(errc::recorder_locked, fmt::format("{} has the recorder {} for itself.", owner, id_));
}

void drive::require_idle() const {
  if (writing_)
    throw error(errc::recorder_media_busy,
                fmt::format("The medium in the recorder {} is being written. Wait until that ends.", id_));
  require_unlocked();
}

void release_access::operator()(optical::recorder* held) const noexcept {
  try {
    held->release();
  } catch (const std::exception&) {  // the drive is gone, and with it what was held
  }
}

exclusive_writing::exclusive_writing(std::shared_ptr<drive> on, std::string_view client)
    : on_(std::move(on)) {
  const std::lock_guard lock(on_->mutex_);
  on_->require_idle();
  on_->recorder_->acquire(client);
  held_.reset(on_->recorder_.get());
  medium_ = on_->recorder_->open_medium(optical::access::writing);
  on_->writing_ = true;
}

exclusive_writing::~exclusive_writing() {
  const std::lock_guard lock(on_->mutex_);
  medium_.reset();
  held_.reset();
  on_->writing_ = false;
}

std::shared_ptr<drive> drive_of(IDiscRecorder2& recorder, const backend& on) {
  com::ptr<drive_holder> ours;
  if (SUCCEEDED(recorder.QueryInterface(__uuidof(drive_holder), reinterpret_cast<void**>(ours.put()))))
    return ours->chosen_drive();
  BSTR given = nullptr;
  const HRESULT answer = recorder.get_ActiveDiscRecorder(&given);
  const std::unique_ptr<OLECHAR, decltype(&SysFreeString)> id(given, SysFreeString);
  if (FAILED(answer))
    throw error(errc{static_cast<std::uint32_t>(answer)}, "The recorder does not tell which device it is.");
  return std::make_shared<drive>(on.recorders->open(com::to_utf8(id.get())));
}

}  // namespace comeback::imapi2
