// SPDX-License-Identifier: Apache-2.0
#include "image/append.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "eltorito/partition_grower.hpp"
#include "image/relink_udf.hpp"
#include "iso9660/format.hpp"
#include "udf/format.hpp"
#include "udf/reader.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace comeback::image {
namespace {

using disk::block_count;
using disk::lba;
using block = std::vector<std::byte>;

constexpr std::size_t most_descriptors = 80;  // 64 of ISO 9660, and the recognition sequence of UDF

block read_blocks(const disk::source& from, lba at, block_count count) {
  block out(disk::bytes_in(count));
  out.resize(from.read_at(disk::offset_of(at), out));
  out.resize(disk::bytes_in(count));
  return out;
}

block read_block(const disk::source& from, lba at) { return read_blocks(from, at, {1}); }

std::string_view standard_of(const block& b) {
  return std::string_view(reinterpret_cast<const char*>(b.data()), b.size()).substr(1, 5);
}

bool is_descriptor(const block& b) {
  constexpr std::array<std::string_view, 5> known{"CD001", "BEA01", "NSR02", "NSR03", "TEA01"};
  return std::ranges::find(known, standard_of(b)) != known.end();
}

bool is_empty(const block& b) {
  return std::ranges::all_of(b, [](std::byte one) { return one == std::byte{}; });
}

bool is_anchor(const disk::source& from, lba at) { return udf::anchor_at_block(from, at).has_value(); }

// The descriptors of a session, in their order; other writers' sets end with a block of their own.
std::vector<block> descriptors_of(const disk::source& from, lba first) {
  std::vector<block> out;
  for (auto at = first + iso9660::system_area; out.size() < most_descriptors; at += block_count{1}) {
    auto one = read_block(from, at);
    if (!is_descriptor(one)) break;
    out.push_back(std::move(one));
  }
  return out;
}

// What readers find first, which the new session takes from a first session that has no copy of it.
disk::view::blocks kept_of(const disk::source& bytes) {
  disk::view::blocks out;
  auto at = lba{} + iso9660::system_area;
  for (auto& one : descriptors_of(bytes, {})) {
    out.emplace(at, std::move(one));
    at += block_count{1};
  }
  if (is_anchor(bytes, udf::anchor_at)) out.emplace(udf::anchor_at, read_block(bytes, udf::anchor_at));
  return out;
}

[[noreturn]] void refuse(const disk::source& bytes, std::string_view why) {
  throw base::error(base::errc::import_media_not_allowed,
                    fmt::format("{} takes no further session: {}", base::printable(bytes.name()), why));
}

void take_texts(options& how, const volume_info& from) {
  how.volume_name = from.volume_name;
  how.system = from.system;
  how.volume_set = from.volume_set;
  how.publisher = from.publisher;
  how.preparer = from.preparer;
}

udf_options udf_like(const written_medium& on, const volume_info& old) {
  const auto& bytes = *on.bytes;
  if (!old.extendable)
    refuse(bytes, "its UDF volume has blocks of another size than 2048 bytes, or several partitions.");
  if (on.at_random && old.partition == udf::name_of(udf::partition_type::vat))
    refuse(bytes, "its UDF volume has a virtual allocation table, which is for media that are written once.");
  // ECMA-167 3/8.5: no volume structures inside of a rewritable partition, and a session brings its own.
  if (on.at_random && old.partition == udf::name_of(udf::partition_type::sparable))
    refuse(bytes, "its UDF volume has a sparable partition, which is changed in place and not by sessions.");
  udf_options out;
  out.revision = old.revision;
  for (const auto kind : {udf::partition_type::plain, udf::partition_type::vat, udf::partition_type::sparable,
                          udf::partition_type::metadata})
    if (old.partition == udf::name_of(kind)) out.partition = kind;
  out.mirror = old.mirror;
  out.partition_start = old.partition_start;
  return out;
}

// Media take whole units: what lies beside the blocks in theirs stays as it is.
void write_units(optical::medium& to, lba at, std::span<const std::byte> blocks) {
  const std::uint64_t unit = to.facts().write_unit, end = at.value + disk::blocks_for(blocks.size()).value;
  if (to.facts().how == optical::writing::sequential || (at.value % unit == 0 && end % unit == 0))
    return to.write(at, blocks);
  const lba first{at.value / unit * unit};
  block whole(disk::bytes_in({(end + unit - 1) / unit * unit - first.value}));
  to.bytes()->read_at(disk::offset_of(first), whole);
  std::ranges::copy(blocks, whole.begin() + static_cast<std::ptrdiff_t>(disk::bytes_in(at - first)));
  to.write(first, whole);
}

// Waits for the medium in front of the anchor that says that all is there. Padding of a file that grows is
// left out: a hole reads as zeros, too.
class session_sink final : public block_sink {
 public:
  session_sink(optical::medium& to, const layout& plan)
      : to_(to),
        at_(plan.first),
        last_(plan.end.value - 1),
        anchor_(plan.end_anchor),
        grows_(to.facts().how == optical::writing::random && to.facts().write_unit == 1),
        old_end_(to.bytes()->size() / disk::block_size) {}

