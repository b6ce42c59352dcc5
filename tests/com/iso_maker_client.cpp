// SPDX-License-Identifier: Apache-2.0
// A program as people wrote it for Windows, which the tests compile unchanged and run: makes an image of a
// folder, with a sink by hand that hears of progress through Invoke, and copies the stream by blocks.
//
//   iso_maker_client FOLDER OUTPUT.iso

// NOLINTBEGIN(modernize-use-nullptr): the style of its time is what is tried here

#include <Imapi2fs.h>
#include <OCIdl.h>
#include <ShlWapi.h>
#include <Windows.h>
#include <initguid.h>
#include <stdio.h>
#include <stdlib.h>

#define SAFE_RELEASE(p) \
  do {                  \
    if (p) {            \
      (p)->Release();   \
      (p) = NULL;       \
    }                   \
  } while (0)

class CImageEventSink : public IDispatch {
 public:
  CImageEventSink() : m_cRef(1), m_cUpdates(0), m_lLast(-1) {}
  virtual ~CImageEventSink() {}

  STDMETHOD(QueryInterface)(REFIID riid, void** ppv) {
    if (ppv == NULL) return E_POINTER;
    if (IsEqualIID(riid, IID_IUnknown) || IsEqualIID(riid, IID_IDispatch)) {
      *ppv = static_cast<IDispatch*>(this);
      AddRef();
      return S_OK;
    }
    *ppv = NULL;
    return E_NOINTERFACE;
  }
  STDMETHOD_(ULONG, AddRef)() { return InterlockedIncrement(&m_cRef); }
  STDMETHOD_(ULONG, Release)() {
    LONG cRef = InterlockedDecrement(&m_cRef);
    if (cRef == 0) delete this;
    return cRef;
  }
  STDMETHOD(GetTypeInfoCount)(UINT* pctinfo) {
    *pctinfo = 0;
    return S_OK;
  }
  STDMETHOD(GetTypeInfo)(UINT, LCID, ITypeInfo**) { return E_NOTIMPL; }
  STDMETHOD(GetIDsOfNames)(REFIID, LPOLESTR*, UINT, LCID, DISPID*) { return E_NOTIMPL; }
  STDMETHOD(Invoke)
  (DISPID dispIdMember, REFIID, LCID, WORD, DISPPARAMS* pDispParams, VARIANT*, EXCEPINFO*, UINT* puArgErr) {
    switch (dispIdMember) {
      case DISPID_DFILESYSTEMIMAGEEVENTS_UPDATE:
        return OnUpdate(pDispParams, puArgErr);
      default:
        return DISP_E_MEMBERNOTFOUND;
    }
  }

  LONG Updates() const { return m_cUpdates; }

 private:
  // Update(object, currentFile, copiedSectors, totalSectors)
  HRESULT OnUpdate(DISPPARAMS* pDispParams, UINT* puArgErr) {
    if (pDispParams->cArgs != 4) return DISP_E_BADPARAMCOUNT;
    VARIANT vFile, vTotal;
    VariantInit(&vFile);
    VariantInit(&vTotal);
    HRESULT hr = DispGetParam(pDispParams, 1, VT_BSTR, &vFile, puArgErr);
    if (SUCCEEDED(hr)) hr = DispGetParam(pDispParams, 3, VT_I4, &vTotal, puArgErr);
    if (SUCCEEDED(hr)) {
      char szFile[MAX_PATH] = "";
      WideCharToMultiByte(CP_ACP, 0, V_BSTR(&vFile), -1, szFile, ARRAYSIZE(szFile) - 1, NULL, NULL);
      m_lLast = V_I4(&vTotal);
      printf("%d: %s (%d sectors)\n", (int)InterlockedIncrement(&m_cUpdates), szFile, (int)m_lLast);
    }
    VariantClear(&vFile);
    VariantClear(&vTotal);
    return hr;
  }

  volatile LONG m_cRef;
  volatile LONG m_cUpdates;
  LONG m_lLast;
};

HRESULT Advise(IUnknown* pSource, IUnknown* pSink, IConnectionPoint** ppcp, DWORD* pdwCookie) {
  IConnectionPointContainer* pContainer = NULL;
  HRESULT hr = pSource->QueryInterface(IID_IConnectionPointContainer, (void**)&pContainer);
  if (FAILED(hr)) return hr;
  hr = pContainer->FindConnectionPoint(IID_DFileSystemImageEvents, ppcp);
  if (SUCCEEDED(hr)) hr = (*ppcp)->Advise(pSink, pdwCookie);
  SAFE_RELEASE(pContainer);
  return hr;
}

