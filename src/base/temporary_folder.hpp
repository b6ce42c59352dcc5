// SPDX-License-Identifier: Apache-2.0
// Internal: for tests and what they are made with.
#pragma once

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace comeback::base {

/// A folder of its own, which goes away with everything that is in it.
class temporary_folder {
 public:
  /// Below TMPDIR, or /tmp; the path is short enough for sockets. Throws `std::system_error`.
  temporary_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "comeback-XXXXXX").native();
    if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
    path_ = name;
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  ~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace comeback::base
