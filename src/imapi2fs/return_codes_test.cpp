// SPDX-License-Identifier: Apache-2.0
// Return codes that the pages list for a member, as far as no other test has them.

#include "base/file.hpp"
#include "com/data/limited_memory.hpp"
#include "com/object/with_nulls.hpp"
#include "com/stream/stream.hpp"
#include "imapi2fs/boot_options.hpp"
#include "imapi2fs/fixture.hpp"
#include "imapi2fs/iso_image_manager.hpp"

#include <functional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

namespace comeback::imapi2fs {
namespace {

using com::with_nulls;

/// A stream that tells a size, and has as many bytes as it has.
class telling final : public com::stream_bytes {
 public:
  telling(std::uint64_t told, std::uint64_t has) : told_(told), has_(has) {}
  [[nodiscard]] std::uint64_t size() const override { return told_; }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
    return offset >= has_ ? 0 : std::min<std::size_t>(into.size(), has_ - offset);
  }
  void write_at(std::uint64_t, std::span<const std::byte>) override {}
  void resize(std::uint64_t) override {}
  [[nodiscard]] DWORD mode() const override { return STGM_READ; }
  [[nodiscard]] std::string name() const override { return "telling"; }

 private:
  std::uint64_t told_, has_;
};

com::ptr<IStream> stream_of(std::uint64_t told, std::uint64_t has) {
  return com::make<com::stream>(std::make_shared<telling>(told, has));
}

/// What a member answers that gives an object, which must be null where it fails.
template <class On, class I, class Out>
HRESULT made_by(On* object, HRESULT (STDMETHODCALLTYPE I::*member)(Out**)) {
  Out* out = nullptr;
  const HRESULT answer = (object->*member)(&out);
  EXPECT_EQ(out == nullptr, FAILED(answer));
  if (out) out->Release();
  return answer;
}
template <class On, class I, class In, class Out>
HRESULT made_by(On* object, HRESULT (STDMETHODCALLTYPE I::*member)(In, Out**), In argument) {
  Out* out = nullptr;
  const HRESULT answer = (object->*member)(argument, &out);
  EXPECT_EQ(out == nullptr, FAILED(answer));
  if (out) out->Release();
  return answer;
}

/// The first answer that is not E_OUTOFMEMORY, which the call must give at least once.
HRESULT tried_with_more_and_more(const std::function<HRESULT()>& call) {
  for (int granted = 0; granted < 10'000; ++granted) {
    const com::new_limit few(granted);
    if (const HRESULT answer = call(); answer != E_OUTOFMEMORY) return granted > 0 ? answer : E_UNEXPECTED;
  }
  return E_OUTOFMEMORY;
}

class return_codes : public image_facade {
 protected:
  void SetUp() override {
    image_facade::SetUp();
    top = root.as<IFsiDirectoryItem2>();
    write("in/d/f", "text");
    write("f", "text");
    ASSERT_EQ(root->AddTree(words(in()), VARIANT_FALSE), S_OK);
    com::ptr<IFsiItem> found;
    ASSERT_EQ(root->get_Item(words("d/f"), found.put()), S_OK);
    file = found.as<IFsiFileItem2>();
    ASSERT_EQ(root->get_Item(words("d"), found.put()), S_OK);
    directory = found.as<IFsiDirectoryItem2>();
  }
  [[nodiscard]] std::string in() const { return (folder / "in").string(); }
  com::ptr<IFileSystemImageResult> frozen() {
    com::ptr<IFileSystemImageResult> made;
    EXPECT_EQ(image->CreateResultImage(made.put()), S_OK);
    return made;
  }

