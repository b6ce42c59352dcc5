// SPDX-License-Identifier: Apache-2.0
// IStream on memory: SHCreateMemStream, CreateStreamOnHGlobal.

#include "base/error.hpp"
#include "com/object/boundary.hpp"
#include "com/stream/global_memory.hpp"
#include "com/stream/stream.hpp"

#include <algorithm>
#include <mutex>
#include <vector>

#include <shlwapi.h>

namespace comeback::com {
namespace {

[[noreturn]] void refuse(HRESULT code, std::string_view sentence) {
  throw base::error(base::errc{static_cast<std::uint32_t>(code)}, std::string(sentence));
}

class global_bytes final : public stream_bytes {
 public:
  global_bytes(HGLOBAL memory, bool owned) : memory_(memory), owned_(owned), size_(GlobalSize(memory)) {}
  ~global_bytes() override {
    if (owned_) GlobalFree(memory_);
  }

  [[nodiscard]] HGLOBAL memory() const noexcept override {
    const std::lock_guard lock(mutex_);
    return memory_;
  }
  [[nodiscard]] std::uint64_t size() const override {
    const std::lock_guard lock(mutex_);
    return size_;
  }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
    const std::lock_guard lock(mutex_);
    if (offset >= size_) return 0;
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - offset));
    if (!read_global(memory_, offset, into.data(), count))
      refuse(STG_E_READFAULT, "The memory of the stream was freed or made smaller.");
    return count;
  }
  void write_at(std::uint64_t offset, std::span<const std::byte> from) override {
    const std::lock_guard lock(mutex_);
    if (offset > most || from.size() > most - offset) refuse(STG_E_MEDIUMFULL, full);
    if (offset + from.size() > size_) set_size(offset + from.size());
    if (!write_global(memory_, offset, from.data(), from.size()))
      refuse(STG_E_WRITEFAULT, "The memory of the stream was freed or made smaller.");
  }
  void resize(std::uint64_t size) override {
    const std::lock_guard lock(mutex_);
    if (size > most) refuse(STG_E_MEDIUMFULL, full);
    set_size(size);
  }
  [[nodiscard]] DWORD mode() const override { return STGM_READWRITE; }
  [[nodiscard]] std::string name() const override { return {}; }

 private:
  static constexpr std::uint64_t most = INT32_MAX;
  static constexpr std::string_view full = "The memory of the stream cannot grow any more.";

  // Memory grows in steps, so that many small writes stay cheap; what is beyond the end reads as zero.
  void set_size(std::uint64_t size) {
    const std::size_t held = GlobalSize(memory_);
    if (size > held) {
      const auto roomy = std::min<std::uint64_t>(std::max<std::uint64_t>(size, held + held / 2), most);
      const HGLOBAL grown = GlobalReAlloc(memory_, roomy, GMEM_MOVEABLE | GMEM_ZEROINIT);
      if (!grown) refuse(STG_E_MEDIUMFULL, full);
      memory_ = grown;  // fixed memory has another handle where it had to move
    } else if (size < size_) {
      const std::vector<std::byte> zeros(size_ - size);
      (void)write_global(memory_, size, zeros.data(), zeros.size());
    }
    size_ = size;
  }

  HGLOBAL memory_;
  bool owned_;
  mutable std::mutex mutex_;
  std::uint64_t size_;
};

}  // namespace
}  // namespace comeback::com

using namespace comeback::com;

HRESULT CreateStreamOnHGlobal(HGLOBAL memory, BOOL delete_on_release, IStream** out) {
  return boundary(out, [&] {
    if (memory && !is_global(memory)) refuse(E_INVALIDARG, "There is no such global memory.");
    const HGLOBAL used = memory ? memory : GlobalAlloc(GMEM_MOVEABLE, 0);
    if (!used) throw std::bad_alloc();
    return make<stream>(std::make_shared<global_bytes>(used, delete_on_release != FALSE));
  });
}

HRESULT GetHGlobalFromStream(IStream* of, HGLOBAL* memory) {
  if (!of || !memory) return publish(E_INVALIDARG);
  *memory = nullptr;
  ptr<memory_holder> holder;
  if (FAILED(of->QueryInterface(__uuidof(memory_holder), reinterpret_cast<void**>(holder.put()))))
    return publish(E_INVALIDARG, "The stream does not stand on global memory.");
  return holder->GetMemory(memory);
}

// A null pointer where there is no memory, as documented: there is no code to tell more with.
IStream* SHCreateMemStream(const BYTE* initial, UINT size) {
  ptr<IStream> made;
  if (FAILED(CreateStreamOnHGlobal(nullptr, TRUE, made.put()))) return nullptr;
  if (!initial || size == 0) return made.detach();
  ULONG count = 0;
  if (FAILED(made->Write(initial, size, &count)) || count != size) return nullptr;
  if (FAILED(made->Seek(LARGE_INTEGER{}, STREAM_SEEK_SET, nullptr))) return nullptr;
  return made.detach();
}
