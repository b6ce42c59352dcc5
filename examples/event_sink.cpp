// SPDX-License-Identifier: Apache-2.0
// A sink of events: told of every file while a folder is added.
//
//   event_sink FOLDER

#include <atomic>
#include <cstdio>

#include <comdef.h>
#include <imapi2fs.h>
#include <ocidl.h>

_COM_SMARTPTR_TYPEDEF(IFileSystemImage, __uuidof(IFileSystemImage));
_COM_SMARTPTR_TYPEDEF(IFsiDirectoryItem, __uuidof(IFsiDirectoryItem));

using _com_util::CheckError;

namespace {

/// Lives on the stack: nobody may hold it longer than main does, which Unadvise sees to.
class progress : public DFileSystemImageEvents {
 public:
  virtual ~progress() = default;
  STDMETHODIMP QueryInterface(REFIID riid, void** object) override {
    const bool known =
        riid == IID_IUnknown || riid == IID_IDispatch || riid == __uuidof(DFileSystemImageEvents);
    *object = known ? this : nullptr;
    return known ? S_OK : E_NOINTERFACE;
  }
  STDMETHODIMP_(ULONG) AddRef() override { return 2; }
  STDMETHODIMP_(ULONG) Release() override { return 1; }
  // Called through its virtual table: by name it need not be found.
  STDMETHODIMP GetTypeInfoCount(UINT* count) override { return *count = 0, S_OK; }
  STDMETHODIMP GetTypeInfo(UINT, LCID, ITypeInfo**) override { return E_NOTIMPL; }
  STDMETHODIMP GetIDsOfNames(REFIID, LPOLESTR*, UINT, LCID, DISPID*) override { return E_NOTIMPL; }
  STDMETHODIMP Invoke(DISPID, REFIID, LCID, WORD, DISPPARAMS*, VARIANT*, EXCEPINFO*, UINT*) override {
    return E_NOTIMPL;
  }

  STDMETHODIMP Update(IDispatch* /*image*/, BSTR file, LONG copied, LONG total) override {
    ++calls;
    const _bstr_t name(file, true);
    const char* const shown = name;
    std::printf("%3d of %d sectors %s\n", copied, total, shown ? shown : "");
    return S_OK;
  }

  std::atomic<int> calls{0};
};

int run(const _bstr_t& folder) {
  const IFileSystemImagePtr image(__uuidof(MsftFileSystemImage));
  const IConnectionPointContainerPtr container = image;
  IConnectionPointPtr point;
  CheckError(container->FindConnectionPoint(__uuidof(DFileSystemImageEvents), &point));
  progress sink;
  DWORD cookie = 0;
  CheckError(point->Advise(&sink, &cookie));
  IFsiDirectoryItemPtr root;
  CheckError(image->get_Root(&root));
  const HRESULT added = root->AddTree(folder, VARIANT_FALSE);
  CheckError(point->Unadvise(cookie));
  CheckError(added);
  std::printf("told of files: %s\n", sink.calls > 0 ? "yes" : "no");
  return sink.calls > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  CoInitialize(nullptr);
  int status = 1;
  try {
    status = run(argv[1]);
  } catch (const _com_error& e) {
    std::fprintf(stderr, "0x%08X %s\n", static_cast<unsigned>(e.Error()), e.ErrorMessage());
  }
  CoUninitialize();
  return status;
}
