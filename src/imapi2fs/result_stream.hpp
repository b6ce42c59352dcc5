// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "com/made/imapi2.hpp"
#include "com/made/imapi2fs.hpp"
#include "com/stream/stream.hpp"
#include "imapi2fs/block_ranges.hpp"

#include <utility>
#include <vector>

namespace comeback::imapi2fs {

/// The stream of a result. It also tells which of its blocks are to be recorded, and in which order.
class result_stream final
    : public com::automation<IBlockRangeList, com::class_info<&CLSID_FsiStream>, IStream> {
 public:
  result_stream(com::ptr<IStream> bytes, std::vector<blocks_between> ranges)
      : bytes_(std::move(bytes)), ranges_(std::move(ranges)) {}

  HRESULT get_BlockRanges(SAFEARRAY** out) noexcept override;
  HRESULT Read(void* into, ULONG size, ULONG* read) noexcept override;
  HRESULT Write(const void* from, ULONG size, ULONG* written) noexcept override;
  HRESULT Seek(LARGE_INTEGER move, DWORD origin, ULARGE_INTEGER* position) noexcept override;
  HRESULT SetSize(ULARGE_INTEGER size) noexcept override;
  HRESULT CopyTo(IStream* to, ULARGE_INTEGER size, ULARGE_INTEGER* read,
                 ULARGE_INTEGER* written) noexcept override;
  HRESULT Commit(DWORD flags) noexcept override;
  HRESULT Revert() noexcept override;
  HRESULT LockRegion(ULARGE_INTEGER offset, ULARGE_INTEGER size, DWORD type) noexcept override;
  HRESULT UnlockRegion(ULARGE_INTEGER offset, ULARGE_INTEGER size, DWORD type) noexcept override;
  HRESULT Stat(STATSTG* stat, DWORD flag) noexcept override;
  HRESULT Clone(IStream** other) noexcept override;

 private:
  com::ptr<IStream> bytes_;
  std::vector<blocks_between> ranges_;
};

}  // namespace comeback::imapi2fs
