// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/source.hpp"
#include "disk/units.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::optical {

/// Kinds of media; the numbers are those of IMAPI_MEDIA_PHYSICAL_TYPE (imapi2.h).
enum class media_type : std::uint8_t {
  unknown = 0,
  cd_rom = 1,
  cd_r = 2,
  cd_rw = 3,
  dvd_rom = 4,
  dvd_ram = 5,
  dvd_plus_r = 6,
  dvd_plus_rw = 7,
  dvd_plus_r_dual = 8,
  dvd_minus_r = 9,
  dvd_minus_rw = 10,
  dvd_minus_r_dual = 11,
  disk = 12,  ///< any other medium that is written at random: a plain image file
  dvd_plus_rw_dual = 13,
  hd_dvd_rom = 14,
  hd_dvd_r = 15,
  hd_dvd_ram = 16,
  bd_rom = 17,
  bd_r = 18,
  bd_re = 19,
};

/// How a medium takes blocks.
enum class writing : std::uint8_t {
  none,        ///< read only
  sequential,  ///< each block once, at the next writable address, in sessions
  random,      ///< any block, again and again, in whole write units
};

/// What is known of a kind of medium, before one is looked at.
struct media_facts {
  media_type type = media_type::unknown;
  std::string_view name;      ///< "dvd+rw": as the command line has it
  std::uint16_t profile = 0;  ///< MMC-6 table 95
  writing how = writing::none;
  bool erasable = false;            ///< can be made blank again
  disk::block_count capacity{};     ///< of a blank one; 0: no limit
  std::uint32_t write_unit = 1;     ///< blocks that are written as one
  disk::block_count after_first{};  ///< blocks that lie between the first session and the second
  disk::block_count between{};      ///< the same, of later sessions
};

/// All kinds but `unknown`, by number.
[[nodiscard]] std::span<const media_facts> all_media() noexcept;
/// Null for what is no kind of medium, and for `unknown`.
[[nodiscard]] const media_facts* find_media(int type) noexcept;
[[nodiscard]] const media_facts* find_media(std::string_view name) noexcept;
/// Of a kind that there is.
[[nodiscard]] const media_facts& facts_of(media_type type);

enum class medium_state : std::uint8_t {
  blank,
  appendable,  ///< written, and takes more
  closed,      ///< written, and takes no more, for good
};

/// A session that a recorder wrote. Media that are written at random have one, however often they are
/// appended to: what follows in it is for file systems to tell.
struct recorded_session {
  disk::lba first;
  disk::block_count blocks;
  bool closed = true;  ///< false: it was begun, and neither ended nor given up

  bool operator==(const recorded_session&) const = default;
};

/// One optical disc, or what stands for it. A value of its own: nobody else writes to it as long as this
/// object lives. Not safe for concurrent use, but `bytes` is. Throws `base::error`.
class medium {
 public:
  medium() = default;
  medium(const medium&) = delete;
  medium& operator=(const medium&) = delete;
  virtual ~medium() = default;

  [[nodiscard]] virtual const media_facts& facts() const = 0;
  /// For messages: the path, or what stands for it.
  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual medium_state state() const = 0;
  /// First to last; none on a blank one.
  [[nodiscard]] virtual std::vector<recorded_session> sessions() const = 0;
  /// All that was written so far; what lies between sessions reads as zeros. The size is as of now, bytes
  /// that are written later are seen up to it.
  [[nodiscard]] virtual std::shared_ptr<const disk::source> bytes() const = 0;
  [[nodiscard]] virtual disk::block_count capacity() const = 0;  ///< 0: no limit
  /// Where the next session begins or the open one goes on (sequential); or the first write unit behind all
  /// that was written.
  [[nodiscard]] virtual disk::lba next_writable() const = 0;
  /// Blocks that can still be written from there on.
  [[nodiscard]] virtual disk::block_count free_blocks() const = 0;

  /// Writes whole blocks. Sequential media: only at the next writable address, which begins a session where
  /// none is open (the code of E_IMAPI_DF2DATA_INVALID_MEDIA_STATE for any other address and for closed
  /// media); random ones: whole write units anywhere. Beyond the capacity: `errc::image_size_limit`.
  virtual void write(disk::lba at, std::span<const std::byte> blocks) = 0;
  /// Waits until all that was written lies on the medium.
  virtual void sync() = 0;
  /// Gives up what lies behind the first `bytes`, to which nothing leads: a file that is written at random
  /// becomes as long as it was. Everywhere else nothing happens: what is written once stays.
  virtual void give_up_behind(std::uint64_t /*bytes*/) {}
  /// Gives up the session that is open, as if it had not been begun: an image file can do that, a disc
  /// cannot.
  virtual void give_up_session() {}
  /// Ends the session that is open, if there is one; with `finalize`, the medium takes no more.
  virtual void close_session(bool finalize) = 0;
};

}  // namespace comeback::optical
