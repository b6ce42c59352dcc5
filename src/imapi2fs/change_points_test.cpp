// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/fixture.hpp"

namespace comeback::imapi2fs {
namespace {

class change_points : public image_facade {
 protected:
  LONG point() {
    LONG at = -1;
    EXPECT_EQ(image->get_ChangePoint(&at), S_OK);
    return at;
  }
  bool has(const char* path) {
    FsiItemType kind = FsiItemNotFound;
    EXPECT_EQ(image->Exists(words(path), &kind), S_OK) << path;
    return kind != FsiItemNotFound;
  }
};

TEST_F(change_points, count_changes_and_take_them_back) {
  EXPECT_EQ(point(), 0);
  ASSERT_EQ(root->AddDirectory(words("d")), S_OK);
  ASSERT_EQ(root->AddDirectory(words("d/e")), S_OK);
  const LONG both = point();
  EXPECT_EQ(both, 2);
  ASSERT_EQ(root->RemoveTree(words("d")), S_OK);
  EXPECT_EQ(image->RollbackToChangePoint(both), S_OK);
  EXPECT_TRUE(has("/d/e"));
  EXPECT_EQ(point(), both);
  EXPECT_EQ(image->RollbackToChangePoint(0), S_OK);
  EXPECT_FALSE(has("/d"));
}

TEST_F(change_points, a_folder_is_one_change) {
  write("a", "new");
  write("b/c", "x");
  ASSERT_EQ(root->AddFile(words("a"), stream("b/c").get()), S_OK);
  const LONG before = point();
  ASSERT_EQ(root->AddTree(words(folder.string()), VARIANT_FALSE), S_OK);
  EXPECT_EQ(point(), before + 1);
  com::ptr<IFsiItem> replaced;
  ASSERT_EQ(root->get_Item(words("b"), replaced.put()), S_OK);
  ASSERT_EQ(image->RollbackToChangePoint(before), S_OK);
  EXPECT_FALSE(has("/b"));
  com::ptr<IFsiItem> old;
  ASSERT_EQ(root->get_Item(words("a"), old.put()), S_OK);
  LONGLONG size = 0;
  ASSERT_EQ(old.as<IFsiFileItem>()->get_DataSize(&size), S_OK);
  EXPECT_EQ(size, 1);
  BSTR name = nullptr;
  EXPECT_EQ(replaced->get_Name(&name), IMAPI_E_ITEM_NOT_FOUND);
}

TEST_F(change_points, properties_and_streams_come_back_too) {
  write("a", "x");
  ASSERT_EQ(root->AddFile(words("a"), stream("a").get()), S_OK);
  com::ptr<IFsiItem> file;
  ASSERT_EQ(root->get_Item(words("a"), file.put()), S_OK);
  ASSERT_EQ(file.as<IFsiFileItem2>()->AddStream(words("s"), stream("a").get()),
            IMAPI_S_IMAGE_FEATURE_NOT_SUPPORTED);
  const LONG at = point();
  ASSERT_EQ(file->put_IsHidden(VARIANT_TRUE), S_OK);
  ASSERT_EQ(file->put_CreationTime(25569.25), S_OK);
  ASSERT_EQ(file.as<IFsiFileItem2>()->RemoveStream(words("s")), IMAPI_S_IMAGE_FEATURE_NOT_SUPPORTED);
  ASSERT_EQ(image->RollbackToChangePoint(at), S_OK);
  VARIANT_BOOL hidden = VARIANT_TRUE;
  DATE created = 0;
  EXPECT_EQ(file->get_IsHidden(&hidden), S_OK);
  EXPECT_EQ(file->get_CreationTime(&created), S_OK);
  EXPECT_EQ(hidden, VARIANT_FALSE);
  EXPECT_DOUBLE_EQ(created, 45245.5);
  com::ptr<IFsiNamedStreams> streams;
  LONG count = 0;
  ASSERT_EQ(file.as<IFsiFileItem2>()->get_FsiNamedStreams(streams.put()), S_OK);
  EXPECT_EQ(streams->get_Count(&count), S_OK);
  EXPECT_EQ(count, 1);
}

TEST_F(change_points, out_of_reach) {
  ASSERT_EQ(root->AddDirectory(words("d")), S_OK);
  for (const LONG never : {-1, 2, 1000, -2147483647})
    EXPECT_EQ(image->RollbackToChangePoint(never), IMAPI_E_INVALID_PARAM) << never;
  ASSERT_EQ(image->LockInChangePoint(), S_OK);
  EXPECT_EQ(point(), 1);
  EXPECT_EQ(image->RollbackToChangePoint(0), IMAPI_E_INVALID_PARAM);
  EXPECT_EQ(image->RollbackToChangePoint(1), S_OK);
  com::ptr<IFileSystemImageResult> result;
  ASSERT_EQ(image->CreateResultImage(result.put()), S_OK);
  EXPECT_EQ(image->RollbackToChangePoint(1), IMAPI_E_READONLY);
}

TEST_F(change_points, late_bound) {
  ASSERT_EQ(root->AddDirectory(words("d")), S_OK);
  VARIANT at{};
  ASSERT_EQ(late(image, L"ChangePoint", DISPATCH_PROPERTYGET, nullptr, &at), S_OK);
  EXPECT_EQ(at.lVal, 1);
  at.lVal = 0;
  EXPECT_EQ(late(image, L"RollbackToChangePoint", DISPATCH_METHOD, &at), S_OK);
  EXPECT_FALSE(has("/d"));
  EXPECT_EQ(late(image, L"LockInChangePoint", DISPATCH_METHOD, nullptr), S_OK);
}

}  // namespace
}  // namespace comeback::imapi2fs
