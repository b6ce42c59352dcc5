// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/file.hpp"
#include "optical/recorder.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::optical {

/// What is kept of a recorder on an image file.
struct recorder_record {
  std::uint32_t number = 0;  ///< ascending, in the order in which recorders were added
  bool tray_open = false;
  std::filesystem::path image;  ///< absolute

  bool operator==(const recorder_record&) const = default;
};

/// A row of the folder.
struct listed_recorder {
  std::string name, id;
  recorder_record record;
  std::string damage;  ///< why the record cannot be read, if so; the rest does not count then
};

/// Recorders whose media are image files: $XDG_STATE_HOME/comeback/recorders, for the user alone (0700). One
/// has two files: NAME.recorder (its record, replaced as a whole at each change) and NAME.lock (locked, with
/// the client's name in it, by whoever has exclusive access; docs/decisions/0253). Throws `base::error`.
class recorder_folder final : public recorder_registry {
 public:
  explicit recorder_folder(const std::filesystem::path& state_directory)
      : path_(state_directory / "recorders") {}

  [[nodiscard]] std::vector<std::string> ids() const override;
  [[nodiscard]] std::unique_ptr<recorder> open(std::string_view id) const override;

  /// Keeps a recorder with the medium `image`, which has to be there. Names are 1 to 64 letters, digits, '.',
  /// '_' and '-', and begin with a letter or digit: `errc::invalid_name`. `errc::already_exists` where the
  /// name is taken, or the image is in another recorder.
  void add(std::string_view name, const std::filesystem::path& image) const;
  /// Whether `add` would take the name, before an image is made for it; throws as it does.
  void require_new(std::string_view name) const;
  /// Forgets a recorder; its image stays. `errc::item_not_found`; `errc::recorder_locked` where somebody has
  /// exclusive access.
  void remove(std::string_view name) const;
  /// In the order in which they were added, damaged ones last. Readers change nothing.
  [[nodiscard]] std::vector<listed_recorder> list() const;

 private:
  std::filesystem::path path_;
};

[[nodiscard]] std::string recorder_id(std::string_view name);

}  // namespace comeback::optical
