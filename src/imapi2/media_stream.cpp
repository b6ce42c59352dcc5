// SPDX-License-Identifier: Apache-2.0
#include "imapi2/media_stream.hpp"

#include "com/data/safearray.hpp"
#include "com/data/variant.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <imapi2.h>

namespace comeback::imapi2 {
namespace {

using base::errc;
using base::error;

/// The most that a stream is asked for at once: its counts have 32 bits.
constexpr std::size_t at_once = std::size_t{1} << 30;

std::uint64_t size_of(IStream& data) {
  STATSTG stat{};
  if (SUCCEEDED(data.Stat(&stat, STATFLAG_NONAME))) return stat.cbSize.QuadPart;
  ULARGE_INTEGER end{};
  if (FAILED(data.Seek({}, STREAM_SEEK_END, &end)))
    throw error(errc::data_stream_not_supported, "The stream does not tell its size.");
  return end.QuadPart;
}

void require(HRESULT answer, const char* doing) {
  if (FAILED(answer))
    throw error(errc{static_cast<std::uint32_t>(answer)}, fmt::format("{} the stream failed.", doing));
}

[[noreturn]] void refuse_list() {
  throw error(errc::data_stream_not_supported, "The list of blocks to be recorded is not one.");
}

block_run run_of(IBlockRange& range) {
  LONG first = -1, last = -1;
  if (FAILED(range.get_StartLba(&first)) || FAILED(range.get_EndLba(&last)) || first < 0 || last < first)
    refuse_list();
  return {.first = {static_cast<std::uint64_t>(first)},
          .blocks = {static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first) + 1}};
}

block_run run_at(SAFEARRAY* ranges, LONG index) {
  com::variant one;
  com::ptr<IBlockRange> range;
  if (FAILED(SafeArrayGetElement(ranges, &index, one.put()))) refuse_list();
  const auto& v = one.get();
  if ((v.vt == VT_DISPATCH || v.vt == VT_UNKNOWN) && v.punkVal)
    range = com::ptr<IUnknown>(v.punkVal).as<IBlockRange>();
  if (!range) refuse_list();
  return run_of(*range);
}

}  // namespace

media_stream::media_stream(IStream& data) : data_(&data) {
  const auto size = size_of(data);
  if (size == 0 || size % disk::block_size != 0)
    throw error(
        errc::data_stream_not_supported,
        fmt::format("The stream has {} bytes, and must have a multiple of {}.", size, disk::block_size));
  blocks_ = disk::blocks_for(size);
}

std::optional<std::vector<block_run>> media_stream::ranges() const {
  const auto list = data_.as<IBlockRangeList>();
  if (!list) return {};
  SAFEARRAY* got = nullptr;
  if (FAILED(list->get_BlockRanges(&got)) || !got) refuse_list();
  const com::safe_array held(got);
  VARTYPE type = VT_EMPTY;
  LONG low = 0, high = -1;
  if (SafeArrayGetDim(got) != 1 || FAILED(SafeArrayGetVartype(got, &type)) || type != VT_VARIANT ||
      FAILED(SafeArrayGetLBound(got, 1, &low)) || FAILED(SafeArrayGetUBound(got, 1, &high)))
    refuse_list();
  std::vector<block_run> runs;
  for (LONG i = low; i <= high; ++i) runs.push_back(run_at(got, i));
  return runs;
}

void media_stream::read(std::uint64_t offset, std::span<std::byte> into) const {
  LARGE_INTEGER to{};
  to.QuadPart = static_cast<LONGLONG>(offset);
  require(data_->Seek(to, STREAM_SEEK_SET, nullptr), "Seeking in");
  while (!into.empty()) {
    ULONG got = 0;
    const auto wanted = static_cast<ULONG>(std::min(into.size(), at_once));
    require(data_->Read(into.data(), wanted, &got), "Reading");
    if (got == 0 || got > wanted)
      throw error(errc::data_stream_not_supported,
                  fmt::format("The stream ends early: it tells {} blocks.", blocks_.value));
    into = into.subspan(got);
  }
}

}  // namespace comeback::imapi2
