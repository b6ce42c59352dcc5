// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/previous_session.hpp"

#include "base/sha256.hpp"
#include "disk/view.hpp"
#include "image/import.hpp"
#include "imapi2fs/import_codes.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace comeback::imapi2fs {
namespace {

using base::errc;
using base::error;

constexpr std::uint64_t most_blocks = 0x7FFFFFFF;  // a LONG

// A medium that cannot be read has one code here.
template <class F>
auto reading(F&& look) try {
  return std::forward<F>(look)();
} catch (const error& e) {
  if (e.code() == errc::io_error) throw error(codes::import_read_failure, e.what());
  throw;
}

// Where every file system has some structure.
bool seems_empty(const disk::source& bytes) {
  std::vector<std::byte> start(std::size_t{512} * disk::block_size);
  start.resize(bytes.read_at(0, start));
  return std::ranges::all_of(start, [](std::byte b) { return b == std::byte{}; });
}

[[noreturn]] void empty() {
  throw error(codes::empty_disc, "The medium is empty: there is no session to import.");
}

void require_sessions(const image::written_medium& on) {
  if (!on.sessions.empty()) return;
  if (seems_empty(*on.bytes)) empty();
  throw error(errc::no_supported_file_system, "The medium has no file system that can be imported.");
}

image::session session_at(const image::written_medium& on, const session_place& at) {
  const auto found = std::ranges::find(on.sessions, disk::lba{at.previous}, &image::session::first);
  if (found != on.sessions.end()) return *found;
  return {static_cast<unsigned>(on.sessions.size() + 1), {at.previous}, {at.next}, {}};
}

image::file_system system_to_read(const image::opened_image& from, int which) {
  if (which == iso9660_bit && from.has(image::file_system::rock_ridge)) return image::file_system::rock_ridge;
  return single_file_system(which);
}

const image::volume_info* volume_in(const image::opened_image& from, int which) {
  const auto found = std::ranges::find(from.volumes(), single_file_system(which), &image::volume_info::fs);
  return found == from.volumes().end() ? nullptr : &*found;
}

void require_documented(const previous_session& from) {
  if (from.rule == second_iso9660::made || !from.on.at_random) return;
  const auto first = image::open_session(from.on.bytes, from.on.sessions.front());
  if (first.has(image::file_system::iso9660))
    throw error(
        codes::incompatible_previous_session,
        "The first session has ISO 9660, and as documented no second one follows it on media that are "
        "written at random.");
}

void add_number(base::sha256& to, std::uint64_t number) {
  std::array<std::byte, 8> bytes{};
  for (auto& b : bytes) b = std::byte(number & 0xFF), number >>= 8;
  to.add(bytes);
}

void add_block(base::sha256& to, const disk::source& from, disk::lba at) {
  std::vector<std::byte> block(disk::block_size);
  block.resize(from.read_at(disk::offset_of(at), block));
  to.add(block);
}

}  // namespace

previous_session open_last(std::string_view recorder, const media_reader& media) {
  return reading([&] {
    const auto medium = media(recorder);
    previous_session found{.on = image::look_at(*medium), .opened = nullptr};
    if (found.on.sessions.empty()) return found;
    try {
      found.opened = std::make_shared<const image::opened_image>(
          image::open_session(found.on.bytes, found.on.sessions.back()));
    } catch (const error& e) {
      if (e.code() != errc::no_supported_file_system) throw;
    }
    return found;
  });
}

previous_session open_previous(const session_place& at, const media_reader& media, second_iso9660 rule) {
  return reading([&] {
    const auto medium = media(at.recorder);
    previous_session found{.on = image::look_at(*medium),
                           .opened = nullptr,
                           .room = at.room,
                           .write_unit = at.write_unit,
                           .rule = rule};
    auto& on = found.on;
    if (on.at_random != at.at_random)
      throw error(codes::bad_multisession_parameter,
                  "The multisession object is not for media as the one in the recorder.");
    if (at.at_random) {
      require_sessions(on);
      found.room -= std::min(found.room, on.next.value);
    } else {
      on.next = {at.next};
    }
    const auto last = at.at_random ? on.sessions.back() : session_at(on, at);
    found.opened = std::make_shared<const image::opened_image>(image::open_session(on.bytes, last));
    return found;
  });
}

int file_systems_of(const previous_session& from) {
  if (!from.opened) return 0;
  int all = 0;
  if (from.opened->has(image::file_system::iso9660)) all |= iso9660_bit;
  if (from.opened->has(image::file_system::joliet)) all |= joliet_bit;
  if (from.opened->has(image::file_system::udf)) all |= udf_bit;
  return all;
}

int default_for_import(int among) {
  for (const int one : {udf_bit, joliet_bit, iso9660_bit})
    if (among > 0 && (among & one) != 0) return one;
  throw error(errc::invalid_parameter, "There is no file system among them that can be imported.");
}

std::string identifier_of(const image::written_medium& on) {
  if (on.sessions.empty()) empty();
  return reading([&] {
    base::sha256 all;
    for (const auto& one : on.sessions) {
      const disk::view as_it_was(on.bytes, one.end, one.kept);
      add_number(all, one.first.value);
      add_number(all, one.end.value);
      for (const std::uint64_t structure : {16, 256})
        add_block(all, as_it_was, one.first + disk::block_count{structure});
    }
    return base::to_hex(all.finish());
  });
}

image::options options_after(const previous_session& from) try {
  auto how = reading([&] {
    require_documented(from);
    return image::next_session(from.on, *from.opened);
  });
  if (how.first_block.value > most_blocks)
    throw error(codes::incompatible_previous_session,
                "The next session would begin behind block 2,147,483,647.");
  return how;
} catch (const error& e) {
  if (e.code() == errc::import_media_not_allowed || e.code() == errc::not_supported)
    throw error(codes::incompatible_previous_session, e.what());
  throw;
}

imported_session read_previous(const previous_session& from, int which) {
  imported_session made{
      .file_system = which, .file_systems = file_systems_of(from), .tree = nullptr, .next = nullptr};
  if (made.file_systems == 0)
    throw error(errc::no_supported_file_system, "The last session has no file system that can be imported.");
  if (which == 0) made.file_system = default_for_import(made.file_systems);
  if ((made.file_systems & made.file_system) == 0)
    throw error(errc::file_system_not_found, "The last session has no such file system.");
  const auto* const volume = volume_in(*from.opened, made.file_system);
  const auto* const udf = volume_in(*from.opened, udf_bit);
  made.udf_revision = udf ? udf->revision : 0;
  continued_session next{.how = options_after(from),
                         .bytes = from.on.bytes,
                         .at_random = from.on.at_random,
                         .write_unit = from.write_unit,
                         .room = from.room,
                         .disc = identifier_of(from.on),
                         .label = volume ? volume->volume_name : std::string()};
  made.next = std::make_shared<const continued_session>(std::move(next));
  made.tree = reading([&] {
    return std::make_shared<const tree::file_tree>(
        image::import_tree(from.opened, system_to_read(*from.opened, made.file_system)));
  });
  return made;
}

}  // namespace comeback::imapi2fs
