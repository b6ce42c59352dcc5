// SPDX-License-Identifier: Apache-2.0
#include "imapi2/media_look.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

#include <fmt/format.h>

namespace comeback::imapi2 {
namespace {

using base::errc;
using base::error;
using optical::medium_state;

constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<LONG>::max());
constexpr std::uint64_t edge = 2U << 20;

void require(bool has, const media_look& at, const char* what) {
  if (!has)
    throw error(errc::invalid_media_state,
                fmt::format("A medium of the kind {} that {} has no {}.", at.facts.name,
                            at.state == medium_state::closed ? "is closed" : "is as it is now", what));
}

bool is_zero(const disk::source& bytes, std::uint64_t from, std::uint64_t to) {
  std::vector<std::byte> piece(64U << 10);
  while (from < to) {
    const auto wanted = std::min<std::uint64_t>(piece.size(), to - from);
    const auto got = bytes.read_at(from, std::span(piece).first(wanted));
    const auto read = std::span(piece).first(got);
    if (std::ranges::any_of(read, [](std::byte b) { return b != std::byte{0}; })) return false;
    if (got < wanted) return true;
    from += got;
  }
  return true;
}

const optical::recorded_session* last_session(const media_look& at) {
  require(at.facts.how != optical::writing::none, at, "session of ours");
  const auto found =
      std::find_if(at.sessions.rbegin(), at.sessions.rend(), [](const auto& s) { return s.closed; });
  return found == at.sessions.rend() ? nullptr : &*found;
}

}  // namespace

media_look look_at(const optical::medium& what) {
  return {.facts = what.facts(),
          .state = what.state(),
          .sessions = what.sessions(),
          .capacity = what.capacity(),
          .free = what.free_blocks(),
          .next_writable = what.next_writable(),
          .bytes = what.bytes()};
}

media_look look_into(drive& where) {
  return where.ask([](optical::recorder& r) { return look_at(*r.open_medium(optical::access::reading)); });
}

bool is_cd(const media_look& at) noexcept {
  return at.facts.type == optical::media_type::cd_r || at.facts.type == optical::media_type::cd_rw;
}

bool is_cut_off(const media_look& at) noexcept {
  return is_sequential(at) && !at.sessions.empty() && !at.sessions.back().closed;
}

bool takes_more(const media_look& at) noexcept {
  return at.facts.how != optical::writing::none && at.state != medium_state::closed && !is_cut_off(at);
}

bool seems_blank(const media_look& at) {
  if (at.state == medium_state::blank) return true;
  if (!is_random(at)) return false;
  const auto size = at.bytes->size();
  return is_zero(*at.bytes, 0, std::min(size, edge)) &&
         is_zero(*at.bytes, size > edge ? size - edge : 0, size);
}

IMAPI_FORMAT2_DATA_MEDIA_STATE status_of(const media_look& at) noexcept {
  int bits = 0;
  if (at.facts.how == optical::writing::none)
    return static_cast<IMAPI_FORMAT2_DATA_MEDIA_STATE>(IMAPI_FORMAT2_DATA_MEDIA_STATE_UNSUPPORTED_MEDIA |
                                                       IMAPI_FORMAT2_DATA_MEDIA_STATE_WRITE_PROTECTED);
  if (is_random(at)) bits |= IMAPI_FORMAT2_DATA_MEDIA_STATE_OVERWRITE_ONLY;
  if (at.state == medium_state::blank) bits |= IMAPI_FORMAT2_DATA_MEDIA_STATE_BLANK;
  if (takes_more(at)) bits |= IMAPI_FORMAT2_DATA_MEDIA_STATE_APPENDABLE;
  // What is left now is so little that the next session closes the medium.
  if (is_sequential(at) && takes_more(at) && at.free.value * 50 <= at.capacity.value)
    bits |= IMAPI_FORMAT2_DATA_MEDIA_STATE_FINAL_SESSION;
  if (is_cut_off(at)) bits |= IMAPI_FORMAT2_DATA_MEDIA_STATE_NON_EMPTY_SESSION;
  if (at.state == medium_state::closed) bits |= IMAPI_FORMAT2_DATA_MEDIA_STATE_FINALIZED;
  if (!takes_more(at) && at.facts.erasable) bits |= IMAPI_FORMAT2_DATA_MEDIA_STATE_ERASE_REQUIRED;
  return static_cast<IMAPI_FORMAT2_DATA_MEDIA_STATE>(bits);
}

IMAPI_MEDIA_WRITE_PROTECT_STATE protection_of(const media_look& at) noexcept {
  return at.facts.how == optical::writing::none ? IMAPI_WRITEPROTECTED_READ_ONLY_MEDIA
                                                : IMAPI_MEDIA_WRITE_PROTECT_STATE{};
}

std::uint64_t total_sectors(const media_look& at) {
  require(at.facts.how != optical::writing::none, at, "sectors for a writer");
  return at.capacity.value == 0 ? most : std::min(at.capacity.value, most);
}

std::uint64_t free_sectors(const media_look& at) {
  if (is_random(at)) return total_sectors(at);
  require(takes_more(at), at, "free sectors");
  const auto taken = is_cd(at) ? post_gap.value : 0;
  return std::min(at.free.value - std::min(at.free.value, taken), most);
}

std::uint64_t next_address(const media_look& at) {
  require(takes_more(at), at, "next writable address");
  return is_random(at) ? 0 : at.next_writable.value;
}

std::int64_t start_of_last_session(const media_look& at) {
  const auto* const last = last_session(at);
  return last ? static_cast<std::int64_t>(last->first.value) : -1;
}

std::int64_t end_of_last_session(const media_look& at) {
  const auto* const last = last_session(at);
  return last ? static_cast<std::int64_t>((last->first + last->blocks).value) - 1 : -1;
}

}  // namespace comeback::imapi2
