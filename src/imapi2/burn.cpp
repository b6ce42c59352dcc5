// SPDX-License-Identifier: Apache-2.0
#include "imapi2/burn.hpp"

#include "base/error.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace comeback::imapi2 {
namespace {

using base::errc;
using base::error;
using disk::block_count;
using disk::lba;

using bytes = std::vector<std::byte>;

/// A medium is closed where this much or less of it is left (put_ForceMediaToBeClosed).
constexpr std::uint64_t one_of = 50;

void check(const std::stop_token& stop) {
  if (stop.stop_requested())
    throw error(errc::request_cancelled, "The writing was cancelled. Erase the medium, if it can be erased.");
}

void require_writable(const media_look& at) {
  if (at.facts.how == optical::writing::none)
    throw error(errc::data_media_not_supported,
                fmt::format("A medium of the kind {} cannot be written.", at.facts.name));
  if (is_random(at) && at.state != optical::medium_state::closed) return;
  if (!takes_more(at))
    throw error(errc::invalid_media_state,
                fmt::format("The medium in the recorder ({}) {}. Insert another one{}.", at.facts.name,
                            is_cut_off(at) ? "has a session that was cut off" : "is closed",
                            at.facts.erasable ? ", or erase it" : ""));
}

std::vector<block_run> checked(std::vector<block_run> runs, block_count stream) {
  for (const auto& run : runs)
    if (run.first.value > stream.value || run.blocks.value > stream.value - run.first.value)
      throw error(errc::data_stream_not_supported,
                  fmt::format("The stream has {} blocks, and lists {} from block {} on to be recorded.",
                              stream.value, run.blocks.value, run.first.value));
  std::erase_if(runs, [](const block_run& run) { return run.blocks.value == 0; });
  return runs;
}

bool is_whole(const std::vector<block_run>& runs, block_count stream) {
  return runs.size() == 1 && runs[0].first.value == 0 && runs[0].blocks == stream;
}

bool closes(const media_look& at, block_count taken, burn_options how) {
  if (!is_sequential(at)) return false;
  using enum optical::media_type;
  if (how.force_closed || at.facts.type == dvd_plus_r_dual) return true;
  if (at.facts.type == dvd_plus_r && !how.disable_dvd_compatibility) return true;
  return (at.free.value - taken.value) * one_of <= at.capacity.value;
}

void require_room(block_count needed, std::uint64_t room) {
  if (needed.value > room)
    throw error(errc::data_stream_too_large,
                fmt::format("{} blocks are to be recorded, and the medium takes {}.", needed.value, room));
}

burn_plan plan_session(const media_look& at, const std::vector<block_run>& runs, burn_options how) {
  burn_plan made{.runs = {}, .start = at.next_writable, .blocks = {}, .padding = {}, .finalize = false};
  for (const auto& run : runs) {
    made.runs.push_back({run.first, made.start + made.blocks, run.blocks});
    made.blocks += run.blocks;
  }
  if (is_cd(at) && !how.postgap_in_image) made.padding = post_gap;
  const auto taken = made.blocks + made.padding;
  require_room(taken, at.free.value);
  made.finalize = closes(at, taken, how);
  return made;
}

burn_plan plan_overwriting(const media_look& at, const std::vector<block_run>& runs, block_count stream,
                           burn_options how) {
  if (is_whole(runs, stream) && !how.force_overwrite && !seems_blank(at))
    throw error(errc::data_media_not_blank,
                "The medium is not blank. Set ForceOverwrite to lose what is on it, or append to it: put "
                "MultisessionInterfaces, then import.");
  burn_plan made{.runs = {}, .start = {}, .blocks = {}, .padding = {}, .finalize = false};
  for (const auto& run : runs) {
    require_room({run.first.value + run.blocks.value}, total_sectors(at));
    made.runs.push_back({run.first, run.first, run.blocks});
    made.blocks += run.blocks;
  }
  if (!made.runs.empty()) made.start = made.runs.front().to;
  return made;
}

/// Blocks of a write unit that no run has keep what the medium has.
void fill_from_medium(const optical::medium& on, lba at, bytes& into) {
  std::ranges::fill(into, std::byte{0});
  const auto old = on.bytes();
  const auto offset = disk::offset_of(at);
  if (offset < old->size()) old->read_at(offset, into);
}

void record_in_units(optical::medium& to, const placed_run& run, const burn_work& work, burn_progress& told) {
  const std::uint64_t unit = to.facts().write_unit, end = run.to.value + run.blocks.value;
  const std::uint64_t last = (end + unit - 1) / unit * unit;
  for (std::uint64_t at = run.to.value / unit * unit; at < last;) {
    check(work.stop);
    const auto count = std::min(piece.value, last - at);
    const auto first_ours = std::max(at, run.to.value), end_ours = std::min(at + count, end);
    bytes piece_bytes(disk::bytes_in({count}));
    if (end_ours - first_ours < count) fill_from_medium(to, {at}, piece_bytes);
    work.read(disk::offset_of({run.from.value + (first_ours - run.to.value)}),
              std::span(piece_bytes)
                  .subspan(disk::bytes_in({first_ours - at}), disk::bytes_in({end_ours - first_ours})));
    to.write({at}, piece_bytes);
    at += count;
    told.done += {end_ours - first_ours};
    told.last = {end_ours - 1};
    work.report(told);
  }
}

void record_in_sequence(optical::medium& to, const placed_run& run, const burn_work& work,
                        burn_progress& told) {
  bytes piece_bytes(disk::bytes_in(piece));
  for (block_count done{}; done < run.blocks;) {
    check(work.stop);
    const block_count count{std::min(piece.value, run.blocks.value - done.value)};
    const auto now = std::span(piece_bytes).first(disk::bytes_in(count));
    work.read(disk::offset_of(run.from + done), now);
    to.write(run.to + done, now);
    done += count;
    told.done += count;
    told.last = {(run.to + done).value - 1};
    work.report(told);
  }
}

void compare(const disk::source& recorded, const placed_run& run, block_count at, block_count count,
             const burn_work& work) {
  bytes expected(disk::bytes_in(count)), found(expected.size());
  work.read(disk::offset_of(run.from + at), expected);
  const auto got = recorded.read_at(disk::offset_of(run.to + at), found);
  if (got < found.size() || found != expected)
    throw error(errc::burn_verification_failed,
                fmt::format("The medium differs from the stream in the {} blocks from {} on.", count.value,
                            (run.to + at).value));
}

/// What a quick look has of each run.
constexpr std::uint64_t samples = 16;

}  // namespace

