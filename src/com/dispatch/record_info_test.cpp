// SPDX-License-Identifier: Apache-2.0
#include "com/dispatch/record_info.hpp"

#include "com/data/limited_memory.hpp"
#include "com/data/values_test.hpp"
#include "com/data/variant.hpp"
#include "com/dispatch/automation.hpp"
#include "com/dispatch/named_machine_test.hpp"
#include "com/dispatch/type_info.hpp"
#include "com/made/VPCCOMInterfaces.hpp"
#include "com/object/boundary.hpp"

#include <cstddef>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace comeback;
using namespace comeback::com::test_values;

namespace {

// The described structure has numbers only. This one has what else a structure may have.
struct inner {
  BSTR name;
  LONG number;
};
struct outer {
  BSTR text;
  VARIANT any;
  IDispatch* object;
  IVMTask* task;
  SAFEARRAY* array;
  DECIMAL decimal;
  inner within;
  BSTR words[2];
  inner pair[2];
  LONG kind;
};
constexpr GUID inner_id{1, 2, 3, {4}}, outer_id{5, 6, 7, {8}};
constexpr com::described_value inner_fields[] = {{L"name", offsetof(inner, name), {VT_BSTR}},
                                                 {L"number", offsetof(inner, number), {VT_I4}}};
constexpr com::described_type inner_type{.kind = TKIND_RECORD,
                                         .id = &inner_id,
                                         .name = L"inner",
                                         .flags = 0,
                                         .values = inner_fields,
                                         .size = sizeof(inner)};
constexpr com::described_type some_kind{.kind = TKIND_ENUM, .id = &IID_NULL, .name = L"kind", .flags = 0};

const com::described_type& outer_type() {
  static const com::described_value fields[] = {
      {L"text", offsetof(outer, text), {VT_BSTR}},
      {L"any", offsetof(outer, any), {VT_VARIANT}},
      {L"object", offsetof(outer, object), {VT_DISPATCH}},
      {L"task", offsetof(outer, task), {VT_USERDEFINED, 1, 0, &com::description_of<IVMTask>()}},
      {L"array", offsetof(outer, array), {VT_SAFEARRAY}},
      {L"decimal", offsetof(outer, decimal), {VT_DECIMAL}},
      {L"within", offsetof(outer, within), {VT_USERDEFINED, 0, 0, &inner_type}},
      {L"words", offsetof(outer, words), {VT_BSTR, 0, 2}},
      {L"pair", offsetof(outer, pair), {VT_USERDEFINED, 0, 2, &inner_type}},
      {L"kind", offsetof(outer, kind), {VT_USERDEFINED, 0, 0, &some_kind}}};
  static const com::described_type type{.kind = TKIND_RECORD,
                                        .id = &outer_id,
                                        .name = L"outer",
                                        .flags = 0,
                                        .values = fields,
                                        .size = sizeof(outer)};
  return type;
}

class task final : public com::automation<IVMTask> {
 public:
  LONG id = 5;
  HRESULT get_ID(LONG* out) noexcept override { return *out = id, S_OK; }
};

template <class I>
VARIANT object(const com::ptr<I>& of) {
  VARIANT v{};
  v.vt = VT_DISPATCH;
  v.pdispVal = com::ptr<IDispatch>(of.get()).detach();
  return v;
}
template <class C>
ULONG references(C& of) {
  return of.AddRef(), of.Release();
}

com::ptr<IRecordInfo> info_of(const com::described_type& type) {
  com::ptr<IRecordInfo> info;
  EXPECT_EQ(com::get_record_info(type, info.put()), S_OK);
  return info;
}

class record : public testing::Test {
 protected:
  void put(const wchar_t* name, VARIANT value, ULONG flags = INVOKE_PROPERTYPUTREF) {
    EXPECT_EQ(info->PutField(flags, made, name, &value), S_OK) << com::to_utf8(std::wstring_view(name));
    VariantClear(&value);
  }
  com::variant get(const wchar_t* name) {
    com::variant value;
    EXPECT_EQ(info->GetField(made, name, value.put()), S_OK) << com::to_utf8(std::wstring_view(name));
    return value;
  }
  void fill() {
    put(L"text", text(L"words"));
    put(L"any", text(L"any"));
    put(L"object", object(one));
    put(L"task", object(one));
    VARIANT array{};
    array.vt = VT_ARRAY | VT_VARIANT;
    array.parray = com::variant_vector(3).detach();
    put(L"array", array);
    put(L"decimal", number(7));
    made->within = {SysAllocString(L"in"), 9};
    made->words[1] = SysAllocString(L"second");
    made->pair[1].name = SysAllocString(L"pair");
    put(L"kind", text(L"3"));
  }
  void TearDown() override {
    if (made) info->RecordDestroy(made);
  }

