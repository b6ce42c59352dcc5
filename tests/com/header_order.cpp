// SPDX-License-Identifier: Apache-2.0
// Our headers in an order nobody would choose, some twice, in several spellings: what is included before or
// after does not matter.

// clang-format off
#include <imapi2fserror.h>
#include <comdef.h>
#include <vpccominterfaces.h>
#include <olectl.h>
#include <shlwapi.h>
#include <propidl.h>
#include <imapi2fs.h>
#include <winerror.h>
#include <Windows.h>
#include <imapi2.h>
#include <comutil.h>
#include <VPCCOMInterfaces.h>
#include <ocidl.h>
#include <Objbase.h>
#include <windows.h>
#include <imapi2error.h>
#include <comdef.h>
#include <imapi2fs.h>
// clang-format on

_COM_SMARTPTR_TYPEDEF(IVMTask, __uuidof(IVMTask));
_COM_SMARTPTR_TYPEDEF(IFileSystemImage, IID_IFileSystemImage);

#undef INTERFACE
#define INTERFACE IOldStyle
DECLARE_INTERFACE_(IOldStyle, IUnknown) {
  STDMETHOD(QueryInterface)(THIS_ REFIID riid, void** object) PURE;
  STDMETHOD_(ULONG, AddRef)(THIS) PURE;
  STDMETHOD_(ULONG, Release)(THIS) PURE;
  STDMETHOD(Say)(THIS_ __in BSTR text, __out_opt LONG * length) PURE;
};
COMEBACK_UUID(IID_, IOldStyle, 0x11111111, 0x2222, 0x3333, 1, 2, 3, 4, 5, 6, 7, 8)

interface INewStyle : public IOldStyle {
  virtual HRESULT STDMETHODCALLTYPE Again(_In_ BSTR text, _Out_ LONG* length) = 0;
};

int main() {
  static_assert(sizeof(PROPVARIANT) == 24, "as a VARIANT");
  IVMTaskPtr task;
  IFileSystemImagePtr image;
  return LIBID_IMAPI2FS == GUID_NULL || task != nullptr || image != NULL || __uuidof(IOldStyle) == IID_NULL;
}