  void write(std::span<const std::byte> blocks) override {
    const auto end = at_ + disk::blocks_for(blocks.size());
    if (anchor_ && at_ < *anchor_ && *anchor_ < end) {
      const auto before = disk::bytes_in(*anchor_ - at_);
      put(blocks.first(before));
      blocks = blocks.subspan(before);
    }
    put(blocks);
  }

 private:
  void put(std::span<const std::byte> blocks) {
    if (blocks.empty()) return;
    if (anchor_ && at_ == *anchor_) to_.sync();
    std::size_t done = 0;
    for (std::size_t at = 0, next = 0; at < blocks.size(); at = next) {
      next = std::min(blocks.size(), at + least_hole);
      if (!is_hole(at_ + disk::blocks_for(at), blocks.subspan(at, next - at))) continue;
      write_part(blocks, done, at);
      done = next;
    }
    write_part(blocks, done, blocks.size());
    at_ += disk::blocks_for(blocks.size());
  }

  void write_part(std::span<const std::byte> blocks, std::size_t from, std::size_t to) {
    if (from < to) write_units(to_, at_ + disk::blocks_for(from), blocks.subspan(from, to - from));
  }

  // The last block is written whatever it holds: it says how long the file is.
  [[nodiscard]] bool is_hole(lba at, std::span<const std::byte> blocks) const {
    const auto end = at + disk::blocks_for(blocks.size());
    return grows_ && at.value >= old_end_ && end.value <= last_ &&
           std::ranges::all_of(blocks, [](std::byte one) { return one == std::byte{}; });
  }

  static constexpr std::size_t least_hole = 8 * disk::block_size;

