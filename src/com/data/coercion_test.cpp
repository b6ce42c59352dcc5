// SPDX-License-Identifier: Apache-2.0
#include "com/data/limited_memory.hpp"
#include "com/data/text.hpp"
#include "com/data/variant.hpp"
#include "com/object/object.hpp"
#include "com/object/ptr.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

using namespace comeback;

namespace {

com::variant text(std::string_view value) {
  com::variant v;
  VARIANT& raw = *v.put();
  raw.bstrVal = com::to_bstr(value);
  raw.vt = VT_BSTR;
  return v;
}

struct row {
  const char* title;
  std::string_view from;  // as text
  VARTYPE type;
  HRESULT hr;
  std::string_view to;  // and back
};

constexpr row rows[] = {
    {"a number", "42", VT_I4, S_OK, "42"},
    {"blanks around it", "  42\t", VT_I4, S_OK, "42"},
    {"a sign behind", "42-", VT_I4, S_OK, "-42"},
    {"parentheses", "(1,234.50)", VT_CY, S_OK, "-1234.5"},
    {"a currency sign", "-$3.25", VT_CY, S_OK, "-3.25"},
    {"hexadecimal", "&HFF", VT_I2, S_OK, "255"},
    {"octal", "&o17", VT_UI1, S_OK, "15"},
    {"all bits of a VT_I2", "&HFFFF", VT_I2, S_OK, "-1"},
    {"which are not all of a VT_I4", "&HFFFF", VT_I4, S_OK, "65535"},
    {"all bits of a VT_I4", "&HFFFFF060", VT_I4, S_OK, "-4000"},
    {"all bits of a VT_I8", "&hffffffffffffffff", VT_I8, S_OK, "-1"},
    {"the sign alone", "&H80", VT_I1, S_OK, "-128"},
    {"the sign in octal digits", "&O100000", VT_I2, S_OK, "-32768"},
    {"one bit more than VT_I2 has", "&H10000", VT_I2, DISP_E_OVERFLOW, ""},
    {"bits have no sign in VT_UI2", "&HFFFF", VT_UI2, S_OK, "65535"},
    {"nor in VT_R8", "&HFFFFFFFF", VT_R8, S_OK, "4294967295"},
    {"hexadecimal beyond 64 bits", "&H10000000000000000", VT_UI8, DISP_E_OVERFLOW, ""},
    {"halves go to even, down", "2.5", VT_I4, S_OK, "2"},
    {"halves go to even, up", "3.5", VT_I4, S_OK, "4"},
    {"an exponent", "1.5e3", VT_I4, S_OK, "1500"},
    {"a negative exponent", "15E-1", VT_R8, S_OK, "1.5"},
    {"the largest VT_UI8", "18446744073709551615", VT_UI8, S_OK, "18446744073709551615"},
    {"one more", "18446744073709551616", VT_UI8, DISP_E_OVERFLOW, ""},
    {"the smallest VT_I8", "-9223372036854775808", VT_I8, S_OK, "-9223372036854775808"},
    {"one less", "-9223372036854775809", VT_I8, DISP_E_OVERFLOW, ""},
    {"below VT_UI1", "-1", VT_UI1, DISP_E_OVERFLOW, ""},
    {"beyond VT_I1", "128", VT_I1, DISP_E_OVERFLOW, ""},
    {"beyond VT_R4", "1e39", VT_R4, DISP_E_OVERFLOW, ""},
    {"beyond VT_R8", "1e400", VT_R8, DISP_E_OVERFLOW, ""},
    {"below what VT_R8 can tell", "1e-400", VT_R8, S_OK, "0"},
    {"a large VT_R8", "1e20", VT_R8, S_OK, "1E+20"},
    {"the largest VT_DECIMAL", "79228162514264337593543950335", VT_DECIMAL, S_OK,
     "79228162514264337593543950335"},
    {"one more", "79228162514264337593543950336", VT_DECIMAL, DISP_E_OVERFLOW, ""},
    {"28 places", "0.0000000000000000000000000001", VT_DECIMAL, S_OK, "0.0000000000000000000000000001"},
    {"29 places are rounded", "0.00000000000000000000000000006", VT_DECIMAL, S_OK,
     "0.0000000000000000000000000001"},
    {"four places in VT_CY", "0.00005", VT_CY, S_OK, "0"},
    {"beyond VT_CY", "922337203685477.5808", VT_CY, DISP_E_OVERFLOW, ""},
    {"the largest VT_CY", "922337203685477.5807", VT_CY, S_OK, "922337203685477.5807"},
    {"truth in words", "#TRUE#", VT_BOOL, S_OK, "-1"},
    {"falsehood in words", "False", VT_BOOL, S_OK, "0"},
    {"truth in numbers", "0.1", VT_BOOL, S_OK, "-1"},
    {"a day", "11/21/2026", VT_DATE, S_OK, "11/21/2026"},
    {"a day as ISO 8601 has it", "2026-11-21T13:02:07", VT_DATE, S_OK, "11/21/2026 13:02:07"},
    {"a day with its month in words", "21 Nov 2026 1:02 PM", VT_DATE, S_OK, "11/21/2026 13:02:00"},
    {"the month first", "November 21, 2026", VT_DATE, S_OK, "11/21/2026"},
    {"midnight", "12:00 am", VT_DATE, S_OK, "00:00:00"},
    {"the day that stands for none", "12/30/1899", VT_DATE, S_OK, "00:00:00"},
    {"the day before it", "12/29/1899", VT_DATE, S_OK, "12/29/1899"},
    {"a time", "12:30 am", VT_DATE, S_OK, "00:30:00"},
    {"a year of two digits, this century", "1/2/29", VT_DATE, S_OK, "01/02/2029"},
    {"a year of two digits, the last", "1/2/30", VT_DATE, S_OK, "01/02/1930"},
    {"a day that no calendar has", "2/30/2026", VT_DATE, DISP_E_TYPEMISMATCH, ""},
    {"an hour that no clock has", "24:00", VT_DATE, DISP_E_TYPEMISMATCH, ""},
    {"a word", "many", VT_I4, DISP_E_TYPEMISMATCH, ""},
    {"nothing", "", VT_R8, DISP_E_TYPEMISMATCH, ""},
    {"two numbers", "1 2", VT_I4, DISP_E_TYPEMISMATCH, ""},
    {"two points", "1.2.3", VT_R8, DISP_E_TYPEMISMATCH, ""},
    {"two signs", "-5-", VT_I4, DISP_E_TYPEMISMATCH, ""},
    {"a sign alone", "-", VT_I4, DISP_E_TYPEMISMATCH, ""},
    {"an exponent without digits", "1e", VT_R8, DISP_E_TYPEMISMATCH, ""},
    {"not a number", "nan", VT_R8, DISP_E_TYPEMISMATCH, ""},
    {"a null within", std::string_view("4\0002", 3), VT_I4, DISP_E_TYPEMISMATCH, ""},
    {"no way to VT_EMPTY", "1", VT_EMPTY, DISP_E_TYPEMISMATCH, ""},
    {"no way to VT_ERROR", "1", VT_ERROR, DISP_E_TYPEMISMATCH, ""},
    {"no way to an object", "1", VT_DISPATCH, DISP_E_TYPEMISMATCH, ""},
    {"no way to an array of numbers", "1", VT_ARRAY | VT_I4, DISP_E_TYPEMISMATCH, ""},
    {"no such type", "1", 0x0FFE, DISP_E_BADVARTYPE, ""},
    {"a reference as target", "1", VT_BYREF | VT_I4, DISP_E_TYPEMISMATCH, ""},
};

class valued final : public com::object<IDispatch> {
 public:
  explicit valued(const VARIANT& value) : value_(value) {}
  void become(const VARIANT& value) { value_ = com::variant(value); }
  HRESULT GetTypeInfoCount(UINT*) override { return E_NOTIMPL; }
  HRESULT GetTypeInfo(UINT, LCID, ITypeInfo**) override { return E_NOTIMPL; }
  HRESULT GetIDsOfNames(REFIID, LPOLESTR*, UINT, LCID, DISPID*) override { return DISP_E_UNKNOWNNAME; }
  HRESULT Invoke(DISPID id, REFIID, LCID, WORD, DISPPARAMS*, VARIANT* result, EXCEPINFO*, UINT*) override {
    return id == DISPID_VALUE ? VariantCopy(result, &value_.get()) : DISP_E_MEMBERNOTFOUND;
  }

