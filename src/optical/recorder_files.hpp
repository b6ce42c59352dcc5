// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/file.hpp"
#include "optical/recorder_folder.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace comeback::optical {

/// The two files of a recorder in the folder; see recorder_folder.hpp. Throws `base::error`.
class recorder_files {
 public:
  recorder_files(const std::filesystem::path& folder, std::string_view name);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] bool exist() const;
  /// `errc::item_not_found` where there is none; `errc::exception` for one that is damaged.
  [[nodiscard]] recorder_record read() const;
  void write(const recorder_record& record) const;
  void remove() const;

  /// Takes exclusive access for as long as the descriptor is open, and leaves the client's name for others;
  /// `errc::recorder_locked` where another descriptor has it.
  [[nodiscard]] base::unique_fd lock(std::string_view client) const;
  /// The client that has exclusive access; empty: none has. One that left no name is "another program".
  [[nodiscard]] std::string owner() const;

 private:
  std::string name_;
  std::filesystem::path record_, lock_;
};

/// `errc::item_not_found`
[[nodiscard]] base::error no_such_recorder(std::string_view name);

[[nodiscard]] std::string write_record(const recorder_record& record);
/// Empty for what is no record.
[[nodiscard]] std::optional<recorder_record> read_recorder_record(std::string_view text);

}  // namespace comeback::optical
