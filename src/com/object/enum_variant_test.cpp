// SPDX-License-Identifier: Apache-2.0
#include "com/object/enum_variant.hpp"

#include "com/data/limited_memory.hpp"
#include "com/data/text.hpp"

#include <gtest/gtest.h>

using namespace comeback;

namespace {

com::ptr<com::enum_variant> three_words() {
  auto words = std::make_shared<com::enum_variant::list>();
  for (const char* const word : {"a", "b", "c"}) {
    com::variant v;
    VARIANT& raw = *v.put();
    raw.bstrVal = com::to_bstr(word);
    raw.vt = VT_BSTR;
    words->push_back(std::move(v));
  }
  return com::make<com::enum_variant>(words);
}

}  // namespace

TEST(enum_variant, gives_what_is_left) {
  const auto words = three_words();
  VARIANT items[4]{};
  ULONG count = 9;
  EXPECT_EQ(words->Skip(1), S_OK);
  EXPECT_EQ(words->Next(4, items, &count), S_FALSE);
  EXPECT_EQ(count, 2u);
  EXPECT_EQ(com::to_utf8(items[1].bstrVal), "c");
  for (VARIANT& item : items) VariantClear(&item);
  EXPECT_EQ(words->Next(1, items, nullptr), S_FALSE);
  EXPECT_EQ(words->Skip(1), S_FALSE);
  EXPECT_EQ(words->Reset(), S_OK);
  EXPECT_EQ(words->Next(1, items, nullptr), S_OK);
  EXPECT_EQ(com::to_utf8(items[0].bstrVal), "a");
  VariantClear(&items[0]);
}

TEST(enum_variant, null_and_zero_arguments) {
  const auto words = three_words();
  VARIANT item{};
  ULONG count = 9;
  EXPECT_EQ(words->Next(0, nullptr, &count), S_OK);
  EXPECT_EQ(count, 0u);
  EXPECT_EQ(words->Next(0, nullptr, nullptr), S_OK);
  EXPECT_EQ(words->Skip(0), S_OK);
  EXPECT_EQ(words->Next(1, nullptr, &count), E_POINTER);
  EXPECT_EQ(words->Next(2, &item, nullptr), E_POINTER);
  EXPECT_EQ(words->Clone(nullptr), E_POINTER);
}

TEST(enum_variant, a_clone_stands_where_its_model_stood) {
  const auto words = three_words();
  com::ptr<IEnumVARIANT> clone;
  ASSERT_EQ(words->Skip(2), S_OK);
  ASSERT_EQ(words->Clone(clone.put()), S_OK);
  ASSERT_EQ(words->Reset(), S_OK);
  VARIANT item{};
  ASSERT_EQ(clone->Next(1, &item, nullptr), S_OK);
  EXPECT_EQ(com::to_utf8(item.bstrVal), "c");
  VariantClear(&item);
}

TEST(enum_variant, without_memory_gives_nothing_and_stays_where_it_is) {
  const auto words = three_words();
  VARIANT items[3]{};
  ULONG count = 9;
  {
    const com::allocation_limit one(1);
    EXPECT_EQ(words->Next(3, items, &count), E_OUTOFMEMORY);
  }
  EXPECT_EQ(count, 0u);
  EXPECT_EQ(items[0].vt, VT_EMPTY);
  EXPECT_EQ(words->Next(3, items, &count), S_OK);
  for (VARIANT& item : items) VariantClear(&item);
}