burn_plan plan_burn(const media_look& at, block_count stream,
                    const std::optional<std::vector<block_run>>& runs, burn_options how) {
  require_writable(at);
  const auto all = checked(runs.value_or(std::vector{block_run{{0}, stream}}), stream);
  return is_sequential(at) ? plan_session(at, all, how) : plan_overwriting(at, all, stream, how);
}

void record(optical::medium& to, const burn_plan& plan, const burn_work& work) {
  burn_progress told{};
  const bool in_sequence = to.facts().how == optical::writing::sequential;
  for (const auto& run : plan.runs) {
    if (in_sequence) {
      record_in_sequence(to, run, work, told);
      continue;
    }
    // What a list has last leads to what it has first: that must be there before.
    if (&run != &plan.runs.front()) to.sync();
    record_in_units(to, run, work, told);
  }
  if (plan.padding.value > 0) to.write(plan.start + plan.blocks, bytes(disk::bytes_in(plan.padding)));
}

void end_burn(optical::medium& to, const burn_plan& plan) {
  to.sync();
  to.close_session(plan.finalize);
}

void verify_burn(const optical::medium& on, const burn_plan& plan, const burn_work& work, verification how) {
  if (how == verification::none) return;
  const auto recorded = on.bytes();
  for (const auto& run : plan.runs) {
    const auto step = how == verification::full
                          ? piece
                          : block_count{std::max<std::uint64_t>(1, run.blocks.value / samples)};
    for (block_count at{}; at < run.blocks; at += step) {
      check(work.stop);
      const auto left = run.blocks.value - at.value;
      compare(*recorded, run, at, {how == verification::full ? std::min(piece.value, left) : 1}, work);
    }
    if (how == verification::quick) compare(*recorded, run, {run.blocks.value - 1}, {1}, work);
  }
}

}  // namespace comeback::imapi2
