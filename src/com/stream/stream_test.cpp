// SPDX-License-Identifier: Apache-2.0
#include "com/stream/stream.hpp"

#include "base/temporary_folder.hpp"
#include "com/data/limited_memory.hpp"
#include "com/stream/sizes_test.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <shlwapi.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace comeback;
using namespace comeback::com::test_sizes;
namespace fs = std::filesystem;

namespace {

class file_stream : public testing::Test {
 protected:
  [[nodiscard]] std::wstring path(const char* name) const { return (folder_ / name).wstring(); }
  HRESULT open(const char* name, DWORD mode, BOOL create, com::ptr<IStream>& stream) const {
    return SHCreateStreamOnFileEx(path(name).c_str(), mode, 0, create, nullptr, stream.put());
  }
  void write(const char* name, const std::string& text) const { std::ofstream(folder_ / name) << text; }
  [[nodiscard]] std::string read(const char* name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  base::temporary_folder own_;
  const fs::path folder_ = own_.path();
};

}  // namespace

TEST_F(file_stream, the_table_of_the_page) {
  com::ptr<IStream> s;
  EXPECT_EQ(open("new", STGM_READWRITE | STGM_FAILIFTHERE, FALSE, s),
            HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND));
  EXPECT_FALSE(s);
  EXPECT_EQ(open("new", STGM_READWRITE | STGM_FAILIFTHERE, TRUE, s), S_OK);
  EXPECT_EQ(open("new", STGM_READWRITE | STGM_FAILIFTHERE, TRUE, s),
            HRESULT_FROM_WIN32(ERROR_ALREADY_EXISTS));
  write("old", "abc");
  EXPECT_EQ(open("old", STGM_READ, FALSE, s), S_OK);
  EXPECT_EQ(read("old"), "abc");
  EXPECT_EQ(open("old", STGM_WRITE | STGM_CREATE, FALSE, s), S_OK);
  EXPECT_EQ(read("old"), "");
}

TEST_F(file_stream, wrong_arguments_and_places) {
  com::ptr<IStream> s;
  EXPECT_EQ(SHCreateStreamOnFileEx(nullptr, STGM_READ, 0, FALSE, nullptr, s.put()), E_INVALIDARG);
  EXPECT_EQ(open("x", 3, TRUE, s), E_INVALIDARG);
  EXPECT_EQ(open("x", STGM_TRANSACTED, TRUE, s), E_INVALIDARG);
  EXPECT_EQ(SHCreateStreamOnFileEx(path("x").c_str(), STGM_WRITE, 0, TRUE, nullptr, nullptr), E_POINTER);
  EXPECT_TRUE(
      FAILED(SHCreateStreamOnFileEx(folder_.wstring().c_str(), STGM_READ, 0, FALSE, nullptr, s.put())));
}

TEST_F(file_stream, writes_seeks_reads) {
  com::ptr<IStream> s;
  ASSERT_EQ(open("f", STGM_READWRITE | STGM_CREATE, TRUE, s), S_OK);
  ULONG count = 0;
  ASSERT_EQ(s->Write("hello world", 11, &count), S_OK);
  EXPECT_EQ(count, 11u);
  ULARGE_INTEGER at{};
  ASSERT_EQ(s->Seek(move(-5), STREAM_SEEK_END, &at), S_OK);
  EXPECT_EQ(at.QuadPart, 6u);
  char text[16] = {};
  unsigned long wide = 0;
  ASSERT_EQ(s->Read(text, 16, &wide), S_OK);
  EXPECT_EQ(wide, 5u);
  EXPECT_STREQ(text, "world");
  EXPECT_EQ(s->Seek(move(-1), STREAM_SEEK_SET, nullptr), STG_E_INVALIDFUNCTION);
  EXPECT_EQ(s->Seek(move(0), 3, nullptr), STG_E_INVALIDFUNCTION);
  EXPECT_EQ(s->SetSize(size(4)), S_OK);
  EXPECT_EQ(read("f"), "hell");
}

