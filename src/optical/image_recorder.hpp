// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/file.hpp"
#include "optical/recorder.hpp"
#include "optical/recorder_files.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::optical {

/// A recorder of the folder. Its medium is an image file, which stays where it is when the tray opens.
class image_recorder final : public recorder {
 public:
  explicit image_recorder(recorder_files files) : files_(std::move(files)) {}

  [[nodiscard]] std::string id() const override { return recorder_id(files_.name()); }
  [[nodiscard]] std::string name() const override { return files_.name(); }
  [[nodiscard]] recorder_identity identity() const override;
  [[nodiscard]] std::vector<std::uint16_t> supported_profiles() const override;
  [[nodiscard]] std::vector<std::uint16_t> supported_features() const override;
  [[nodiscard]] std::vector<std::uint16_t> current_profiles() const override;
  [[nodiscard]] std::vector<std::uint16_t> current_features() const override;
  /// None: there is no device behind it that would keep any.
  [[nodiscard]] std::vector<std::uint8_t> supported_mode_pages() const override { return {}; }
  [[nodiscard]] std::vector<media_type> supported_media() const override;
  [[nodiscard]] bool has_medium() const override;
  [[nodiscard]] media_facts current_medium() const override;
  [[nodiscard]] std::unique_ptr<medium> open_medium(access how) override;
  void erase_medium() override;
  [[nodiscard]] bool can_load() const override { return true; }
  void eject() override;
  void load() override;
  void acquire(std::string_view client) override;
  void release() override;
  [[nodiscard]] unsigned acquired() const override { return acquired_; }
  [[nodiscard]] std::string exclusive_owner() const override;

 private:
  [[nodiscard]] recorder_record closed_tray() const;
  void require_not_locked_by_others() const;

  recorder_files files_;
  base::unique_fd lock_;  // while it has exclusive access
  std::string client_;
  unsigned acquired_ = 0;
};

}  // namespace comeback::optical
