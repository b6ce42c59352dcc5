// SPDX-License-Identifier: Apache-2.0
#include "image/sessions.hpp"

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "eltorito/partition_writer.hpp"
#include "image/plan.hpp"
#include "iso9660/reader.hpp"
#include "udf/reader.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace comeback::image {
namespace {

using disk::block_count;
using disk::lba;

// Descriptors or the recognition sequence of a volume, where those of a session stand. A file that is an
// image itself has some, too: those do not belong to their place.
bool begins_session(const disk::source& from, lba first) {
  std::vector<std::byte> start(disk::block_size);
  const auto at = first + iso9660::system_area;
  if (from.read_at(disk::offset_of(at), start) != start.size()) return false;
  const auto d = *disk::read<iso9660::volume_descriptor>(start, 0, "volume descriptor");
  if (d.header.standard.all() == "CD001") return d.header.type == 1 && lba{d.path_table_l} > at;
  return d.header.standard.all() == "BEA01" &&
         (first == lba{} || udf::anchor_at_block(from, first + block_count{udf::anchor_at.value}));
}

// The volume descriptors of a session with a size; none of one that has UDF alone.
std::vector<iso9660::volume_descriptor> descriptors_of(const disk::source& from, lba first) {
  std::vector<iso9660::volume_descriptor> out;
  const auto found = iso9660::find_descriptors(from, first);
  if (!found) return out;
  for (const auto& one : *found)
    if (one.what.header.type == static_cast<std::uint8_t>(iso9660::descriptor_type::primary) ||
        one.what.header.type == static_cast<std::uint8_t>(iso9660::descriptor_type::supplementary))
      out.push_back(one.what);
  return out;
}

class session_finder {
 public:
  explicit session_finder(const disk::source& bytes) : bytes_(bytes), all_{bytes.size() / disk::block_size} {}

  std::vector<session> run() {
    look_at_beginning();
    follow_records();
    follow_sizes();
    return numbered();
  }

 private:
  // What the blocks say where readers look first: how far the medium is written, and where the last session
  // lies.
  void look_at_beginning() {
    const auto descriptors = descriptors_of(bytes_, {});
    for (const auto& d : descriptors) end_ = std::max(end_, lba{d.blocks.value()});
    end_ = std::min(end_, all_);
    for (const auto& d : descriptors) last_ = std::max(last_, session_with_table(d));
    if (const auto a = udf::anchor_at_block(bytes_, udf::anchor_at)) {
      volume_ = lba{a->main.location};
      last_ = std::max(last_, session_with_volume(volume_));
    }
  }

  // Of the sessions in front of a block, the nearest that agrees.
  template <class Agrees>
  [[nodiscard]] lba nearest(lba in_front_of, const Agrees& agrees) const {
    constexpr int steps = 32;
    auto at = in_front_of.value / others_alignment * others_alignment;
    for (int i = 0; i < steps && at > 0; ++i, at -= others_alignment)
      if (begins_session(bytes_, {at}) && agrees(lba{at})) return {at};
    return {};
  }

  [[nodiscard]] lba session_with_table(const iso9660::volume_descriptor& d) const {
    return nearest({d.path_table_l}, [&](lba first) {
      return std::ranges::any_of(descriptors_of(bytes_, first), [&](const auto& own) {
        return own.path_table_l == d.path_table_l && own.root.extent.value() == d.root.extent.value();
      });
    });
  }

  [[nodiscard]] lba session_with_volume(lba main) const {
    return nearest(main, [&](lba first) {
      const auto own = udf::anchor_at_block(bytes_, first + block_count{udf::anchor_at.value});
      return own && own->main.location == main.value;
    });
  }

  // From the last session back, as far as sessions tell of those before them.
  void follow_records() {
    for (auto at = last_; at.value > 0;) {
      starts_[at];
      const auto record = session_record::read(bytes_, at);
      if (!record) break;
      starts_[record->previous] = record->kept;
      at = record->previous;
    }
  }

  // From the first session on, each behind the other.
  void follow_sizes() {
    const lba second = lba{} + first_session;
    auto at = starts_.contains({}) || !begins_session(bytes_, second) ? lba{} : second;
    if (at == lba{} && last_.value > 0 && !starts_.contains({})) return;  // others took its descriptors
    if (at == lba{} && !starts_.contains({}) && !begins_session(bytes_, at) && !opens()) return;
    for (std::size_t i = 0; i < most_sessions; ++i) {
      starts_[at];
      const auto next = following(end_of(at));
      if (next <= at || !counts(next) || !begins_session(bytes_, next)) break;
      at = next;
    }
  }

  [[nodiscard]] lba following(lba end) const {
    const lba near{(end.value + others_alignment - 1) / others_alignment * others_alignment};
    return begins_session(bytes_, near) ? near : session_behind(end);
  }

  // A volume that says nothing where others do is one session all the same.
  [[nodiscard]] bool opens() const {
    try {
      return !opened_image(alias()).volumes().empty();
    } catch (const base::error& e) {
      if (e.code() == base::errc::no_supported_file_system) return false;
      throw;
    }
  }

  [[nodiscard]] std::shared_ptr<const disk::source> alias() const {
    return {std::shared_ptr<void>(), &bytes_};
  }

  // What lies behind all that the blocks at the beginning lead to was never finished.
  [[nodiscard]] bool counts(lba first) const {
    return first < all_ && (first < end_ || (volume_.value > 0 && first <= volume_));
  }

