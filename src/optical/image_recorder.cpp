// SPDX-License-Identifier: Apache-2.0
#include "optical/image_recorder.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "optical/features.hpp"
#include "optical/image_file.hpp"
#include "optical/image_medium.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace comeback::optical {
namespace {

using base::errc;
using base::error;

// While the tray opens nobody may write. An image that is gone, or may only be read, is not being written to.
std::optional<image_file> held_still(const std::filesystem::path& image) {
  try {
    return std::optional<image_file>(std::in_place, image, access::writing);
  } catch (const error& e) {
    if (e.code() == errc::sharing_violation) throw;
    return {};
  }
}

}  // namespace

recorder_identity image_recorder::identity() const { return {"COMEBACK", "IMAGE RECORDER", "1.0"}; }

std::vector<std::uint16_t> image_recorder::supported_profiles() const {
  std::vector<std::uint16_t> all;
  for (const auto& facts : all_media()) all.push_back(facts.profile);
  std::ranges::sort(all);
  return all;
}

std::vector<std::uint16_t> image_recorder::supported_features() const { return all_features(); }

std::vector<std::uint16_t> image_recorder::current_profiles() const {
  if (!has_medium()) return {};
  return {current_medium().profile};
}

std::vector<std::uint16_t> image_recorder::current_features() const {
  return features_with(has_medium() ? current_medium().type : media_type::unknown);
}

std::vector<media_type> image_recorder::supported_media() const {
  std::vector<media_type> all;
  for (const auto& facts : all_media()) all.push_back(facts.type);
  return all;
}

bool image_recorder::has_medium() const {
  const auto record = files_.read();
  std::error_code gone;
  return !record.tray_open && std::filesystem::exists(record.image, gone);
}

recorder_record image_recorder::closed_tray() const {
  auto record = files_.read();
  if (record.tray_open)
    throw error(errc::recorder_no_media, fmt::format("The tray of the recorder '{}' is open.", name()));
  std::error_code gone;
  if (!std::filesystem::exists(record.image, gone))
    throw error(errc::recorder_no_media, fmt::format("The recorder '{}' has no medium: {} is gone.", name(),
                                                     base::printable(record.image.native())));
  return record;
}

media_facts image_recorder::current_medium() const {
  return open_image_medium(closed_tray().image, access::reading)->facts();
}

void image_recorder::require_not_locked_by_others() const {
  const auto owner = acquired_ > 0 ? std::string() : files_.owner();
  if (!owner.empty())
    throw error(errc::recorder_locked,
                fmt::format("{} has exclusive access to the recorder '{}'; try again when that has ended.",
                            base::printable(owner), name()));
}

std::unique_ptr<medium> image_recorder::open_medium(access how) {
  const auto record = closed_tray();
  if (how == access::writing) require_not_locked_by_others();
  return open_image_medium(record.image, how);
}

void image_recorder::erase_medium() {
  const auto record = closed_tray();
  require_not_locked_by_others();
  erase_image_medium(record.image);
}

void image_recorder::eject() {
  auto record = files_.read();
  require_not_locked_by_others();
  if (record.tray_open) return;
  const auto still = held_still(record.image);
  record.tray_open = true;
  files_.write(record);
}

void image_recorder::load() {
  auto record = files_.read();
  require_not_locked_by_others();
  if (!record.tray_open) return;
  record.tray_open = false;
  files_.write(record);
}

void image_recorder::acquire(std::string_view client) {
  if (client.empty())
    throw error(errc::recorder_client_name_invalid,
                "Exclusive access needs the name of the client that wants it.");
  if (acquired_ == 0) {
    (void)files_.read();  // that it is there
    lock_ = files_.lock(client);
    client_ = client;
  }
  ++acquired_;
}

void image_recorder::release() {
  if (acquired_ == 0)
    throw error(errc::access_denied, fmt::format("Nobody acquired the recorder '{}' here.", name()));
  if (--acquired_ == 0) lock_.reset();
}

std::string image_recorder::exclusive_owner() const { return acquired_ > 0 ? client_ : files_.owner(); }

}  // namespace comeback::optical