 private:
  com::variant value_;
};

VARIANT number(LONG value) {
  VARIANT v{};
  v.vt = VT_I4;
  v.lVal = value;
  return v;
}
VARIANT object(IDispatch* value) {
  VARIANT v{};
  v.vt = VT_DISPATCH;
  v.pdispVal = value;
  return v;
}

}  // namespace

TEST(change_type, from_text_and_back) {
  for (const auto& r : rows) {
    const auto from = text(r.from);
    VARIANT made = number(7);
    ASSERT_EQ(VariantChangeType(&made, &from.get(), 0, r.type), r.hr) << r.title;
    if (FAILED(r.hr)) {
      EXPECT_EQ(made.lVal, 7) << r.title;
      continue;
    }
    EXPECT_EQ(made.vt, r.type) << r.title;
    VARIANT back{};
    ASSERT_EQ(VariantChangeType(&back, &made, 0, VT_BSTR), S_OK) << r.title;
    EXPECT_EQ(com::to_utf8(back.bstrVal), r.to) << r.title;
    VariantClear(&back);
    VariantClear(&made);
  }
}

TEST(change_type, null_arguments) {
  VARIANT v{};
  EXPECT_EQ(VariantChangeType(nullptr, &v, 0, VT_I4), E_INVALIDARG);
  EXPECT_EQ(VariantChangeType(&v, nullptr, 0, VT_I4), E_INVALIDARG);
  VariantInit(nullptr);
  v.vt = VT_BSTR;
  ASSERT_EQ(VariantChangeType(&v, &v, 0, VT_BSTR), S_OK);
  EXPECT_EQ(SysStringLen(v.bstrVal), 0u);
  VariantClear(&v);
}

