// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

namespace comeback::cli {

class work_observer;

enum class progress_mode : std::uint8_t { automatic, always, never };

/// What every verb is given: the global options, and what was read from the environment, once, at the start.
struct context {
  std::string connect;  ///< libvirt URI from --connect, COMEBACK_URI or LIBVIRT_DEFAULT_URI; empty: choose
  bool read_only = false;
  bool json = false;
  bool quiet = false;
  progress_mode progress = progress_mode::automatic;
  std::string state_directory;  ///< $XDG_STATE_HOME/comeback, or root's /var/lib/comeback
  std::optional<base::timestamp> source_date_epoch;  ///< SOURCE_DATE_EPOCH: the time that images carry
  work_observer* observer = nullptr;  ///< who is told how the work goes on, besides the user; may be null
  std::stop_token stop;               ///< a stop was asked for by SIGINT or SIGTERM
};

/// The exit statuses of the command; the last is for verbs that act on several machines.
inline constexpr int done = 0, failed = 1, usage = 2, some_failed = 3;

}  // namespace comeback::cli
