// SPDX-License-Identifier: Apache-2.0
// GlobalAlloc and its kin. Every handle is looked up in one table, so that a wrong one is told and not
// followed.

#include "com/stream/global_memory.hpp"

#include "com/data/memory.hpp"

#include <cstdint>
#include <cstring>
#include <mutex>
#include <new>
#include <unordered_map>

namespace comeback::com {
namespace {

struct block {
  void* memory = nullptr;
  std::size_t size = 0;
  UINT locks = 0;
  bool moveable = false;
};

struct table {
  std::mutex mutex;
  std::unordered_map<HGLOBAL, block> blocks;
};

// Never destroyed: clients free memory as late as they like. Nor allocated: there may be nothing left.
table& all() noexcept {
  alignas(table) static std::byte room[sizeof(table)];
  static auto* const made = new (room) table;
  return *made;
}

// Calls `work` with the block of a handle, alone; `none` where there is no such block.
template <class Result, class Work>
Result with_block(HGLOBAL handle, Result none, Work&& work) noexcept {
  table& t = all();
  const std::lock_guard lock(t.mutex);
  const auto at = t.blocks.find(handle);
  return at == t.blocks.end() ? none : work(at->second);
}

bool within(const block& b, std::size_t from, std::size_t size) noexcept {
  return from <= b.size && size <= b.size - from;
}

bool grow(block& b, std::size_t size, bool zero) noexcept {
  void* const memory = reallocate(b.memory, size);
  if (!memory) return false;
  if (zero && size > b.size) std::memset(static_cast<std::byte*>(memory) + b.size, 0, size - b.size);
  b.memory = memory;
  b.size = size;
  return true;
}

// A handle of moveable memory is an address that nothing else has, and of no use as one.
HGLOBAL handle_for(const block& b) noexcept { return b.moveable ? allocate(1) : b.memory; }

HGLOBAL add(const block& b) noexcept {
  const HGLOBAL handle = handle_for(b);
  if (!handle) return nullptr;
  try {
    table& t = all();
    const std::lock_guard lock(t.mutex);
    t.blocks.emplace(handle, b);
    return handle;
  } catch (...) {  // no memory for the table: a C function answers null
    if (b.moveable) release(handle);
    return nullptr;
  }
}

bool is_fixed(HGLOBAL handle) noexcept {
  return with_block(handle, false, [](const block& b) { return !b.moveable; });
}

// Fixed memory that may move: new memory, and with it a new handle.
HGLOBAL move_fixed(HGLOBAL handle, std::size_t size, UINT flags) noexcept {
  const HGLOBAL fresh = GlobalAlloc(flags & GMEM_ZEROINIT, size);
  if (!fresh) return nullptr;
  const bool copied = with_block(handle, false, [&](const block& b) {
    if (b.size > size) return false;
    std::memcpy(fresh, b.memory, b.size);
    return true;
  });
  GlobalFree(copied ? handle : fresh);
  return copied ? fresh : nullptr;
}

}  // namespace

bool read_global(HGLOBAL memory, std::size_t from, void* into, std::size_t size) noexcept {
  return with_block(memory, false, [&](const block& b) {
    if (!within(b, from, size)) return false;
    if (size > 0) std::memcpy(into, static_cast<const std::byte*>(b.memory) + from, size);
    return true;
  });
}

bool write_global(HGLOBAL memory, std::size_t to, const void* from, std::size_t size) noexcept {
  return with_block(memory, false, [&](const block& b) {
    if (!within(b, to, size)) return false;
    if (size > 0) std::memcpy(static_cast<std::byte*>(b.memory) + to, from, size);
    return true;
  });
}

bool is_global(HGLOBAL memory) noexcept {
  return with_block(memory, false, [](const block&) { return true; });
}

}  // namespace comeback::com

using namespace comeback::com;

HGLOBAL GlobalAlloc(UINT flags, SIZE_T size) {
  block b{allocate(size), size, 0, (flags & GMEM_MOVEABLE) != 0};
  if (!b.memory) return nullptr;
  if (flags & GMEM_ZEROINIT) std::memset(b.memory, 0, size);
  const HGLOBAL handle = add(b);
  if (!handle) release(b.memory);
  return handle;
}

HGLOBAL GlobalReAlloc(HGLOBAL memory, SIZE_T size, UINT flags) {
  if (flags & GMEM_MOVEABLE && is_fixed(memory) && size > GlobalSize(memory))
    return move_fixed(memory, size, flags);
  return with_block(memory, HGLOBAL{}, [&](block& b) -> HGLOBAL {
    if (b.locks > 0) return nullptr;
    if (!b.moveable && size <= b.size) return b.size = size, memory;  // its address is its handle
    if (!b.moveable) return nullptr;
    return grow(b, size, (flags & GMEM_ZEROINIT) != 0) ? memory : nullptr;
  });
}

HGLOBAL GlobalFree(HGLOBAL memory) {
  table& t = all();
  const std::lock_guard lock(t.mutex);
  const auto at = t.blocks.find(memory);
  if (at == t.blocks.end()) return memory;
  release(at->second.memory);
  if (at->second.moveable) release(at->first);
  t.blocks.erase(at);
  return nullptr;
}

LPVOID GlobalLock(HGLOBAL memory) {
  return with_block(memory, LPVOID{}, [](block& b) {
    if (b.moveable) ++b.locks;
    return b.memory;
  });
}

BOOL GlobalUnlock(HGLOBAL memory) {
  return with_block(memory, BOOL{FALSE}, [](block& b) -> BOOL {
    if (b.locks > 0) --b.locks;
    return b.locks > 0 ? TRUE : FALSE;
  });
}

SIZE_T GlobalSize(HGLOBAL memory) {
  return with_block(memory, SIZE_T{0}, [](const block& b) { return b.size; });
}

UINT GlobalFlags(HGLOBAL memory) {
  return with_block(memory, UINT{GMEM_INVALID_HANDLE}, [](const block& b) { return b.locks; });
}
