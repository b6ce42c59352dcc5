// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::cli {

/// What a terminal has to be sent so that the lines `before`, which stand above the cursor, become `now`:
/// only the lines that differ are written. Empty when none does. The cursor ends at the start of the line
/// below. Lines too wide are cut by the terminal, not wrapped.
[[nodiscard]] std::string redrawn(const std::vector<std::string>& before,
                                  const std::vector<std::string>& now);

/// Lines on a terminal that change where they stand. Every change is one write, which leaves the cursor
/// visible and below, so that whatever ends the process leaves a usable terminal.
class live_block {
 public:
  explicit live_block(int fd) : fd_(fd) {}
  live_block(const live_block&) = delete;
  live_block& operator=(const live_block&) = delete;
  ~live_block();  ///< wipes the lines

  /// `text` is lines that end with a line feed. What the terminal has no room for is counted in a last line.
  void show(std::string_view text);

 private:
  int fd_;
  std::vector<std::string> shown_;
};

}  // namespace comeback::cli
