// SPDX-License-Identifier: Apache-2.0
#include "com/dispatch/automation.hpp"
#include "com/made/VPCCOMInterfaces.hpp"
#include "com/made/imapi2fs.hpp"
#include "com/object/enum_variant.hpp"
#include "com/object/ptr.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

using namespace comeback;

namespace {

class counted_task final : public com::automation<IVMTask> {
 public:
  explicit counted_task(int& alive) : alive_(alive) { ++alive_; }

 private:
  ~counted_task() override { --alive_; }
  int& alive_;
};

/// Whose destructor hands itself to code that counts, as facades do.
class last_words final : public com::automation<IVMTask> {
 public:
  explicit last_words(int& destroyed) : destroyed_(destroyed) {}

 private:
  ~last_words() override {
    if (++destroyed_ > 1) return;
    const auto self = com::ptr<IVMTask>(this).as<IDispatch>();
    EXPECT_TRUE(self);
  }
  int& destroyed_;
};

class image final : public com::automation<IFileSystemImage3> {};

}  // namespace

TEST(object, is_one_object_by_any_interface) {
  int alive = 0;
  auto made = com::make<counted_task>(alive);
  const auto as_task = made.as<IVMTask>();
  const auto as_dispatch = as_task.as<IDispatch>();
  const auto as_support = as_dispatch.as<ISupportErrorInfo>();
  ASSERT_TRUE(as_task && as_dispatch && as_support);
  EXPECT_EQ(as_support.as<IUnknown>().get(), as_task.as<IUnknown>().get());
  EXPECT_EQ(as_support.as<IVMTask>().get(), as_task.get());
}

TEST(object, dies_with_its_last_reference) {
  int alive = 0;
  {
    const auto made = com::make<counted_task>(alive);
    const auto second = made.as<IUnknown>();
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

TEST(object, is_destroyed_once_even_if_it_is_counted_meanwhile) {
  int destroyed = 0;
  EXPECT_EQ(com::make<last_words>(destroyed).detach()->Release(), 0u);
  EXPECT_EQ(destroyed, 1);
}

TEST(object, has_the_bases_of_its_interface_and_no_other) {
  const auto made = com::make<image>();
  EXPECT_TRUE(made.as<IFileSystemImage>());
  EXPECT_TRUE(made.as<IFileSystemImage2>());
  EXPECT_TRUE(made.as<IFileSystemImage3>());
  void* other = &other;
  EXPECT_EQ(made->QueryInterface(IID_IVMTask, &other), E_NOINTERFACE);
  EXPECT_EQ(other, nullptr);
  EXPECT_EQ(made->QueryInterface(IID_IUnknown, nullptr), E_POINTER);
}

TEST(object, tells_which_interfaces_have_error_information) {
  const auto support = com::make<image>().as<ISupportErrorInfo>();
  EXPECT_EQ(support->InterfaceSupportsErrorInfo(IID_IFileSystemImage3), S_OK);
  EXPECT_EQ(support->InterfaceSupportsErrorInfo(IID_IFileSystemImage), S_OK);
  EXPECT_EQ(support->InterfaceSupportsErrorInfo(IID_IVMTask), S_FALSE);
}

TEST(object, open_members_say_which_they_are) {
  const auto made = com::make<image>();
  LONG value = 0;
  EXPECT_EQ(made->get_ChangePoint(&value), E_NOTIMPL);
  com::ptr<IErrorInfo> info;
  ASSERT_EQ(GetErrorInfo(0, info.put()), S_OK);
  BSTR text = nullptr;
  ASSERT_EQ(info->GetDescription(&text), S_OK);
  EXPECT_STREQ(text, L"IFileSystemImage::get_ChangePoint is not implemented.");
  SysFreeString(text);
}

TEST(object, counts_right_from_many_threads) {
  int alive = 0;
  {
    const auto made = com::make<counted_task>(alive);
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 20'000; ++i) (void)made.as<IDispatch>();
      });
    threads.clear();
    EXPECT_EQ(made->AddRef(), 2u);
    made->Release();
  }
  EXPECT_EQ(alive, 0);
}

TEST(enum_variant, walks_skips_resets_and_clones) {
  auto list = std::make_shared<com::enum_variant::list>();
  for (LONG i = 0; i < 3; ++i) {
    VARIANT v{};
    v.vt = VT_I4;
    v.lVal = i;
    list->emplace_back(v);
  }
  const auto all = com::make<com::enum_variant>(list);
  VARIANT got[4]{};
  ULONG count = 0;
  EXPECT_EQ(all->Skip(1), S_OK);
  com::ptr<IEnumVARIANT> clone;
  ASSERT_EQ(all->Clone(clone.put()), S_OK);
  EXPECT_EQ(all->Next(4, got, &count), S_FALSE);
  EXPECT_EQ(count, 2u);
  EXPECT_EQ(got[0].lVal, 1);
  EXPECT_EQ(all->Skip(1), S_FALSE);
  EXPECT_EQ(all->Reset(), S_OK);
  unsigned long wide = 0;
  EXPECT_EQ(clone->Next(1, got, &wide), S_OK);
  EXPECT_EQ(wide, 1u);
  EXPECT_EQ(got[0].lVal, 1);
  EXPECT_EQ(all->Next(2, got, nullptr), E_POINTER);
}
