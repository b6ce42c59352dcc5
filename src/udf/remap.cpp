// SPDX-License-Identifier: Apache-2.0
#include "udf/remap.hpp"

#include <algorithm>
#include <numeric>

namespace comeback::udf {
namespace {

void append(std::vector<kept_run>& to, kept_run more) {
  if (more.blocks == 0) return;
  if (!to.empty() && to.back().block + to.back().blocks == more.block)
    to.back().blocks += more.blocks;
  else
    to.push_back(more);
}

}  // namespace

std::vector<kept_run> remapped(const std::vector<kept_run>& old, const std::vector<std::uint64_t>& changed,
                               std::uint64_t unit, std::uint64_t more, std::uint64_t at) {
  std::vector<kept_run> out;
  auto next = changed.begin();
  std::uint64_t begin = 0;  // block of the file at which the run begins
  const auto end = blocks_of(old) / unit * unit;
  for (const auto& run : old) {
    for (std::uint64_t done = 0; done < run.blocks && begin + done < end;) {
      const auto here = begin + done;
      while (next != changed.end() && (*next + 1) * unit <= here) ++next;
      const auto first = next == changed.end() ? end : std::min(end, *next * unit);
      if (here < first) {
        const auto blocks = std::min(run.blocks - done, first - here);
        append(out, {run.block + done, blocks});
        done += blocks;
      } else {
        const auto blocks = std::min(run.blocks - done, first + unit - here);
        const auto before = static_cast<std::uint64_t>(next - changed.begin()) * unit;
        append(out, {at + before + (here - first), blocks});
        done += blocks;
      }
    }
    begin += run.blocks;
  }
  append(out, {at + changed.size() * unit, more});
  return out;
}

std::vector<kept_run> first_of(std::vector<kept_run> runs, std::uint64_t blocks) {
  for (auto& run : runs) {
    run.blocks = std::min(run.blocks, blocks);
    blocks -= run.blocks;
  }
  std::erase_if(runs, [](const kept_run& one) { return one.blocks == 0; });
  return runs;
}

std::vector<data_run> extents_of(const std::vector<kept_run>& runs, std::uint64_t bytes) {
  std::vector<data_run> out;
  for (auto run : runs)
    while (run.blocks > 0 && bytes > 0) {
      const auto here = std::min<std::uint64_t>({run.blocks * disk::block_size, longest_extent, bytes});
      out.push_back({run.block, here});
      const auto blocks = disk::blocks_for(here).value;
      run.block += blocks;
      run.blocks -= blocks;
      bytes -= here;
    }
  return out;
}

std::uint64_t blocks_of(const std::vector<kept_run>& runs) noexcept {
  return std::accumulate(runs.begin(), runs.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const kept_run& one) { return sum + one.blocks; });
}

std::uint64_t block_in(const std::vector<kept_run>& runs, std::uint64_t which) noexcept {
  for (const auto& run : runs) {
    if (which < run.blocks) return run.block + which;
    which -= run.blocks;
  }
  return 0;
}

}  // namespace comeback::udf