  optical::medium& to_;
  lba at_;
  const std::uint64_t last_;
  const std::optional<lba> anchor_;
  const bool grows_;
  const std::uint64_t old_end_;
};

// What is replaced is what is meant to be.
void check_beginning(const disk::source& bytes, const std::vector<repointed_block>& all) {
  for (const auto& one : all) {
    if (one.at == lba{}) continue;  // of what is there
    const bool free = is_empty(read_block(bytes, one.at));
    if (one.at == udf::anchor_at ? !is_anchor(bytes, one.at)
                                 : !free && !is_descriptor(read_block(bytes, one.at)))
      refuse(bytes, fmt::format("block {} should hold a descriptor and holds something else.", one.at.value));
  }
}

// The first block of a directory that stays, with its second record leading to where the one above lies now
// (ECMA-119 6.8.2.2).
block relinked(const disk::source& bytes, const relink& one) {
  auto out = read_block(bytes, one.directory);
  const auto is = [&](std::size_t at, std::byte identifier) {
    const auto r = disk::read<iso9660::directory_record>(out, at, "directory record");
    return r && r->length >= sizeof(*r) + 1 && r->identifier_length == 1 && at + r->length <= out.size() &&
           out[at + sizeof(*r)] == identifier && (r->flags & iso9660::file_flags::directory) != 0;
  };
  const auto second = std::to_integer<std::size_t>(out.front());
  if (!is(0, std::byte{0}) || !is(second, std::byte{1}))
    refuse(bytes,
           fmt::format("block {} should be the first of a directory and is not.", one.directory.value));
  disk::put(out, second + offsetof(iso9660::directory_record, extent),
            disk::both32{static_cast<std::uint32_t>(one.parent.value)});
  disk::put(out, second + offsetof(iso9660::directory_record, size), disk::both32{one.parent_bytes});
  return out;
}

void for_each_relinked(const std::shared_ptr<const disk::source>& bytes, const std::vector<relink>& all,
                       const std::function<void(lba, std::span<const std::byte>)>& with) {
  for (const auto& one : all)
    if (one.fs != file_system::udf) with(one.directory, relinked(*bytes, one));
  for_each_relinked_udf(bytes, all, with);
}

// In front of everything else: what cannot be changed in the end is a reason to begin nothing.
void check_relinks(const optical::medium& on, const std::vector<relink>& all) {
  if (!all.empty()) for_each_relinked(on.bytes(), all, [](lba, std::span<const std::byte>) {});
}

// Each is read when it is written: there may be many.
void write_relinks(optical::medium& to, const std::vector<relink>& all) {
  if (all.empty()) return;
  for_each_relinked(to.bytes(), all,
                    [&](lba at, std::span<const std::byte> mended) { write_units(to, at, mended); });
  to.sync();
}

// Told before anything is written.
void require_room(const optical::medium& to, const layout& plan) {
  const auto capacity = to.capacity();
  if (capacity.value == 0 || plan.end.value <= capacity.value) return;
  throw base::error(
      base::errc::image_size_limit,
      fmt::format("The {} {} has {} blocks: a session of {} blocks from block {} on does not fit.",
                  to.facts().name, base::printable(to.name()), capacity.value, plan.blocks().value,
                  plan.first.value));
}

// Until something leads to a session, what there is of it is taken back where its writing ends early.
class unfinished_session {
 public:
  explicit unfinished_session(optical::medium& on) : on_(&on), size_(on.bytes()->size()) {}
  unfinished_session(const unfinished_session&) = delete;
  unfinished_session& operator=(const unfinished_session&) = delete;
  ~unfinished_session() {
    try {
      if (on_ != nullptr) on_->give_up_behind(size_);
    } catch (const base::error&) {
      return;  // the first error is the one to tell, and the next append writes over what is there
    }
  }
  void is_whole() { on_ = nullptr; }

 private:
  optical::medium* on_;
  const std::uint64_t size_;
};

void write_all(optical::medium& to, const std::vector<repointed_block>& all) {
  for (const auto& one : all) write_units(to, one.at, one.bytes);
  to.sync();
}

bool give_up_open_session(optical::medium& on) {
  const auto all = on.sessions();
  if (all.empty() || all.back().closed) return false;
  on.give_up_session();
  return true;
}

// The blocks that lead to a session which is on the medium, made from its own.
std::vector<repointed_block> leading_to(const disk::source& bytes, const session& last) {
  std::vector<repointed_block> out;
  std::optional<repointed_block> primary;
  auto at = lba{} + iso9660::system_area;
  for (auto& own : descriptors_of(bytes, last.first)) {
    const auto type = std::to_integer<unsigned>(own.front());
    if (standard_of(own) == "CD001" && (type == 1 || type == 2))
      disk::put(own, offsetof(iso9660::volume_descriptor, blocks),
                disk::both32{static_cast<std::uint32_t>(last.end.value)});
    repointed_block one{at, std::move(own)};
    if (at == lba{} + iso9660::system_area && type == 1)
      primary = std::move(one);
    else
      out.push_back(std::move(one));
    at += block_count{1};
  }
  const auto own_anchor = last.first + block_count{udf::anchor_at.value};
  if (is_anchor(bytes, own_anchor)) {
    auto moved = read_block(bytes, own_anchor);
    udf::move(moved, udf::anchor_at.value);
    out.push_back({udf::anchor_at, std::move(moved)});
  }
  if (primary) out.push_back(std::move(*primary));
  return out;
}

// The first block, where partition tables should reach to the end of a session of ours, and its last blocks
// agree.
std::optional<repointed_block> tables_reaching_to(const disk::source& bytes, const session& before,
                                                  const session& last) {
  if (!session_record::read(bytes, last.first)) return std::nullopt;
  auto grown =
      eltorito::grow_tables(read_blocks(bytes, {}, iso9660::system_area), before.end, last.end - lba{});
  if (!grown) return std::nullopt;
  const auto count = disk::blocks_for(grown->tail.size());
  if (read_blocks(bytes, {last.end.value - count.value}, count) != grown->tail) return std::nullopt;
  return repointed_block{{}, std::move(grown->head)};
}

}  // namespace

