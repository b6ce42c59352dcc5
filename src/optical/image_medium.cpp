// SPDX-License-Identifier: Apache-2.0
#include "optical/image_medium.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "optical/image_file.hpp"
#include "optical/medium_record.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace comeback::optical {
namespace {

namespace fs = std::filesystem;
using base::errc;
using base::error;
using disk::block_count;
using disk::lba;

std::string shown(const fs::path& path) { return base::printable(path.native()); }

bool is_there(const fs::path& path) {
  std::error_code none;
  return fs::exists(fs::symlink_status(path, none));
}

void save(const fs::path& image, const medium_record& record) {
  base::new_file made(record_path(image));
  const auto text = write_record(record);
  base::write_all(made.fd(), std::as_bytes(std::span(text)), made.path().native());
  made.commit();
  sync_folder_of(made.path());
}

[[noreturn]] void refuse_record(const fs::path& image, std::size_t line, std::string_view what) {
  throw error(
      errc::file_system_inconsistent,
      fmt::format(
          "{}, line {}: {}. Put the medium's record right, or move it away: without it the image is a "
          "plain disk.",
          shown(record_path(image)), line, what));
}

// The line of session `index` in a record of a sequential medium.
constexpr std::size_t line_of(std::size_t index) { return 5 + index; }

void check_against(const medium_record& record, std::uint64_t size, const fs::path& image) {
  const auto& all = record.sessions;
  const auto there = size / disk::block_size;
  const auto lost =
      std::ranges::find_if(all, [&](const auto& s) { return (s.first + s.blocks).value > there; });
  if (lost == all.end()) return;
  const auto index = static_cast<std::size_t>(lost - all.begin());
  refuse_record(image, line_of(index),
                fmt::format("session {} ends at block {}, but the image has only {} blocks", index + 1,
                            (lost->first + lost->blocks).value, there));
}

// Told before anything is written: without its record a session would never end.
void require_room_for_record(const fs::path& image) {
  const auto folder = image.parent_path();
  if (::access(folder.c_str(), W_OK | X_OK) == 0) return;
  const int why = errno;
  base::throw_errno(why, "Cannot keep the record of a medium in", folder.native());
}

std::string record_text(const fs::path& image) {
  const auto path = record_path(image);
  return is_there(path) ? base::read_text(path, record_limit) : std::string();
}

// Record and size that belong together: whoever reads has no lock, and the medium may be erased meanwhile.
struct recorded_image {
  medium_record record;
  std::uint64_t size = 0;
};

recorded_image read_both(const image_file& file) {
  auto text = record_text(file.path());
  for (;;) {
    const auto size = file.size();
    auto again = record_text(file.path());
    if (again != text) {
      text = std::move(again);
      continue;
    }
    if (text.empty() && !is_there(record_path(file.path()))) return {{}, size};
    auto record = read_record(text);
    if (!record) refuse_record(file.path(), record.error().line, record.error().what);
    check_against(*record, size, file.path());
    return {*std::move(record), size};
  }
}

// The first address at or behind `at` where a unit begins.
constexpr lba whole_units(lba at, const media_facts& facts) {
  return {(at.value + facts.write_unit - 1) / facts.write_unit * facts.write_unit};
}

class image_medium final : public medium {
 public:
  image_medium(std::unique_ptr<image_file> file, access how)
      : file_(std::move(file)), how_(how), known_(read_both(*file_)), facts_(facts_of(known_.record.type)) {
    if (how == access::writing && sequential()) require_room_for_record(file_->path());
  }

  [[nodiscard]] const media_facts& facts() const override { return facts_; }
  [[nodiscard]] std::string name() const override { return file_->path().native(); }
  [[nodiscard]] medium_state state() const override;
  [[nodiscard]] std::vector<recorded_session> sessions() const override;
  [[nodiscard]] std::shared_ptr<const disk::source> bytes() const override;
  [[nodiscard]] block_count capacity() const override { return known_.record.capacity; }
  [[nodiscard]] lba next_writable() const override;
  [[nodiscard]] block_count free_blocks() const override;
  void write(lba at, std::span<const std::byte> blocks) override;
  void sync() override;
  void give_up_behind(std::uint64_t bytes) override;
  void give_up_session() override;
  void close_session(bool finalize) override;

  void erase();