  [[nodiscard]] lba end_of(lba first) const {
    const auto kept = starts_.find(first);
    const disk::view then(alias(), all_, kept == starts_.end() ? disk::view::blocks{} : kept->second);
    if (const auto own = descriptors_of(then, first); !own.empty())
      return first + block_count{own.front().blocks.value()};
    const auto a = udf::anchor_at_block(then, first + block_count{udf::anchor_at.value});
    if (!a) return all_;
    const auto reserve_end = lba{a->reserve.location} + disk::blocks_for(a->reserve.length);
    if (const auto disk = end_of_disk(then, reserve_end)) return *disk;
    // Behind the reserve sequence lies the last anchor, and what is behind that one.
    const auto behind = reserve_end + block_count{1};
    const auto more = behind + block_count{udf::anchor_at.value};
    return begins_session(bytes_, session_behind(behind)) || !begins_session(bytes_, session_behind(more))
               ? behind
               : more;
  }

  // A disk has whole cylinders, and the last anchor 256 blocks in front of its last block.
  [[nodiscard]] static std::optional<lba> end_of_disk(const disk::source& from, lba reserve_end) {
    constexpr auto behind = udf::anchor_at.value + 1, cylinder = eltorito::cylinder.value;
    const lba end{(reserve_end.value + behind + cylinder - 1) / cylinder * cylinder};
    if (udf::anchor_at_block(from, reserve_end) || !udf::anchor_at_block(from, {end.value - behind}))
      return std::nullopt;
    return end;
  }

  [[nodiscard]] std::vector<session> numbered() const {
    std::vector<session> out;
    for (const auto& [first, kept] : starts_) {
      if (!out.empty()) out.back().end = std::min(out.back().end, first);
      out.push_back({static_cast<unsigned>(out.size() + 1), first, std::min(end_of(first), all_), kept});
    }
    if (!out.empty()) out.back().end = std::max({out.back().end, end_, end_of_volume(out.back().first)});
    return out;
  }

  // Of an image with UDF alone, all of it.
  [[nodiscard]] lba end_of_volume(lba first) const {
    return descriptors_of(bytes_, first).empty() && last_ == first ? all_ : lba{};
  }

  static constexpr std::size_t most_sessions = 1 << 20;
  static constexpr std::uint64_t others_alignment = 16;  // growisofs: a DVD's unit

  const disk::source& bytes_;
  const lba all_;            // behind the last block that is there
  lba end_, volume_, last_;  // as the blocks at the beginning say; the last session
  std::map<lba, disk::view::blocks> starts_;
};

constexpr std::string_view magic = "COMEBACK SESSION 1\n";
constexpr std::size_t facts_at = 32, digest_at = 1024;

// Of the record without its digest, and the copies.
base::sha256_digest digest_of(std::span<const std::byte> bytes) {
  base::sha256 sum;
  sum.add(bytes.first(digest_at));
  sum.add(bytes.subspan(disk::block_size));
  return sum.finish();
}

}  // namespace

std::vector<std::byte> session_record::bytes() const {
  if (kept.size() > most_kept)
    throw base::error(
        base::errc::not_supported,
        fmt::format(
            "The image has {} descriptors in front of its files: only {} of them can be kept in a new "
            "session, and without them its files could not be found any more.",
            kept.size(), most_kept));
  std::vector<std::byte> out(disk::block_size);
  std::memcpy(out.data(), magic.data(), magic.size());
  std::vector<std::byte> facts;
  disk::append(facts, disk::le32{static_cast<std::uint32_t>(previous.value)});
  disk::append(facts, disk::le32{static_cast<std::uint32_t>(kept.size())});
  for (const auto& [at, block] : kept) {
    disk::append(facts, disk::le32{static_cast<std::uint32_t>(at.value)});
    out.insert(out.end(), block.begin(), block.end());
  }
  std::ranges::copy(facts, out.begin() + facts_at);
  std::ranges::copy(digest_of(out), out.begin() + digest_at);
  return out;
}

std::optional<session_record> session_record::read(const disk::source& from, disk::lba first) {
  std::vector<std::byte> all((1 + most_kept) * disk::block_size);
  all.resize(from.read_at(disk::offset_of(first), all) / disk::block_size * disk::block_size);
  if (all.empty() || std::memcmp(all.data(), magic.data(), magic.size()) != 0) return std::nullopt;
  const auto number = [&](std::size_t i) {
    return std::uint32_t{*disk::read<disk::le32>(all, facts_at + 4 * i, "session record")};
  };
  const std::size_t count = number(1);
  if (count > most_kept || all.size() < (1 + count) * disk::block_size) return std::nullopt;
  all.resize((1 + count) * disk::block_size);
  const auto digest = digest_of(all);
  if (!std::equal(digest.begin(), digest.end(), all.begin() + digest_at)) return std::nullopt;
  session_record out{{number(0)}, {}};
  if (out.previous >= first) return std::nullopt;
  for (std::size_t i = 0; i < count; ++i) {
    const auto block = std::span(all).subspan((1 + i) * disk::block_size, disk::block_size);
    out.kept[{number(2 + i)}].assign(block.begin(), block.end());
  }
  return out;
}

std::vector<session> find_sessions(const disk::source& bytes) { return session_finder(bytes).run(); }

opened_image open_session(const std::shared_ptr<const disk::source>& bytes, const session& which) {
  return opened_image(std::make_shared<const disk::view>(bytes, which.end, which.kept), which.first);
}

}  // namespace comeback::image
