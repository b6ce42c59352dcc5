// SPDX-License-Identifier: Apache-2.0
// The orders of calls of clients in the field, written anew. The names are those of the clients.

#include "imapi2fs/boot_options.hpp"
#include "imapi2fs/fixture.hpp"

#include <string>

namespace comeback::imapi2fs {
namespace {

class clients : public image_facade {
 protected:
  void SetUp() override {
    image_facade::SetUp();
    write("in/readme.txt", "hello");
    write("in/sub/other.bin", std::string(3000, 'o'));
    write("boot/etfsboot.com", std::string(2048, 'e'));
    write("boot/efisys.bin", std::string(4096, 'f'));
  }
  com::ptr<IBootOptions> boot(const std::string& file, PlatformId platform) {
    com::ptr<IBootOptions> made = com::make<boot_options>();
    EXPECT_EQ(made->AssignBootImage(stream(file).get()), S_OK);
    EXPECT_EQ(made->put_PlatformId(platform), S_OK);
    EXPECT_EQ(made->put_Emulation(EmulationNone), S_OK);
    return made;
  }
  [[nodiscard]] std::string in() const { return (folder / "in").string(); }
  std::string iso() const { return (folder / "out.iso").string(); }

  /// In pieces of 2048 bytes, as scripts do that read until TotalBlocks; answers what was read.
  std::string read_by_blocks() {
    com::ptr<IFileSystemImageResult> result;
    com::ptr<IStream> data;
    LONG blocks = 0, size = 0;
    EXPECT_EQ(image->CreateResultImage(result.put()), S_OK);
    EXPECT_EQ(result->get_ImageStream(data.put()), S_OK);
    EXPECT_EQ(result->get_TotalBlocks(&blocks), S_OK);
    EXPECT_EQ(result->get_BlockSize(&size), S_OK);
    std::string all, piece(static_cast<std::size_t>(size), '\0');
    for (LONG i = 0; i < blocks; ++i) {
      ULONG count = 0;
      EXPECT_EQ(data->Read(piece.data(), static_cast<ULONG>(size), &count), S_OK);
      EXPECT_EQ(count, static_cast<ULONG>(size));
      all += piece;
    }
    return all;
  }
  /// Stat and CopyTo into a new file.
  std::uintmax_t copy_to_file() {
    com::ptr<IFileSystemImageResult> result;
    com::ptr<IStream> data, out;
    STATSTG stat{};
    EXPECT_EQ(image->CreateResultImage(result.put()), S_OK);
    EXPECT_EQ(result->get_ImageStream(data.put()), S_OK);
    EXPECT_EQ(data->Stat(&stat, STATFLAG_NONAME), S_OK);
    EXPECT_EQ(SHCreateStreamOnFileEx(std::filesystem::path(iso()).wstring().c_str(), STGM_CREATE | STGM_WRITE,
                                     0x80, TRUE, nullptr, out.put()),
              S_OK);
    ULARGE_INTEGER read{}, written{};
    EXPECT_EQ(data->CopyTo(out.get(), stat.cbSize, &read, &written), S_OK);
    EXPECT_EQ(written.QuadPart, stat.cbSize.QuadPart);
    out = nullptr;
    EXPECT_EQ(std::filesystem::file_size(iso()), stat.cbSize.QuadPart);
    return stat.cbSize.QuadPart;
  }
};

// The title first, then the medium, then the tree; at last what boots.
TEST_F(clients, new_iso_file) {
  ASSERT_EQ(image->put_VolumeName(words("2023-11-15.120000.00")), S_OK);
  ASSERT_EQ(image->ChooseImageDefaultsForMediaType(IMAPI_MEDIA_TYPE_DVDPLUSRW_DUALLAYER), S_OK);
  ASSERT_EQ(root->AddTree(words(in()), VARIANT_TRUE), S_OK);
  ASSERT_EQ(image->put_BootImageOptions(boot("boot/etfsboot.com", PlatformX86).get()), S_OK);
  const auto all = read_by_blocks();
  EXPECT_NE(all.find("EL TORITO"), std::string::npos);
  EXPECT_NE(all.find(std::string(2048, 'e')), std::string::npos);
}

// Boot options without a medium, then file systems, medium, tree, label; Stat and CopyTo.
TEST_F(clients, py_imapi) {
  const auto options = boot("boot/etfsboot.com", PlatformX86);
  ASSERT_EQ(options->put_Manufacturer(words("pyIMAPI")), S_OK);
  ASSERT_EQ(image->put_FileSystemsToCreate(static_cast<FsiFileSystems>(3)), S_OK);
  ASSERT_EQ(image->put_BootImageOptions(options.get()), S_OK);
  ASSERT_EQ(image->ChooseImageDefaultsForMediaType(IMAPI_MEDIA_TYPE_DISK), S_OK);
  com::ptr<IFsiDirectoryItem> again;
  ASSERT_EQ(image->get_Root(again.put()), S_OK);
  ASSERT_EQ(again->AddTree(words(in()), VARIANT_FALSE), S_OK);
  ASSERT_EQ(again->AddFile(words("extra.bin"), stream("boot/efisys.bin").get()), S_OK);
  ASSERT_EQ(image->put_VolumeName(words("PYIMAPI")), S_OK);
  EXPECT_GT(copy_to_file(), 0u);
}

// FreeMediaBlocks -1, a boot image, and the folder; progress of every file.
TEST_F(clients, i_burn_boot_disc) {
  ASSERT_EQ(image->put_FreeMediaBlocks(-1), S_OK);
  ASSERT_EQ(image->put_VolumeName(words("BootDisc")), S_OK);
  ASSERT_EQ(image->put_BootImageOptions(boot("boot/etfsboot.com", PlatformX86).get()), S_OK);
  ASSERT_EQ(root->AddTree(words(in()), VARIANT_FALSE), S_OK);
  EXPECT_EQ(files(), 2);
  EXPECT_FALSE(read_by_blocks().empty());
}

}  // namespace
}  // namespace comeback::imapi2fs