TEST_F(file_stream, refuses_what_the_mode_forbids) {
  write("f", "abc");
  com::ptr<IStream> reading, writing;
  ASSERT_EQ(open("f", STGM_READ, FALSE, reading), S_OK);
  ASSERT_EQ(open("f", STGM_WRITE, FALSE, writing), S_OK);
  char c = 0;
  EXPECT_EQ(reading->Write("x", 1, static_cast<ULONG*>(nullptr)), STG_E_ACCESSDENIED);
  EXPECT_EQ(reading->SetSize(size(0)), STG_E_ACCESSDENIED);
  EXPECT_EQ(writing->Read(&c, 1, static_cast<ULONG*>(nullptr)), STG_E_ACCESSDENIED);
  EXPECT_EQ(reading->Read(nullptr, 1, static_cast<ULONG*>(nullptr)), STG_E_INVALIDPOINTER);
  EXPECT_EQ(reading->LockRegion(size(0), size(1), LOCK_WRITE), STG_E_INVALIDFUNCTION);
  EXPECT_EQ(read("f"), "abc");
}

TEST_F(file_stream, copies_to_the_end_or_as_far_as_asked) {
  const std::string text(3'000'001, 'x');
  write("from", text);
  com::ptr<IStream> from, to;
  ASSERT_EQ(open("from", STGM_READ, FALSE, from), S_OK);
  ASSERT_EQ(open("to", STGM_WRITE | STGM_CREATE, TRUE, to), S_OK);
  ULARGE_INTEGER in{}, out{};
  ASSERT_EQ(from->CopyTo(to.get(), size(10), &in, &out), S_OK);
  EXPECT_EQ(in.QuadPart, 10u);
  ASSERT_EQ(from->CopyTo(to.get(), size(~0ull), &in, &out), S_OK);
  EXPECT_EQ(out.QuadPart, text.size() - 10);
  EXPECT_EQ(read("to"), text);
  EXPECT_EQ(from->CopyTo(nullptr, size(1), nullptr, nullptr), STG_E_INVALIDPOINTER);
}

TEST_F(file_stream, tells_about_itself) {
  write("f", "abc");
  com::ptr<IStream> s;
  ASSERT_EQ(open("f", STGM_READ | STGM_SHARE_DENY_WRITE, FALSE, s), S_OK);
  STATSTG stat{};
  ASSERT_EQ(s->Stat(&stat, STATFLAG_DEFAULT), S_OK);
  EXPECT_EQ(stat.cbSize.QuadPart, 3u);
  EXPECT_EQ(stat.type, static_cast<DWORD>(STGTY_STREAM));
  EXPECT_EQ(stat.grfMode, STGM_READ | STGM_SHARE_DENY_WRITE);
  EXPECT_EQ(stat.pwcsName, path("f"));
  CoTaskMemFree(stat.pwcsName);
  ASSERT_EQ(s->Stat(&stat, STATFLAG_NONAME), S_OK);
  EXPECT_EQ(stat.pwcsName, nullptr);
  EXPECT_EQ(s->Stat(nullptr, 0), STG_E_INVALIDPOINTER);
  EXPECT_EQ(s->Stat(&stat, 9), STG_E_INVALIDFLAG);
}

TEST_F(file_stream, a_clone_has_a_position_of_its_own) {
  write("f", "abc");
  com::ptr<IStream> s, clone;
  ASSERT_EQ(open("f", STGM_READ, FALSE, s), S_OK);
  char c = 0;
  ASSERT_EQ(s->Read(&c, 1, static_cast<ULONG*>(nullptr)), S_OK);
  ASSERT_EQ(s->Clone(clone.put()), S_OK);
  ASSERT_EQ(s->Read(&c, 1, static_cast<ULONG*>(nullptr)), S_OK);
  ASSERT_EQ(clone->Read(&c, 1, static_cast<ULONG*>(nullptr)), S_OK);
  EXPECT_EQ(c, 'b');
}

TEST_F(file_stream, a_full_disk_is_told) {
  com::ptr<IStream> s;
  ASSERT_EQ(SHCreateStreamOnFileEx(L"/dev/full", STGM_WRITE, 0, FALSE, nullptr, s.put()), S_OK);
  EXPECT_EQ(s->Write("x", 1, static_cast<ULONG*>(nullptr)), HRESULT_FROM_WIN32(ERROR_DISK_FULL));
}

