// SPDX-License-Identifier: Apache-2.0
// Logs everybody off a guest, and writes an ISO image: with nothing but documented COM calls.
//
//   logoff_and_image MACHINE OUTPUT.iso FOLDER…
//   logoff_and_image --logoff-only MACHINE
//   logoff_and_image --image-only OUTPUT.iso FOLDER…

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include <VPCCOMInterfaces.h>
#include <imapi2fs.h>
#include <shlwapi.h>

namespace {

// A pointer that releases, a string that frees: what every COM program has in some form.
template <class T>
class com_ptr {
 public:
  com_ptr() = default;
  com_ptr(const com_ptr&) = delete;
  com_ptr& operator=(const com_ptr&) = delete;
  ~com_ptr() {
    if (p_) p_->Release();
  }
  T** operator&() { return &p_; }
  T* operator->() const { return p_; }
  T* get() const { return p_; }
  explicit operator bool() const { return p_ != nullptr; }

 private:
  T* p_ = nullptr;
};

class bstr {
 public:
  bstr() = default;
  explicit bstr(const std::wstring& text)
      : text_(SysAllocStringLen(text.data(), static_cast<UINT>(text.size()))) {}
  bstr(const bstr&) = delete;
  bstr& operator=(const bstr&) = delete;
  ~bstr() { SysFreeString(text_); }
  BSTR* operator&() { return &text_; }
  BSTR get() const { return text_; }
  const wchar_t* text() const { return text_ ? text_ : L""; }