  com::ptr<IFsiDirectoryItem2> top, directory;
  com::ptr<IFsiFileItem2> file;
};

TEST_F(return_codes, a_frozen_image_is_read_only) {
  com::ptr<IFsiFileItem> loose;
  ASSERT_EQ(image->CreateFileItem(words("loose"), loose.put()), S_OK);
  const auto kept = frozen();
  const com::ptr<IFsiItem> item = file.as<IFsiItem>();
  const std::vector<std::pair<const char*, HRESULT>> rows{
      {"AddDirectory", root->AddDirectory(words("x"))},
      {"AddFile", root->AddFile(words("x"), stream("f").get())},
      {"AddTree", root->AddTree(words(in()), VARIANT_FALSE)},
      {"AddTreeWithNamedStreams", top->AddTreeWithNamedStreams(words(in()), VARIANT_FALSE)},
      {"Add", root->Add(loose.get())},
      {"Remove", root->Remove(words("d/f"))},
      {"RemoveTree", root->RemoveTree(words("d"))},
      {"AddStream", file->AddStream(words("s"), stream("f").get())},
      {"RemoveStream", file->RemoveStream(words("s"))},
      {"put_Data", file->put_Data(stream("f").get())},
      {"put_CreationTime", item->put_CreationTime(1)},
      {"put_LastAccessedTime", item->put_LastAccessedTime(1)},
      {"put_LastModifiedTime", item->put_LastModifiedTime(1)},
      {"put_IsHidden", item->put_IsHidden(VARIANT_TRUE)},
      {"put_FileSystemsToCreate", image->put_FileSystemsToCreate(FsiFileSystemUDF)},
      {"put_UDFRevision", image->put_UDFRevision(0x201)},
      {"put_ISO9660InterchangeLevel", image->put_ISO9660InterchangeLevel(1)},
      {"put_VolumeName", image->put_VolumeName(words("X"))},
      {"put_StrictFileSystemCompliance", image->put_StrictFileSystemCompliance(VARIANT_TRUE)},
      {"put_UseRestrictedCharacterSet", image->put_UseRestrictedCharacterSet(VARIANT_TRUE)},
      {"put_SessionStartBlock", image->put_SessionStartBlock(0)},
      {"put_BootImageOptions", image->put_BootImageOptions(nullptr)},
      {"ChooseImageDefaultsForMediaType", image->ChooseImageDefaultsForMediaType(IMAPI_MEDIA_TYPE_DISK)},
      {"RollbackToChangePoint", image->RollbackToChangePoint(0)},
  };
  for (const auto& [member, code] : rows) EXPECT_EQ(code, IMAPI_E_READONLY) << member;
  EXPECT_EQ(image->LockInChangePoint(), S_OK);
  EXPECT_EQ(image->put_StageFiles(VARIANT_FALSE), S_OK);
  EXPECT_EQ(image->put_FreeMediaBlocks(0), S_OK);
}

TEST_F(return_codes, removing) {
  ASSERT_EQ(root->AddDirectory(words("empty")), S_OK);
  EXPECT_EQ(root->Remove(words("/")), IMAPI_E_DIR_NOT_EMPTY);
  EXPECT_EQ(root->Remove(words("d")), IMAPI_E_DIR_NOT_EMPTY);
  EXPECT_EQ(root->Remove(words("no/such")), IMAPI_E_INVALID_PATH);
  EXPECT_EQ(directory->Remove(words("/d/f")), IMAPI_E_INVALID_PATH);
  EXPECT_EQ(root->RemoveTree(words("no/such")), IMAPI_E_INVALID_PATH);
  EXPECT_EQ(directory->RemoveTree(words("")), IMAPI_E_INVALID_PATH);
  EXPECT_EQ(root->RemoveTree(words("such")), IMAPI_E_DIR_NOT_FOUND);
  EXPECT_EQ(root->RemoveTree(words("d/f")), IMAPI_E_NOT_DIR);
  EXPECT_EQ(root->Remove(words("empty")), S_OK);
  EXPECT_EQ(root->RemoveTree(words("\\")), S_OK);
  EXPECT_EQ(root->Remove(words("\\")), IMAPI_E_INVALID_PARAM);
  EXPECT_EQ(directory->Remove(words("f")), IMAPI_E_NOT_IN_FILE_SYSTEM);
  EXPECT_EQ(directory->RemoveTree(words("f")), IMAPI_E_NOT_IN_FILE_SYSTEM);
  EXPECT_EQ(file->AddStream(words("s"), stream("f").get()), IMAPI_E_NOT_IN_FILE_SYSTEM);
}

TEST_F(return_codes, sources_that_cannot_be_staged) {
  ASSERT_EQ(image->put_StageFiles(VARIANT_TRUE), S_OK);
  ASSERT_EQ(image->put_FreeMediaBlocks(0), S_OK);
  ASSERT_EQ(image->put_FileSystemsToCreate(FsiFileSystemUDF), S_OK);
  const com::ptr<IStream> bad = com::make<com::stream>(std::make_shared<broken>());
  struct row {
    const char* title;
    com::ptr<IStream> data;
    HRESULT hr;
  };
  for (const auto& r :
       {row{"cannot be read", bad, IMAPI_E_DATA_STREAM_READ_FAILURE},
        row{"ends early", stream_of(20'000, 5), IMAPI_E_DATA_STREAM_INCONSISTENCY},
        row{"more than there is room", stream_of(1ull << 60, 0), IMAPI_E_WORKING_DIRECTORY_SPACE}}) {
    com::ptr<IFsiFileItem> loose;
    ASSERT_EQ(image->CreateFileItem(words("loose"), loose.put()), S_OK);
    ASSERT_EQ(loose->put_Data(r.data.get()), S_OK);
    EXPECT_EQ(root->AddFile(words("x"), r.data.get()), r.hr) << r.title;
    EXPECT_EQ(root->Add(loose.get()), r.hr) << r.title;
    EXPECT_EQ(file->AddStream(words("s"), r.data.get()), r.hr) << r.title;
  }
  EXPECT_EQ(files(), 1);
  com::ptr<IFsiNamedStreams> streams;
  LONG count = -1;
  ASSERT_EQ(file->get_FsiNamedStreams(streams.put()), S_OK);
  EXPECT_EQ(streams->get_Count(&count), S_OK);
  EXPECT_EQ(count, 0);
}

// A process of its own mounts a small folder; where it may not, nothing is shown.
TEST_F(return_codes, a_working_folder_without_room) {
  write("large", std::string(1U << 20, 'x'));
  ASSERT_EQ(image->put_StageFiles(VARIANT_TRUE), S_OK);
  ASSERT_EQ(root->AddFile(words("large"), stream("large").get()), S_OK);
  const auto small = (folder / "small").string();
  std::filesystem::create_directory(small);
  constexpr int may_not = 77;
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("none", small.c_str(), "tmpfs", 0, "size=64k") != 0)
      ::_exit(may_not);
    ::_exit(image->put_WorkingDirectory(words(small)) == IMAPI_E_WORKING_DIRECTORY_SPACE ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  if (WEXITSTATUS(status) == may_not) GTEST_SKIP() << "Nothing can be mounted here.";
  EXPECT_EQ(status, 0);
}

// A file of the kernel's that tells a size and has fewer bytes.
TEST_F(return_codes, a_folder_whose_files_end_early) {
  std::error_code failed;
  const auto size = std::filesystem::file_size("/sys/kernel/uevent_seqnum", failed);
  if (failed || size < 100) GTEST_SKIP() << "There is no such file here.";
  std::filesystem::create_symlink("/sys/kernel/uevent_seqnum", folder / "in" / "short");
  ASSERT_EQ(image->put_StageFiles(VARIANT_TRUE), S_OK);
  EXPECT_EQ(root->AddTree(words(in()), VARIANT_TRUE), IMAPI_E_DATA_STREAM_INCONSISTENCY);
  EXPECT_EQ(top->AddTreeWithNamedStreams(words(in()), VARIANT_TRUE), IMAPI_E_DATA_STREAM_INCONSISTENCY);
  EXPECT_EQ(files(), 1);
}

// A file of the kernel's that root, too, may open and not read. Where files are not staged, the image's
// reader meets it.
TEST_F(return_codes, a_folder_with_a_file_whose_reading_fails) {
  constexpr auto* speed = "/sys/class/net/lo/speed";
  char byte = 0;
  const base::unique_fd unreadable(::open(speed, O_RDONLY | O_CLOEXEC));
  if (!unreadable || ::pread(unreadable.get(), &byte, 1, 0) != -1)
    GTEST_SKIP() << "There is no such file here.";
  std::filesystem::create_symlink(speed, folder / "in" / "speed");
  ASSERT_EQ(image->put_StageFiles(VARIANT_TRUE), S_OK);
  EXPECT_EQ(root->AddTree(words(in()), VARIANT_TRUE), IMAPI_E_DATA_STREAM_READ_FAILURE);
  EXPECT_EQ(top->AddTreeWithNamedStreams(words(in()), VARIANT_TRUE), IMAPI_E_DATA_STREAM_READ_FAILURE);
  EXPECT_EQ(files(), 1);
  com::ptr<IFsiItem> found;
  EXPECT_EQ(root->get_Item(words("in"), found.put()), IMAPI_E_ITEM_NOT_FOUND);

  ASSERT_EQ(image->put_StageFiles(VARIANT_FALSE), S_OK);
  EXPECT_EQ(root->AddTree(words(in()), VARIANT_TRUE), S_OK);
  com::ptr<IStream> stream;
  ASSERT_EQ(frozen()->get_ImageStream(stream.put()), S_OK);
  std::vector<char> bytes(1U << 20);
  HRESULT answer = S_OK;
  for (ULONG n = 1; n > 0 && answer == S_OK;)
    answer = stream->Read(bytes.data(), static_cast<ULONG>(bytes.size()), &n);
  EXPECT_TRUE(FAILED(answer));
}

// ISO 9660 has thirty letters for both parts of a name: here one is left for what would tell them apart.
TEST_F(return_codes, names_that_cannot_be_told_apart) {
  const std::string upper = "A." + std::string(28, 'X') + "Y", lower = "a" + upper.substr(1);
  write("both/" + upper, "1");
  write("both/" + lower, "2");
  const words both((folder / "both").string());
  com::ptr<IFsiFileItem> loose;
  ASSERT_EQ(image->CreateFileItem(words(lower), loose.put()), S_OK);
  ASSERT_EQ(loose->put_Data(stream("f").get()), S_OK);
  ASSERT_EQ(root->RemoveTree(words("/")), S_OK);
  ASSERT_EQ(image->put_FileSystemsToCreate(FsiFileSystemISO9660), S_OK);
  ASSERT_EQ(image->put_ISO9660InterchangeLevel(2), S_OK);

  // Strict rules look at names at once, relaxed ones when the image is made.
  ASSERT_EQ(image->put_StrictFileSystemCompliance(VARIANT_TRUE), S_OK);
  EXPECT_EQ(root->AddTree(both, VARIANT_FALSE), IMAPI_E_NO_UNIQUE_NAME);
  EXPECT_EQ(top->AddTreeWithNamedStreams(both, VARIANT_FALSE), IMAPI_E_NO_UNIQUE_NAME);
  EXPECT_EQ(files(), 0);
  ASSERT_EQ(root->AddFile(words(upper), stream("f").get()), S_OK);
  EXPECT_EQ(root->Add(loose.as<IFsiItem>().get()), IMAPI_E_NO_UNIQUE_NAME);
  EXPECT_EQ(files(), 1);

  ASSERT_EQ(image->put_StrictFileSystemCompliance(VARIANT_FALSE), S_OK);
  EXPECT_EQ(root->Add(loose.as<IFsiItem>().get()), S_OK);
  EXPECT_EQ(made_by(image.get(), &IFileSystemImage::CreateResultImage), IMAPI_E_NO_UNIQUE_NAME);
  EXPECT_EQ(root->Remove(words(lower)), S_OK);
  EXPECT_EQ(made_by(image.get(), &IFileSystemImage::CreateResultImage), S_OK);
}

// Root may read everything; then the kernel is asked as the user "nobody".
class as_nobody {
 public:
  as_nobody() {
    if (::geteuid() == 0) changed_ = ::seteuid(65534) == 0;
  }
  as_nobody(const as_nobody&) = delete;
  as_nobody& operator=(const as_nobody&) = delete;
  ~as_nobody() {
    if (changed_) (void)!::seteuid(0);
  }

 private:
  bool changed_ = false;
};

TEST_F(return_codes, a_folder_with_something_that_cannot_be_read) {
  using std::filesystem::perms;
  std::filesystem::permissions(folder / "in/d/f", perms::none);
  std::filesystem::permissions(folder, perms::all);
  {
    const as_nobody guard;
    EXPECT_EQ(root->AddTree(words(in()), VARIANT_TRUE), IMAPI_E_DATA_STREAM_CREATE_FAILURE);
    EXPECT_EQ(top->AddTreeWithNamedStreams(words(in()), VARIANT_TRUE), IMAPI_E_DATA_STREAM_CREATE_FAILURE);
  }
  std::filesystem::permissions(folder / "in/d", perms::none);
  {
    const as_nobody guard;
    EXPECT_EQ(root->AddTree(words(in()), VARIANT_TRUE), IMAPI_E_DIRECTORY_READ_FAILURE);
  }
  std::filesystem::permissions(folder / "in/d", perms::owner_all);
  EXPECT_EQ(files(), 1);
}

TEST_F(return_codes, trees_with_streams_as_trees_without) {
  com::ptr<IFsiDirectoryItem> loose;
  ASSERT_EQ(image->CreateDirectoryItem(words("loose"), loose.put()), S_OK);
  EXPECT_EQ(loose.as<IFsiDirectoryItem2>()->AddTreeWithNamedStreams(words(in()), VARIANT_FALSE),
            IMAPI_E_NOT_IN_FILE_SYSTEM);
  EXPECT_EQ(with_nulls(top, &IFsiDirectoryItem2::AddTreeWithNamedStreams), E_POINTER);
  EXPECT_EQ(top->AddTreeWithNamedStreams(words(""), VARIANT_FALSE), IMAPI_E_INVALID_PARAM);
  EXPECT_EQ(top->AddTreeWithNamedStreams(words(in() + "/none"), VARIANT_FALSE),
            IMAPI_E_DIRECTORY_READ_FAILURE);
  write("big/b", std::string(2U << 20, 'x'));
  ASSERT_EQ(image->put_FreeMediaBlocks(1000), S_OK);
  EXPECT_EQ(top->AddTreeWithNamedStreams(words((folder / "big").string()), VARIANT_FALSE),
            IMAPI_E_IMAGE_SIZE_LIMIT);
  EXPECT_EQ(files(), 1);
}

TEST_F(return_codes, streams_count_for_the_limit) {
  write("big", std::string(2U << 20, 'x'));
  ASSERT_EQ(image->put_UDFRevision(0x201), S_OK);
  ASSERT_EQ(image->put_FreeMediaBlocks(1000), S_OK);
  EXPECT_EQ(file->AddStream(words("s"), stream("big").get()), IMAPI_E_IMAGE_SIZE_LIMIT);
  EXPECT_EQ(file->RemoveStream(words("s")), IMAPI_E_INVALID_PARAM);
}

TEST_F(return_codes, depth_counts_where_the_rules_are_strict) {
  ASSERT_EQ(root->RemoveTree(words("/")), S_OK);
  ASSERT_EQ(image->put_FileSystemsToCreate(FsiFileSystemUDF), S_OK);
  ASSERT_EQ(image->put_StrictFileSystemCompliance(VARIANT_TRUE), S_OK);
  std::string path = "deep";
  for (int level = 0; level < 9; ++level) path += "/D";
  std::filesystem::create_directories(folder / path);
  LONG empty = 0, full = 0;
  ASSERT_EQ(image->get_ChangePoint(&empty), S_OK);
  ASSERT_EQ(root->AddTree(words((folder / "deep").string()), VARIANT_FALSE), S_OK);
  ASSERT_EQ(image->get_ChangePoint(&full), S_OK);
  EXPECT_EQ(image->put_FileSystemsToCreate(static_cast<FsiFileSystems>(5)), IMAPI_E_ISO9660_LEVELS);
  ASSERT_EQ(root->RemoveTree(words("/")), S_OK);
  ASSERT_EQ(image->put_FileSystemsToCreate(static_cast<FsiFileSystems>(5)), S_OK);
  EXPECT_EQ(image->RollbackToChangePoint(full), IMAPI_E_ISO9660_LEVELS);
  EXPECT_EQ(root->AddTree(words((folder / "deep").string()), VARIANT_FALSE), IMAPI_E_ISO9660_LEVELS);
  EXPECT_EQ(image->RollbackToChangePoint(empty), S_OK);
}

TEST_F(return_codes, nowhere_to_put_the_answer) {
  const com::ptr<IBootOptions> options = com::make<boot_options>();
  EXPECT_EQ(with_nulls(options, &IBootOptions::get_BootImage), E_POINTER);
  EXPECT_EQ(with_nulls(options, &IBootOptions::get_Manufacturer), E_POINTER);
  EXPECT_EQ(with_nulls(options, &IBootOptions::get_PlatformId), E_POINTER);
  EXPECT_EQ(with_nulls(options, &IBootOptions::get_Emulation), E_POINTER);
  EXPECT_EQ(with_nulls(options, &IBootOptions::get_ImageSize), E_POINTER);
  com::ptr<IFsiNamedStreams> streams;
  ASSERT_EQ(file->get_FsiNamedStreams(streams.put()), S_OK);
  EXPECT_EQ(with_nulls(streams, &IFsiNamedStreams::get__NewEnum), E_POINTER);
  EXPECT_EQ(with_nulls(streams, &IFsiNamedStreams::get_Item), E_POINTER);
  EXPECT_EQ(with_nulls(streams, &IFsiNamedStreams::get_Count), E_POINTER);
  EXPECT_EQ(with_nulls(streams, &IFsiNamedStreams::get_EnumNamedStreams), E_POINTER);
  const auto result = frozen();
  com::ptr<IProgressItems> items;
  com::ptr<IProgressItem> item;
  ASSERT_EQ(result->get_ProgressItems(items.put()), S_OK);
  ASSERT_EQ(items->get_Item(0, item.put()), S_OK);
  EXPECT_EQ(with_nulls(items, &IProgressItems::get__NewEnum), E_POINTER);
  EXPECT_EQ(with_nulls(items, &IProgressItems::get_Item), E_POINTER);
  EXPECT_EQ(with_nulls(items, &IProgressItems::get_Count), E_POINTER);
  EXPECT_EQ(with_nulls(items, &IProgressItems::ProgressItemFromBlock), E_POINTER);
  EXPECT_EQ(items->ProgressItemFromDescription(words("\\d\\f"), nullptr), E_POINTER);
  EXPECT_EQ(with_nulls(items, &IProgressItems::get_EnumProgressItems), E_POINTER);
  EXPECT_EQ(with_nulls(item, &IProgressItem::get_Description), E_POINTER);
  EXPECT_EQ(with_nulls(item, &IProgressItem::get_FirstBlock), E_POINTER);
  EXPECT_EQ(with_nulls(item, &IProgressItem::get_LastBlock), E_POINTER);
  EXPECT_EQ(with_nulls(item, &IProgressItem::get_BlockCount), E_POINTER);
  com::ptr<IBlockRangeList> ranges;
  SAFEARRAY* got = nullptr;
  ASSERT_EQ(result.as<IFileSystemImageResult2>()->get_ModifiedBlocks(ranges.put()), S_OK);
  EXPECT_EQ(with_nulls(ranges, &IBlockRangeList::get_BlockRanges), E_POINTER);
  ASSERT_EQ(ranges->get_BlockRanges(&got), S_OK);
  const com::safe_array held(got);
  com::variant one;
  LONG zero = 0, first = -1;
  ASSERT_EQ(SafeArrayGetElement(got, &zero, one.put()), S_OK);
  const auto range = com::ptr<IDispatch>(one.get().pdispVal).as<IBlockRange>();
  EXPECT_EQ(with_nulls(range, &IBlockRange::get_StartLba), E_POINTER);
  EXPECT_EQ(with_nulls(range, &IBlockRange::get_EndLba), E_POINTER);
  EXPECT_EQ(range->get_StartLba(&first), S_OK);
  EXPECT_EQ(first, 0);
}

TEST_F(return_codes, the_stream_of_a_result_knows_the_flags_of_stat) {
  com::ptr<IStream> stream;
  ASSERT_EQ(frozen()->get_ImageStream(stream.put()), S_OK);
  STATSTG stat{};
  EXPECT_EQ(stream->Stat(&stat, 99), STG_E_INVALIDFUNCTION);
  EXPECT_EQ(stream->Stat(nullptr, STATFLAG_NONAME), E_POINTER);
  EXPECT_EQ(stream->Stat(&stat, STATFLAG_NONAME), S_OK);
}

TEST_F(return_codes, images_whose_blocks_no_long_counts_are_not_validated) {
  const com::ptr<IIsoImageManager> manager = com::make<iso_image_manager>();
  ASSERT_EQ(manager->SetStream(stream_of(std::uint64_t{1} << 42, 0).get()), S_OK);
  EXPECT_EQ(manager->Validate(), IMAPI_E_IMAGEMANAGER_IMAGE_TOO_BIG);
  const com::ptr<IStream> bad = com::make<com::stream>(std::make_shared<telling>(2048 * 20, 0));
  ASSERT_EQ(manager->SetStream(bad.get()), S_OK);
  EXPECT_EQ(manager->Validate(), IMAPI_E_IMAGEMANAGER_NO_VALID_VD_FOUND);
}

// Each member with no memory at all, then with one piece, and so on until it has enough.
TEST_F(return_codes, without_memory) {
  com::ptr<IFsiNamedStreams> streams;
  com::ptr<IEnumFsiItems> items;
  com::ptr<IProgressItems> progress;
  com::ptr<IEnumProgressItems> segments;
  com::ptr<IBlockRangeList> ranges;
  ASSERT_EQ(file->get_FsiNamedStreams(streams.put()), S_OK);
  ASSERT_EQ(root->get_EnumFsiItems(items.put()), S_OK);
  const auto result = frozen();
  ASSERT_EQ(result->get_ProgressItems(progress.put()), S_OK);
  ASSERT_EQ(progress->get_EnumProgressItems(segments.put()), S_OK);
  ASSERT_EQ(result.as<IFileSystemImageResult2>()->get_ModifiedBlocks(ranges.put()), S_OK);
  const words name("x"), path("d/f"), description("\\d\\f");
  const auto into = [](auto* object, auto member, auto... arguments) {
    return [=] { return made_by(object, member, arguments...); };
  };
  struct row {
    const char* member;
    std::function<HRESULT()> call;
  };
  const row rows[] = {
      {"get_Root", into(image.get(), &IFileSystemImage::get_Root)},
      {"CreateDirectoryItem", into(image.get(), &IFileSystemImage::CreateDirectoryItem, BSTR(name))},
      {"CreateFileItem", into(image.get(), &IFileSystemImage::CreateFileItem, BSTR(name))},
      {"CreateResultImage", into(image.get(), &IFileSystemImage::CreateResultImage)},
      {"get__NewEnum", into(root.get(), &IFsiDirectoryItem::get__NewEnum)},
      {"get_Item", into(root.get(), &IFsiDirectoryItem::get_Item, BSTR(path))},
      {"get_EnumFsiItems", into(root.get(), &IFsiDirectoryItem::get_EnumFsiItems)},
      {"Clone", into(items.get(), &IEnumFsiItems::Clone)},
      {"get_Data", into(file.get(), &IFsiFileItem2::get_Data)},
      {"get_FsiNamedStreams", into(file.get(), &IFsiFileItem2::get_FsiNamedStreams)},
      {"streams: get__NewEnum", into(streams.get(), &IFsiNamedStreams::get__NewEnum)},
      {"get_EnumNamedStreams", into(streams.get(), &IFsiNamedStreams::get_EnumNamedStreams)},
      {"get_ImageStream", into(result.get(), &IFileSystemImageResult::get_ImageStream)},
      {"get_ProgressItems", into(result.get(), &IFileSystemImageResult::get_ProgressItems)},
      {"progress: get__NewEnum", into(progress.get(), &IProgressItems::get__NewEnum)},
      {"progress: get_Item", into(progress.get(), &IProgressItems::get_Item, LONG{0})},
      {"ProgressItemFromBlock", into(progress.get(), &IProgressItems::ProgressItemFromBlock, ULONG{0})},
      {"ProgressItemFromDescription",
       into(progress.get(), &IProgressItems::ProgressItemFromDescription, BSTR(description))},
      {"get_EnumProgressItems", into(progress.get(), &IProgressItems::get_EnumProgressItems)},
      {"progress: Clone", into(segments.get(), &IEnumProgressItems::Clone)},
      {"get_BlockRanges",
       [&] {
         SAFEARRAY* got = nullptr;
         const HRESULT answer = ranges->get_BlockRanges(&got);
         if (got) SafeArrayDestroy(got);
         return answer;
       }},
  };
  for (const auto& r : rows) EXPECT_EQ(tried_with_more_and_more(r.call), S_OK) << r.member;
}

TEST_F(return_codes, a_folder_without_memory) {
  const words source(in());
  HRESULT answer = E_OUTOFMEMORY;
  int granted = 0;
  for (; answer == E_OUTOFMEMORY && granted < 10'000; ++granted) {
    const com::ptr<IFileSystemImage> other = com::make<file_system_image>([] { return noon; });
    com::ptr<IFsiDirectoryItem> into;
    ASSERT_EQ(other->get_Root(into.put()), S_OK);
    const com::new_limit few(granted);
    answer = into->AddTree(source, VARIANT_TRUE);
  }
  EXPECT_EQ(answer, S_OK);
  EXPECT_GT(granted, 10);
}

}  // namespace
}  // namespace comeback::imapi2fs
