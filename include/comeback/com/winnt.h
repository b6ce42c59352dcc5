// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// Small tools of every Windows source: halves of words, blocks of memory, counters that threads share.
// The counters are full barriers; all from any thread.
// Shapes: the pages of winnt.h, windef.h, minwindef.h and wdm.h in Microsoft's Win32 reference.

#include <cstddef>
#include <cstring>
#include <type_traits>

#include <windef.h>

#define UNREFERENCED_PARAMETER(name) (static_cast<void>(name))
#define DBG_UNREFERENCED_PARAMETER(name) (static_cast<void>(name))
#define DBG_UNREFERENCED_LOCAL_VARIABLE(name) (static_cast<void>(name))
#define C_ASSERT(condition) static_assert(condition, #condition)
#define FIELD_OFFSET(type, field) ((LONG)offsetof(type, field))
#define RTL_NUMBER_OF(array) (sizeof(::comeback_sdk::count_of(array)))
#define ARRAYSIZE(array) RTL_NUMBER_OF(array)
#ifndef _countof
#define _countof(array) RTL_NUMBER_OF(array)
#endif

namespace comeback_sdk {
/// Declared only: a pointer has no size to count.
template <class T, std::size_t size>
char (&count_of(T (&)[size]))[size];

/// What Interlocked… counts in: a client may hold a LONG, or this system's `long`.
template <class T>
using if_counter = std::enable_if_t<std::is_integral_v<T> && (sizeof(T) == 4 || sizeof(T) == 8), T>;
/// The argument follows the counter's type, whatever it is written as.
template <class T>
struct same_as {
  using type = T;
};
template <class T>
using value_for = typename same_as<T>::type;
}  // namespace comeback_sdk

// Low and high halves.
#define LOBYTE(word) ((BYTE)((DWORD_PTR)(word)&0xFFu))
#define HIBYTE(word) ((BYTE)((DWORD_PTR)(word) >> 8 & 0xFFu))
#define LOWORD(number) ((WORD)((DWORD_PTR)(number)&0xFFFFu))
#define HIWORD(number) ((WORD)((DWORD_PTR)(number) >> 16 & 0xFFFFu))
#define MAKEWORD(low, high) ((WORD)(((DWORD_PTR)(low)&0xFFu) | ((DWORD_PTR)(high)&0xFFu) << 8))
#define MAKELONG(low, high) \
  ((LONG)(((DWORD)(DWORD_PTR)(low)&0xFFFFu) | ((DWORD)(DWORD_PTR)(high)&0xFFFFu) << 16))

inline void RtlZeroMemory(void* to, SIZE_T size) noexcept { std::memset(to, 0, size); }
inline void RtlFillMemory(void* to, SIZE_T size, int byte) noexcept { std::memset(to, byte, size); }
/// The blocks do not overlap.
inline void RtlCopyMemory(void* to, const void* from, SIZE_T size) noexcept { std::memcpy(to, from, size); }
inline void RtlMoveMemory(void* to, const void* from, SIZE_T size) noexcept { std::memmove(to, from, size); }
/// Written even where nothing reads the block again.
inline void* RtlSecureZeroMemory(void* to, SIZE_T size) noexcept {
  std::memset(to, 0, size);
  __asm__ __volatile__("" : : "r"(to) : "memory");
  return to;
}
#define ZeroMemory RtlZeroMemory
#define FillMemory RtlFillMemory
#define CopyMemory RtlCopyMemory
#define MoveMemory RtlMoveMemory
#define SecureZeroMemory RtlSecureZeroMemory

// Incremented and decremented values are the new ones; exchanged ones those before.
template <class T>
inline comeback_sdk::if_counter<T> InterlockedIncrement(T volatile* counter) noexcept {
  return __atomic_add_fetch(counter, T{1}, __ATOMIC_SEQ_CST);
}
template <class T>
inline comeback_sdk::if_counter<T> InterlockedDecrement(T volatile* counter) noexcept {
  return __atomic_sub_fetch(counter, T{1}, __ATOMIC_SEQ_CST);
}
template <class T>
inline comeback_sdk::if_counter<T> InterlockedExchange(T volatile* target,
                                                       comeback_sdk::value_for<T> value) noexcept {
  return __atomic_exchange_n(target, value, __ATOMIC_SEQ_CST);
}
template <class T>
inline comeback_sdk::if_counter<T> InterlockedExchangeAdd(T volatile* target,
                                                          comeback_sdk::value_for<T> value) noexcept {
  return __atomic_fetch_add(target, value, __ATOMIC_SEQ_CST);
}
/// `value` is stored where `expected` was.
template <class T>
inline comeback_sdk::if_counter<T> InterlockedCompareExchange(T volatile* target,
                                                              comeback_sdk::value_for<T> value,
                                                              comeback_sdk::value_for<T> expected) noexcept {
  __atomic_compare_exchange_n(target, &expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  return expected;
}
#define InterlockedIncrement64 InterlockedIncrement
#define InterlockedDecrement64 InterlockedDecrement
#define InterlockedExchange64 InterlockedExchange
#define InterlockedExchangeAdd64 InterlockedExchangeAdd
#define InterlockedCompareExchange64 InterlockedCompareExchange

inline PVOID InterlockedExchangePointer(PVOID volatile* target, PVOID value) noexcept {
  return __atomic_exchange_n(target, value, __ATOMIC_SEQ_CST);
}
inline PVOID InterlockedCompareExchangePointer(PVOID volatile* target, PVOID value, PVOID expected) noexcept {
  __atomic_compare_exchange_n(target, &expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  return expected;
}

#define FILE_ATTRIBUTE_READONLY 0x00000001u
#define FILE_ATTRIBUTE_HIDDEN 0x00000002u
#define FILE_ATTRIBUTE_SYSTEM 0x00000004u
#define FILE_ATTRIBUTE_DIRECTORY 0x00000010u
#define FILE_ATTRIBUTE_ARCHIVE 0x00000020u
#define FILE_ATTRIBUTE_NORMAL 0x00000080u