 private:
  BSTR text_ = nullptr;
};

std::wstring wide(const char* text) {
  std::wstring result(std::string(text).size() + 1, L'\0');
  const std::size_t length = std::mbstowcs(result.data(), text, result.size());
  if (length == static_cast<std::size_t>(-1))
    throw std::runtime_error(std::string("not text in this locale: ") + text);
  result.resize(length);
  return result;
}

// Failures end the program with the code and what GetErrorInfo knows about it.
void check(HRESULT hr, const char* what) {
  if (SUCCEEDED(hr)) return;
  char code[16];
  std::snprintf(code, sizeof code, "0x%08X", static_cast<unsigned>(hr));
  std::string message = std::string(what) + ": " + code;
  com_ptr<IErrorInfo> info;
  bstr description;
  if (GetErrorInfo(0, &info) == S_OK && SUCCEEDED(info->GetDescription(&description))) {
    std::vector<char> text(6 * (SysStringLen(description.get()) + 1));
    if (std::wcstombs(text.data(), description.text(), text.size()) != static_cast<std::size_t>(-1))
      message += std::string(" ") + text.data();
  }
  throw std::runtime_error(message);
}

void draw(long percent) {
  char bar[41];
  for (long i = 0; i < 40; ++i) bar[i] = i < percent * 40 / 100 ? '#' : '.';
  bar[40] = 0;
  std::printf("\r  [%s] %3ld %%", bar, percent);
  std::fflush(stdout);
}

void watch(IVMTask* task) {
  for (VARIANT_BOOL complete = VARIANT_FALSE; complete == VARIANT_FALSE;) {
    check(task->WaitForCompletion(200), "WaitForCompletion");
    check(task->get_IsComplete(&complete), "IsComplete");
    long percent = 0;
    check(task->get_PercentCompleted(&percent), "PercentCompleted");
    draw(percent);
  }
  std::printf("\n");
}

void report(IVMTask* task) {
  VMTaskResult result = vmTaskResult_Success;
  LONG error = 0;
  bstr description;
  check(task->get_Result(&result), "Result");
  check(task->get_Error(&error), "Error");
  check(task->get_ErrorDescription(&description), "ErrorDescription");
  std::printf("  Result %d, Error 0x%08X, ErrorDescription \"%ls\"\n", static_cast<int>(result),
              static_cast<unsigned>(error), description.text());
}

void log_off_once(IVMGuestOS* guest) {
  com_ptr<IVMTask> task;
  check(guest->Logoff(&task), "Logoff");
  bstr description;
  check(task->get_Description(&description), "Description");
  std::printf("%ls\n", description.text());
  watch(task.get());
  report(task.get());
}

void log_off(const char* name) {
  CLSID application{};
  check(CLSIDFromProgID(L"VirtualPC.Application", &application), "VirtualPC.Application");
  com_ptr<IVMVirtualPC> vpc;
  check(CoCreateInstance(application, nullptr, CLSCTX_ALL, IID_PPV_ARGS(&vpc)), "VirtualPC.Application");
  com_ptr<IVMVirtualMachine> machine;
  check(vpc->FindVirtualMachine(bstr(wide(name)).get(), &machine), "FindVirtualMachine");
  if (!machine) throw std::runtime_error(std::string("There is no machine \"") + name + "\".");
  com_ptr<IVMGuestOS> guest;
  check(machine->get_GuestOS(&guest), "GuestOS");

  VARIANT_BOOL allowed = VARIANT_FALSE;
  const HRESULT answered = guest->get_MultipleUserSessionsAllowed(&allowed);
  check(answered, "MultipleUserSessionsAllowed");
  std::printf("MultipleUserSessionsAllowed: %s\n", answered == S_FALSE       ? "not known yet"
                                                   : allowed == VARIANT_TRUE ? "true"
                                                                             : "false");

  log_off_once(guest.get());
  log_off_once(guest.get());  // now nobody is logged on: Error 0x80070520
}

void show_multisession(IFileSystemImage* image) {
  SAFEARRAY* sessions = nullptr;
  check(image->get_MultisessionInterfaces(&sessions), "MultisessionInterfaces");
  LONG first = 0, last = 0;
  check(SafeArrayGetLBound(sessions, 1, &first), "SafeArrayGetLBound");
  check(SafeArrayGetUBound(sessions, 1, &last), "SafeArrayGetUBound");
  std::printf("MultisessionInterfaces: dimensions %u, elements %d\n", SafeArrayGetDim(sessions),
              last - first + 1);
  SafeArrayDestroy(sessions);
}

void save(IFileSystemImageResult* result, const char* path) {
  com_ptr<IStream> from, to;
  LONG blocks = 0, block_size = 0;
  check(result->get_ImageStream(&from), "ImageStream");
  check(result->get_TotalBlocks(&blocks), "TotalBlocks");
  check(result->get_BlockSize(&block_size), "BlockSize");
  check(SHCreateStreamOnFileEx(wide(path).c_str(), STGM_WRITE | STGM_CREATE, 0, TRUE, nullptr, &to), path);
  ULARGE_INTEGER size{}, read{}, written{};
  size.QuadPart = static_cast<ULONGLONG>(blocks) * static_cast<ULONGLONG>(block_size);
  check(from->CopyTo(to.get(), size, &read, &written), "CopyTo");
  check(to->Commit(STGC_DEFAULT), "Commit");
  std::printf("%s: %d blocks of %d bytes, %llu bytes written\n", path, blocks, block_size, written.QuadPart);
}

void make_image(const char* output, char** folders) {
  com_ptr<IFileSystemImage> image;
  check(CoCreateInstance(CLSID_MsftFileSystemImage, nullptr, CLSCTX_ALL, IID_PPV_ARGS(&image)),
        "MsftFileSystemImage");
  show_multisession(image.get());
  check(image->put_FreeMediaBlocks(0), "FreeMediaBlocks");
  check(image->put_FileSystemsToCreate(FsiFileSystemISO9660 | FsiFileSystemJoliet), "FileSystemsToCreate");
  check(image->put_VolumeName(bstr(L"COMEBACK").get()), "VolumeName");
  com_ptr<IFsiDirectoryItem> root;
  check(image->get_Root(&root), "Root");
  for (; *folders; ++folders) check(root->AddTree(bstr(wide(*folders)).get(), VARIANT_FALSE), *folders);
  LONG files = 0, directories = 0;
  check(image->get_FileCount(&files), "FileCount");
  check(image->get_DirectoryCount(&directories), "DirectoryCount");
  std::printf("%d files in %d directories\n", files, directories);
  com_ptr<IFileSystemImageResult> result;
  check(image->CreateResultImage(&result), "CreateResultImage");
  save(result.get(), output);
}

int run(int argc, char** argv) {
  const std::string first = argc > 1 ? argv[1] : "";
  if (first == "--logoff-only" && argc == 3) return log_off(argv[2]), 0;
  if (first == "--image-only" && argc > 3) return make_image(argv[2], argv + 3), 0;
  if (first.empty() || first[0] == '-' || argc < 4) {
    std::fprintf(stderr,
                 "usage: logoff_and_image MACHINE OUTPUT.iso FOLDER…\n"
                 "       logoff_and_image --logoff-only MACHINE\n"
                 "       logoff_and_image --image-only OUTPUT.iso FOLDER…\n");
    return 2;
  }
  log_off(argv[1]);
  make_image(argv[2], argv + 3);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (!std::setlocale(LC_ALL, "") || MB_CUR_MAX == 1) std::setlocale(LC_ALL, "C.UTF-8");
  if (FAILED(CoInitializeEx(nullptr, COINIT_MULTITHREADED))) return 1;
  int status = 1;
  try {
    status = run(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "\n%s\n", e.what());
  }
  CoUninitialize();
  return status;
}