  com::ptr<IRecordInfo> info = info_of(outer_type());
  outer* made = static_cast<outer*>(info->RecordCreate());
  com::ptr<task> one = com::make<task>();
};

}  // namespace

TEST_F(record, has_the_fields_of_its_description) {
  BSTR names[12]{};
  ULONG count = 0;
  ASSERT_EQ(info->GetFieldNames(&count, nullptr), S_OK);
  EXPECT_EQ(count, 10u);
  unsigned long wide = 12;
  names[10] = reinterpret_cast<BSTR>(&wide);
  ASSERT_EQ(info->GetFieldNames(&wide, names), S_OK);
  EXPECT_EQ(wide, 10u);
  EXPECT_EQ(names[10], nullptr);
  EXPECT_STREQ(names[6], L"within");
  for (const BSTR name : names) SysFreeString(name);
  count = 1;
  ASSERT_EQ(info->GetFieldNames(&count, names), S_OK);
  EXPECT_EQ(count, 1u);
  SysFreeString(names[0]);
  EXPECT_EQ(info->GetFieldNames(static_cast<ULONG*>(nullptr), names), E_INVALIDARG);
}

TEST_F(record, tells_what_it_is) {
  GUID id{};
  BSTR name = nullptr;
  ULONG size = 0;
  unsigned long wide = 0;
  EXPECT_EQ(info->GetGuid(&id), S_OK);
  EXPECT_EQ(id, outer_id);
  EXPECT_EQ(info->GetName(&name), S_OK);
  EXPECT_STREQ(name, L"outer");
  SysFreeString(name);
  EXPECT_EQ(info->GetSize(&size), S_OK);
  EXPECT_EQ(size, sizeof(outer));
  EXPECT_EQ(info->GetSize(&wide), S_OK);
  EXPECT_EQ(wide, sizeof(outer));
  EXPECT_TRUE(info->IsMatchingType(info_of(outer_type()).get()));
  EXPECT_FALSE(info->IsMatchingType(info_of(inner_type).get()));
  EXPECT_FALSE(info->IsMatchingType(nullptr));
  EXPECT_TRUE(info.as<IUnknown>());
}

