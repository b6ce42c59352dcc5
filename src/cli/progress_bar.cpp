// SPDX-License-Identifier: Apache-2.0
#include "cli/progress_bar.hpp"

#include "base/text.hpp"
#include "cli/output.hpp"
#include "cli/work_observer.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace comeback::cli {
namespace {

using namespace std::chrono_literals;
constexpr auto redraw_every = 100ms;
constexpr std::size_t bar_width = 24;

std::size_t terminal_width() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80U;
}

bool wanted(const context& settings) {
  if (settings.progress == progress_mode::always) return true;
  return settings.progress == progress_mode::automatic && !settings.quiet && ::isatty(STDERR_FILENO) == 1;
}

std::string bar(std::uint64_t so_far, std::uint64_t total) {
  if (total == 0) return fmt::format("{}", so_far);
  const auto filled = static_cast<std::size_t>(std::min(so_far, total) * bar_width / total);
  return fmt::format("[{}{}] {:3}%", std::string(filled, '#'), std::string(bar_width - filled, ' '),
                     std::min(so_far, total) * 100 / total);
}

}  // namespace

progress_bar::progress_bar(const context& settings)
    : active_(wanted(settings)), json_(settings.json), observer_(settings.observer) {}

progress_bar::~progress_bar() {
  if (dirty_ && !json_) std::fputs("\r\x1b[K", stderr);
}

base::progress progress_bar::sink() {
  return [this](const base::progress_report& r) { show(r); };
}

void progress_bar::show(const base::progress_report& r) {
  if (!active_) return;
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  const bool last = r.total != 0 && r.done >= r.total;
  if (r.phase == phase_ && !last && now - drawn_ < redraw_every) return;
  drawn_ = now;
  phase_ = r.phase;
  draw(r.phase, r.done, r.total, r.item);
}

void progress_bar::show(std::string_view phase, int percent) {
  show({phase, static_cast<std::uint64_t>(percent), 100, {}});
}

void progress_bar::draw(std::string_view phase, std::uint64_t so_far, std::uint64_t total,
                        std::string_view item) {
  if (json_) return print_event(phase, so_far, total, item);
  auto line = fmt::format("{} {}", base::printable(phase), bar(so_far, total));
  const auto width = terminal_width();
  const auto name = base::to_utf32_lossy(base::printable(item));
  if (!name.empty() && line.size() + 12 < width) {
    const auto room = std::min(name.size(), width - line.size() - 2);
    line.append(" ").append(base::to_utf8(std::u32string_view(name).substr(name.size() - room)));
  }
  dirty_ = true;
  std::fputs(fmt::format("\r{}\x1b[K", line).c_str(), stderr);
}

void progress_bar::print_event(std::string_view phase, std::uint64_t so_far, std::uint64_t total,
                               std::string_view item) const {
  std::fputs(progress_event(phase, so_far, total, item).c_str(), stderr);
}

void progress_bar::follow(base::task task, const std::stop_token& stop) {
  const auto description = task.description();
  const std::stop_callback cancel(stop, [&] { task.cancel(); });
  const auto tell = [&] {
    show(description, task.percent());
    if (observer_ != nullptr) observer_->report(report_of(task));
  };
  do tell();
  while (!task.wait_for(redraw_every));
  tell();
}

}  // namespace comeback::cli
