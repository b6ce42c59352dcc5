// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::cli {

/// Collects rows of cells, which come out as `table` has them. About 16 bytes and the text a cell.
class text_table {
 public:
  void add(std::string_view cell);  ///< to the row that `end_row` ends
  void end_row();
  [[nodiscard]] std::string text() const;

 private:
  struct shown_cell {
    std::size_t bytes, columns;
  };
  void widen(std::size_t column, std::size_t columns);

  std::string text_;
  std::vector<shown_cell> cells_;
  std::vector<std::size_t> rows_, widths_;  // cells of each row; columns of each cell but the last
  std::size_t column_ = 0;
};

/// Columns lined up with two spaces between; every cell is made printable. The last cell of a row is not
/// padded, and a row with fewer cells, whose last one is a sentence, does not widen a column.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

/// "12.3 MiB"
[[nodiscard]] std::string human_size(std::uint64_t bytes);

/// `error` as scripts see it: {"error":{"code":…,"hresult":"0x…","name":"…","message":"…"}}; it ends
/// with a line feed.
[[nodiscard]] std::string error_json(base::errc code, std::string_view message);

/// `error` as people see it: the message, the code's name, and the way out if there is one.
[[nodiscard]] std::string error_text(base::errc code, std::string_view message);

/// Tells people on stderr and, with --json, scripts on stdout that the command failed.
void print_failure(bool json, const base::described_error& e);

/// "0xA0040206"
[[nodiscard]] std::string hresult_text(base::errc code);
/// "VM_E_VM_NOT_RUNNING"; the bare name of a Win32 code: "ERROR_NO_SUCH_LOGON_SESSION"
[[nodiscard]] std::string code_name(base::errc code);

/// One line of --json progress, with its line feed.
[[nodiscard]] std::string progress_event(std::string_view phase, std::uint64_t done, std::uint64_t total,
                                         std::string_view item);

/// Writes to standard output; throws where that fails (a closed pipe, a full disk).
void print(std::string_view text);

/// Prints what is added in large pieces; what `flush` has not printed is lost.
class buffered_print {
 public:
  void add(std::string_view text);
  void flush();

 private:
  std::string text_;
};

}  // namespace comeback::cli
