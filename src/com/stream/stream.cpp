// SPDX-License-Identifier: Apache-2.0
#include "com/stream/stream.hpp"

#include "base/error.hpp"
#include "com/data/memory.hpp"
#include "com/object/boundary.hpp"

#include <algorithm>
#include <cwchar>
#include <vector>

namespace comeback::com {
namespace {

constexpr std::size_t copy_piece = 1 << 20;

LPOLESTR task_string(const std::string& text) {
  const std::wstring wide = to_wide(text);
  auto* const copy = static_cast<LPOLESTR>(allocate((wide.size() + 1) * sizeof(OLECHAR)));
  if (!copy) throw std::bad_alloc();
  std::wmemcpy(copy, wide.c_str(), wide.size() + 1);
  return copy;
}

// As much as there is from `position` on when copying begins: the other stream may be a clone at the end of
// the same bytes, and would for ever be ahead. Files of the kernel say 0 whatever they hold.
std::uint64_t wanted_of(const stream_bytes& bytes, std::uint64_t position, std::uint64_t size) {
  const std::uint64_t all = bytes.size();
  return all == 0 ? size : std::min(size, all - std::min(all, position));
}

// Writes a piece to the other stream, however little it takes at a time.
HRESULT write_whole(IStream* to, std::span<const std::byte> piece, std::uint64_t& written) {
  while (!piece.empty()) {
    ULONG count = 0;
    const HRESULT hr = to->Write(piece.data(), static_cast<ULONG>(piece.size()), &count);
    written += count;
    if (FAILED(hr)) return hr;
    if (count == 0) return STG_E_MEDIUMFULL;
    piece = piece.subspan(std::min<std::size_t>(count, piece.size()));
  }
  return S_OK;
}

[[noreturn]] void refuse(const stream_bytes& bytes, const char* only) {
  throw base::error(base::errc{static_cast<std::uint32_t>(STG_E_ACCESSDENIED)},
                    bytes.name() + ": the stream is open for " + only + " only.");
}

}  // namespace

void stream::require_readable() const {
  if ((bytes_->mode() & 3) == STGM_WRITE) refuse(*bytes_, "writing");
}

void stream::require_writable() const {
  if ((bytes_->mode() & 3) == STGM_READ) refuse(*bytes_, "reading");
}

std::size_t stream::read_on(std::span<std::byte> into) {
  const std::lock_guard lock(mutex_);
  const std::size_t count = bytes_->read_at(position_, into);
  position_ += count;
  return count;
}

std::uint64_t stream::position() {
  const std::lock_guard lock(mutex_);
  return position_;
}

HRESULT stream::Read(void* into, ULONG size, ULONG* read) noexcept {
  if (read) *read = 0;
  if (!into) return publish(STG_E_INVALIDPOINTER);
  return boundary([&] {
    require_readable();
    const std::size_t count = read_on({static_cast<std::byte*>(into), size});
    if (read) *read = static_cast<ULONG>(count);
  });
}

HRESULT stream::Write(const void* from, ULONG size, ULONG* written) noexcept {
  if (written) *written = 0;
  if (!from) return publish(STG_E_INVALIDPOINTER);
  return boundary([&] {
    require_writable();
    const std::lock_guard lock(mutex_);
    bytes_->write_at(position_, {static_cast<const std::byte*>(from), size});
    position_ += size;
    if (written) *written = size;
  });
}

HRESULT stream::Seek(LARGE_INTEGER move, DWORD origin, ULARGE_INTEGER* position) noexcept {
  if (origin > STREAM_SEEK_END) return publish(STG_E_INVALIDFUNCTION);
  HRESULT answer = S_OK;
  const HRESULT hr = boundary([&] {
    const std::lock_guard lock(mutex_);
    const std::uint64_t from = origin == STREAM_SEEK_SET   ? 0
                               : origin == STREAM_SEEK_CUR ? position_
                                                           : bytes_->size();
    std::int64_t to = 0;  // a file's offsets are signed
    if (from > INT64_MAX || __builtin_add_overflow(static_cast<std::int64_t>(from), move.QuadPart, &to) ||
        to < 0)
      answer = STG_E_INVALIDFUNCTION;
    else
      position_ = static_cast<std::uint64_t>(to);
    if (position) position->QuadPart = position_;
  });
  return FAILED(hr) ? hr : answer == S_OK ? S_OK : publish(answer);
}

HRESULT stream::SetSize(ULARGE_INTEGER size) noexcept {
  return boundary([&] {
    require_writable();
    bytes_->resize(size.QuadPart);
  });
}

HRESULT stream::CopyTo(IStream* to, ULARGE_INTEGER size, ULARGE_INTEGER* read,
                       ULARGE_INTEGER* written) noexcept {
  if (read) read->QuadPart = 0;
  if (written) written->QuadPart = 0;
  if (!to) return publish(STG_E_INVALIDPOINTER);
  HRESULT answer = S_OK;
  std::uint64_t in = 0, out = 0;
  const HRESULT hr = boundary([&] {
    require_readable();
    const std::uint64_t whole = wanted_of(*bytes_, position(), size.QuadPart);
    std::vector<std::byte> piece(static_cast<std::size_t>(std::min<std::uint64_t>(copy_piece, whole)));
    while (SUCCEEDED(answer) && in < whole) {
      const auto wanted = std::min<std::uint64_t>(piece.size(), whole - in);
      const std::size_t count = read_on(std::span(piece).first(static_cast<std::size_t>(wanted)));
      in += count;
      if (count == 0) break;
      answer = write_whole(to, std::span(piece).first(count), out);
    }
  });
  if (read) read->QuadPart = in;
  if (written) written->QuadPart = out;
  return FAILED(hr) ? hr : answer;
}

// Bytes go straight to where they belong: there is nothing to commit or to take back.
HRESULT stream::Commit(DWORD) noexcept { return S_OK; }
HRESULT stream::Revert() noexcept { return S_OK; }

// What a stream says that cannot lock.
HRESULT stream::LockRegion(ULARGE_INTEGER, ULARGE_INTEGER, DWORD) noexcept {
  return publish(STG_E_INVALIDFUNCTION);
}
HRESULT stream::UnlockRegion(ULARGE_INTEGER, ULARGE_INTEGER, DWORD) noexcept {
  return publish(STG_E_INVALIDFUNCTION);
}

HRESULT stream::Stat(STATSTG* stat, DWORD flag) noexcept {
  if (!stat) return publish(STG_E_INVALIDPOINTER);
  if (flag > STATFLAG_NOOPEN) return publish(STG_E_INVALIDFLAG);
  return boundary([&] {
    STATSTG made{};
    made.type = STGTY_STREAM;
    made.cbSize.QuadPart = bytes_->size();
    made.grfMode = bytes_->mode();
    bytes_->times(made);
    if (flag != STATFLAG_NONAME) made.pwcsName = task_string(bytes_->name());
    *stat = made;
  });
}

HRESULT stream::Clone(IStream** other) noexcept {
  return boundary(other, [&] {
    const std::lock_guard lock(mutex_);
    return make<stream>(bytes_, position_);
  });
}

HRESULT stream::GetMemory(HGLOBAL* memory) noexcept {
  *memory = bytes_->memory();
  return *memory ? S_OK : publish(E_INVALIDARG, "The stream does not stand on global memory.");
}

}  // namespace comeback::com
