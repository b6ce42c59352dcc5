// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/result_ranges.hpp"

#include "com/object/boundary.hpp"

#include <algorithm>
#include <cstdint>

namespace comeback::imapi2fs {
namespace {

blocks_between range(std::uint64_t first, std::uint64_t end) {
  return {com::to_abi<LONG>(first), com::to_abi<LONG>(end - 1)};
}

}  // namespace

bool holds_older_sessions(const made_image& made) noexcept {
  return made.continues && made.continues->at_random;
}

disk::block_count blocks_of(const made_image& made) noexcept {
  if (!holds_older_sessions(made)) return made.plan->blocks();
  const std::uint64_t unit = made.continues->write_unit;
  return {(made.plan->end.value + unit - 1) / unit * unit};
}

std::vector<blocks_between> ranges_of(const made_image& made) {
  const auto end = blocks_of(made).value;
  if (!holds_older_sessions(made)) return {range(0, end)};
  const std::uint64_t unit = made.continues->write_unit;
  const auto first = made.plan->first.value;
  std::vector<blocks_between> all;
  const auto last = made.plan->end_anchor ? made.plan->end_anchor->value / unit * unit : first;
  if (first < last) all.push_back(range(first, last));
  all.push_back(range(std::max(first, last), end));
  std::vector<std::uint64_t> units;
  for (const auto& one : made.plan->repointed) {
    std::erase(units, one.at.value / unit);
    units.push_back(one.at.value / unit);
  }
  for (const auto one : units) all.push_back(range(one * unit, (one + 1) * unit));
  return all;
}

}  // namespace comeback::imapi2fs
