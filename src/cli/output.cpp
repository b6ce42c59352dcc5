// SPDX-License-Identifier: Apache-2.0
#include "cli/output.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/json.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace comeback::cli {
namespace {

// Columns a terminal uses for the text; good enough for names: wide characters count one.
std::size_t width(std::string_view text) { return base::to_utf32_lossy(text).size(); }

std::string_view bare(std::string_view name) {
  constexpr std::string_view wrapped = "HRESULT_FROM_WIN32(";
  if (!name.starts_with(wrapped)) return name;
  name.remove_prefix(wrapped.size());
  name.remove_suffix(1);
  return name;
}

}  // namespace

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i + 1 < row.size(); ++i)
      widths[i] = std::max(widths[i], width(base::printable(row[i])));
  }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const auto cell = base::printable(row[i]);
      out += cell;
      if (i + 1 < row.size()) out.append(widths[i] - width(cell) + 2, ' ');
    }
    out += '\n';
  }
  return out;
}

std::string human_size(std::uint64_t bytes) {
  constexpr std::array units{"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < units.size()) {
    value /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} bytes", bytes) : fmt::format("{:.1f} {}", value, units[unit]);
}

std::string hresult_text(base::errc code) {
  return fmt::format("0x{:08X}", static_cast<std::uint32_t>(code));
}

std::string code_name(base::errc code) {
  const auto* entry = base::find_error(code);
  return entry != nullptr ? std::string(bare(entry->name)) : hresult_text(code);
}

std::string error_json(base::errc code, std::string_view message) {
  return dump({{"error", error_object({code, std::string(message)})}});
}

std::string error_text(base::errc code, std::string_view message) {
  auto text = fmt::format("comeback: {} ({})\n", base::printable(message), code_name(code));
  if (const auto* entry = base::find_error(code); entry != nullptr && !entry->way_out.empty())
    text += fmt::format("          {}\n", entry->way_out);
  return text;
}

void print_failure(bool as_json, const base::described_error& e) {
  std::fputs(error_text(e.code, e.message).c_str(), stderr);
  if (!as_json) return;
  std::fputs(error_json(e.code, e.message).c_str(), stdout);
  // A worker tells next that its task has ended, and then whoever waits reads this.
  std::fflush(stdout);
}

std::string progress_event(std::string_view phase, std::uint64_t done, std::uint64_t total,
                           std::string_view item) {
  json object{{"event", "progress"}, {"phase", base::valid_utf8(phase)}, {"done", done}};
  if (total != 0) {
    object["total"] = total;
    object["percent"] = std::min(done, total) * 100 / total;
  }
  if (!item.empty()) object["item"] = base::valid_utf8(item);
  return dump_line(object);
}

void print(std::string_view text) {
  base::write_all(STDOUT_FILENO, std::as_bytes(std::span(text)), "standard output");
}

}  // namespace comeback::cli
