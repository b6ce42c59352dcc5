// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "optical/medium.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::optical {

/// What a drive says of itself: the texts of SPC's INQUIRY, without the blanks that fill them up there.
struct recorder_identity {
  std::string vendor;    ///< at most 8 characters
  std::string product;   ///< at most 16
  std::string revision;  ///< at most 4
};

enum class access : std::uint8_t { reading, writing };

/// A drive that writes optical discs, or what stands for one. Several objects, in one process or in many, may
/// stand for the same drive: what they hold exclusively, they hold against each other. Not safe for
/// concurrent use. Throws `base::error`.
class recorder {
 public:
  recorder() = default;
  recorder(const recorder&) = delete;
  recorder& operator=(const recorder&) = delete;
  /// Gives up exclusive access, however often it was acquired. The end of the process does the same.
  virtual ~recorder() = default;

  /// Unique, and the same as long as the drive is there: what a client may keep.
  [[nodiscard]] virtual std::string id() const = 0;
  /// What people call it.
  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual recorder_identity identity() const = 0;

  /// MMC numbers, ascending: IMAPI_PROFILE_TYPE and IMAPI_FEATURE_PAGE_TYPE are the same ones. Those that are
  /// current follow from the medium; without one there is no current profile, and the features are those of
  /// any drive.
  [[nodiscard]] virtual std::vector<std::uint16_t> supported_profiles() const = 0;
  [[nodiscard]] virtual std::vector<std::uint16_t> supported_features() const = 0;
  [[nodiscard]] virtual std::vector<std::uint16_t> current_profiles() const = 0;
  [[nodiscard]] virtual std::vector<std::uint16_t> current_features() const = 0;
  /// SPC and MMC mode pages, ascending: IMAPI_MODE_PAGE_TYPE.
  [[nodiscard]] virtual std::vector<std::uint8_t> supported_mode_pages() const = 0;
  /// Kinds of media it takes, ascending.
  [[nodiscard]] virtual std::vector<media_type> supported_media() const = 0;

  /// Whether the tray is closed and holds a medium. Asked anew each time: another process may eject.
  [[nodiscard]] virtual bool has_medium() const = 0;
  /// Of the medium in it. Throws `errc::recorder_no_media`.
  [[nodiscard]] virtual media_facts current_medium() const = 0;
  /// The medium, as it is now; for writing it is locked as long as the object lives. Throws
  /// `errc::recorder_no_media`; for writing `errc::recorder_locked` where somebody else has exclusive access,
  /// and `errc::sharing_violation` where another process writes to the medium.
  [[nodiscard]] virtual std::unique_ptr<medium> open_medium(access how) = 0;
  /// Makes a rewritable medium blank. As `open_medium(writing)`; other kinds:
  /// `errc::erase_media_not_supported`.
  virtual void erase_medium() = 0;

  /// Whether `load` works.
  [[nodiscard]] virtual bool can_load() const = 0;
  /// Opens the tray; nothing when it is open. `errc::recorder_locked` where somebody else has exclusive
  /// access.
  virtual void eject() = 0;
  /// Closes the tray; nothing when it is closed.
  virtual void load() = 0;

  /// Exclusive access, counted: one client holds it, others are refused with `errc::recorder_locked` and the
  /// holder's name. `client` tells others who it is: text that is not empty
  /// (`errc::recorder_client_name_invalid`).
  virtual void acquire(std::string_view client) = 0;
  /// Once for each `acquire`. Without one: `errc::access_denied`.
  virtual void release() = 0;
  /// How often this object has acquired it.
  [[nodiscard]] virtual unsigned acquired() const = 0;
  /// Name of whoever has exclusive access, this object or another; empty: nobody.
  [[nodiscard]] virtual std::string exclusive_owner() const = 0;
};

/// The drives there are. Safe for concurrent use.
class recorder_registry {
 public:
  recorder_registry() = default;
  recorder_registry(const recorder_registry&) = delete;
  recorder_registry& operator=(const recorder_registry&) = delete;
  virtual ~recorder_registry() = default;

  /// In the order in which they were added: the place is IMAPI's legacy device number. Asked anew each time.
  /// Damaged records are left out.
  [[nodiscard]] virtual std::vector<std::string> ids() const = 0;
  /// A new object for the drive. `errc::item_not_found` where there is none of that id.
  [[nodiscard]] virtual std::unique_ptr<recorder> open(std::string_view id) const = 0;
};

}  // namespace comeback::optical
