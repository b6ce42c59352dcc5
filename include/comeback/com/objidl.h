// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// Streams. An object may be called from any thread.
// Shapes: the pages of objidl.h and of the structured storage constants in Microsoft's Win32 reference.

#include <unknwn.h>

typedef struct tagSTATSTG {
  LPOLESTR pwcsName;  ///< freed with CoTaskMemFree
  DWORD type;
  ULARGE_INTEGER cbSize;
  FILETIME mtime, ctime, atime;
  DWORD grfMode;
  DWORD grfLocksSupported;
  CLSID clsid;
  DWORD grfStateBits;
  DWORD reserved;
} STATSTG;

typedef enum tagSTGTY : int {
  STGTY_STORAGE = 1,
  STGTY_STREAM = 2,
  STGTY_LOCKBYTES = 3,
  STGTY_PROPERTY = 4
} STGTY;
typedef enum tagSTREAM_SEEK : int {
  STREAM_SEEK_SET = 0,
  STREAM_SEEK_CUR = 1,
  STREAM_SEEK_END = 2
} STREAM_SEEK;
typedef enum tagSTATFLAG : int { STATFLAG_DEFAULT = 0, STATFLAG_NONAME = 1, STATFLAG_NOOPEN = 2 } STATFLAG;
typedef enum tagSTGC : int { STGC_DEFAULT = 0, STGC_OVERWRITE = 1, STGC_ONLYIFCURRENT = 2 } STGC;
typedef enum tagLOCKTYPE : int { LOCK_WRITE = 1, LOCK_EXCLUSIVE = 2, LOCK_ONLYONCE = 4 } LOCKTYPE;

#define STGM_DIRECT 0x00000000u
#define STGM_TRANSACTED 0x00010000u
#define STGM_READ 0x00000000u
#define STGM_WRITE 0x00000001u
#define STGM_READWRITE 0x00000002u
#define STGM_SHARE_EXCLUSIVE 0x00000010u
#define STGM_SHARE_DENY_WRITE 0x00000020u
#define STGM_SHARE_DENY_READ 0x00000030u
#define STGM_SHARE_DENY_NONE 0x00000040u
#define STGM_CREATE 0x00001000u
#define STGM_FAILIFTHERE 0x00000000u
#define STGM_DELETEONRELEASE 0x04000000u

struct ISequentialStream : IUnknown {
  virtual HRESULT STDMETHODCALLTYPE Read(void* into, ULONG size, ULONG* read) = 0;
  virtual HRESULT STDMETHODCALLTYPE Write(const void* from, ULONG size, ULONG* written) = 0;

  HRESULT Read(void* into, ULONG size, unsigned long* read) const {
    ULONG count = 0;
    const HRESULT hr = const_cast<ISequentialStream*>(this)->Read(into, size, &count);
    if (read) *read = count;
    return hr;
  }
  HRESULT Write(const void* from, ULONG size, unsigned long* written) const {
    ULONG count = 0;
    const HRESULT hr = const_cast<ISequentialStream*>(this)->Write(from, size, &count);
    if (written) *written = count;
    return hr;
  }

 protected:
  ~ISequentialStream() = default;
};

/// One position, which belongs to the object: threads that share a stream take turns, or each has a clone.
struct IStream : ISequentialStream {
  virtual HRESULT STDMETHODCALLTYPE Seek(LARGE_INTEGER move, DWORD origin, ULARGE_INTEGER* position) = 0;
  virtual HRESULT STDMETHODCALLTYPE SetSize(ULARGE_INTEGER size) = 0;
  virtual HRESULT STDMETHODCALLTYPE CopyTo(IStream* to, ULARGE_INTEGER size, ULARGE_INTEGER* read,
                                           ULARGE_INTEGER* written) = 0;
  virtual HRESULT STDMETHODCALLTYPE Commit(DWORD flags) = 0;
  virtual HRESULT STDMETHODCALLTYPE Revert() = 0;
  virtual HRESULT STDMETHODCALLTYPE LockRegion(ULARGE_INTEGER offset, ULARGE_INTEGER size, DWORD type) = 0;
  virtual HRESULT STDMETHODCALLTYPE UnlockRegion(ULARGE_INTEGER offset, ULARGE_INTEGER size, DWORD type) = 0;
  virtual HRESULT STDMETHODCALLTYPE Stat(STATSTG* stat, DWORD flag) = 0;
  virtual HRESULT STDMETHODCALLTYPE Clone(IStream** stream) = 0;

 protected:
  ~IStream() = default;
};
typedef IStream* LPSTREAM;

COMEBACK_UUID(IID_, ISequentialStream, 0x0C733A30, 0x2A1C, 0x11CE, 0xAD, 0xE5, 0x00, 0xAA, 0x00, 0x44, 0x77,
              0x3D)
COMEBACK_UUID(IID_, IStream, 0x0000000C, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46)