TEST_F(record, null_is_refused_everywhere) {
  VARIANT v{};
  PVOID place = nullptr;
  EXPECT_EQ(info->RecordInit(nullptr), E_INVALIDARG);
  EXPECT_EQ(info->RecordClear(nullptr), E_INVALIDARG);
  EXPECT_EQ(info->RecordCopy(nullptr, made), E_INVALIDARG);
  EXPECT_EQ(info->RecordCopy(made, nullptr), E_INVALIDARG);
  EXPECT_EQ(info->GetGuid(nullptr), E_INVALIDARG);
  EXPECT_EQ(info->GetName(nullptr), E_INVALIDARG);
  EXPECT_EQ(info->GetSize(static_cast<ULONG*>(nullptr)), E_INVALIDARG);
  EXPECT_EQ(info->GetTypeInfo(nullptr), E_INVALIDARG);
  EXPECT_EQ(info->GetField(nullptr, L"text", &v), E_INVALIDARG);
  EXPECT_EQ(info->GetField(made, nullptr, &v), E_INVALIDARG);
  EXPECT_EQ(info->GetField(made, L"text", nullptr), E_INVALIDARG);
  EXPECT_EQ(info->GetFieldNoCopy(made, L"text", nullptr, &place), E_INVALIDARG);
  EXPECT_EQ(info->GetFieldNoCopy(made, L"text", &v, nullptr), E_INVALIDARG);
  EXPECT_EQ(info->PutField(INVOKE_PROPERTYPUT, made, L"text", nullptr), E_INVALIDARG);
  EXPECT_EQ(info->PutField(INVOKE_FUNC, made, L"text", &v), E_INVALIDARG);
  EXPECT_EQ(info->PutFieldNoCopy(INVOKE_PROPERTYPUT, nullptr, L"text", &v), E_INVALIDARG);
  EXPECT_EQ(info->PutFieldNoCopy(0, made, L"text", &v), E_INVALIDARG);
  EXPECT_EQ(info->RecordCreateCopy(nullptr, &place), E_INVALIDARG);
  EXPECT_EQ(info->RecordCreateCopy(made, nullptr), E_INVALIDARG);
  EXPECT_EQ(info->RecordDestroy(nullptr), E_INVALIDARG);
  EXPECT_EQ(info->GetField(made, L"nothing", &v), TYPE_E_FIELDNOTFOUND);
}

TEST_F(record, fields_of_every_kind_are_put_and_read) {
  fill();
  EXPECT_STREQ(get(L"TEXT").get().bstrVal, L"words");
  EXPECT_NE(get(L"text").get().bstrVal, made->text);
  EXPECT_STREQ(get(L"any").get().bstrVal, L"any");
  EXPECT_EQ(get(L"object").get().vt, VT_DISPATCH);
  EXPECT_EQ(get(L"task").get().pdispVal, one.get());
  EXPECT_EQ(made->task, one.get());
  EXPECT_EQ(get(L"array").get().parray->rgsabound[0].cElements, 3u);
  EXPECT_EQ(get(L"decimal").get().vt, VT_DECIMAL);
  EXPECT_EQ(get(L"decimal").get().decVal.Lo64, 7u);
  EXPECT_EQ(get(L"kind").get().lVal, 3);
  const auto within = get(L"within");
  ASSERT_EQ(within.get().vt, VT_RECORD);
  EXPECT_STREQ(static_cast<inner*>(within.get().pvRecord)->name, L"in");
  const auto words = get(L"words");
  ASSERT_EQ(words.get().vt, VT_ARRAY | VT_BSTR);
  EXPECT_STREQ(static_cast<BSTR*>(words.get().parray->pvData)[1], L"second");
  const auto pair = get(L"pair");
  ASSERT_EQ(pair.get().vt, VT_ARRAY | VT_RECORD);
  EXPECT_STREQ(static_cast<inner*>(pair.get().parray->pvData)[1].name, L"pair");
  for (const auto* name : {L"within", L"words", L"pair"}) put(name, get(name).detach());
  EXPECT_STREQ(made->pair[1].name, L"pair");
}

