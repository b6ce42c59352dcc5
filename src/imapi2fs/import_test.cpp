// SPDX-License-Identifier: Apache-2.0
// From the last session of a medium to the next one.

#include "base/limited_memory.hpp"
#include "disk/source.hpp"
#include "image/append.hpp"
#include "image/open.hpp"
#include "image/sessions.hpp"
#include "image/verify.hpp"
#include "imapi2fs/boot_options.hpp"
#include "imapi2fs/sessions_fixture.hpp"

#include <algorithm>
#include <set>

namespace comeback::imapi2fs {
namespace {

struct range {
  LONG first, last;
  bool operator==(const range&) const = default;
};

std::vector<range> ranges_in(const com::ptr<IBlockRangeList>& list) {
  SAFEARRAY* array = nullptr;
  EXPECT_EQ(list->get_BlockRanges(&array), S_OK);
  const com::safe_array held(array);
  std::vector<range> all;
  LONG high = -1;
  EXPECT_EQ(SafeArrayGetUBound(array, 1, &high), S_OK);
  for (LONG i = 0; i <= high; ++i) {
    com::variant one;
    EXPECT_EQ(SafeArrayGetElement(array, &i, one.put()), S_OK);
    const auto blocks = com::ptr<IDispatch>(one.get().pdispVal).as<IBlockRange>();
    range r{};
    EXPECT_EQ(blocks->get_StartLba(&r.first), S_OK);
    EXPECT_EQ(blocks->get_EndLba(&r.last), S_OK);
    all.push_back(r);
  }
  return all;
}

class importing : public sessions_facade {
 protected:
  void insert(optical::media_type type) {
    optical::create_image_medium(disc, type);
    at_random = optical::facts_of(type).how == optical::writing::random;
  }
  /// As a burner does: the ranges that the stream lists, in that order.
  void burn(const com::ptr<IFileSystemImageResult>& result) {
    com::ptr<IStream> stream;
    ASSERT_EQ(result->get_ImageStream(stream.put()), S_OK);
    const auto to = optical::open_image_medium(disc, optical::access::writing);
    auto at = to->next_writable();
    for (const auto& r : ranges_in(stream.as<IBlockRangeList>())) {
      std::vector<std::byte> bytes(static_cast<std::size_t>(r.last - r.first + 1) * 2048);
      LARGE_INTEGER from{};
      from.QuadPart = LONGLONG{r.first} * 2048;
      ASSERT_EQ(stream->Seek(from, STREAM_SEEK_SET, nullptr), S_OK);
      ULONG count = 0;
      ASSERT_EQ(stream->Read(bytes.data(), static_cast<ULONG>(bytes.size()), &count), S_OK);
      ASSERT_EQ(count, bytes.size());
      const auto unit = disk::bytes_in({to->facts().write_unit});
      bytes.resize((bytes.size() + unit - 1) / unit * unit);
      const auto where = at_random ? disk::lba{static_cast<std::uint64_t>(r.first)} : at;
      to->write(where, bytes);
      at += disk::blocks_for(bytes.size());
    }
    to->close_session(false);
  }
  com::ptr<IFileSystemImageResult> result() {
    com::ptr<IFileSystemImageResult> made;
    EXPECT_EQ(image->CreateResultImage(made.put()), S_OK);
    return made;
  }
  void add(const std::string& name, const std::string& contents) {
    write("source", contents);
    ASSERT_EQ(image->put_StageFiles(VARIANT_TRUE), S_OK);
    ASSERT_EQ(root->AddFile(words(name), stream("source").get()), S_OK);
  }
  /// A first session with "old", "d/inner" and "gone".
  void first_session(optical::media_type type, int file_systems) {
    insert(type);
    ASSERT_EQ(image->put_FileSystemsToCreate(static_cast<FsiFileSystems>(file_systems)), S_OK);
    ASSERT_EQ(image->put_VolumeName(words("FIRST")), S_OK);
    add("old", std::string(5000, 'o'));
    ASSERT_EQ(root->AddDirectory(words("d")), S_OK);
    add("d/inner", std::string(3000, 'i'));
    add("gone", std::string(2048, 'g'));
    burn(result());
    begin();
  }
  /// The next image object, with the sessions of the medium put as the writer would.
  void begin() {
    image = new_image();
    ASSERT_EQ(image->get_Root(root.put()), S_OK);
    const auto medium = optical::open_image_medium(disc, optical::access::reading);
    const auto sessions = medium->sessions();
    if (at_random) {
      random->unit.value = static_cast<LONG>(medium->facts().write_unit);
      random->all.value =
          medium->capacity().value == 0 ? 0x7FFFFFFF : static_cast<LONG>(medium->capacity().value);
      ASSERT_EQ(put({random.get()}), S_OK);
    } else {
      sequential->previous.value = static_cast<LONG>(sessions.back().first.value);
      sequential->next.value = static_cast<LONG>(medium->next_writable().value);
      sequential->room.value = static_cast<LONG>(medium->free_blocks().value);
      ASSERT_EQ(put({sequential.get()}), S_OK);
    }
  }
  [[nodiscard]] std::shared_ptr<const image::opened_image> session(std::size_t index) const {
    const auto medium = optical::open_image_medium(disc, optical::access::reading);
    const auto on = image::look_at(*medium);
    return std::make_shared<const image::opened_image>(image::open_session(on.bytes, on.sessions.at(index)));
  }
  static std::set<std::string> paths(const image::opened_image& in, image::file_system fs) {
    std::set<std::string> all;
    EXPECT_TRUE(in.walk(fs, [&](const std::string& path, const image::entry&) {
      all.insert(path);
      return true;
    }));
    return all;
  }
  static std::string read(const image::opened_image& in, image::file_system fs, const std::string& path) {
    const auto e = in.find(fs, path);
    if (!e) return "?";
    std::string bytes(static_cast<std::size_t>(e->size), '\0');
    EXPECT_TRUE(in.read(*e, 0, std::as_writable_bytes(std::span(bytes))));
    return bytes;
  }