 private:
  [[nodiscard]] bool sequential() const { return facts_.how == writing::sequential; }
  [[nodiscard]] lba end_of_file() const { return {disk::blocks_for(known_.size).value}; }
  [[nodiscard]] lba end_of_written() const;
  [[nodiscard]] bool session_is_open() const {
    return sequential() && !known_.record.closed && end_of_file() > known_.record.next;
  }
  [[nodiscard]] block_count most() const { return capacity().value != 0 ? capacity() : most_blocks; }
  void require_writing() const;
  void require_place(lba at, block_count blocks) const;
  void require_room(lba at, block_count blocks) const;
  [[nodiscard]] medium_record with_session_closed() const;

  std::unique_ptr<image_file> file_;
  access how_;
  recorded_image known_;
  const media_facts& facts_;
};

lba image_medium::end_of_written() const {
  if (!sequential() || session_is_open()) return end_of_file();
  const auto& all = known_.record.sessions;
  return all.empty() ? lba{} : all.back().first + all.back().blocks;
}

medium_state image_medium::state() const {
  if (facts_.how == writing::none || known_.record.closed) return medium_state::closed;
  if (end_of_written() == lba{}) return medium_state::blank;
  const bool full = sequential() && !session_is_open() && free_blocks() == block_count{};
  return full ? medium_state::closed : medium_state::appendable;
}

std::vector<recorded_session> image_medium::sessions() const {
  const auto end = end_of_file();
  if (!sequential()) {
    if (end == lba{}) return {};
    return {{{}, end - lba{}, true}};
  }
  auto all = known_.record.sessions;
  if (session_is_open()) all.push_back({known_.record.next, end - known_.record.next, false});
  return all;
}

std::shared_ptr<const disk::source> image_medium::bytes() const {
  return file_->bytes(std::min(known_.size, disk::offset_of(end_of_written())));
}

lba image_medium::next_writable() const {
  if (!sequential()) return whole_units(end_of_file(), facts_);
  return session_is_open() ? end_of_file() : known_.record.next;
}

block_count image_medium::free_blocks() const {
  const auto next = next_writable();
  const bool none = facts_.how == writing::none || known_.record.closed || next.value >= most().value;
  return none ? block_count{} : lba{most().value} - next;
}

void image_medium::require_writing() const {
  if (how_ != access::writing)
    throw error(errc::access_denied, fmt::format("{} was opened for reading only.", base::printable(name())));
  if (facts_.how == writing::none)
    throw error(
        errc::recorder_media_write_protected,
        fmt::format("{} stands for a {}, which cannot be written to.", base::printable(name()), facts_.name));
  if (known_.record.closed)
    throw error(errc::invalid_media_state,
                fmt::format("The {} {} was closed for good; use another medium{}.", facts_.name,
                            base::printable(name()), facts_.erasable ? ", or erase it" : ""));
}

void image_medium::require_place(lba at, block_count blocks) const {
  if (sequential() && at != next_writable())
    throw error(errc::invalid_media_state,
                fmt::format("The {} {} takes blocks only at {}, not at {}: it is written once, in order.",
                            facts_.name, base::printable(name()), next_writable().value, at.value));
  const auto unit = facts_.write_unit;
  if (!sequential() && (at.value % unit != 0 || blocks.value % unit != 0))
    throw error(errc::invalid_argument,
                fmt::format("The {} {} is written in whole units of {} blocks; {} blocks at {} are none.",
                            facts_.name, base::printable(name()), unit, blocks.value, at.value));
}

void image_medium::require_room(lba at, block_count blocks) const {
  if (at.value <= most().value && blocks.value <= most().value - at.value) return;
  throw error(errc::image_size_limit,
              fmt::format("The {} {} has {} blocks: {} more at {} do not fit.", facts_.name,
                          base::printable(name()), most().value, blocks.value, at.value));
}

void image_medium::write(lba at, std::span<const std::byte> blocks) {
  if (blocks.size() % disk::block_size != 0)
    throw error(errc::invalid_argument, fmt::format("{} bytes are no whole blocks.", blocks.size()));
  require_writing();
  const auto count = disk::blocks_for(blocks.size());
  require_place(at, count);
  require_room(at, count);
  if (sequential() && known_.record.sessions.size() >= most_sessions)
    throw error(errc::image_size_limit,
                fmt::format("{} has {} sessions and takes no more.", base::printable(name()), most_sessions));
  if (blocks.empty()) return;
  file_->write_at(disk::offset_of(at), blocks);
  known_.size = std::max(known_.size, disk::offset_of(at) + blocks.size());
}

void image_medium::sync() {
  require_writing();
  file_->sync();
}

void image_medium::give_up_behind(std::uint64_t bytes) {
  require_writing();
  if (sequential() || bytes >= known_.size) return;
  file_->truncate(bytes);
  known_.size = bytes;
}

// Its record names closed sessions only: what lies behind them was never told to anybody.
void image_medium::give_up_session() {
  require_writing();
  if (!session_is_open()) return;
  const auto& all = known_.record.sessions;
  const auto size = all.empty() ? 0 : disk::offset_of(all.back().first + all.back().blocks);
  file_->truncate(size);
  known_.size = size;
}

medium_record image_medium::with_session_closed() const {
  auto record = known_.record;
  if (!session_is_open()) return record;
  const auto& gap = record.sessions.empty() ? facts_.after_first : facts_.between;
  const auto end = end_of_file();
  record.sessions.push_back({record.next, end - record.next, true});
  record.next = whole_units(end, facts_) + gap;
  return record;
}

void image_medium::close_session(bool finalize) {
  require_writing();
  if (!sequential()) return file_->sync();
  auto record = with_session_closed();
  if (finalize && record.sessions.empty())
    throw error(errc::invalid_media_state, fmt::format("The {} {} is blank: there is nothing to close.",
                                                       facts_.name, base::printable(name())));
  record.closed = finalize;
  if (record == known_.record) return;
  // A block that a cut left in two becomes whole, or the record would say more than there is.
  const auto size = std::max(known_.size, disk::offset_of(end_of_written()));
  if (size != known_.size) file_->truncate(size);
  file_->sync();
  save(file_->path(), record);
  known_ = {std::move(record), size};
}

void image_medium::erase() {
  if (!facts_.erasable)
    throw error(
        errc::erase_media_not_supported,
        fmt::format("The {} {} is written once and cannot be erased.", facts_.name, base::printable(name())));
  // In this order: were it cut between the two, the old blocks would show as a session that was not closed.
  if (is_there(record_path(file_->path())))
    save(file_->path(),
         {.type = facts_.type, .capacity = capacity(), .next = {}, .sessions = {}, .closed = false});
  file_->truncate(0);
  file_->sync();
}

void require_blank_place(const image_file& file, const media_facts& facts) {
  const bool recorded = is_there(record_path(file.path()));
  const bool read_only = facts.how == writing::none;
  if (recorded || (file.size() != 0 && !read_only))
    throw error(errc::already_exists, fmt::format("{} is {} already; choose another name for a blank one.",
                                                  shown(file.path()), recorded ? "a medium" : "an image"));
  if (read_only && file.size() == 0)
    throw error(errc::invalid_argument, fmt::format("{} is empty: a {} needs an image that is there.",
                                                    shown(file.path()), facts.name));
}

// Before the image is made: what is not taken shall leave nothing behind.
void require_no_stray_record(const fs::path& image) {
  if (is_there(image) || !is_there(record_path(image))) return;
  throw error(errc::already_exists,
              fmt::format("{} is the record of a medium whose image is gone; move it away first.",
                          shown(record_path(image))));
}

void require_capacity(const media_facts& facts, block_count asked) {
  if (asked > most_blocks)
    throw error(errc::invalid_argument,
                fmt::format("A medium has at most {} blocks, not {}.", most_blocks.value, asked.value));
  if (asked.value % facts.write_unit != 0)
    throw error(errc::invalid_argument,
                fmt::format("A {} is written in units of {} blocks: its capacity cannot be {}.", facts.name,
                            facts.write_unit, asked.value));
  if (asked.value != 0 && facts.how == writing::none)
    throw error(errc::invalid_argument,
                fmt::format("The capacity of a {} is the size of its image.", facts.name));
}

}  // namespace

fs::path record_path(const fs::path& image) {
  auto path = image;
  path += ".medium";
  return path;
}

std::unique_ptr<medium> create_image_medium(const fs::path& image, media_type type, block_count capacity) {
  const auto& facts = facts_of(type);
  const bool read_only = facts.how == writing::none;
  require_capacity(facts, capacity);
  require_no_stray_record(image);
  auto file = std::make_unique<image_file>(
      image, access::writing, read_only ? image_file::making::never : image_file::making::when_missing);
  require_blank_place(*file, facts);
  if (capacity.value == 0) capacity = read_only ? disk::blocks_for(file->size()) : facts.capacity;
  if (capacity.value != 0)
    save(file->path(), {.type = type, .capacity = capacity, .next = {}, .sessions = {}, .closed = false});
  else
    sync_folder_of(file->path());
  return std::make_unique<image_medium>(std::move(file), access::writing);
}

std::unique_ptr<medium> open_image_medium(const fs::path& image, access how) {
  return std::make_unique<image_medium>(std::make_unique<image_file>(image, how), how);
}

void erase_image_medium(const fs::path& image) {
  image_medium(std::make_unique<image_file>(image, access::writing), access::writing).erase();
}

}  // namespace comeback::optical
