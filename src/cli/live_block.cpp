// SPDX-License-Identifier: Apache-2.0
#include "cli/live_block.hpp"

#include "base/error.hpp"
#include "base/file.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>
#include <sys/ioctl.h>

namespace comeback::cli {
namespace {

// Control sequences of ECMA-48, and DEC's private modes 25 (the cursor) and 7 (wrapping).
constexpr std::string_view begin = "\x1b[?25l\x1b[?7l", end = "\x1b[?7h\x1b[?25h";
constexpr std::string_view erase_line = "\x1b[K", erase_below = "\x1b[J";

std::string up(std::size_t lines) { return lines == 0 ? std::string() : fmt::format("\x1b[{}A", lines); }

std::size_t rows_of(int fd) {
  winsize size{};
  return ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_row > 2 ? size.ws_row : 24U;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto at = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, at));
    text.remove_prefix(std::min(at + 1, text.size()));
  }
  return lines;
}

}  // namespace

std::string redrawn(const std::vector<std::string>& before, const std::vector<std::string>& now) {
  if (before == now) return {};
  std::string out = fmt::format("{}\r{}", begin, up(before.size()));
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (i >= before.size() || before[i] != now[i]) out.append(now[i]).append(erase_line);
    out += "\r\n";
  }
  if (now.size() < before.size()) out += erase_below;
  return out.append(end);
}

void live_block::show(std::string_view text) {
  auto lines = lines_of(text);
  const auto room = rows_of(fd_) - 1;
  if (lines.size() > room) {
    const auto left_out = lines.size() - room + 1;
    lines.resize(room - 1);
    lines.push_back(fmt::format("and {} more", left_out));
  }
  const auto bytes = redrawn(shown_, lines);
  shown_ = std::move(lines);
  base::write_all(fd_, std::as_bytes(std::span(bytes)), "the terminal");
}

live_block::~live_block() {
  try {
    show({});
  } catch (const base::error&) {
    // The terminal is gone, and nothing is left to wipe.
  }
}

}  // namespace comeback::cli