TEST_F(record, a_value_that_does_not_fit_leaves_the_field_as_it_was) {
  fill();
  VARIANT wrong = text(L"no number"), short_one{};
  for (const auto* name : {L"object", L"task", L"array", L"decimal", L"within", L"words", L"pair", L"kind"})
    EXPECT_EQ(info->PutField(INVOKE_PROPERTYPUTREF, made, name, &wrong), DISP_E_TYPEMISMATCH)
        << com::to_utf8(std::wstring_view(name));
  short_one.vt = VT_ARRAY | VT_BSTR;
  short_one.parray = SafeArrayCreateVector(VT_BSTR, 0, 1);
  EXPECT_EQ(info->PutField(INVOKE_PROPERTYPUTREF, made, L"words", &short_one), DISP_E_TYPEMISMATCH);
  VARIANT strangers{};  // of the right size
  strangers.vt = VT_ARRAY | VT_RECORD;
  static constexpr GUID stranger_id{9, 9, 9, {}};
  static com::described_type stranger = inner_type;
  stranger.id = &stranger_id;
  strangers.parray = SafeArrayCreateVectorEx(VT_RECORD, 0, 2, info_of(stranger).get());
  EXPECT_EQ(info->PutField(INVOKE_PROPERTYPUTREF, made, L"pair", &strangers), DISP_E_TYPEMISMATCH);
  VariantClear(&strangers);
  VARIANT other = object(com::make<com::named_machine>());
  EXPECT_EQ(info->PutField(INVOKE_PROPERTYPUTREF, made, L"task", &other), DISP_E_TYPEMISMATCH);
  for (VARIANT* v : {&wrong, &short_one, &other}) VariantClear(v);
  EXPECT_EQ(made->task, one.get());
  EXPECT_STREQ(made->words[1], L"second");
}

TEST_F(record, copies_are_deep_and_clearing_lets_go_of_everything) {
  fill();
  EXPECT_EQ(references(*one), 3u);
  PVOID copy = nullptr;
  ASSERT_EQ(info->RecordCreateCopy(made, &copy), S_OK);
  EXPECT_EQ(references(*one), 5u);
  EXPECT_EQ(info->RecordCopy(made, made), S_OK);
  ASSERT_EQ(info->RecordCopy(made, copy), S_OK);
  EXPECT_EQ(references(*one), 5u);
  ASSERT_EQ(info->RecordClear(made), S_OK);
  EXPECT_EQ(references(*one), 3u);
  EXPECT_EQ(made->text, nullptr);
  EXPECT_STREQ(static_cast<outer*>(copy)->pair[1].name, L"pair");
  EXPECT_EQ(info->RecordDestroy(copy), S_OK);
  EXPECT_EQ(references(*one), 1u);
}

TEST_F(record, a_copy_is_whole_or_empty) {
  fill();
  for (int granted = 0; granted < 8; ++granted) {
    PVOID copy = &copy;
    const com::allocation_limit few(granted);
    ASSERT_EQ(info->RecordCreateCopy(made, &copy), E_OUTOFMEMORY) << granted;
    EXPECT_EQ(copy, nullptr);
  }
  outer room{};
  {
    const com::allocation_limit few(3);
    EXPECT_EQ(info->RecordCopy(made, &room), E_OUTOFMEMORY);
  }
  EXPECT_EQ(room.text, nullptr);
  EXPECT_EQ(references(*one), 3u);
  const com::allocation_limit none(0);
  EXPECT_EQ(info->RecordCreate(), nullptr);
}

TEST_F(record, a_reference_changes_the_field_itself) {
  fill();
  VARIANT v{};
  PVOID array = &v;
  ASSERT_EQ(info->GetFieldNoCopy(made, L"kind", &v, &array), S_OK);
  EXPECT_EQ(v.vt, VT_BYREF | VT_I4);
  EXPECT_EQ(array, nullptr);
  *v.plVal = 12;
  EXPECT_EQ(made->kind, 12);
  ASSERT_EQ(info->GetFieldNoCopy(made, L"words", &v, &array), S_OK);
  EXPECT_EQ(v.vt, VT_BYREF | VT_BSTR);
  EXPECT_EQ(v.pbstrVal, &made->words[0]);
  EXPECT_EQ(array, &made->words);
  ASSERT_EQ(info->GetFieldNoCopy(made, L"within", &v, &array), S_OK);
  ASSERT_EQ(v.vt, VT_BYREF | VT_RECORD);
  EXPECT_EQ(v.pvRecord, &made->within);
  VARIANT name{};
  EXPECT_EQ(v.pRecInfo->GetField(v.pvRecord, L"number", &name), S_OK);
  EXPECT_EQ(name.lVal, 9);
  EXPECT_EQ(VariantClear(&v), S_OK);  // which owns nothing
  EXPECT_STREQ(made->within.name, L"in");
}

