// SPDX-License-Identifier: Apache-2.0
// Internal: for tests of this folder. A drive whose state is a value, on real media in image files, and which
// fails when it is told to.
#pragma once

#include "base/error.hpp"
#include "optical/image_medium.hpp"
#include "optical/recorder.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace comeback::imapi2 {

/// What all objects for one drive share.
struct fake_drive {
  explicit fake_drive(std::string name) : id(std::move(name)) {}

  std::string id;
  std::filesystem::path image;
  bool closed = true;
  const void* owner = nullptr;
  std::string client;
  std::optional<base::errc> failing;
  std::vector<optical::media_type> media = std::vector(1, optical::media_type::cd_r);
};

class fake_recorder final : public optical::recorder {
 public:
  explicit fake_recorder(std::shared_ptr<fake_drive> on) : on_(std::move(on)) {}
  ~fake_recorder() override {
    if (on_->owner == this) give_up();
  }

  [[nodiscard]] std::string id() const override { return on_->id; }
  [[nodiscard]] std::string name() const override { return on_->id; }
  [[nodiscard]] optical::recorder_identity identity() const override {
    return {"COMEBACK", "FAKE DRIVE", "1.0"};
  }
  [[nodiscard]] std::vector<std::uint16_t> supported_profiles() const override {
    return asked<std::uint16_t>({9, 26});
  }
  [[nodiscard]] std::vector<std::uint16_t> supported_features() const override {
    return asked<std::uint16_t>({0, 1, 3});
  }
  [[nodiscard]] std::vector<std::uint16_t> current_profiles() const override {
    return has_medium() ? asked<std::uint16_t>({current_medium().profile}) : asked<std::uint16_t>({});
  }
  [[nodiscard]] std::vector<std::uint16_t> current_features() const override {
    return asked<std::uint16_t>({0, 1});
  }
  [[nodiscard]] std::vector<std::uint8_t> supported_mode_pages() const override {
    return asked<std::uint8_t>({1, 5, 42});
  }
  [[nodiscard]] std::vector<optical::media_type> supported_media() const override { return on_->media; }
  [[nodiscard]] bool has_medium() const override { return on_->closed && !on_->image.empty(); }
  [[nodiscard]] optical::media_facts current_medium() const override {
    require_medium();
    return optical::open_image_medium(on_->image, optical::access::reading)->facts();
  }
  [[nodiscard]] std::unique_ptr<optical::medium> open_medium(optical::access how) override {
    require_medium();
    if (how == optical::access::writing) require_mine();
    return optical::open_image_medium(on_->image, how);
  }
  void erase_medium() override { optical::erase_image_medium(on_->image); }
  [[nodiscard]] bool can_load() const override { return true; }
  void eject() override { move(false); }
  void load() override { move(true); }
  void acquire(std::string_view client) override {
    answer();
    require_mine();
    on_->owner = this;
    on_->client = client;
    ++acquired_;
  }
  void release() override {
    if (--acquired_ == 0) give_up();
  }
  [[nodiscard]] unsigned acquired() const override { return acquired_; }
  [[nodiscard]] std::string exclusive_owner() const override { return on_->client; }

 private:
  void answer() const {
    if (on_->failing) throw base::error(*on_->failing, "The drive " + on_->id + " does not do it.");
  }
  template <class T>
  std::vector<T> asked(std::vector<T> values) const {
    answer();
    return values;
  }
  void require_medium() const {
    answer();
    if (!has_medium())
      throw base::error(base::errc::recorder_no_media, "The drive " + on_->id + " is empty.");
  }
  void require_mine() const {
    if (on_->owner && on_->owner != this)
      throw base::error(base::errc::recorder_locked, on_->client + " has the drive.");
  }
  void move(bool closed) {
    answer();
    require_mine();
    on_->closed = closed;
  }
  void give_up() {
    on_->owner = nullptr;
    on_->client.clear();
  }

  std::shared_ptr<fake_drive> on_;
  unsigned acquired_ = 0;
};

class fake_registry final : public optical::recorder_registry {
 public:
  std::vector<std::shared_ptr<fake_drive>> drives;

  [[nodiscard]] std::vector<std::string> ids() const override {
    std::vector<std::string> all;
    for (const auto& one : drives) all.push_back(one->id);
    return all;
  }
  [[nodiscard]] std::unique_ptr<optical::recorder> open(std::string_view id) const override {
    const auto found =
        std::ranges::find(drives, id, [](const auto& one) { return std::string_view(one->id); });
    if (found == drives.end()) throw base::error(base::errc::item_not_found, "There is no such drive.");
    return std::make_unique<fake_recorder>(*found);
  }
};

}  // namespace comeback::imapi2
