// SPDX-License-Identifier: Apache-2.0
// IFileSystemImage::get_ and put_MultisessionInterfaces: every return code of their pages.

#include "imapi2fs/sessions_fixture.hpp"

namespace comeback::imapi2fs {
namespace {

class multisession_interfaces : public sessions_facade {
 protected:
  ULONG references(IDispatch* of) {
    of->AddRef();
    return of->Release();
  }
};

TEST_F(multisession_interfaces, nothing_that_is_an_array_of_objects) {
  EXPECT_EQ(image->put_MultisessionInterfaces(nullptr), E_POINTER);
  EXPECT_EQ(put({}), IMAPI_E_NO_COMPATIBLE_MULTISESSION_TYPE);
  const com::safe_array numbers(SafeArrayCreateVector(VT_I4, 0, 1));
  EXPECT_EQ(image->put_MultisessionInterfaces(numbers.get()), IMAPI_E_BAD_MULTISESSION_PARAMETER);
  const com::safe_array objects(SafeArrayCreateVector(VT_DISPATCH, 0, 1));
  EXPECT_EQ(image->put_MultisessionInterfaces(objects.get()), IMAPI_E_BAD_MULTISESSION_PARAMETER);
  SAFEARRAYBOUND square[2] = {{1, 0}, {1, 0}};
  const com::safe_array table(SafeArrayCreate(VT_VARIANT, 2, square));
  EXPECT_EQ(image->put_MultisessionInterfaces(table.get()), IMAPI_E_BAD_MULTISESSION_PARAMETER);
  const com::safe_array empty_element = com::variant_vector(1);
  EXPECT_EQ(image->put_MultisessionInterfaces(empty_element.get()), IMAPI_E_BAD_MULTISESSION_PARAMETER);
  const auto null_object = array({nullptr});
  EXPECT_EQ(image->put_MultisessionInterfaces(null_object.get()), IMAPI_E_BAD_MULTISESSION_PARAMETER);
  const auto text = com::array_of(std::vector{1}, [](int) { return com::text_variant("x"); });
  EXPECT_EQ(image->put_MultisessionInterfaces(text.get()), IMAPI_E_BAD_MULTISESSION_PARAMETER);
  const auto number = com::array_of(std::vector{1}, [](int n) { return com::number_variant(n, VT_I4); });
  EXPECT_EQ(image->put_MultisessionInterfaces(number.get()), IMAPI_E_BAD_MULTISESSION_PARAMETER);
  EXPECT_EQ(put({root.get()}), E_NOINTERFACE);
  EXPECT_EQ(put({sequential.get(), root.get()}), E_NOINTERFACE);
  EXPECT_TRUE(got(image).empty());
}

TEST_F(multisession_interfaces, one_or_none_in_use) {
  EXPECT_EQ(put({sequential.get(), random.get()}), S_OK);
  sequential->in_use = true;
  EXPECT_EQ(put({sequential.get(), random.get()}), S_OK);
  random->in_use = true;
  EXPECT_EQ(put({sequential.get(), random.get()}), IMAPI_E_BAD_MULTISESSION_PARAMETER);
  sequential->in_use = false;
  EXPECT_EQ(put({sequential.get(), random.get()}), S_OK);
  EXPECT_EQ(put({random.get()}), S_OK);
}

TEST_F(multisession_interfaces, unsupported_in_the_current_state) {
  optical::create_image_medium(disc, optical::media_type::cd_r);
  sequential->supported = random->supported = false;
  EXPECT_EQ(put({sequential.get(), random.get()}), IMAPI_E_NO_COMPATIBLE_MULTISESSION_TYPE);
  sequential->in_use = true;
  EXPECT_EQ(put({sequential.get(), random.get()}), IMAPI_E_INCOMPATIBLE_MULTISESSION_TYPE);
  // The one that is in use counts, whatever the other is.
  random->supported = true;
  EXPECT_EQ(put({sequential.get(), random.get()}), IMAPI_E_INCOMPATIBLE_MULTISESSION_TYPE);
  sequential->in_use = false;
  EXPECT_EQ(put({sequential.get(), random.get()}), S_OK);
}

TEST_F(multisession_interfaces, an_object_of_another_kind_cannot_be_used) {
  optical::create_image_medium(disc, optical::media_type::cd_r);
  const auto other = com::make<test_other>();
  EXPECT_EQ(put({other.get()}), IMAPI_E_NO_COMPATIBLE_MULTISESSION_TYPE);
  EXPECT_EQ(put({other.get(), random.get()}), S_OK);
  other->in_use = true;
  EXPECT_EQ(put({other.get(), random.get()}), IMAPI_E_INCOMPATIBLE_MULTISESSION_TYPE);
}

TEST_F(multisession_interfaces, media_that_are_only_read) {
  std::ofstream(disc) << std::string(2048, 'x');
  optical::create_image_medium(disc, optical::media_type::dvd_rom);
  sequential->supported = random->supported = false;
  EXPECT_EQ(put({sequential.get(), random.get()}), IMAPI_E_IMPORT_MEDIA_NOT_ALLOWED);
  random->in_use = true;
  EXPECT_EQ(put({sequential.get(), random.get()}), IMAPI_E_IMPORT_MEDIA_NOT_ALLOWED);
}

TEST_F(multisession_interfaces, blank_media) {
  sequential->previous = {S_OK, -1};
  sequential->next = {S_OK, 0};
  EXPECT_EQ(put({sequential.get()}), IMAPI_E_IMPORT_SEEK_FAILURE);
  optical::create_image_medium(disc, optical::media_type::dvd_plus_rw);
  EXPECT_EQ(put({random.get()}), S_OK);
  auto imported = FsiFileSystemUDF;
  EXPECT_EQ(image->ImportFileSystem(&imported), IMAPI_E_EMPTY_DISC);
  EXPECT_EQ(imported, FsiFileSystemNone);
  EXPECT_EQ(image->ImportSpecificFileSystem(FsiFileSystemUDF), IMAPI_E_EMPTY_DISC);
  BSTR id = nullptr;
  EXPECT_EQ(image->CalculateDiscIdentifier(&id), IMAPI_E_EMPTY_DISC);
  EXPECT_EQ(image->IdentifyFileSystemsOnDisc(nullptr, &imported), S_OK);
  EXPECT_EQ(imported, FsiFileSystemNone);
}

TEST_F(multisession_interfaces, values_that_are_missing_or_wrong) {
  const auto with = [&](auto& value, told wrong) {
    const auto kept = std::exchange(value, wrong);
    const HRESULT answer =
        put({sequential->supported ? static_cast<IDispatch*>(sequential.get()) : random.get()});
    value = kept;
    return answer;
  };
  for (auto* value : {&sequential->previous, &sequential->next, &sequential->room}) {
    EXPECT_EQ(with(*value, {E_NOTIMPL, 0}), IMAPI_E_BAD_MULTISESSION_PARAMETER);
    EXPECT_EQ(with(*value, {hr(0xC0AA0202), 0}), hr(0xC0AA0202)) << "the object's own answer";
  }
  EXPECT_EQ(with(sequential->next, {S_OK, 0}), IMAPI_E_BAD_MULTISESSION_PARAMETER);
  EXPECT_EQ(with(sequential->next, {S_OK, -1}), IMAPI_E_BAD_MULTISESSION_PARAMETER);
  EXPECT_EQ(with(sequential->room, {S_OK, -1}), IMAPI_E_BAD_MULTISESSION_PARAMETER);
  sequential->supported = false;
  for (auto* value : {&random->unit, &random->all})
    for (const told wrong : {told{E_NOTIMPL, 0}, told{S_OK, 0}, told{S_OK, -5}})
      EXPECT_EQ(with(*value, wrong), IMAPI_E_BAD_MULTISESSION_PARAMETER);
  random->recorder = {};
  EXPECT_EQ(put({random.get()}), IMAPI_E_BAD_MULTISESSION_PARAMETER);
  random->support = hr(0xC0AA0205);
  EXPECT_EQ(put({random.get()}), hr(0xC0AA0205));
  sequential->supported = true;
  EXPECT_EQ(put({random.get(), sequential.get()}), S_OK) << "another one answers";
}

TEST_F(multisession_interfaces, references_are_the_images_own) {
  const auto before = references(sequential.get());
  {
    const auto given = array({sequential.get(), random.get()});
    ASSERT_EQ(image->put_MultisessionInterfaces(given.get()), S_OK);
  }
  EXPECT_GT(references(sequential.get()), before);
  EXPECT_EQ(got(image), (std::vector<IDispatch*>{sequential.get(), random.get()})) << "the very pointers";
  const auto held = references(sequential.get());
  for (int i = 0; i < 3; ++i) (void)got(image);
  EXPECT_EQ(references(sequential.get()), held);
  EXPECT_EQ(put({random.get()}), S_OK);
  EXPECT_EQ(references(sequential.get()), before);
}

TEST_F(multisession_interfaces, a_put_that_fails_leaves_the_former_ones) {
  ASSERT_EQ(put({sequential.get()}), S_OK);
  EXPECT_EQ(image->put_MultisessionInterfaces(nullptr), E_POINTER);
  EXPECT_EQ(put({random.get(), root.get()}), E_NOINTERFACE);
  random->in_use = true;
  random->unit = {S_OK, 0};
  EXPECT_EQ(put({random.get()}), IMAPI_E_BAD_MULTISESSION_PARAMETER);
  EXPECT_EQ(got(image), std::vector<IDispatch*>{sequential.get()});
}

TEST_F(multisession_interfaces, arrays_that_do_not_begin_at_zero) {
  SAFEARRAYBOUND bound{1, 7};
  const com::safe_array made(SafeArrayCreate(VT_VARIANT, 1, &bound));
  const com::variant element = com::dispatch_variant(sequential.get());
  VARIANT copy = element.get();
  LONG at = 7;
  ASSERT_EQ(SafeArrayPutElement(made.get(), &at, &copy), S_OK);
  EXPECT_EQ(image->put_MultisessionInterfaces(made.get()), S_OK);
  EXPECT_EQ(got(image), std::vector<IDispatch*>{sequential.get()});
}

TEST_F(multisession_interfaces, in_use_is_looked_at_again_by_what_uses_them) {
  optical::create_image_medium(disc, optical::media_type::dvd_plus_rw);
  ASSERT_EQ(put({sequential.get(), random.get()}), S_OK);
  auto imported = FsiFileSystemNone;
  EXPECT_EQ(image->ImportFileSystem(&imported), IMAPI_E_BAD_MULTISESSION_PARAMETER)
      << "not this medium's kind";
  random->in_use = true;
  EXPECT_EQ(image->ImportFileSystem(&imported), IMAPI_E_EMPTY_DISC);
  sequential->in_use = true;
  EXPECT_EQ(image->ImportFileSystem(&imported), IMAPI_E_BAD_MULTISESSION_PARAMETER);
  sequential->in_use = false;
  random->supported = false;
  EXPECT_EQ(image->ImportFileSystem(&imported), IMAPI_E_INCOMPATIBLE_MULTISESSION_TYPE);
}

TEST_F(multisession_interfaces, can_be_put_while_a_result_lives) {
  com::ptr<IFileSystemImageResult> result;
  ASSERT_EQ(image->CreateResultImage(result.put()), S_OK);
  EXPECT_EQ(put({sequential.get()}), S_OK);
}

TEST_F(multisession_interfaces, of_scripts) {
  const auto given = array({sequential.get(), random.get()});
  VARIANT value{};
  value.vt = VT_ARRAY | VT_VARIANT;
  value.parray = given.get();
  DISPID put_it = DISPID_PROPERTYPUT;
  DISPPARAMS arguments{&value, &put_it, 1, 1};
  EXPECT_EQ(image->Invoke(40, IID_NULL, 0, DISPATCH_PROPERTYPUT, &arguments, nullptr, nullptr, nullptr),
            S_OK);
  DISPPARAMS none{};
  com::variant back;
  ASSERT_EQ(image->Invoke(40, IID_NULL, 0, DISPATCH_PROPERTYGET, &none, back.put(), nullptr, nullptr), S_OK);
  EXPECT_EQ(back.get().vt, VT_ARRAY | VT_VARIANT);
  EXPECT_EQ(got(image), (std::vector<IDispatch*>{sequential.get(), random.get()}));
}

}  // namespace
}  // namespace comeback::imapi2fs