TEST_F(file_stream, is_deleted_with_the_last_stream_where_asked_for) {
  com::ptr<IStream> s, clone;
  ASSERT_EQ(open("f", STGM_READWRITE | STGM_CREATE | STGM_DELETEONRELEASE, TRUE, s), S_OK);
  ASSERT_EQ(s->Clone(clone.put()), S_OK);
  s = {};
  EXPECT_TRUE(fs::exists(folder_ / "f"));
  clone = {};
  EXPECT_FALSE(fs::exists(folder_ / "f"));
}

TEST_F(file_stream, a_clone_of_itself_is_copied_to_once) {
  write("f", "abcdef");
  com::ptr<IStream> s, clone;
  ASSERT_EQ(open("f", STGM_READWRITE, FALSE, s), S_OK);
  ASSERT_EQ(s->Clone(clone.put()), S_OK);
  ASSERT_EQ(clone->Seek(move(0), STREAM_SEEK_END, nullptr), S_OK);
  ULARGE_INTEGER in{}, out{};
  ASSERT_EQ(s->CopyTo(clone.get(), size(~0ull), &in, &out), S_OK);
  EXPECT_EQ(in.QuadPart, 6u);
  EXPECT_EQ(out.QuadPart, 6u);
  EXPECT_EQ(read("f"), "abcdefabcdef");
  ASSERT_EQ(s->Seek(move(0), STREAM_SEEK_END, nullptr), S_OK);
  ASSERT_EQ(s->CopyTo(s.get(), size(~0ull), &in, &out), S_OK);  // to itself, and nothing is left
  EXPECT_EQ(in.QuadPart, 0u);
}

TEST_F(file_stream, is_copied_into_itself_once) {
  write("f", std::string(3'000'001, 'x'));
  com::ptr<IStream> s;
  ASSERT_EQ(open("f", STGM_READWRITE, FALSE, s), S_OK);
  ULARGE_INTEGER in{}, out{};
  ASSERT_EQ(s->CopyTo(s.get(), size(~0ull), &in, &out), S_OK);
  EXPECT_LE(in.QuadPart, 3'000'001u);
  EXPECT_EQ(in.QuadPart, out.QuadPart);
}

TEST_F(file_stream, an_empty_one_gives_its_clone_nothing) {
  write("f", "");
  com::ptr<IStream> s, clone;
  ASSERT_EQ(open("f", STGM_READWRITE, FALSE, s), S_OK);
  ASSERT_EQ(s->Clone(clone.put()), S_OK);
  ULARGE_INTEGER in{};
  ASSERT_EQ(s->CopyTo(clone.get(), size(~0ull), &in, nullptr), S_OK);
  EXPECT_EQ(in.QuadPart, 0u);
}

TEST_F(file_stream, without_memory_is_a_code) {
  write("a name that needs memory of its own, since it is so long", "abc");
  com::ptr<IStream> reading, writing, none;
  ASSERT_EQ(open("a name that needs memory of its own, since it is so long", STGM_READ, FALSE, reading),
            S_OK);
  ASSERT_EQ(open("a name that needs memory of its own, since it is so long", STGM_WRITE, FALSE, writing),
            S_OK);
  const std::wstring name = path("a name that needs memory of its own, since it is so long");
  STATSTG stat{};
  char c = 0;
  const com::new_limit limit(0);
  EXPECT_EQ(writing->Read(&c, 1, static_cast<ULONG*>(nullptr)), E_OUTOFMEMORY);
  EXPECT_EQ(writing->CopyTo(reading.get(), size(1), nullptr, nullptr), E_OUTOFMEMORY);
  EXPECT_EQ(reading->Write(&c, 1, static_cast<ULONG*>(nullptr)), E_OUTOFMEMORY);
  EXPECT_EQ(reading->SetSize(size(1)), E_OUTOFMEMORY);
  EXPECT_EQ(reading->CopyTo(writing.get(), size(1), nullptr, nullptr), E_OUTOFMEMORY);
  EXPECT_EQ(reading->Stat(&stat, STATFLAG_DEFAULT), E_OUTOFMEMORY);
  EXPECT_EQ(reading->Clone(none.put()), E_OUTOFMEMORY);
  EXPECT_EQ(SHCreateStreamOnFileEx(name.c_str(), STGM_READ, 0, FALSE, nullptr, none.put()), E_OUTOFMEMORY);
  EXPECT_EQ(CreateStreamOnHGlobal(nullptr, TRUE, none.put()), E_OUTOFMEMORY);
  EXPECT_EQ(SHCreateMemStream(nullptr, 0), nullptr);
  EXPECT_EQ(reading->Read(&c, 1, static_cast<ULONG*>(nullptr)), S_OK);  // which needs none
  EXPECT_EQ(c, 'a');
}