TEST_F(record, a_value_may_be_handed_over_instead_of_copied) {
  VARIANT v = text(L"mine");
  const BSTR given = v.bstrVal;
  ASSERT_EQ(info->PutFieldNoCopy(INVOKE_PROPERTYPUT, made, L"text", &v), S_OK);
  EXPECT_EQ(made->text, given);
  EXPECT_EQ(v.vt, VT_EMPTY);
  v = number(1);
  EXPECT_EQ(info->PutFieldNoCopy(INVOKE_PROPERTYPUT, made, L"text", &v), DISP_E_TYPEMISMATCH);
  EXPECT_EQ(info->PutFieldNoCopy(INVOKE_PROPERTYPUT, made, L"any", &v), S_OK);
  EXPECT_EQ(made->any.lVal, 1);
  v = object(one);
  EXPECT_EQ(info->PutFieldNoCopy(INVOKE_PROPERTYPUT, made, L"task", &v), S_OK);
  EXPECT_EQ(v.vt, VT_EMPTY);
  EXPECT_EQ(references(*one), 2u);
}

TEST_F(record, a_put_by_value_goes_to_default_properties) {
  const auto on = com::make<com::named_machine>();
  VARIANT words = text(L"new name");
  EXPECT_EQ(info->PutField(INVOKE_PROPERTYPUT, made, L"object", &words), E_INVALIDARG);  // it is null
  put(L"object", object(on));
  EXPECT_EQ(info->PutField(INVOKE_PROPERTYPUT, made, L"object", &words), S_OK);
  VariantClear(&words);
  EXPECT_EQ(on->name, "new name");
  put(L"any", object(on), INVOKE_PROPERTYPUT);
  EXPECT_STREQ(made->any.bstrVal, L"new name");
}

TEST_F(record, variants_own_their_structure) {
  fill();
  VARIANT v{}, copy{}, indirect{}, reference{};
  v.vt = VT_RECORD;
  v.pvRecord = std::exchange(made, nullptr);
  v.pRecInfo = info.get();
  info->AddRef();
  ASSERT_EQ(VariantCopy(&copy, &v), S_OK);
  EXPECT_EQ(references(*one), 5u);
  EXPECT_NE(copy.pvRecord, v.pvRecord);
  reference = v;
  reference.vt = VT_BYREF | VT_RECORD;
  ASSERT_EQ(VariantCopyInd(&indirect, &reference), S_OK);
  EXPECT_EQ(indirect.vt, VT_RECORD);
  EXPECT_EQ(references(*one), 7u);
  ASSERT_EQ(VariantChangeType(&copy, &v, 0, VT_RECORD), S_OK);
  EXPECT_EQ(VariantChangeType(&copy, &v, 0, VT_I4), DISP_E_TYPEMISMATCH);
  for (VARIANT* each : {&v, &copy, &indirect}) EXPECT_EQ(VariantClear(each), S_OK);
  EXPECT_EQ(VariantClear(&reference), S_OK);
  EXPECT_EQ(references(*one), 1u);
  EXPECT_EQ(references(*info), 1u);
}

