// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/events/events.hpp"

#include <functional>
#include <memory>
#include <mutex>

namespace comeback::virtualpc {

/// Knows an object that raises events without holding it: what finds the events out must not keep their
/// source alive, and must not use it after its last Release.
template <class Source>
class weak_source {
 public:
  explicit weak_source(Source& of) noexcept : of_(&of) {}
  weak_source(const weak_source&) = delete;
  weak_source& operator=(const weak_source&) = delete;
  ~weak_source() = default;

  /// Null once the source is about to die.
  [[nodiscard]] com::ptr<Source> lock() noexcept {
    const std::lock_guard lock(mutex_);
    return of_ && of_->add_ref_if_alive() ? com::ptr<Source>::own(of_) : com::ptr<Source>();
  }
  /// Before the source is deleted.
  void clear() noexcept {
    const std::lock_guard lock(mutex_);
    of_ = nullptr;
  }

 private:
  std::mutex mutex_;
  Source* of_;
};

/// Runs what finds the events of one source out while anybody listens.
class event_feed {
 public:
  /// Begins the work; it ends with the last reference to what is returned, without waiting.
  using starter = std::function<std::shared_ptr<const void>()>;

  explicit event_feed(starter start);
  event_feed(const event_feed&) = delete;
  event_feed& operator=(const event_feed&) = delete;
  ~event_feed();

  /// To be called whenever sinks come or go. Where the work cannot begin, the next sink tries again.
  void follow(const com::connection_point& point) noexcept;

  /// Ends the work of every feed of the process: nobody hears anything until sinks come or go again.
  static void end_all() noexcept;

 private:
  void end() noexcept;

  starter start_;
  std::mutex mutex_;
  std::shared_ptr<const void> work_;
};

}  // namespace comeback::virtualpc
