// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// Calendar time and global memory. Every function may be called from any thread.
// Shapes: the pages of minwinbase.h, timezoneapi.h and winbase.h in Microsoft's Win32 reference.

#include <ctime>

#include <windef.h>

typedef struct _SYSTEMTIME {
  WORD wYear, wMonth, wDayOfWeek, wDay;  ///< months count from 1, days of the week from Sunday = 0
  WORD wHour, wMinute, wSecond, wMilliseconds;
} SYSTEMTIME, *PSYSTEMTIME, *LPSYSTEMTIME;
static_assert(sizeof(SYSTEMTIME) == 16);

/// FALSE for a date that no calendar has, and outside 1601 to 30827; wDayOfWeek is ignored.
COMEBACK_API BOOL SystemTimeToFileTime(const SYSTEMTIME* system_time, LPFILETIME file_time);
/// FALSE for times of 2^63 and more.
COMEBACK_API BOOL FileTimeToSystemTime(const FILETIME* file_time, LPSYSTEMTIME system_time);

/// Now, in UTC.
inline void GetSystemTimeAsFileTime(LPFILETIME time) noexcept {
  constexpr ULONGLONG ticks_a_second = 10000000, seconds_from_1601_to_1970 = 11644473600;
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  const ULONGLONG ticks = (static_cast<ULONGLONG>(now.tv_sec) + seconds_from_1601_to_1970) * ticks_a_second +
                          static_cast<ULONGLONG>(now.tv_nsec) / 100;
  time->dwLowDateTime = static_cast<DWORD>(ticks);
  time->dwHighDateTime = static_cast<DWORD>(ticks >> 32);
}
/// Now, in UTC.
inline void GetSystemTime(LPSYSTEMTIME time) {
  FILETIME now{};
  GetSystemTimeAsFileTime(&now);
  FileTimeToSystemTime(&now, time);
}
/// Now, in the time zone of the process (TZ).
inline void GetLocalTime(LPSYSTEMTIME time) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  tm local{};
  localtime_r(&now.tv_sec, &local);
  *time = {static_cast<WORD>(local.tm_year + 1900), static_cast<WORD>(local.tm_mon + 1),
           static_cast<WORD>(local.tm_wday),        static_cast<WORD>(local.tm_mday),
           static_cast<WORD>(local.tm_hour),        static_cast<WORD>(local.tm_min),
           static_cast<WORD>(local.tm_sec),         static_cast<WORD>(now.tv_nsec / 1000000)};
}
/// -1, 0 or 1: the first is earlier, the same, later.
inline LONG CompareFileTime(const FILETIME* a, const FILETIME* b) noexcept {
  const ULONGLONG left = ULONGLONG{a->dwHighDateTime} << 32 | a->dwLowDateTime;
  const ULONGLONG right = ULONGLONG{b->dwHighDateTime} << 32 | b->dwLowDateTime;
  return left < right ? -1 : left > right ? 1 : 0;
}

#define GMEM_FIXED 0x0000u
#define GMEM_MOVEABLE 0x0002u
#define GMEM_ZEROINIT 0x0040u
#define GHND (GMEM_MOVEABLE | GMEM_ZEROINIT)
#define GPTR (GMEM_FIXED | GMEM_ZEROINIT)
#define GMEM_INVALID_HANDLE 0x8000u

/// With GMEM_FIXED the handle is the memory's address; else GlobalLock gives the address.
COMEBACK_API HGLOBAL GlobalAlloc(UINT flags, SIZE_T size);
/// Keeps the handle of moveable memory. Null, and the memory as it was: none left, locked, no such handle,
/// or fixed memory that would have to move without GMEM_MOVEABLE.
COMEBACK_API HGLOBAL GlobalReAlloc(HGLOBAL memory, SIZE_T size, UINT flags);
COMEBACK_API HGLOBAL GlobalFree(HGLOBAL memory);  ///< null, or the handle where there is no such memory
COMEBACK_API LPVOID GlobalLock(HGLOBAL memory);   ///< null for no such memory
COMEBACK_API BOOL GlobalUnlock(HGLOBAL memory);   ///< TRUE while locks remain
COMEBACK_API SIZE_T GlobalSize(HGLOBAL memory);   ///< 0 for no such memory
COMEBACK_API UINT GlobalFlags(HGLOBAL memory);    ///< the number of locks, or GMEM_INVALID_HANDLE