TEST_F(record, arrays_own_their_structures) {
  fill();
  SAFEARRAYBOUND bound{2, 1};
  EXPECT_EQ(SafeArrayCreateEx(VT_RECORD, 1, &bound, nullptr), nullptr);
  EXPECT_EQ(SafeArrayCreate(VT_RECORD, 1, &bound), nullptr);
  SAFEARRAY* const array = SafeArrayCreateEx(VT_RECORD, 1, &bound, info.get());
  ASSERT_NE(array, nullptr);
  EXPECT_EQ(array->fFeatures, FADF_RECORD);
  EXPECT_EQ(array->cbElements, sizeof(outer));
  VARTYPE type = VT_EMPTY;
  EXPECT_EQ(SafeArrayGetVartype(array, &type), S_OK);
  EXPECT_EQ(type, VT_RECORD);
  LONG at = 2;
  ASSERT_EQ(SafeArrayPutElement(array, &at, made), S_OK);
  outer taken{};
  ASSERT_EQ(SafeArrayGetElement(array, &at, &taken), S_OK);
  EXPECT_EQ(references(*one), 7u);
  SAFEARRAY* copy = nullptr;
  ASSERT_EQ(SafeArrayCopy(array, &copy), S_OK);
  EXPECT_EQ(references(*one), 9u);
  bound.cElements = 1;
  ASSERT_EQ(SafeArrayRedim(array, &bound), S_OK);
  EXPECT_EQ(references(*one), 7u);
  EXPECT_EQ(info->RecordClear(&taken), S_OK);
  com::ptr<IRecordInfo> held;
  EXPECT_EQ(SafeArrayGetRecordInfo(copy, held.put()), S_OK);
  EXPECT_EQ(held.get(), info.get());
  EXPECT_EQ(SafeArraySetRecordInfo(copy, info_of(inner_type).get()), E_INVALIDARG);  // another size
  EXPECT_EQ(SafeArrayCopyData(copy, array), E_INVALIDARG);
  held = nullptr;
  EXPECT_EQ(SafeArrayDestroy(array), S_OK);
  EXPECT_EQ(SafeArrayDestroy(copy), S_OK);
  EXPECT_EQ(references(*one), 3u);
  EXPECT_EQ(references(*info), 1u);
}

TEST_F(record, an_array_may_be_told_of_its_structure_before_it_has_data) {
  SAFEARRAY* array = nullptr;
  ASSERT_EQ(SafeArrayAllocDescriptorEx(VT_RECORD, 1, &array), S_OK);
  com::ptr<IRecordInfo> none;
  EXPECT_EQ(SafeArrayGetRecordInfo(array, none.put()), E_UNEXPECTED);
  EXPECT_EQ(SafeArraySetRecordInfo(array, nullptr), E_INVALIDARG);
  ASSERT_EQ(SafeArraySetRecordInfo(array, info.get()), S_OK);
  array->rgsabound[0] = {3, 0};
  ASSERT_EQ(SafeArrayAllocData(array), S_OK);
  LONG at = 0;
  EXPECT_EQ(SafeArrayPutElement(array, &at, made), S_OK);
  EXPECT_EQ(SafeArrayDestroy(array), S_OK);
  EXPECT_EQ(references(*info), 1u);
}