TEST_F(file_stream, far_behind_the_end) {
  write("f", "abc");
  com::ptr<IStream> s;
  ASSERT_EQ(open("f", STGM_READWRITE, FALSE, s), S_OK);
  ULARGE_INTEGER at{};
  ASSERT_EQ(s->Seek(move(INT64_MAX), STREAM_SEEK_SET, &at), S_OK);
  EXPECT_EQ(at.QuadPart, static_cast<ULONGLONG>(INT64_MAX));
  char c = 0;
  ULONG count = 7;
  EXPECT_EQ(s->Read(&c, 1, &count), S_OK);
  EXPECT_EQ(count, 0u);
  EXPECT_TRUE(FAILED(s->Write("x", 1, &count)));
  EXPECT_EQ(count, 0u);
  EXPECT_EQ(s->Seek(move(1), STREAM_SEEK_CUR, &at), STG_E_INVALIDFUNCTION);
  EXPECT_EQ(s->Seek(move(INT64_MIN), STREAM_SEEK_END, nullptr), STG_E_INVALIDFUNCTION);
  EXPECT_TRUE(FAILED(s->SetSize(size(~0ull))));
  EXPECT_EQ(read("f"), "abc");
}

TEST_F(file_stream, tells_its_times) {
  write("f", "abc");
  com::ptr<IStream> s;
  ASSERT_EQ(open("f", STGM_READ, FALSE, s), S_OK);
  const timespec past[] = {{-11'644'473'600 + 1, 500}, {0, 0}};  // a second after the first of FILETIME; 1970
  ASSERT_EQ(::utimensat(AT_FDCWD, (folder_ / "f").c_str(), past, 0), 0);
  STATSTG stat{};
  ASSERT_EQ(s->Stat(&stat, STATFLAG_NONAME), S_OK);
  EXPECT_EQ(stat.mtime.dwHighDateTime, 0x019DB1DEu);
  EXPECT_EQ(stat.mtime.dwLowDateTime, 0xD53E8000u);
}

TEST_F(file_stream, a_pipe_is_refused_and_not_waited_for) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  com::ptr<IStream> s;
  for (const DWORD mode : {STGM_READ, STGM_WRITE, STGM_READWRITE})
    EXPECT_TRUE(FAILED(open("pipe", mode, FALSE, s))) << mode;
}

TEST_F(file_stream, names_that_no_file_has) {
  com::ptr<IStream> s;
  const std::wstring lone = path("a") + std::wstring(1, static_cast<wchar_t>(0xD800));
  EXPECT_EQ(SHCreateStreamOnFileEx(lone.c_str(), STGM_WRITE | STGM_CREATE, 0, TRUE, nullptr, s.put()),
            HRESULT_FROM_WIN32(ERROR_INVALID_NAME));
  EXPECT_TRUE(fs::is_empty(folder_));
  EXPECT_EQ(SHCreateStreamOnFileEx(L"", STGM_READ, 0, FALSE, nullptr, s.put()), E_INVALIDARG);
  for (const DWORD sharing : {0x50u, 0x60u, 0x70u})
    EXPECT_EQ(open("a", STGM_WRITE | STGM_CREATE | sharing, TRUE, s), E_INVALIDARG) << sharing;
}

TEST_F(file_stream, is_no_memory) {
  com::ptr<IStream> s;
  ASSERT_EQ(open("f", STGM_READWRITE | STGM_CREATE, TRUE, s), S_OK);
  HGLOBAL memory = this;
  EXPECT_EQ(GetHGlobalFromStream(s.get(), &memory), E_INVALIDARG);
  EXPECT_EQ(memory, nullptr);
}
