// SPDX-License-Identifier: Apache-2.0
#include "com/stream/sizes_test.hpp"
#include "com/stream/stream.hpp"

#include <string>

#include <gtest/gtest.h>
#include <shlwapi.h>

using namespace comeback;
using namespace comeback::com::test_sizes;

namespace {}  // namespace

TEST(memory_stream, begins_with_a_copy) {
  const BYTE initial[] = {1, 2, 3};
  const auto s = com::ptr<IStream>::own(SHCreateMemStream(initial, 3));
  ASSERT_TRUE(s);
  BYTE read[4] = {};
  ULONG count = 0;
  EXPECT_EQ(s->Read(read, 4, &count), S_OK);
  EXPECT_EQ(count, 3u);
  EXPECT_EQ(read[2], 3);
  const auto empty = com::ptr<IStream>::own(SHCreateMemStream(nullptr, 3));
  EXPECT_EQ(empty->Read(read, 4, &count), S_OK);
  EXPECT_EQ(count, 0u);
}

TEST(memory_stream, grows_and_reads_zeros_where_nothing_was_written) {
  com::ptr<IStream> s, clone;
  ASSERT_EQ(CreateStreamOnHGlobal(nullptr, TRUE, s.put()), S_OK);
  ASSERT_EQ(s->Write("abc", 3, static_cast<ULONG*>(nullptr)), S_OK);
  ASSERT_EQ(s->SetSize(size(1)), S_OK);
  ASSERT_EQ(s->Clone(clone.put()), S_OK);
  ASSERT_EQ(clone->Seek(move(4), STREAM_SEEK_SET, nullptr), S_OK);
  ASSERT_EQ(clone->Write("z", 1, static_cast<ULONG*>(nullptr)), S_OK);
  char text[8] = {};
  ULONG count = 0;
  ASSERT_EQ(s->Seek(move(0), STREAM_SEEK_SET, nullptr), S_OK);
  ASSERT_EQ(s->Read(text, 8, &count), S_OK);
  EXPECT_EQ(std::string(text, count), std::string("a\0\0\0z", 5));
  EXPECT_EQ(s->SetSize(size(1ull << 40)), STG_E_MEDIUMFULL);
}

TEST(memory_stream, is_copied_to_its_clone_and_to_itself_once) {
  const auto s = com::ptr<IStream>::own(SHCreateMemStream(reinterpret_cast<const BYTE*>("abcdef"), 6));
  com::ptr<IStream> clone;
  ASSERT_EQ(s->Clone(clone.put()), S_OK);
  ASSERT_EQ(clone->Seek(move(0), STREAM_SEEK_END, nullptr), S_OK);
  ULARGE_INTEGER in{}, out{};
  ASSERT_EQ(s->CopyTo(clone.get(), size(~0ull), &in, &out), S_OK);
  EXPECT_EQ(in.QuadPart, 6u);
  EXPECT_EQ(out.QuadPart, 6u);
  ASSERT_EQ(s->Seek(move(0), STREAM_SEEK_SET, nullptr), S_OK);
  ASSERT_EQ(s->CopyTo(s.get(), size(~0ull), &in, &out), S_OK);
  EXPECT_EQ(in.QuadPart, 12u);
  STATSTG stat{};
  ASSERT_EQ(s->Stat(&stat, STATFLAG_NONAME), S_OK);
  EXPECT_EQ(stat.cbSize.QuadPart, 24u);
}

TEST(memory_stream, stands_on_global_memory) {
  const HGLOBAL memory = GlobalAlloc(GHND, 4);
  com::ptr<IStream> s;
  ASSERT_EQ(CreateStreamOnHGlobal(memory, FALSE, s.put()), S_OK);
  ASSERT_EQ(s->Write("abcdef", 6, static_cast<ULONG*>(nullptr)), S_OK);
  HGLOBAL found = nullptr;
  ASSERT_EQ(GetHGlobalFromStream(s.get(), &found), S_OK);
  EXPECT_EQ(found, memory);
  s = {};
  EXPECT_GE(GlobalSize(memory), 6u);
  EXPECT_EQ(std::string(static_cast<const char*>(GlobalLock(memory)), 6), "abcdef");
  EXPECT_EQ(GlobalFlags(memory), 1u);
  EXPECT_EQ(GlobalReAlloc(memory, 100, GMEM_MOVEABLE), nullptr);
  EXPECT_EQ(GlobalUnlock(memory), FALSE);
  EXPECT_EQ(GlobalFree(memory), nullptr);
}

TEST(memory_stream, freed_or_fixed_memory_is_told) {
  com::ptr<IStream> s;
  const HGLOBAL fixed = GlobalAlloc(GPTR, 2);
  EXPECT_EQ(GlobalLock(fixed), fixed);
  ASSERT_EQ(CreateStreamOnHGlobal(fixed, FALSE, s.put()), S_OK);
  EXPECT_EQ(GlobalReAlloc(fixed, 3, 0), nullptr);  // it may not move
  EXPECT_EQ(s->Write("abc", 3, static_cast<ULONG*>(nullptr)), S_OK);
  HGLOBAL moved = nullptr;
  ASSERT_EQ(GetHGlobalFromStream(s.get(), &moved), S_OK);
  EXPECT_EQ(GlobalFree(moved), nullptr);
  ASSERT_EQ(s->Seek(move(0), STREAM_SEEK_SET, nullptr), S_OK);
  char c = 0;
  EXPECT_EQ(s->Read(&c, 1, static_cast<ULONG*>(nullptr)), STG_E_READFAULT);
}

TEST(memory_stream, wrong_handles_and_null_arguments) {
  int no_handle = 0;
  com::ptr<IStream> s;
  HGLOBAL memory = nullptr;
  EXPECT_EQ(CreateStreamOnHGlobal(&no_handle, FALSE, s.put()), E_INVALIDARG);
  EXPECT_EQ(CreateStreamOnHGlobal(nullptr, TRUE, nullptr), E_POINTER);
  EXPECT_EQ(GetHGlobalFromStream(nullptr, &memory), E_INVALIDARG);
  EXPECT_EQ(GlobalFree(&no_handle), &no_handle);
  EXPECT_EQ(GlobalFree(nullptr), nullptr);
  EXPECT_EQ(GlobalLock(nullptr), nullptr);
  EXPECT_EQ(GlobalUnlock(nullptr), FALSE);
  EXPECT_EQ(GlobalSize(nullptr), 0u);
  EXPECT_EQ(GlobalFlags(nullptr), GMEM_INVALID_HANDLE);
  EXPECT_EQ(GlobalReAlloc(nullptr, 1, 0), nullptr);
}