  bool at_random = false;
};

class import_sink final : public com::vtable_only<DFileSystemImageImportEvents> {
 public:
  std::vector<std::string> heard;
  HRESULT UpdateImport(IDispatch* image, FsiFileSystems fs, BSTR item, LONG directories, LONG all_directories,
                       LONG files, LONG all_files) override {
    EXPECT_TRUE(com::ptr<IDispatch>(image).as<IFileSystemImage>());
    std::string line = std::to_string(fs) + " " + com::to_utf8(item);
    for (const LONG n : {directories, all_directories, files, all_files}) line += " " + std::to_string(n);
    heard.push_back(line);
    return S_OK;
  }
};

struct kind {
  const char* title;
  optical::media_type type;
  int file_systems;
  FsiFileSystems imported;
};
void PrintTo(const kind& k, std::ostream* to) { *to << k.title; }

class every_kind : public importing, public testing::WithParamInterface<kind> {};

TEST_P(every_kind, the_next_session_has_the_old_files_and_the_new_ones) {
  first_session(GetParam().type, GetParam().file_systems);
  LONG next = 0;
  auto imported = FsiFileSystemNone, mask = FsiFileSystemNone;
  ASSERT_EQ(image->ImportFileSystem(&imported), S_OK);
  EXPECT_EQ(imported, GetParam().imported);
  EXPECT_EQ(image->get_FileSystemsToCreate(&mask), S_OK);
  EXPECT_EQ(mask, GetParam().file_systems);
  EXPECT_EQ(files(), 3);
  EXPECT_EQ(image->get_SessionStartBlock(&next), S_OK);
  EXPECT_GT(next, 0);
  if (!at_random) {
    EXPECT_EQ(next, sequential->next.value);
  }
  ASSERT_EQ(image->put_VolumeName(words("SECOND")), S_OK);
  ASSERT_EQ(root->Remove(words(imported == FsiFileSystemISO9660 ? "GONE" : "gone")), S_OK);
  add("new", std::string(4096, 'n'));
  const auto made = result();
  const auto size_before = std::filesystem::file_size(disc);
  burn(made);
  EXPECT_GT(std::filesystem::file_size(disc), size_before);

  const auto first = session(0), second = session(1);
  for (const auto fs : {image::file_system::iso9660, image::file_system::joliet, image::file_system::udf}) {
    if (!second->has(fs)) continue;
    const bool plain = fs == image::file_system::iso9660;
    const auto named = [&](const char* joliet, const char* iso) { return std::string(plain ? iso : joliet); };
    EXPECT_EQ(paths(*second, fs),
              (std::set<std::string>{named("/old", "/OLD"), named("/d", "/D"), named("/d/inner", "/D/INNER"),
                                     named("/new", "/NEW")}));
    EXPECT_EQ(read(*second, fs, named("/old", "/OLD")), std::string(5000, 'o'));
    EXPECT_EQ(read(*second, fs, named("/d/inner", "/D/INNER")), std::string(3000, 'i'));
    EXPECT_EQ(read(*second, fs, named("/new", "/NEW")), std::string(4096, 'n'));
    EXPECT_TRUE(paths(*first, fs).contains(named("/gone", "/GONE")));
    EXPECT_FALSE(paths(*first, fs).contains(named("/new", "/NEW")));
    EXPECT_EQ(second->find(fs, named("/old", "/OLD"))->runs.front().at,
              first->find(fs, named("/old", "/OLD"))->runs.front().at)
        << "named where it lies";
  }
}

TEST_P(every_kind, ten_sessions) {
  first_session(GetParam().type, GetParam().file_systems);
  std::set<std::string> identifiers;
  for (int i = 1; i < 10; ++i) {
    auto imported = FsiFileSystemNone;
    ASSERT_EQ(image->ImportFileSystem(&imported), S_OK) << i;
    BSTR id = nullptr;
    ASSERT_EQ(image->CalculateDiscIdentifier(&id), S_OK);
    EXPECT_TRUE(identifiers.insert(com::to_utf8(id)).second) << i;
    SysFreeString(id);
    add("f" + std::to_string(i), std::string(static_cast<std::size_t>(i) * 1000, 'f'));
    burn(result());
    begin();
  }
  const auto last = session(9);
  EXPECT_EQ(paths(*last, last->best()).size(), 13u);
}

INSTANTIATE_TEST_SUITE_P(
    media, every_kind,
    testing::Values(kind{"cd_r_joliet", optical::media_type::cd_r, 3, FsiFileSystemJoliet},
                    kind{"cd_r_bridge", optical::media_type::cd_r, 7, FsiFileSystemUDF},
                    kind{"dvd_minus_r_udf", optical::media_type::dvd_minus_r, 4, FsiFileSystemUDF},
                    kind{"dvd_plus_rw_joliet", optical::media_type::dvd_plus_rw, 3, FsiFileSystemJoliet},
                    kind{"dvd_plus_rw_bridge", optical::media_type::dvd_plus_rw, 7, FsiFileSystemUDF},
                    kind{"bd_re_udf", optical::media_type::bd_re, 4, FsiFileSystemUDF},
                    kind{"disk_iso9660", optical::media_type::disk, 1, FsiFileSystemISO9660}),
    [](const auto& of) { return of.param.title; });

TEST_F(importing, what_the_import_tells_and_fixes) {
  first_session(optical::media_type::dvd_plus_rw, 7);
  BSTR name = nullptr;
  ASSERT_EQ(image->ImportSpecificFileSystem(FsiFileSystemUDF), S_OK);
  ASSERT_EQ(image->get_ImportedVolumeName(&name), S_OK);
  EXPECT_EQ(com::to_utf8(name), "FIRST");
  SysFreeString(name);
  ASSERT_EQ(image->get_VolumeName(&name), S_OK);
  EXPECT_EQ(com::to_utf8(name), "") << "it is not carried over";
  SysFreeString(name);
  LONG value = 0, start = 0;
  EXPECT_EQ(image->get_UDFRevision(&value), S_OK);
  EXPECT_EQ(value, 0x102);
  EXPECT_EQ(image->get_SessionStartBlock(&start), S_OK);
  EXPECT_EQ(image->get_FreeMediaBlocks(&value), S_OK);
  EXPECT_EQ(value, random->all.value - start);
  EXPECT_EQ(image->put_UDFRevision(0x201), IMAPI_E_UDF_REVISION_CHANGE_NOT_ALLOWED);
  EXPECT_EQ(image->put_UDFRevision(0x102), S_OK);
  EXPECT_EQ(image->put_FileSystemsToCreate(FsiFileSystemUDF), IMAPI_E_FILE_SYSTEM_CHANGE_NOT_ALLOWED);
  EXPECT_EQ(image->put_FileSystemsToCreate(static_cast<FsiFileSystems>(7)), S_OK);
  EXPECT_EQ(image->put_SessionStartBlock(start + 32), IMAPI_E_INVALID_PARAM);
  EXPECT_EQ(image->put_SessionStartBlock(start), S_OK);
  EXPECT_EQ(got(image), std::vector<IDispatch*>{random.get()});
}

TEST_F(importing, tells_each_file_and_each_directory) {
  first_session(optical::media_type::cd_r, 7);
  const auto sink = com::make<import_sink>();
  com::ptr<IConnectionPoint> point;
  ASSERT_EQ(image.as<IConnectionPointContainer>()->FindConnectionPoint(IID_DFileSystemImageImportEvents,
                                                                       point.put()),
            S_OK);
  DWORD cookie = 0;
  ASSERT_EQ(point->Advise(sink.get(), &cookie), S_OK);
  ASSERT_EQ(image->ImportSpecificFileSystem(FsiFileSystemUDF), S_OK);
  EXPECT_EQ(sink->heard, (std::vector<std::string>{"4 \\d\\ 0 1 0 3", "4 \\d\\inner 1 1 1 3",
                                                   "4 \\gone 1 1 2 3", "4 \\old 1 1 3 3"}));
  sink->heard.clear();
  ASSERT_EQ(image->ImportSpecificFileSystem(FsiFileSystemJoliet), S_OK);
  EXPECT_EQ(sink->heard.front(), "2 \\d\\ 0 1 0 -1");
  sink->heard.clear();
  EXPECT_EQ(image->ImportSpecificFileSystem(static_cast<FsiFileSystems>(6)), IMAPI_E_INVALID_PARAM);
  EXPECT_TRUE(sink->heard.empty());
}

TEST_F(importing, with_less_and_less_memory) {
  first_session(optical::media_type::dvd_plus_rw, 3);
  const auto given = array({random.get()});
  int refused = 0;
  for (int granted = 0; granted < 100'000; granted += 1 + granted / 100) {
    const auto fresh = new_image();
    HRESULT put_it = S_OK, import_it = S_OK;
    auto imported = FsiFileSystemNone;
    {
      const base::new_limit few(granted);
      put_it = fresh->put_MultisessionInterfaces(given.get());
      if (put_it == S_OK) import_it = fresh->ImportFileSystem(&imported);
    }
    LONG count = -1;
    ASSERT_EQ(fresh->get_FileCount(&count), S_OK);
    if (put_it == S_OK && import_it == S_OK) {
      EXPECT_EQ(count, 3);
      EXPECT_GT(refused, 20);
      return;
    }
    ++refused;
    ASSERT_EQ(put_it == S_OK ? import_it : put_it, E_OUTOFMEMORY) << granted;
    ASSERT_EQ(count, 0) << granted;
    ASSERT_EQ(got(fresh).size(), put_it == S_OK ? 1u : 0u);
  }
  FAIL() << "never enough";
}

TEST_F(importing, a_file_system_by_name) {
  first_session(optical::media_type::cd_r, 3);
  EXPECT_EQ(image->ImportSpecificFileSystem(FsiFileSystemUDF), IMAPI_E_FILE_SYSTEM_NOT_FOUND);
  EXPECT_EQ(image->ImportSpecificFileSystem(static_cast<FsiFileSystems>(3)), IMAPI_E_INVALID_PARAM);
  EXPECT_EQ(image->ImportSpecificFileSystem(FsiFileSystemNone), IMAPI_E_INVALID_PARAM);
  EXPECT_EQ(files(), 0);
  const auto image3 = image.as<IFileSystemImage3>();
  VARIANT_BOOL is = VARIANT_FALSE;
  EXPECT_EQ(image3->ProbeSpecificFileSystem(FsiFileSystemJoliet, &is), S_OK);
  EXPECT_EQ(is, VARIANT_TRUE);
  EXPECT_EQ(image3->ProbeSpecificFileSystem(FsiFileSystemUDF, &is), S_OK);
  EXPECT_EQ(is, VARIANT_FALSE);
  EXPECT_EQ(image3->ProbeSpecificFileSystem(static_cast<FsiFileSystems>(5), &is), IMAPI_E_INVALID_PARAM);
  auto mask = FsiFileSystemNone;
  EXPECT_EQ(image->IdentifyFileSystemsOnDisc(nullptr, &mask), S_OK);
  EXPECT_EQ(mask, 3);
  const auto recorder = com::make<test_recorder>();
  EXPECT_EQ(new_image()->IdentifyFileSystemsOnDisc(recorder.get(), &mask), S_OK);
  EXPECT_EQ(mask, 3);
  EXPECT_EQ(image->ImportSpecificFileSystem(FsiFileSystemISO9660), S_OK);
  FsiItemType type{};
  EXPECT_EQ(image->Exists(words("\\OLD"), &type), S_OK);
  EXPECT_EQ(type, FsiItemFile);
}

TEST_F(importing, what_is_in_memory_stays) {
  first_session(optical::media_type::cd_r, 3);
  add("old", "mine");
  ASSERT_EQ(root->AddDirectory(words("d")), S_OK);
  add("d/more", "m");
  auto imported = FsiFileSystemNone;
  ASSERT_EQ(image->ImportFileSystem(&imported), S_OK);
  EXPECT_EQ(files(), 4);
  burn(result());
  const auto last = session(1);
  EXPECT_EQ(read(*last, image::file_system::joliet, "/old"), "mine");
  EXPECT_EQ(read(*last, image::file_system::joliet, "/d/inner"), std::string(3000, 'i'));
}

TEST_F(importing, a_file_that_meets_a_directory) {
  first_session(optical::media_type::cd_r, 3);
  ASSERT_EQ(root->AddDirectory(words("gone")), S_OK);
  auto imported = FsiFileSystemNone;
  EXPECT_EQ(image->ImportFileSystem(&imported), IMAPI_E_IMPORT_TYPE_COLLISION_FILE_EXISTS_AS_DIRECTORY);
  LONG directories = 0, start = -1;
  EXPECT_EQ(image->get_DirectoryCount(&directories), S_OK);
  EXPECT_EQ(directories, 2);
  EXPECT_EQ(files(), 0);
  EXPECT_EQ(image->get_SessionStartBlock(&start), S_OK);
  EXPECT_EQ(start, 0);
  ASSERT_EQ(root->Remove(words("gone")), S_OK);
  add("d", "a file");
  EXPECT_EQ(image->ImportFileSystem(&imported), IMAPI_E_IMPORT_TYPE_COLLISION_DIRECTORY_EXISTS_AS_FILE);
  EXPECT_EQ(files(), 1);
}

TEST_F(importing, boot_images_are_for_first_sessions) {
  first_session(optical::media_type::cd_r, 3);
  write("boot", std::string(2048, 'b'));
  const auto options = com::make<boot_options>();
  ASSERT_EQ(options->AssignBootImage(stream("boot").get()), S_OK);
  ASSERT_EQ(image->put_BootImageOptions(options.get()), S_OK);
  auto imported = FsiFileSystemNone;
  EXPECT_EQ(image->ImportFileSystem(&imported), IMAPI_E_BOOT_OBJECT_CONFLICT);
  EXPECT_EQ(image->ImportSpecificFileSystem(FsiFileSystemJoliet), IMAPI_E_BOOT_OBJECT_CONFLICT);
  ASSERT_EQ(image->put_BootImageOptions(nullptr), S_OK);
  EXPECT_EQ(image->ImportFileSystem(&imported), S_OK);
  EXPECT_EQ(image->put_BootImageOptions(options.get()), IMAPI_E_BOOT_OBJECT_CONFLICT);
  const auto both =
      com::array_of(std::vector{options}, [](const auto& one) { return com::dispatch_variant(one.get()); });
  EXPECT_EQ(image.as<IFileSystemImage2>()->put_BootImageOptionsArray(both.get()),
            IMAPI_E_BOOT_OBJECT_CONFLICT);
  EXPECT_EQ(image->put_BootImageOptions(nullptr), S_OK);
}

TEST_F(importing, a_frozen_image_and_a_rollback) {
  first_session(optical::media_type::cd_r, 3);
  {
    const auto kept = result();
    auto imported = FsiFileSystemNone;
    EXPECT_EQ(image->ImportFileSystem(&imported), IMAPI_E_READONLY);
  }
  LONG before = -1, start = 0;
  ASSERT_EQ(image->get_ChangePoint(&before), S_OK);
  auto imported = FsiFileSystemNone;
  ASSERT_EQ(image->ImportFileSystem(&imported), S_OK);
  ASSERT_EQ(image->RollbackToChangePoint(before), S_OK);
  EXPECT_EQ(files(), 0);
  EXPECT_EQ(image->get_SessionStartBlock(&start), S_OK);
  EXPECT_GT(start, 0) << "the image goes on that medium all the same";
  EXPECT_EQ(image->ImportFileSystem(&imported), S_OK);
  EXPECT_EQ(files(), 3);
}

TEST_F(importing, what_does_not_fit) {
  first_session(optical::media_type::cd_r, 3);
  sequential->room.value = 10;
  auto imported = FsiFileSystemNone;
  EXPECT_EQ(image->ImportFileSystem(&imported), IMAPI_E_IMAGE_TOO_BIG);
  EXPECT_EQ(files(), 0);
  LONG free = 0;
  EXPECT_EQ(image->get_FreeMediaBlocks(&free), S_OK);
  EXPECT_EQ(free, 332800);
}

TEST_F(importing, another_disc) {
  first_session(optical::media_type::cd_r, 3);
  auto imported = FsiFileSystemNone;
  ASSERT_EQ(image->ImportFileSystem(&imported), S_OK);
  ASSERT_EQ(image->ImportSpecificFileSystem(FsiFileSystemJoliet), S_OK) << "again";
  EXPECT_EQ(files(), 3);
  std::filesystem::remove(disc);
  std::filesystem::remove(optical::record_path(disc));
  const auto kept = image;
  image = new_image();
  ASSERT_EQ(image->get_Root(root.put()), S_OK);
  write("other", "x");
  first_session(optical::media_type::cd_r, 1);
  EXPECT_EQ(kept->ImportFileSystem(&imported), IMAPI_E_DISC_MISMATCH);
}

TEST_F(importing, no_file_system) {
  insert(optical::media_type::dvd_plus_rw);
  {
    const auto to = optical::open_image_medium(disc, optical::access::writing);
    to->write({0}, std::vector<std::byte>(disk::bytes_in({32}), std::byte{7}));
  }
  begin();
  auto imported = FsiFileSystemNone;
  EXPECT_EQ(image->ImportFileSystem(&imported), IMAPI_E_NO_SUPPORTED_FILE_SYSTEM);
  EXPECT_EQ(image->ImportSpecificFileSystem(FsiFileSystemUDF), IMAPI_E_NO_SUPPORTED_FILE_SYSTEM);
}

// The page of ImportSpecificFileSystem, for clients that rely on it.
struct second_session {
  const char* title;
  optical::media_type type;
  int file_systems;
  bool refused;
};
void PrintTo(const second_session& s, std::ostream* to) { *to << s.title; }

class as_documented : public importing, public testing::WithParamInterface<second_session> {};

TEST_P(as_documented, with_iso_9660_media_that_are_written_at_random_take_one_session) {
  const auto& how = GetParam();
  rule = second_iso9660::refused;
  first_session(how.type, how.file_systems);
  const auto answer = how.refused ? IMAPI_E_INCOMPATIBLE_PREVIOUS_SESSION : S_OK;
  const auto which = (how.file_systems & 4) != 0 ? FsiFileSystemUDF : FsiFileSystemISO9660;
  VARIANT_BOOL takes = VARIANT_TRUE;
  EXPECT_EQ(image.as<IFileSystemImage3>()->ProbeSpecificFileSystem(which, &takes), S_OK);
  EXPECT_EQ(takes != VARIANT_FALSE, !how.refused);
  EXPECT_EQ(image->ImportSpecificFileSystem(which), answer);
  EXPECT_EQ(files(), how.refused ? 0 : 3);
  rule = second_iso9660::made;
  begin();
  auto imported = FsiFileSystemNone;
  EXPECT_EQ(image->ImportFileSystem(&imported), S_OK) << "without the setting";
  rule = second_iso9660::refused;
  begin();
  EXPECT_EQ(image->ImportFileSystem(&imported), answer);
  EXPECT_EQ(imported, how.refused ? FsiFileSystemNone : which);
}

// The first session is what the page speaks of.
TEST_F(importing, a_later_session_is_judged_by_the_first_one) {
  first_session(optical::media_type::dvd_plus_rw, 4);
  auto imported = FsiFileSystemNone;
  ASSERT_EQ(image->ImportFileSystem(&imported), S_OK);
  add("new", std::string(4096, 'n'));
  burn(result());
  rule = second_iso9660::refused;
  begin();
  EXPECT_EQ(image->ImportFileSystem(&imported), S_OK);
}

INSTANTIATE_TEST_SUITE_P(
    media, as_documented,
    testing::Values(second_session{"dvd_plus_rw_bridge", optical::media_type::dvd_plus_rw, 7, true},
                    second_session{"dvd_ram_iso_9660", optical::media_type::dvd_ram, 3, true},
                    second_session{"disk_bridge", optical::media_type::disk, 5, true},
                    second_session{"bd_re_udf_alone", optical::media_type::bd_re, 4, false},
                    second_session{"cd_r_bridge", optical::media_type::cd_r, 7, false},
                    second_session{"dvd_plus_r_iso_9660", optical::media_type::dvd_plus_r, 1, false}),
    [](const auto& one) { return one.param.title; });

TEST_F(importing, ranges_in_the_order_to_burn) {
  first_session(optical::media_type::dvd_plus_rw, 7);
  auto imported = FsiFileSystemNone;
  ASSERT_EQ(image->ImportFileSystem(&imported), S_OK);
  const auto made = result();
  LONG start = 0, total = 0;
  ASSERT_EQ(image->get_SessionStartBlock(&start), S_OK);
  ASSERT_EQ(made->get_TotalBlocks(&total), S_OK);
  EXPECT_EQ(total % 16, 0);
  com::ptr<IBlockRangeList> list;
  ASSERT_EQ(made.as<IFileSystemImageResult2>()->get_ModifiedBlocks(list.put()), S_OK);
  const auto all = ranges_in(list);
  com::ptr<IStream> stream;
  ASSERT_EQ(made->get_ImageStream(stream.put()), S_OK);
  EXPECT_EQ(ranges_in(stream.as<IBlockRangeList>()), all);
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0].first, start);
  EXPECT_EQ(all[1].first, all[0].last + 1) << "the anchor that says that all is there";
  EXPECT_EQ(all[1].last, total - 1);
  EXPECT_EQ(all[2], (range{256, 271}));
  EXPECT_EQ(all[3], (range{16, 31}));
  // What lies between is the old session.
  std::vector<std::byte> now(2048), then(2048);
  LARGE_INTEGER at{};
  at.QuadPart = 40 * 2048;
  ULONG count = 0;
  ASSERT_EQ(stream->Seek(at, STREAM_SEEK_SET, nullptr), S_OK);
  ASSERT_EQ(stream->Read(now.data(), 2048, &count), S_OK);
  optical::open_image_medium(disc, optical::access::reading)->bytes()->read_at(40 * 2048, then);
  EXPECT_EQ(now, then);
  STATSTG stat{};
  ASSERT_EQ(stream->Stat(&stat, STATFLAG_NONAME), S_OK);
  EXPECT_EQ(stat.cbSize.QuadPart, static_cast<ULONGLONG>(total) * 2048);
}