TEST(record_info, comes_from_type_information_and_from_ids) {
  const auto& type = com::description_of<GUESTOSVERSIONINFOEX>();
  com::ptr<ITypeInfo> types, back;
  com::ptr<IRecordInfo> info, again;
  ASSERT_EQ(com::get_type_info(type, types.put()), S_OK);
  ASSERT_EQ(GetRecordInfoFromTypeInfo(types.get(), info.put()), S_OK);
  ASSERT_EQ(GetRecordInfoFromGuids(LIBID_VirtualPC, 1, 0, 0, *type.id, again.put()), S_OK);
  EXPECT_TRUE(info->IsMatchingType(again.get()));
  EXPECT_TRUE(again->IsMatchingType(&com::record_info_of<GUESTOSVERSIONINFOEX>()));
  ULONG size = 0;
  EXPECT_EQ(info->GetSize(&size), S_OK);
  EXPECT_EQ(size, sizeof(GUESTOSVERSIONINFOEX));
  ASSERT_EQ(info->GetTypeInfo(back.put()), S_OK);
  TYPEATTR* attributes = nullptr;
  ASSERT_EQ(back->GetTypeAttr(&attributes), S_OK);
  EXPECT_EQ(attributes->guid, *type.id);
  EXPECT_EQ(attributes->typekind, TKIND_RECORD);
  back->ReleaseTypeAttr(attributes);

  EXPECT_EQ(GetRecordInfoFromTypeInfo(nullptr, info.put()), E_INVALIDARG);
  EXPECT_EQ(GetRecordInfoFromTypeInfo(types.get(), nullptr), E_INVALIDARG);
  ASSERT_EQ(com::get_type_info(IID_IVMTask, types.put()), S_OK);
  EXPECT_EQ(GetRecordInfoFromTypeInfo(types.get(), info.put()), TYPE_E_UNSUPFORMAT);
  EXPECT_EQ(GetRecordInfoFromGuids(LIBID_VirtualPC, 2, 0, 0, *type.id, again.put()), E_INVALIDARG);
  EXPECT_EQ(GetRecordInfoFromGuids(IID_IVMTask, 1, 0, 0, *type.id, again.put()), E_INVALIDARG);
  EXPECT_EQ(GetRecordInfoFromGuids(LIBID_VirtualPC, 1, 0, 0, IID_IVMTask, again.put()), E_INVALIDARG);
  EXPECT_EQ(GetRecordInfoFromGuids(LIBID_VirtualPC, 1, 0, 0, *type.id, nullptr), E_INVALIDARG);
}

namespace {

class guest final : public com::automation<IVMGuestOS> {
 public:
  HRESULT GetOsVersionInfo(GUESTOSVERSIONINFOEX** out) noexcept override {
    return com::boundary(out, [] {
      auto* const made = static_cast<GUESTOSVERSIONINFOEX*>(CoTaskMemAlloc(sizeof(GUESTOSVERSIONINFOEX)));
      *made = {};
      made->dwMajorVersion = 12;
      made->szCSDVersion[0] = L'x';
      made->wProductType = 3;
      return made;
    });
  }
};

LONG field(const VARIANT& of, const wchar_t* name) {
  VARIANT value{};
  EXPECT_EQ(of.pRecInfo->GetField(of.pvRecord, name, &value), S_OK);
  EXPECT_EQ(VariantChangeType(&value, &value, 0, VT_I4), S_OK);
  return value.lVal;
}

}  // namespace

TEST(record_info, a_late_bound_member_gives_a_structure) {
  const auto on = com::make<guest>();
  wchar_t name[] = L"GetOsVersionInfo";
  LPOLESTR names = name;
  DISPID id = 0;
  ASSERT_EQ(on->GetIDsOfNames(IID_NULL, &names, 1, 0, &id), S_OK);
  DISPPARAMS none{};
  VARIANT result{};
  ASSERT_EQ(on->Invoke(id, IID_NULL, 0, DISPATCH_METHOD, &none, &result, nullptr, nullptr), S_OK);
  ASSERT_EQ(result.vt, VT_RECORD);
  EXPECT_EQ(field(result, L"dwMajorVersion"), 12);
  EXPECT_EQ(field(result, L"wProductType"), 3);
  VARIANT words{};
  ASSERT_EQ(result.pRecInfo->GetField(result.pvRecord, L"szCSDVersion", &words), S_OK);
  ASSERT_EQ(words.vt, VT_ARRAY | VT_UI4);
  EXPECT_EQ(words.parray->rgsabound[0].cElements, 128u);
  EXPECT_EQ(static_cast<ULONG*>(words.parray->pvData)[0], static_cast<ULONG>(L'x'));
  VariantClear(&words);
  VariantClear(&result);
  EXPECT_EQ(on->Invoke(id, IID_NULL, 0, DISPATCH_METHOD, &none, nullptr, nullptr, nullptr), S_OK);
}
