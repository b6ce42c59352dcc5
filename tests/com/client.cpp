// SPDX-License-Identifier: Apache-2.0
// A client as a client writes it: compiled by the tests with both compilers, in C++17 and C++20, every
// warning being an error, and with nothing but our headers.

#include <string>

#include <VPCCOMInterfaces.h>
#include <imapi2fs.h>
#include <shlwapi.h>
#include <vpccominterfaces.h>

template <const GUID* id>
struct by_id {
  static const GUID& get() { return *id; }
};

class sink : public IVMVirtualMachineEvents {
 public:
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID riid, void** object) override {
    if (!IsEqualIID(riid, __uuidof(IVMVirtualMachineEvents)) && riid != IID_IUnknown && riid != IID_IDispatch)
      return *object = nullptr, E_NOINTERFACE;
    *object = this;
    return S_OK;
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return 2; }
  ULONG STDMETHODCALLTYPE Release() override { return 1; }
  STDMETHODIMP GetTypeInfoCount(UINT* count) override { return *count = 0, S_OK; }
  STDMETHODIMP GetTypeInfo(UINT, LCID, ITypeInfo**) override { return E_NOTIMPL; }
  STDMETHODIMP GetIDsOfNames(REFIID, LPOLESTR*, UINT, LCID, DISPID*) override { return E_NOTIMPL; }
  STDMETHODIMP Invoke(DISPID, REFIID, LCID, WORD, DISPPARAMS*, VARIANT*, EXCEPINFO*, UINT*) override {
    return S_OK;
  }
  virtual ~sink() = default;
};

HRESULT watch(IVMTask* task) {
  long percent = 0;
  LONG same = 0;
  HRESULT hr = task->get_PercentCompleted(&percent);
  if (FAILED(hr)) return hr;
  hr = task->get_PercentCompleted(&same);
  if (FAILED(hr) || percent != same) return hr;
  VARIANT_BOOL done = VARIANT_FALSE;
  return task->get_IsComplete(&done);
}

HRESULT image(IFileSystemImage* image) {
  const std::wstring name = L"NAME";
  BSTR text = SysAllocString(name.c_str());
  HRESULT hr = image->put_VolumeName(text);
  SysFreeString(text);
  if (SUCCEEDED(hr)) hr = image->put_FileSystemsToCreate(FsiFileSystemISO9660 | FsiFileSystemJoliet);
  SAFEARRAY* sessions = NULL;
  if (SUCCEEDED(hr)) hr = image->get_MultisessionInterfaces(&sessions);
  long low = 0;
  LONG high = 0;
  if (SUCCEEDED(hr)) hr = SafeArrayGetLBound(sessions, 1, &low);
  if (SUCCEEDED(hr)) hr = SafeArrayGetUBound(sessions, 1, &high);
  for (long i = low; SUCCEEDED(hr) && i <= high; ++i) {
    VARIANT item;
    VariantInit(&item);
    hr = SafeArrayGetElement(sessions, &i, &item);
    if (SUCCEEDED(hr) && V_VT(&item) == VT_DISPATCH)
      hr = V_DISPATCH(&item)->QueryInterface(IID_IMultisession, nullptr);
    VariantClear(&item);
  }
  return hr;
}

HRESULT copy(IStream* from, IStream* to) {
  unsigned long read = 0;
  ULONG written = 0;
  char buffer[64];
  HRESULT hr = from->Read(buffer, sizeof buffer, &read);
  if (SUCCEEDED(hr)) hr = to->Write(buffer, static_cast<ULONG>(read), &written);
  if (SUCCEEDED(hr)) hr = from->Read(buffer, 1, NULL);
  return hr;
}

int meaning(HRESULT hr) {
  switch (hr) {
    case S_OK:
      return 0;
    case VM_E_VM_NOT_RUNNING:
      return 1;
    case IMAPI_E_READONLY:
      return 2;
    case HRESULT_FROM_WIN32(ERROR_NO_SUCH_LOGON_SESSION):
      return 3;
    default:
      return 4;
  }
}

static_assert(sizeof(GUESTOSVERSIONINFOEX) == 540, "wchar_t has 32 bits");
static_assert(static_cast<unsigned>(VM_E_VM_PAUSED) == 0xA0040507u, "eight digits");
static_assert(static_cast<unsigned>(E_INVALIDARG) == 0x80070057u, "not the 16-bit value");

int main() {
  if (by_id<&__uuidof(IVMTask)>::get() != IID_IVMTask) return 9;
  IVMVirtualPC* vpc = nullptr;
  CoInitialize(NULL);
  const HRESULT hr = CoCreateInstance(__uuidof(VMVirtualPC), NULL, CLSCTX_INPROC_SERVER, IID_PPV_ARGS(&vpc));
  if (SUCCEEDED(hr)) vpc->Release();
  CoUninitialize();
  return meaning(hr);
}