TEST_F(importing, the_bytes_of_a_file_of_the_older_session) {
  first_session(optical::media_type::cd_r, 3);
  auto imported = FsiFileSystemNone;
  ASSERT_EQ(image->ImportFileSystem(&imported), S_OK);
  com::ptr<IFsiItem> item;
  ASSERT_EQ(root->get_Item(words("old"), item.put()), S_OK);
  com::ptr<IStream> bytes;
  ASSERT_EQ(item.as<IFsiFileItem>()->get_Data(bytes.put()), S_OK);
  std::string text(6000, '\0');
  ULONG count = 0;
  ASSERT_TRUE(SUCCEEDED(bytes->Read(text.data(), 6000, &count)));
  EXPECT_EQ(text.substr(0, count), std::string(5000, 'o'));
}

TEST_F(importing, defaults_of_the_medium_in_a_recorder) {
  insert(optical::media_type::cd_r);
  const auto recorder = com::make<test_recorder>();
  EXPECT_EQ(image->ChooseImageDefaults(recorder.get()), S_OK);
  auto mask = FsiFileSystemNone;
  LONG blocks = 0;
  EXPECT_EQ(image->get_FileSystemsToCreate(&mask), S_OK);
  EXPECT_EQ(mask, 3);
  EXPECT_EQ(image->get_FreeMediaBlocks(&blocks), S_OK);
  const auto free = optical::open_image_medium(disc, optical::access::reading)->free_blocks().value;
  EXPECT_EQ(static_cast<std::uint64_t>(blocks), free);
  EXPECT_EQ(image->put_FreeMediaBlocks(1000), S_OK);
  EXPECT_EQ(image->SetMaxMediaBlocksFromDevice(recorder.get()), S_OK);
  EXPECT_EQ(image->get_FreeMediaBlocks(&blocks), S_OK);
  EXPECT_EQ(static_cast<std::uint64_t>(blocks), free);
}

TEST_F(importing, no_defaults_of_media_that_are_only_read) {
  std::ofstream(disc) << std::string(2048, 'x');
  optical::create_image_medium(disc, optical::media_type::dvd_rom);
  const auto recorder = com::make<test_recorder>();
  EXPECT_EQ(image->ChooseImageDefaults(recorder.get()), hr(0xC0AA0203));
  EXPECT_EQ(image->SetMaxMediaBlocksFromDevice(recorder.get()), hr(0xC0AA0203));
}

}  // namespace
}  // namespace comeback::imapi2fs