TEST(change_type, in_place) {
  VARIANT v = text("12").detach();
  ASSERT_EQ(VariantChangeTypeEx(&v, &v, 0x409, 0, VT_R4), S_OK);
  EXPECT_EQ(v.fltVal, 12.0f);
}

TEST(change_type, truth_as_a_word_only_where_asked_for) {
  VARIANT truth{}, made{};
  truth.vt = VT_BOOL;
  truth.boolVal = VARIANT_TRUE;
  ASSERT_EQ(VariantChangeType(&made, &truth, 0, VT_BSTR), S_OK);
  EXPECT_EQ(com::to_utf8(made.bstrVal), "-1");
  ASSERT_EQ(VariantChangeType(&made, &truth, VARIANT_ALPHABOOL, VT_BSTR), S_OK);
  EXPECT_EQ(com::to_utf8(made.bstrVal), "True");
  ASSERT_EQ(VariantChangeType(&made, &truth, 0, VT_UI4), S_OK);
  EXPECT_EQ(made.ulVal, 0xFFFFFFFFu);
}

TEST(change_type, nothing_and_null) {
  VARIANT v{}, made{};
  ASSERT_EQ(VariantChangeType(&made, &v, 0, VT_I4), S_OK);
  EXPECT_EQ(made.lVal, 0);
  ASSERT_EQ(VariantChangeType(&made, &v, 0, VT_BSTR), S_OK);
  EXPECT_EQ(SysStringLen(made.bstrVal), 0u);
  v.vt = VT_NULL;
  EXPECT_EQ(VariantChangeType(&made, &v, 0, VT_I4), DISP_E_TYPEMISMATCH);
  VariantClear(&made);
}

TEST(change_type, an_object_stands_for_its_default_property) {
  const auto inner = com::make<valued>(number(5));
  const auto outer = com::make<valued>(object(inner.get()));
  const VARIANT from = object(outer.get());
  VARIANT made{};
  ASSERT_EQ(VariantChangeType(&made, &from, 0, VT_BSTR), S_OK);
  EXPECT_EQ(com::to_utf8(made.bstrVal), "5");
  EXPECT_EQ(VariantChangeType(&made, &from, VARIANT_NOVALUEPROP, VT_I4), DISP_E_TYPEMISMATCH);
  LONGLONG n = 0;
  EXPECT_EQ(com::number_of(from, 0, 10, n), S_OK);
  EXPECT_EQ(n, 5);
  ASSERT_EQ(VariantChangeType(&made, &from, 0, VT_UNKNOWN), S_OK);
  VariantClear(&made);
  inner->become(object(outer.get()));  // a ring ends
  EXPECT_EQ(VariantChangeType(&made, &from, 0, VT_I4), DISP_E_TYPEMISMATCH);
  inner->become(number(0));
}

TEST(change_type, a_string_is_an_array_of_its_bytes) {
  const auto from = text("ab");
  VARIANT bytes{}, back{};
  ASSERT_EQ(VariantChangeType(&bytes, &from.get(), 0, VT_ARRAY | VT_UI1), S_OK);
  EXPECT_EQ(bytes.parray->rgsabound[0].cElements, 2 * sizeof(OLECHAR));
  ASSERT_EQ(VariantChangeType(&back, &bytes, 0, VT_BSTR), S_OK);
  EXPECT_EQ(com::to_utf8(back.bstrVal), "ab");
  VariantClear(&bytes);
  VariantClear(&back);
}

