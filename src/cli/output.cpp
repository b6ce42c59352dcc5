// SPDX-License-Identifier: Apache-2.0
#include "cli/output.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/json.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace comeback::cli {
namespace {

// Columns a terminal uses for a text that is UTF-8; good enough for names: wide characters count one.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string_view bare(std::string_view name) {
  constexpr std::string_view wrapped = "HRESULT_FROM_WIN32(";
  if (!name.starts_with(wrapped)) return name;
  name.remove_prefix(wrapped.size());
  name.remove_suffix(1);
  return name;
}

}  // namespace

void text_table::add(std::string_view cell) {
  const auto begin = text_.size();
  text_ += base::printable(cell);
  const auto columns = width(std::string_view(text_).substr(begin));
  cells_.push_back({text_.size() - begin, columns});
  // The last cell of a row widens nothing: it becomes that of its column when another follows.
  if (column_ > 0) widen(column_ - 1, cells_[cells_.size() - 2].columns);
  ++column_;
}

void text_table::widen(std::size_t column, std::size_t columns) {
  widths_.resize(std::max(widths_.size(), column + 1));
  widths_[column] = std::max(widths_[column], columns);
}

void text_table::end_row() { rows_.push_back(std::exchange(column_, 0)); }

std::string text_table::text() const {
  std::string out;
  auto cell = cells_.begin();
  std::string_view rest = text_;
  for (const auto columns : rows_) {
    for (std::size_t i = 0; i < columns; ++i, ++cell) {
      out.append(rest.substr(0, cell->bytes));
      rest.remove_prefix(cell->bytes);
      if (i + 1 < columns) out.append(widths_[i] - cell->columns + 2, ' ');
    }
    out += '\n';
  }
  return out;
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  text_table out;
  for (const auto& row : rows) {
    for (const auto& cell : row) out.add(cell);
    out.end_row();
  }
  return out.text();
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

void buffered_print::add(std::string_view text) {
  constexpr std::size_t limit = 64 << 10;
  text_.append(text);
  if (text_.size() >= limit) flush();
}

void buffered_print::flush() { print(std::exchange(text_, {})); }

}  // namespace comeback::cli