HRESULT AddFolder(IFileSystemImage* pImage, LPCWSTR pszFolder) {
  IFsiDirectoryItem* pRoot = NULL;
  HRESULT hr = pImage->get_Root(&pRoot);
  if (SUCCEEDED(hr)) {
    BSTR bstrFolder = SysAllocString(pszFolder);
    hr = pRoot->AddTree(bstrFolder, VARIANT_FALSE);
    SysFreeString(bstrFolder);
  }
  SAFE_RELEASE(pRoot);
  return hr;
}

HRESULT SaveImage(IFileSystemImage* pImage, LPCWSTR pszOutput, ULONGLONG* pcbWritten) {
  IFileSystemImageResult* pResult = NULL;
  IStream* pImageStream = NULL;
  IStream* pFileStream = NULL;
  LONG lBlocks = 0, lBlockSize = 0;
  HRESULT hr = pImage->CreateResultImage(&pResult);
  if (SUCCEEDED(hr)) hr = pResult->get_ImageStream(&pImageStream);
  if (SUCCEEDED(hr)) hr = pResult->get_TotalBlocks(&lBlocks);
  if (SUCCEEDED(hr)) hr = pResult->get_BlockSize(&lBlockSize);
  if (SUCCEEDED(hr))
    hr = SHCreateStreamOnFileEx(pszOutput, STGM_CREATE | STGM_WRITE | STGM_SHARE_EXCLUSIVE,
                                FILE_ATTRIBUTE_NORMAL, TRUE, NULL, &pFileStream);
  if (SUCCEEDED(hr)) {
    ULARGE_INTEGER cb, cbRead, cbWritten;
    cb.QuadPart = (ULONGLONG)lBlocks * lBlockSize;
    hr = pImageStream->CopyTo(pFileStream, cb, &cbRead, &cbWritten);
    if (SUCCEEDED(hr) && cbWritten.QuadPart != cb.QuadPart) hr = HRESULT_FROM_WIN32(ERROR_DISK_FULL);
    *pcbWritten = cbWritten.QuadPart;
  }
  if (SUCCEEDED(hr)) hr = pFileStream->Commit(STGC_DEFAULT);
  SAFE_RELEASE(pFileStream);
  SAFE_RELEASE(pImageStream);
  SAFE_RELEASE(pResult);
  return hr;
}

HRESULT MakeIso(LPCWSTR pszFolder, LPCWSTR pszOutput) {
  IFileSystemImage* pImage = NULL;
  HRESULT hr = CoCreateInstance(CLSID_MsftFileSystemImage, NULL, CLSCTX_INPROC_SERVER, IID_IFileSystemImage,
                                (void**)&pImage);
  if (SUCCEEDED(hr))
    hr = pImage->put_FileSystemsToCreate((FsiFileSystems)(FsiFileSystemJoliet | FsiFileSystemISO9660));
  BSTR bstrName = SysAllocString(L"MYDISC");
  if (SUCCEEDED(hr)) hr = pImage->put_VolumeName(bstrName);
  SysFreeString(bstrName);

  CImageEventSink* pSink = new CImageEventSink();
  IConnectionPoint* pcp = NULL;
  DWORD dwCookie = 0;
  if (SUCCEEDED(hr)) hr = Advise(pImage, pSink, &pcp, &dwCookie);
  if (SUCCEEDED(hr)) hr = AddFolder(pImage, pszFolder);
  if (pcp && dwCookie) pcp->Unadvise(dwCookie);
  SAFE_RELEASE(pcp);
  ULONGLONG cb = 0;
  if (SUCCEEDED(hr)) hr = SaveImage(pImage, pszOutput, &cb);
  if (SUCCEEDED(hr)) printf("%d updates, %d kilobytes\n", (int)pSink->Updates(), (int)(cb / 1024));
  SAFE_RELEASE(pSink);
  SAFE_RELEASE(pImage);
  return hr;
}

int main(int argc, char* argv[]) {
  if (argc != 3) {
    fprintf(stderr, "usage: %s folder output.iso\n", argv[0]);
    return 2;
  }
  WCHAR szFolder[MAX_PATH], szOutput[MAX_PATH];
  if (!MultiByteToWideChar(CP_ACP, 0, argv[1], -1, szFolder, ARRAYSIZE(szFolder)) ||
      !MultiByteToWideChar(CP_ACP, 0, argv[2], -1, szOutput, ARRAYSIZE(szOutput)))
    return 2;
  HRESULT hr = OleInitialize(NULL);
  if (SUCCEEDED(hr)) {
    hr = MakeIso(szFolder, szOutput);
    OleUninitialize();
  }
  if (FAILED(hr)) {
    LPSTR pszText = NULL;
    FormatMessageA(
        FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, hr,
        0, (LPSTR)&pszText, 0, NULL);
    fprintf(stderr, "failed: 0x%08X %s\n", (unsigned)hr, pszText ? pszText : "");
    LocalFree(pszText);
  }
  return SUCCEEDED(hr) ? 0 : 1;
}

// NOLINTEND(modernize-use-nullptr)
