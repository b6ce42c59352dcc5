// SPDX-License-Identifier: Apache-2.0
// A client of whom the compilers are asked for every warning they have: our macros and templates give none in
// its sources. Its sink is final, so that it needs no virtual destructor.

#include <VPCCOMInterfaces.h>
#include <comdef.h>
#include <imapi2.h>
#include <imapi2fs.h>
#include <olectl.h>
#include <shlwapi.h>
#include <windows.h>

namespace {
class Sink final : public DDiscFormat2DataEvents {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  STDMETHODIMP QueryInterface(REFIID riid, void** object) override {
    if (object == nullptr) return E_POINTER;
    *object = nullptr;
    if (riid != __uuidof(IUnknown) && riid != IID_IDispatch && !IsEqualIID(riid, IID_DDiscFormat2DataEvents))
      return E_NOINTERFACE;
    *object = this;
    AddRef();
    return S_OK;
  }
  STDMETHODIMP_(ULONG) AddRef() override { return InterlockedIncrement(&count); }
  STDMETHODIMP_(ULONG) Release() override {
    const ULONG left = InterlockedDecrement(&count);
    if (left == 0) delete this;
    return left;
  }
  STDMETHODIMP GetTypeInfoCount(UINT* n) override {
    *n = 0;
    return S_OK;
  }
  STDMETHODIMP GetTypeInfo(UINT, LCID, ITypeInfo**) override { return E_NOTIMPL; }
  STDMETHODIMP GetIDsOfNames(REFIID, LPOLESTR*, UINT, LCID, DISPID*) override { return DISP_E_UNKNOWNNAME; }
  STDMETHODIMP Invoke(DISPID, REFIID, LCID, WORD, DISPPARAMS*, VARIANT*, EXCEPINFO*, UINT*) override {
    return S_OK;
  }
  STDMETHODIMP Update(IDispatch*, IDispatch*) override { return S_OK; }

 private:
  ULONG count = 1;
};
_COM_SMARTPTR_TYPEDEF(IVMTask, __uuidof(IVMTask));
_COM_SMARTPTR_TYPEDEF(IFileSystemImage, __uuidof(IFileSystemImage));
}  // namespace
int main() {
  HRESULT hr = CoInitializeEx(nullptr, COINIT_MULTITHREADED);
  if (FAILED(hr)) return HRESULT_CODE(hr);
  IDiscMaster2* master = nullptr;
  hr = CoCreateInstance(CLSID_MsftDiscMaster2, nullptr, CLSCTX_ALL, IID_PPV_ARGS(&master));
  if (hr == MAKE_HRESULT(SEVERITY_ERROR, FACILITY_ITF, 0x200)) return 1;
  VARIANT v;
  VariantInit(&v);
  V_VT(&v) = VT_I4;
  V_I4(&v) = 3;
  V_VT(&v) = VT_BOOL;
  V_BOOL(&v) = VARIANT_TRUE;
  if (hr == HRESULT_FROM_WIN32(ERROR_INVALID_PARAMETER) || hr == E_OUTOFMEMORY || IS_ERROR(hr)) return 2;
  IFileSystemImagePtr image;
  IVMTaskPtr task;
  try {
    _com_util::CheckError(image.CreateInstance(__uuidof(MsftFileSystemImage)));
    const _bstr_t name = _bstr_t(L"a") + L"b";
    image->put_VolumeName(name.copy(false));
    const _variant_t w(name), m = vtMissing;
    if (w == m) return 5;
  } catch (const _com_error& e) {
    return static_cast<int>(e.WCode());
  }
  const LONG word = MAKELONG(LOWORD(0x12345678), HIWORD(hr));
  char block[8];
  ZeroMemory(block, ARRAYSIZE(block));
  SHCreateStreamOnFile(L"x", STGM_READ | STGM_SHARE_DENY_WRITE, nullptr);
  if (word == 0 || MAKEWORD(1, 2) == HIWORD(word) || INVALID_HANDLE_VALUE == nullptr) return 3;
  Sink* s = new Sink;
  if (task == nullptr) s->Release();
  if (master != nullptr) master->Release();
  CoUninitialize();
  return 0;
}