TEST(change_type, no_memory) {
  const auto from = number(7);
  VARIANT made = number(1);
  const com::allocation_limit none(0);
  EXPECT_EQ(VariantChangeType(&made, &from, 0, VT_BSTR), E_OUTOFMEMORY);
  EXPECT_EQ(made.lVal, 1);
}

TEST(conversions, between_all_kinds) {
  LONG n = 0;
  EXPECT_EQ(VarI4FromR8(2.5, &n), S_OK);
  EXPECT_EQ(n, 2);
  EXPECT_EQ(VarI4FromR8(3e9, &n), DISP_E_OVERFLOW);
  EXPECT_EQ(VarI4FromR8(std::nan(""), &n), DISP_E_OVERFLOW);
  EXPECT_EQ(VarI4FromStr(L"17", 0, 0, &n), S_OK);
  EXPECT_EQ(n, 17);
  long wide = 0;
  EXPECT_EQ(VarI4FromStr(L"-18", 0, 0, &wide), S_OK);
  EXPECT_EQ(wide, -18);
  CY cy{};
  EXPECT_EQ(VarCyFromR8(0.03125, &cy), S_OK);
  EXPECT_EQ(cy.int64, 312);
  double d = 0;
  EXPECT_EQ(VarR8FromCy(CY{.int64 = 12345}, &d), S_OK);
  EXPECT_EQ(d, 1.2345);
  DECIMAL decimal{};
  EXPECT_EQ(VarDecFromR8(0.1, &decimal), S_OK);
  EXPECT_EQ(decimal.Lo64, 1u);
  EXPECT_EQ(decimal.scale, 1);
  EXPECT_EQ(VarDecFromR8(8e28, &decimal), DISP_E_OVERFLOW);
  EXPECT_EQ(VarR8FromDec(&decimal, &d), S_OK);
  EXPECT_EQ(d, 0.1);
  FLOAT f = 0;
  EXPECT_EQ(VarR4FromR8(1e39, &f), DISP_E_OVERFLOW);
  BSTR made = nullptr;
  EXPECT_EQ(VarBstrFromBool(VARIANT_TRUE, 0, 0, &made), S_OK);
  EXPECT_EQ(com::to_utf8(made), "True");
  SysFreeString(made);
  EXPECT_EQ(VarBstrFromDate(1.5, 0, VAR_TIMEVALUEONLY, &made), S_OK);
  EXPECT_EQ(com::to_utf8(made), "12:00:00");
  SysFreeString(made);
  EXPECT_EQ(VarBstrFromDate(0, 0, VAR_DATEVALUEONLY, &made), S_OK);
  EXPECT_EQ(com::to_utf8(made), "12/30/1899");
  SysFreeString(made);
  EXPECT_EQ(VarBstrFromDate(0.9999999, 0, 0, &made), S_OK);
  EXPECT_EQ(com::to_utf8(made), "12/31/1899");
  SysFreeString(made);
  EXPECT_EQ(VarBstrFromR8(-0.0, 0, 0, &made), S_OK);
  EXPECT_EQ(com::to_utf8(made), "0");
  SysFreeString(made);
}

TEST(conversions, null_arguments) {
  LONG n = 0;
  double d = 0;
  BSTR made = nullptr;
  EXPECT_EQ(VarI4FromR8(1, static_cast<LONG*>(nullptr)), E_INVALIDARG);
  EXPECT_EQ(VarI4FromStr(nullptr, 0, 0, &n), DISP_E_TYPEMISMATCH);
  EXPECT_EQ(VarI4FromDisp(nullptr, 0, &n), DISP_E_TYPEMISMATCH);
  EXPECT_EQ(VarR8FromDec(nullptr, &d), E_INVALIDARG);
  EXPECT_EQ(VarBstrFromDisp(nullptr, 0, 0, &made), DISP_E_TYPEMISMATCH);
  EXPECT_EQ(VarBstrFromI4(1, 0, 0, nullptr), E_INVALIDARG);
}

TEST(conversions, a_decimal_that_cannot_be_is_refused) {
  DECIMAL wrong{};
  wrong.scale = 29;
  double d = 0;
  EXPECT_EQ(VarR8FromDec(&wrong, &d), DISP_E_TYPEMISMATCH);
  wrong.scale = 0;
  wrong.sign = 1;
  EXPECT_EQ(VarR8FromDec(&wrong, &d), DISP_E_TYPEMISMATCH);
}
