// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string_view>

namespace comeback::base {

/// One report of work under way. `total` is 0 while it is not known.
struct progress_report {
  std::string_view phase;  ///< "reading folders", "writing"
  std::uint64_t done, total;
  std::string_view item;  ///< the file being worked on; valid during the call only
};

/// Called from the working thread, as often as the work likes; the receiver thins out. May be empty.
using progress = std::function<void(const progress_report&)>;

inline void report(const progress& to, const progress_report& what) {
  if (to) to(what);
}

/// Throws `errc::cancelled` once a stop was asked for.
inline void check(const std::stop_token& stop) {
  if (stop.stop_requested()) throw error(errc::cancelled, "The operation was cancelled.");
}

}  // namespace comeback::base