written_medium look_at(const optical::medium& on) {
  written_medium out{on.bytes(), {}, on.facts().how != optical::writing::sequential, on.next_writable()};
  if (out.at_random) {
    out.sessions = find_sessions(*out.bytes);
    if (!out.sessions.empty()) out.next = session_behind(out.sessions.back().end);
    return out;
  }
  for (const auto& one : on.sessions())
    if (one.closed)
      out.sessions.push_back(
          {static_cast<unsigned>(out.sessions.size() + 1), one.first, one.first + one.blocks, {}});
  return out;
}

options next_session(const written_medium& on, const opened_image& from) {
  options out;
  out.first_block = on.next;
  out.appendable = false;
  out.file_systems = {from.has(file_system::iso9660), from.has(file_system::joliet),
                      from.has(file_system::rock_ridge), from.has(file_system::udf)};
  out.iso_level = from.has(file_system::enhanced) ? 4 : 3;
  for (const auto& v : from.volumes()) {
    if (v.fs == file_system::iso9660 || (v.fs == file_system::udf && !from.has(file_system::iso9660)))
      take_texts(out, v);
    if (v.fs == file_system::udf) out.udf = udf_like(on, v);
  }
  // Of the names that the file systems have for the volume, the longest.
  for (const auto& v : from.volumes())
    if (v.volume_name.size() > out.volume_name.size()) out.volume_name = v.volume_name;
  if (const auto boot = from.boot()) out.session.boot_catalog = boot->at;
  if (!on.at_random) return out;
  const auto previous = on.sessions.back().first;
  auto kept = previous == lba{} ? kept_of(*on.bytes) : disk::view::blocks{};
  out.session.repoint = true;
  if (auto area = read_blocks(*on.bytes, {}, iso9660::system_area);
      const auto tables = eltorito::grow_tables(area, on.sessions.back().end, on.next - lba{})) {
    kept.emplace(lba{}, block(area.begin(), area.begin() + disk::block_size));
    out.disk.partitions = tables->kind;
    out.session.disk_area = std::move(area);
    out.session.disk_end = on.sessions.back().end;
  }
  out.session.system_area = session_record{previous, std::move(kept)}.bytes();
  return out;
}

void append_session(optical::medium& to, const layout& plan, const base::progress& progress,
                    const std::stop_token& stop, const emit_options& how) {
  check_beginning(*to.bytes(), plan.repointed);
  check_relinks(to, plan.relinks);
  require_room(to, plan);
  unfinished_session begun(to);
  session_sink sink(to, plan);
  emit(plan, sink, to.name(), progress, stop, how);
  to.sync();
  begun.is_whole();
  if (to.facts().how == optical::writing::sequential) return to.close_session(false);
  write_all(to, plan.repointed);
  write_relinks(to, plan.relinks);
}

bool finish_append(optical::medium& on) {
  if (on.facts().how == optical::writing::sequential) return give_up_open_session(on);
  const auto bytes = on.bytes();
  const auto all = find_sessions(*bytes);
  if (all.size() < 2) return false;
  auto wanted = leading_to(*bytes, all.back());
  if (auto tables = tables_reaching_to(*bytes, all[all.size() - 2], all.back()))
    wanted.push_back(*std::move(tables));
  std::erase_if(wanted, [&](const repointed_block& one) { return read_block(*bytes, one.at) == one.bytes; });
  if (wanted.empty()) return false;
  check_beginning(*bytes, wanted);
  write_all(on, wanted);
  return true;
}

}  // namespace comeback::image
