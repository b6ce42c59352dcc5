// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/object/object.hpp"
#include "com/object/ptr.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>

namespace comeback::com {

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"  // as in object.hpp
/// How GetHGlobalFromStream finds the memory of a stream of ours; for no one else.
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): an interface
struct memory_holder : IUnknown {
  virtual HRESULT STDMETHODCALLTYPE GetMemory(HGLOBAL* memory) = 0;
};
#pragma GCC diagnostic pop

}  // namespace comeback::com

template <>
struct comeback_sdk::uuid_of<comeback::com::memory_holder> {
  static constexpr GUID value{
      0xB6D4A1E2, 0x5C0F, 0x4E7B, {0x9A, 0x31, 0x2F, 0x8D, 0x60, 0xC4, 0x17, 0xE5}};  // ours
};

namespace comeback::com {

template <>
struct base_of<memory_holder> {
  using type = IUnknown;
};

/// What a stream reads and writes. Members throw `base::error`; any thread may call them.
class stream_bytes {
 public:
  stream_bytes() = default;
  stream_bytes(const stream_bytes&) = delete;
  stream_bytes& operator=(const stream_bytes&) = delete;
  virtual ~stream_bytes() = default;

  [[nodiscard]] virtual std::uint64_t size() const = 0;
  /// Fewer bytes only at the end.
  virtual std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) = 0;
  virtual void write_at(std::uint64_t offset, std::span<const std::byte> from) = 0;
  virtual void resize(std::uint64_t size) = 0;
  /// STGM_READ, STGM_WRITE or STGM_READWRITE, and sharing bits.
  [[nodiscard]] virtual DWORD mode() const = 0;
  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual HGLOBAL memory() const noexcept { return nullptr; }  ///< where it is global memory
  virtual void times(STATSTG&) const {}  ///< fills in what is known: mtime, ctime, atime
};

/// IStream over such bytes: seeking, copying, cloning. A clone shares the bytes and has its own position.
class stream final : public object<IStream, memory_holder> {
 public:
  explicit stream(std::shared_ptr<stream_bytes> bytes, std::uint64_t position = 0)
      : bytes_(std::move(bytes)), position_(position) {}

  HRESULT STDMETHODCALLTYPE Read(void* into, ULONG size, ULONG* read) noexcept override;
  HRESULT STDMETHODCALLTYPE Write(const void* from, ULONG size, ULONG* written) noexcept override;
  HRESULT STDMETHODCALLTYPE Seek(LARGE_INTEGER move, DWORD origin,
                                 ULARGE_INTEGER* position) noexcept override;
  HRESULT STDMETHODCALLTYPE SetSize(ULARGE_INTEGER size) noexcept override;
  HRESULT STDMETHODCALLTYPE CopyTo(IStream* to, ULARGE_INTEGER size, ULARGE_INTEGER* read,
                                   ULARGE_INTEGER* written) noexcept override;
  HRESULT STDMETHODCALLTYPE Commit(DWORD flags) noexcept override;
  HRESULT STDMETHODCALLTYPE Revert() noexcept override;
  HRESULT STDMETHODCALLTYPE LockRegion(ULARGE_INTEGER offset, ULARGE_INTEGER size,
                                       DWORD type) noexcept override;
  HRESULT STDMETHODCALLTYPE UnlockRegion(ULARGE_INTEGER offset, ULARGE_INTEGER size,
                                         DWORD type) noexcept override;
  HRESULT STDMETHODCALLTYPE Stat(STATSTG* stat, DWORD flag) noexcept override;
  HRESULT STDMETHODCALLTYPE Clone(IStream** other) noexcept override;
  HRESULT STDMETHODCALLTYPE GetMemory(HGLOBAL* memory) noexcept override;

 private:
  void require_readable() const;  // throw STG_E_ACCESSDENIED
  void require_writable() const;
  std::size_t read_on(std::span<std::byte> into);
  std::uint64_t position();

  std::shared_ptr<stream_bytes> bytes_;
  std::mutex mutex_;
  std::uint64_t position_;
};

}  // namespace comeback::com
