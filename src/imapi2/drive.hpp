// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/object/object.hpp"
#include "com/object/ptr.hpp"
#include "imapi2/backend.hpp"
#include "optical/recorder.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include <imapi2.h>

namespace comeback::imapi2 {

/// The drive behind an IDiscRecorder2. The formats and sessions on that object use the same one, so that what
/// it holds exclusively is open to them. Any thread may call; members throw `base::error`.
class drive {
 public:
  explicit drive(std::unique_ptr<optical::recorder> of) : recorder_(std::move(of)), id_(recorder_->id()) {}

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  /// What `call` makes of the recorder, which no other thread uses meanwhile.
  template <class F>
  auto use(F&& call) {
    const std::lock_guard lock(mutex_);
    return std::forward<F>(call)(*recorder_);
  }
  /// The same for what asks the device or the medium: `errc::recorder_locked` where another client has
  /// exclusive access.
  template <class F>
  auto ask(F&& call) {
    const std::lock_guard lock(mutex_);
    require_unlocked();
    return std::forward<F>(call)(*recorder_);
  }
  /// The same for what moves the medium: `errc::recorder_media_busy` while it is written.
  template <class F>
  auto move(F&& call) {
    const std::lock_guard lock(mutex_);
    require_idle();
    return std::forward<F>(call)(*recorder_);
  }

 private:
  friend class exclusive_writing;
  void require_unlocked() const;
  void require_idle() const;

  std::mutex mutex_;
  std::unique_ptr<optical::recorder> recorder_;
  const std::string id_;
  bool writing_ = false;
};

/// Gives exclusive access up.
struct release_access {
  void operator()(optical::recorder* held) const noexcept;
};

/// Exclusive access for a client that writes, and the medium; `errc::recorder_locked`,
/// `errc::recorder_media_busy` and what `open_medium` throws.
class exclusive_writing {
 public:
  exclusive_writing(std::shared_ptr<drive> on, std::string_view client);
  exclusive_writing(const exclusive_writing&) = delete;
  exclusive_writing& operator=(const exclusive_writing&) = delete;
  ~exclusive_writing();

  [[nodiscard]] optical::medium& medium() const noexcept { return *medium_; }

 private:
  std::shared_ptr<drive> on_;
  std::unique_ptr<optical::recorder, release_access> held_;
  std::unique_ptr<optical::medium> medium_;
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"  // as in com/object/object.hpp
/// How the formats find the drive behind a recorder of ours; for no one else.
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): an interface
struct drive_holder : IUnknown {
  /// Throws where no drive was chosen.
  [[nodiscard]] virtual std::shared_ptr<drive> chosen_drive() = 0;
};
#pragma GCC diagnostic pop

/// The drive behind a client's recorder; one that is not ours is asked for its id. Throws `base::error` where
/// it has none.
[[nodiscard]] std::shared_ptr<drive> drive_of(IDiscRecorder2& recorder, const backend& on);

}  // namespace comeback::imapi2

template <>
struct comeback_sdk::uuid_of<comeback::imapi2::drive_holder> {
  static constexpr GUID value{
      0x5C0D7E31, 0x92A4, 0x4F6B, {0x8E, 0x17, 0xC3, 0x40, 0x6A, 0xB9, 0x2D, 0x58}};  // ours
};

template <>
struct comeback::com::base_of<comeback::imapi2::drive_holder> {
  using type = IUnknown;
};
