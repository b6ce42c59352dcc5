// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// What COM clients use of the base API: texts of error codes, the memory these come in, the last error of
// the thread, waiting. All from any thread.
// Shapes and codes: the pages of winbase.h, synchapi.h and sysinfoapi.h in Microsoft's Win32 reference.

#include <cstdarg>
#include <cstring>
#include <ctime>
#include <cwchar>

#include <minwinbase.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <windef.h>
#include <winerror.h>
#include <winnt.h>

#define FORMAT_MESSAGE_ALLOCATE_BUFFER 0x00000100u
#define FORMAT_MESSAGE_IGNORE_INSERTS 0x00000200u
#define FORMAT_MESSAGE_FROM_STRING 0x00000400u
#define FORMAT_MESSAGE_FROM_HMODULE 0x00000800u
#define FORMAT_MESSAGE_FROM_SYSTEM 0x00001000u
#define FORMAT_MESSAGE_ARGUMENT_ARRAY 0x00002000u
#define FORMAT_MESSAGE_MAX_WIDTH_MASK 0x000000FFu

/// The text of a code (an HRESULT of either API or of COM, or a system error), or of a string with inserts.
/// The number of units written without the ending null; 0 for failure, GetLastError says why:
/// ERROR_MR_MID_NOT_FOUND (no text), ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_PARAMETER,
/// ERROR_NOT_ENOUGH_MEMORY. With FORMAT_MESSAGE_ALLOCATE_BUFFER `buffer` is the address of a pointer, and the
/// caller frees what it points to with LocalFree. Texts are English whatever `language` is. Inserts are `%1`
/// to `%99`, alone or with `!s!`, `!S!`, `!c!`, `!d!`, `!i!`, `!u!`, `!x!`, `!X!` and their widths; each
/// takes a pointer-sized argument.
COMEBACK_API DWORD FormatMessageW(DWORD flags, LPCVOID source, DWORD message, DWORD language, LPWSTR buffer,
                                  DWORD size, va_list* arguments);
/// The same in UTF-8.
COMEBACK_API DWORD FormatMessageA(DWORD flags, LPCVOID source, DWORD message, DWORD language, LPSTR buffer,
                                  DWORD size, va_list* arguments);
#ifdef UNICODE
#define FormatMessage FormatMessageW
#else
#define FormatMessage FormatMessageA
#endif

/// Null for success. Only for what FormatMessage allocated.
COMEBACK_API HLOCAL LocalFree(HLOCAL memory);

/// Set by the functions whose pages say so; of this thread.
COMEBACK_API DWORD GetLastError(void);
COMEBACK_API void SetLastError(DWORD code);

inline void Sleep(DWORD milliseconds) {
  timespec left{};
  left.tv_sec = milliseconds / 1000;
  left.tv_nsec = static_cast<long>(milliseconds % 1000) * 1000000;
  while (milliseconds && nanosleep(&left, &left) != 0) {
  }
}

/// Milliseconds since the machine started, its sleep included.
inline ULONGLONG GetTickCount64(void) noexcept {
  timespec up{};
  clock_gettime(CLOCK_BOOTTIME, &up);
  return static_cast<ULONGLONG>(up.tv_sec) * 1000 + static_cast<ULONGLONG>(up.tv_nsec) / 1000000;
}
/// The same; it begins again at 0 after 49.7 days.
inline DWORD GetTickCount(void) noexcept { return static_cast<DWORD>(GetTickCount64()); }
/// Nanoseconds of a clock that nobody sets. Always TRUE.
inline BOOL QueryPerformanceCounter(LARGE_INTEGER* count) noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  count->QuadPart = static_cast<LONGLONG>(now.tv_sec) * 1000000000 + now.tv_nsec;
  return TRUE;
}
inline BOOL QueryPerformanceFrequency(LARGE_INTEGER* per_second) noexcept {
  per_second->QuadPart = 1000000000;
  return TRUE;
}

inline DWORD GetCurrentProcessId(void) noexcept { return static_cast<DWORD>(getpid()); }
inline DWORD GetCurrentThreadId(void) noexcept { return static_cast<DWORD>(syscall(SYS_gettid)); }

/// Characters, not bytes; 0 for null.
inline int lstrlenA(LPCSTR text) noexcept { return text ? static_cast<int>(std::strlen(text)) : 0; }
inline int lstrlenW(LPCWSTR text) noexcept { return text ? static_cast<int>(std::wcslen(text)) : 0; }
inline int lstrlen(LPCSTR text) noexcept { return lstrlenA(text); }
inline int lstrlen(LPCWSTR text) noexcept { return lstrlenW(text); }

/// A lock that its thread may take again. Not copied, not moved.
typedef struct _CRITICAL_SECTION {
  pthread_mutex_t mutex;
} CRITICAL_SECTION, *PCRITICAL_SECTION, *LPCRITICAL_SECTION;

inline void InitializeCriticalSection(LPCRITICAL_SECTION section) noexcept {
  pthread_mutexattr_t kind;
  pthread_mutexattr_init(&kind);
  pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE);
  pthread_mutex_init(&section->mutex, &kind);
  pthread_mutexattr_destroy(&kind);
}
/// Always TRUE. There is no spinning.
inline BOOL InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION section, DWORD) noexcept {
  InitializeCriticalSection(section);
  return TRUE;
}
inline void DeleteCriticalSection(LPCRITICAL_SECTION section) noexcept {
  pthread_mutex_destroy(&section->mutex);
}
inline void EnterCriticalSection(LPCRITICAL_SECTION section) noexcept { pthread_mutex_lock(&section->mutex); }
/// FALSE where another thread has it.
inline BOOL TryEnterCriticalSection(LPCRITICAL_SECTION section) noexcept {
  return pthread_mutex_trylock(&section->mutex) == 0;
}
inline void LeaveCriticalSection(LPCRITICAL_SECTION section) noexcept {
  pthread_mutex_unlock(&section->mutex);
}
