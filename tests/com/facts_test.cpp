// SPDX-License-Identifier: Apache-2.0
// Holds the headers and dispatch tables that were built against the facts in tests/facts: interface ids, the
// slot of every member in the compiled virtual tables, DISPIDs, enumerators, return codes, classes, sizes.

#include "tests_com/facts.hpp"

#include "base/error.hpp"
#include "com/data/text.hpp"
#include "com/dispatch/dispatch.hpp"
#include "com/made/VPCCOMInterfaces.hpp"
#include "com/made/imapi2.hpp"
#include "com/made/imapi2fs.hpp"
#include "com/object/class_objects.hpp"
#include "com/object/guid.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <imapi2error.h>
#include <imapi2fserror.h>
#include <ocidl.h>
#include <propidl.h>

using namespace comeback;

namespace {

// A pointer to a virtual member function holds 1 + the offset of its slot (Itanium C++ ABI 2.3).
template <class Member>
int slot_of(Member member) {
  std::ptrdiff_t value = 0;
  std::memcpy(&value, &member, sizeof value);
  return static_cast<int>((value - 1) / static_cast<std::ptrdiff_t>(sizeof(void*)));
}

std::string plain(const GUID& id) {
  std::string text = com::to_utf8(com::format_guid(id));
  std::ranges::transform(text, text.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
  return text.substr(1, text.size() - 2);
}

struct described_interface {
  std::string iid, base;
  std::span<const com::member> dispatch;
};
struct described_member {
  int slot;
  std::string types;
};

template <class I>
std::span<const com::member> dispatch_table() {
  if constexpr (std::derived_from<I, IDispatch>)
    return com::members_of<I>();
  else
    return {};
}

using member_key = std::pair<std::string, std::string>;
std::map<std::string, described_interface> interfaces;
std::map<member_key, described_member> members;
std::map<std::string, std::pair<std::string, std::string>> classes;

void describe() {
#define INTERFACE(name, base) interfaces[#name] = {plain(IID_##name), #base, dispatch_table<name>()};
#define MEMBER(interface_name, function, types, ...) \
  members[{#interface_name, #function}] = {          \
      slot_of(static_cast<HRESULT (interface_name::*)(__VA_ARGS__)>(&interface_name::function)), types};
#define CLASS(name, progid) classes[#name] = {plain(CLSID_##name), progid};
#include "com/made/members.inc"
#undef INTERFACE
#undef MEMBER
#undef CLASS
}

class facts_about : public testing::Test {
 protected:
  static void SetUpTestSuite() { describe(); }
};

WORD flags_of(const std::string& kind) {
  if (kind == "propget") return DISPATCH_PROPERTYGET;
  return kind == "propput" ? DISPATCH_PROPERTYPUT : DISPATCH_METHOD;
}

std::string name_of(const std::string& function, const std::string& kind) {
  return kind == "method" ? function : function.substr(4);
}

}  // namespace

TEST_F(facts_about, interfaces) {
  const auto rows = facts::read("interfaces");
  EXPECT_EQ(rows.size(), 85u);
  EXPECT_EQ(interfaces.size(), rows.size());
  for (const auto& row : rows) {
    EXPECT_EQ(interfaces[row[0]].iid, row[1]) << row[0];
    EXPECT_EQ(interfaces[row[0]].base, row[2]) << row[0];
  }
}

TEST_F(facts_about, slots_and_types) {
  std::size_t with_slots = 0;
  for (const auto& row : facts::read("members")) {
    if (row[2].empty()) continue;
    ++with_slots;
    const auto found = members.find({row[0], row[1]});
    ASSERT_NE(found, members.end()) << row[0] << "::" << row[1];
    EXPECT_EQ(found->second.slot, std::stoi(row[2])) << row[0] << "::" << row[1];
    EXPECT_EQ(found->second.types, row[5]) << row[0] << "::" << row[1];
  }
  EXPECT_EQ(members.size(), with_slots);
}

TEST_F(facts_about, dispids) {
  for (const auto& row : facts::read("members")) {
    const auto table = interfaces[row[0]].dispatch;
    if (row[3].empty()) {
      EXPECT_TRUE(table.empty()) << row[0];
      continue;
    }
    const auto id = static_cast<DISPID>(std::stoll(row[3], nullptr, 0));
    const std::wstring name = com::to_wide(name_of(row[1], row[4]));
    const bool found = std::ranges::any_of(table, [&](const com::member& m) {
      return m.id == id && m.kind == flags_of(row[4]) && m.about->name == name;
    });
    EXPECT_TRUE(found) << row[0] << "::" << row[1];
  }
}

TEST_F(facts_about, classes) {
  const auto rows = facts::read("classes");
  EXPECT_EQ(classes.size(), rows.size());
  EXPECT_EQ(com::known_classes().size(), rows.size());
  for (const auto& row : rows) EXPECT_EQ(classes[row[0]], std::pair(row[1], row[2])) << row[0];
}

TEST(facts, libraries) {
  const std::map<std::string, GUID> found = {
      {"VirtualPC", LIBID_VirtualPC}, {"IMAPI2", LIBID_IMAPI2}, {"IMAPI2FS", LIBID_IMAPI2FS}};
  const auto rows = facts::read("libraries");
  EXPECT_EQ(found.size(), rows.size());
  for (const auto& row : rows) EXPECT_EQ(plain(found.at(row[0])), row[1]) << row[0];
}

TEST(facts, system_interfaces) {
#define SYSTEM(name, last)                                    \
  {                                                           \
    #name, { plain(IID_##name), slot_of(&name::last), #last } \
  }
  struct fact {
    std::string iid;
    int slot;
    std::string last;
  };
  const std::map<std::string, fact> found = {SYSTEM(IUnknown, Release),
                                             SYSTEM(IClassFactory, LockServer),
                                             SYSTEM(IConnectionPoint, EnumConnections),
                                             SYSTEM(IConnectionPointContainer, FindConnectionPoint),
                                             SYSTEM(ICreateErrorInfo, SetHelpContext),
                                             SYSTEM(IDispatch, Invoke),
                                             SYSTEM(IEnumConnectionPoints, Clone),
                                             SYSTEM(IEnumConnections, Clone),
                                             SYSTEM(IEnumSTATPROPSTG, Clone),
                                             SYSTEM(IEnumVARIANT, Clone),
                                             SYSTEM(IErrorInfo, GetHelpContext),
                                             SYSTEM(IPropertyNotifySink, OnRequestEdit),
                                             SYSTEM(IPropertyStorage, Stat),
                                             SYSTEM(IProvideClassInfo, GetClassInfo),
                                             SYSTEM(IProvideClassInfo2, GetGUID),
                                             SYSTEM(IRecordInfo, RecordDestroy),
                                             SYSTEM(IStream, Clone),
                                             SYSTEM(ISupportErrorInfo, InterfaceSupportsErrorInfo),
                                             SYSTEM(ITypeComp, BindType),
                                             SYSTEM(ITypeInfo, ReleaseVarDesc),
                                             SYSTEM(ITypeLib, ReleaseTLibAttr)};
#undef SYSTEM
  const auto rows = facts::read("system_interfaces");
  EXPECT_EQ(found.size(), rows.size());
  for (const auto& row : rows) {
    EXPECT_EQ(found.at(row[0]).iid, row[1]) << row[0];
    EXPECT_EQ(found.at(row[0]).last, row[2]) << row[0];
    EXPECT_EQ(found.at(row[0]).slot, std::stoi(row[3])) << row[0];
  }
}

TEST(facts, enumerators) {
  std::map<member_key, long long> found;
#define ENUMERATOR(enumeration, name) found[{#enumeration, #name}] = static_cast<enumeration>(name);
#define CODE(name)
#define NAMED_ID(name)
#include "com/made/values.inc"
#undef ENUMERATOR
#undef CODE
#undef NAMED_ID
  const auto rows = facts::read("enums");
  EXPECT_EQ(found.size(), rows.size());
  for (const auto& row : rows) EXPECT_EQ(found.at({row[0], row[1]}), std::stoll(row[2])) << row[1];
}

TEST(facts, return_codes) {
  std::map<std::string, HRESULT> found;
#define ENUMERATOR(enumeration, name)
#define CODE(name) found[#name] = name;
#define NAMED_ID(name)
#include "com/made/values.inc"
#undef ENUMERATOR
#undef CODE
#undef NAMED_ID
  const auto rows = facts::read("hresults");
  EXPECT_EQ(found.size(), rows.size());
  for (const auto& row : rows)
    EXPECT_EQ(static_cast<std::uint32_t>(found.at(row[0])), std::stoul(row[1], nullptr, 16)) << row[0];
}

// The names are the SDK's, with its misprint; those that are no member's, or another's, have no member here.
TEST(facts, names_of_dispids) {
  std::map<std::string, DISPID> found;
#define ENUMERATOR(enumeration, name)
#define CODE(name)
#define NAMED_ID(name) found[#name] = name;
#include "com/made/values.inc"
#undef ENUMERATOR
#undef CODE
#undef NAMED_ID
  std::map<member_key, DISPID> ids;
  for (const auto& row : facts::read("members"))
    if (!row[3].empty()) ids[{row[0], row[1]}] = static_cast<DISPID>(std::stoll(row[3], nullptr, 0));
  const auto rows = facts::read("dispids");
  EXPECT_EQ(found.size(), rows.size());
  for (const auto& row : rows) {
    EXPECT_EQ(found.at(row[0]), std::stoi(row[1], nullptr, 0)) << row[0];
    if (row[2].empty()) continue;
    EXPECT_EQ(ids.at({row[2], row[3]}), found.at(row[0])) << row[0];
  }
}

TEST(facts, return_codes_have_a_sentence) {
  for (const auto& row : facts::read("hresults")) {
    const auto* const entry = base::find_error(static_cast<std::uint32_t>(std::stoul(row[1], nullptr, 16)));
    ASSERT_NE(entry, nullptr) << row[0];
    EXPECT_FALSE(entry->sentence.empty()) << row[0];
  }
}

TEST(facts, sizes) {
#define SIZE(type) \
  { #type, sizeof(type) }
  const std::map<std::string, std::size_t> found = {SIZE(BOOLEAN),
                                                    SIZE(BSTR),
                                                    SIZE(BYTE),
                                                    SIZE(CONNECTDATA),
                                                    SIZE(CY),
                                                    SIZE(DATE),
                                                    SIZE(DECIMAL),
                                                    SIZE(DISPPARAMS),
                                                    SIZE(DWORD),
                                                    SIZE(ELEMDESC),
                                                    SIZE(EXCEPINFO),
                                                    SIZE(FILETIME),
                                                    SIZE(FUNCDESC),
                                                    SIZE(GUESTOSVERSIONINFOEX),
                                                    SIZE(GUID),
                                                    SIZE(HRESULT),
                                                    SIZE(INT),
                                                    SIZE(LARGE_INTEGER),
                                                    SIZE(LONG),
                                                    SIZE(LONGLONG),
                                                    SIZE(LONG_PTR),
                                                    SIZE(OLECHAR),
                                                    SIZE(PROPVARIANT),
                                                    SIZE(SAFEARRAY),
                                                    SIZE(SAFEARRAYBOUND),
                                                    SIZE(SHORT),
                                                    SIZE(SIZE_T),
                                                    SIZE(STATSTG),
                                                    SIZE(TLIBATTR),
                                                    SIZE(TYPEATTR),
                                                    SIZE(TYPEDESC),
                                                    SIZE(ULONG),
                                                    SIZE(VARDESC),
                                                    SIZE(VARIANT),
                                                    SIZE(VARIANT_BOOL),
                                                    SIZE(VARTYPE),
                                                    SIZE(VMVMState),
                                                    SIZE(WCHAR)};
#undef SIZE
  const auto rows = facts::read("sizes");
  EXPECT_EQ(found.size(), rows.size());
  for (const auto& row : rows) EXPECT_EQ(found.at(row[0]), std::stoul(row[1])) << row[0];
}
