// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/result_stream.hpp"

#include "com/object/boundary.hpp"
#include "imapi2fs/arrays.hpp"

#include <utility>

namespace comeback::imapi2fs {

HRESULT result_stream::get_BlockRanges(SAFEARRAY** out) noexcept {
  return boundary(out, [&] {
    return array_of(
        ranges_, [](blocks_between one) { return com::dispatch_variant(com::make<block_range>(one).get()); });
  });
}
HRESULT result_stream::Read(void* into, ULONG size, ULONG* read) noexcept {
  return bytes_->Read(into, size, read);
}
HRESULT result_stream::Write(const void* from, ULONG size, ULONG* written) noexcept {
  return bytes_->Write(from, size, written);
}
HRESULT result_stream::Seek(LARGE_INTEGER move, DWORD origin, ULARGE_INTEGER* position) noexcept {
  return bytes_->Seek(move, origin, position);
}
HRESULT result_stream::SetSize(ULARGE_INTEGER size) noexcept { return bytes_->SetSize(size); }
HRESULT result_stream::CopyTo(IStream* to, ULARGE_INTEGER size, ULARGE_INTEGER* read,
                              ULARGE_INTEGER* written) noexcept {
  return bytes_->CopyTo(to, size, read, written);
}
HRESULT result_stream::Commit(DWORD flags) noexcept { return bytes_->Commit(flags); }
HRESULT result_stream::Revert() noexcept { return bytes_->Revert(); }
HRESULT result_stream::LockRegion(ULARGE_INTEGER offset, ULARGE_INTEGER size, DWORD type) noexcept {
  return bytes_->LockRegion(offset, size, type);
}
HRESULT result_stream::UnlockRegion(ULARGE_INTEGER offset, ULARGE_INTEGER size, DWORD type) noexcept {
  return bytes_->UnlockRegion(offset, size, type);
}
// Not as other streams: the page of get_ImageStream has codes of its own.
HRESULT result_stream::Stat(STATSTG* stat, DWORD flag) noexcept {
  if (!stat) return com::publish(E_POINTER);
  if (flag > STATFLAG_NOOPEN) return com::publish(STG_E_INVALIDFUNCTION);
  return bytes_->Stat(stat, flag);
}
HRESULT result_stream::Clone(IStream** other) noexcept {
  return boundary(other, [&] {
    com::ptr<IStream> clone;
    if (const HRESULT hr = bytes_->Clone(clone.put()); FAILED(hr))
      throw base::error(base::errc{static_cast<std::uint32_t>(hr)}, "The stream cannot be cloned.");
    return com::make<result_stream>(std::move(clone), ranges_);
  });
}

}  // namespace comeback::imapi2fs
