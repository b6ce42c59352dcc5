// SPDX-License-Identifier: Apache-2.0
// _bstr_t, _variant_t, _com_ptr_t and _com_error: who owns what, and what a failure looks like.

#include <array>
#include <string>
#include <type_traits>
#include <utility>

#include <comdef.h>
#include <gtest/gtest.h>
#include <imapi2fs.h>

namespace {

/// An object of two interfaces that counts its references.
class counted : public IErrorInfo, public ISupportErrorInfo {
 public:
  virtual ~counted() = default;
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID riid, void** object) override {
    *object = nullptr;
    if (answer != S_OK) return answer;
    if (riid == IID_IUnknown || riid == IID_IErrorInfo) *object = static_cast<IErrorInfo*>(this);
    if (riid == IID_ISupportErrorInfo) *object = static_cast<ISupportErrorInfo*>(this);
    if (*object) ++references;
    return *object ? S_OK : E_NOINTERFACE;
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return static_cast<ULONG>(++references); }
  ULONG STDMETHODCALLTYPE Release() override { return static_cast<ULONG>(--references); }
  STDMETHODIMP GetGUID(GUID* guid) override { return *guid = IID_IStream, S_OK; }
  STDMETHODIMP GetSource(BSTR* source) override { return *source = SysAllocString(L"source"), S_OK; }
  STDMETHODIMP GetDescription(BSTR* text) override { return *text = SysAllocString(L"what it is"), S_OK; }
  STDMETHODIMP GetHelpFile(BSTR* file) override { return *file = nullptr, S_OK; }
  STDMETHODIMP GetHelpContext(DWORD* context) override { return *context = 7, S_OK; }
  STDMETHODIMP InterfaceSupportsErrorInfo(REFIID riid) override {
    return riid == IID_IErrorInfo ? S_OK : S_FALSE;
  }

  int references = 0;
  HRESULT answer = S_OK;
};

template <class Body>
HRESULT thrown_by(Body body) {
  try {
    body();
  } catch (const _com_error& e) {
    return e.Error();
  }
  return S_OK;
}

}  // namespace

TEST(bstr_t, takes_and_gives_text_in_both_widths) {
  const _bstr_t narrow("K\xC3\xB6ln \xF0\x9F\x92\xBF");
  EXPECT_EQ(std::wstring(narrow), L"K\u00F6ln \U0001F4BF");
  EXPECT_EQ(std::string(_bstr_t(L"K\u00F6ln")), "K\xC3\xB6ln");
  EXPECT_EQ(narrow.length(), 6u);
  EXPECT_EQ(std::wstring(_bstr_t("\xFF\xC3")), L"\uFFFD\uFFFD");
}

TEST(bstr_t, adds_and_compares_with_embedded_nulls) {
  const _bstr_t two(SysAllocStringLen(L"a\0b", 3), false);
  const _bstr_t four = two + L"c";
  EXPECT_EQ(four.length(), 4u);
  EXPECT_TRUE(two < four);
  EXPECT_TRUE(four != two);
  EXPECT_TRUE(L"x" + _bstr_t("y") == _bstr_t(L"xy"));
  EXPECT_TRUE(_bstr_t() == _bstr_t(L""));
  EXPECT_TRUE(!_bstr_t());
}

TEST(bstr_t, copies_share_until_one_is_changed) {
  const _bstr_t first(L"text");
  _bstr_t second = first;
  EXPECT_EQ(first.copy(false), second.copy(false));
  second.GetBSTR()[0] = L'n';
  EXPECT_EQ(std::wstring(first), L"text");
  EXPECT_EQ(std::wstring(second), L"next");
}

TEST(bstr_t, detaches_from_copies_and_takes_what_a_function_returns) {
  _bstr_t first(L"text");
  const _bstr_t second = first;
  const BSTR mine = first.Detach();
  EXPECT_TRUE(!first);
  EXPECT_EQ(std::wstring(second), L"text");
  *first.GetAddress() = mine;
  EXPECT_EQ(std::wstring(first), L"text");
}

TEST(variant_t, numbers_have_the_documented_kinds) {
  EXPECT_EQ(_variant_t(5).vt, VT_I4);
  EXPECT_EQ(_variant_t(5L).vt, VT_I4);
  EXPECT_EQ(_variant_t(1L << 40).vt, VT_I8);
  EXPECT_EQ(_variant_t(5U).vt, VT_UI4);
  EXPECT_EQ(_variant_t(short{5}).vt, VT_I2);
  EXPECT_EQ(_variant_t(true).vt, VT_BOOL);
  EXPECT_EQ(_variant_t(true).boolVal, VARIANT_TRUE);
  EXPECT_EQ(_variant_t(1.5).vt, VT_R8);
  EXPECT_EQ(_variant_t(1.5, VT_DATE).vt, VT_DATE);
  EXPECT_EQ(_variant_t("x").vt, VT_BSTR);
  EXPECT_EQ(vtMissing.vt, VT_ERROR);
  EXPECT_EQ(vtMissing.scode, DISP_E_PARAMNOTFOUND);
  EXPECT_EQ(thrown_by([] { const _variant_t wrong(5, VT_BSTR); }), E_INVALIDARG);
}

TEST(variant_t, converts_or_throws) {
  const _variant_t text(L"42");
  EXPECT_EQ(static_cast<int>(text), 42);
  EXPECT_EQ(static_cast<long>(text), 42L);
  EXPECT_EQ(static_cast<double>(text), 42.0);
  EXPECT_EQ(std::wstring(_bstr_t(_variant_t(42))), L"42");
  EXPECT_EQ(thrown_by([] { static_cast<void>(static_cast<int>(_variant_t(L"no number"))); }),
            DISP_E_TYPEMISMATCH);
  EXPECT_EQ(thrown_by([] { static_cast<void>(static_cast<short>(_variant_t(70000))); }), DISP_E_OVERFLOW);
}

TEST(variant_t, owns_copies_and_hands_over) {
  counted object;
  {
    _variant_t first(static_cast<IUnknown*>(static_cast<IErrorInfo*>(&object)));
    const _variant_t second = first;
    EXPECT_EQ(object.references, 2);
    EXPECT_TRUE(first == second);
    VARIANT mine = first.Detach();
    EXPECT_EQ(first.vt, VT_EMPTY);
    first.Attach(mine);
    first = 7;
    EXPECT_EQ(object.references, 1);
  }
  EXPECT_EQ(object.references, 0);
}

TEST(com_ptr_t, counts_references) {
  counted object;
  {
    const IErrorInfoPtr first(&object);
    IErrorInfoPtr second = first;
    const IErrorInfoPtr third = std::move(second);
    EXPECT_EQ(object.references, 2);
    EXPECT_TRUE(second == nullptr);  // NOLINT(bugprone-use-after-move): it is null then
    second = third;
    second = second.GetInterfacePtr();
    *(&second) = nullptr;
    EXPECT_EQ(object.references, 2);
  }
  EXPECT_EQ(object.references, 0);
}

TEST(com_ptr_t, asks_for_the_other_interface_and_knows_the_object_again) {
  counted object;
  {
    const IErrorInfoPtr info(&object);
    const ISupportErrorInfoPtr support = info;
    ASSERT_TRUE(support != nullptr);
    EXPECT_TRUE(support == info);
    const IStreamPtr none(info);
    EXPECT_TRUE(none == NULL);  // NOLINT(modernize-use-nullptr): clients write it
    const IUnknownPtr from_variant(_variant_t(static_cast<IUnknown*>(support)));
    EXPECT_TRUE(from_variant == info);
  }
  EXPECT_EQ(object.references, 0);
}

TEST(com_ptr_t, throws_what_is_no_missing_interface) {
  counted object;
  object.answer = E_ABORT;
  EXPECT_EQ(thrown_by([&] { const ISupportErrorInfoPtr p(static_cast<IErrorInfo*>(&object)); }), E_ABORT);
  EXPECT_EQ(thrown_by([] { static_cast<void>(IStreamPtr()->Revert()); }), E_POINTER);
  EXPECT_EQ(thrown_by([] { IStreamPtr().Release(); }), E_POINTER);
  EXPECT_EQ(IStreamPtr().GetActiveObject(CLSID_MsftFileSystemImage), MK_E_UNAVAILABLE);
}

TEST(com_ptr_t, orders_objects_whatever_interface_is_held) {
  std::array<counted, 2> both;
  const IErrorInfoPtr low = static_cast<IErrorInfo*>(&both[0]);
  const IErrorInfoPtr high = static_cast<IErrorInfo*>(&both[1]);
  const ISupportErrorInfoPtr other_face = low;
  EXPECT_TRUE(low < high && high > low && low <= high && high >= low);
  EXPECT_FALSE(low > high || high < low || low >= high || high <= low);
  EXPECT_TRUE(low <= other_face && low >= other_face && !(low < other_face) && !(other_face > low));
  EXPECT_TRUE(low < static_cast<IErrorInfo*>(&both[1]) && IErrorInfoPtr() < low);
  // NOLINTBEGIN(modernize-use-nullptr): old sources write both
  EXPECT_TRUE(IErrorInfoPtr() == 0 && NULL == IErrorInfoPtr() && low != NULL);
  // NOLINTEND(modernize-use-nullptr)
}

TEST(com_ptr_t, gives_its_pointer_in_every_documented_way) {
  counted object;
  IErrorInfoPtr p(&object, true);
  EXPECT_EQ(&*p, static_cast<IErrorInfo*>(&object));
  EXPECT_EQ(&static_cast<IErrorInfo&>(p), p.GetInterfacePtr());
  p.AddRef();
  p->Release();
  p.Attach(&object, true);
  EXPECT_EQ(object.references, 1);
  ISupportErrorInfo* support = nullptr;
  EXPECT_EQ(p.QueryInterface(IID_ISupportErrorInfo, support), S_OK);
  EXPECT_EQ(p.QueryInterface(IID_ISupportErrorInfo, &support), S_OK);
  EXPECT_EQ(p.QueryInterface(IID_IStream, &support), E_NOINTERFACE);
  EXPECT_EQ(p.GetActiveObject(L"x"), MK_E_UNAVAILABLE);
  EXPECT_FALSE(p) << "what was held is released";
  IErrorInfoPtr none;
  EXPECT_EQ(none.CreateInstance(L"No.Such.Class"), CO_E_CLASSSTRING);
  EXPECT_EQ(none.CreateInstance("No.Such.Class"), CO_E_CLASSSTRING);
  EXPECT_EQ(thrown_by([&] { none.AddRef(); }), E_POINTER);
  EXPECT_EQ(thrown_by([&] { none.Release(); }), E_POINTER);
}

TEST(bstr_t, has_every_documented_operator) {
  _bstr_t text;
  EXPECT_TRUE(!text);
  text = "b";
  text += L"c";
  text = "a" + text + "d" + L"e";
  EXPECT_EQ(L"" + text, _bstr_t("abcde"));
  EXPECT_TRUE(text < _bstr_t("b") && text <= text && _bstr_t("b") > text && text >= text &&
              text != _bstr_t("b"));
  text = _variant_t(7L);
  EXPECT_EQ(std::string(static_cast<const char*>(text)), "7");
  EXPECT_EQ(std::wstring(static_cast<wchar_t*>(text)), L"7");
  text.Assign(_bstr_t(L"other").GetBSTR());
  EXPECT_EQ(text.length(), 5u);
  EXPECT_EQ(text.copy(false), static_cast<wchar_t*>(text));
  char* const narrow = _com_util::ConvertBSTRToString(text.GetBSTR());
  EXPECT_STREQ(narrow, "other");
  delete[] narrow;
}

TEST(variant_t, takes_and_gives_every_documented_type) {
  _variant_t v;
  const auto kind_after = [&](auto value) { return v = value, v.vt; };
  EXPECT_EQ(kind_after(short{1}), VT_I2);
  EXPECT_EQ(kind_after(1L), VT_I4);
  EXPECT_EQ(kind_after(1.0F), VT_R4);
  EXPECT_EQ(kind_after(1.0), VT_R8);
  EXPECT_EQ(kind_after(CY{}), VT_CY);
  EXPECT_EQ(kind_after(DECIMAL{}), VT_DECIMAL);
  EXPECT_EQ(kind_after(L"1"), VT_BSTR);
  EXPECT_EQ(kind_after(static_cast<IDispatch*>(nullptr)), VT_DISPATCH);
  EXPECT_EQ(kind_after(static_cast<IUnknown*>(nullptr)), VT_UNKNOWN);
  EXPECT_EQ(kind_after(BYTE{1}), VT_UI1);
  EXPECT_EQ(kind_after(USHORT{1}), VT_UI2);
  EXPECT_EQ(kind_after(1U), VT_UI4);
  EXPECT_EQ(kind_after(1LL), VT_I8);
  EXPECT_EQ(kind_after(1ULL), VT_UI8);
  EXPECT_EQ(kind_after(true), VT_BOOL);
  v = "1";
  EXPECT_EQ(static_cast<short>(v) + static_cast<int>(v), 2);
  EXPECT_EQ(static_cast<long>(v) + static_cast<BYTE>(v), 2);
  EXPECT_EQ(static_cast<float>(v) + static_cast<double>(v), 2);
  EXPECT_EQ(static_cast<CY>(v).int64, 10000);
  EXPECT_EQ(static_cast<DECIMAL>(v).Lo64, 1u);
  EXPECT_EQ(static_cast<unsigned short>(v) + static_cast<unsigned>(v), 2u);
  EXPECT_EQ(static_cast<unsigned long>(v) + static_cast<ULONGLONG>(v), 2u);
  EXPECT_EQ(static_cast<LONGLONG>(v) + static_cast<char>(v), 2);
  v.SetString("2");
  EXPECT_TRUE(v == static_cast<const VARIANT&>(_variant_t(L"2")) && v != _variant_t(2L));
  v.ChangeType(VT_I4);
  EXPECT_EQ(v.GetVARIANT().lVal, 2);
  v.Clear();
  EXPECT_EQ(v.vt, VT_EMPTY);
}

TEST(com_error, tells_what_the_error_information_says) {
  counted object;
  {
    const _com_error error(E_FAIL, &object, true);
    const _com_error copy = error;  // NOLINT(performance-unnecessary-copy-initialization): this is the test
    EXPECT_EQ(copy.Error(), E_FAIL);
    EXPECT_EQ(std::wstring(copy.Description()), L"what it is");
    EXPECT_EQ(std::wstring(copy.Source()), L"source");
    EXPECT_EQ(copy.HelpContext(), 7u);
    EXPECT_EQ(copy.GUID(), IID_IStream);
    EXPECT_TRUE(!copy.HelpFile());
  }
  EXPECT_EQ(object.references, 0);
}

TEST(com_error, has_a_sentence_for_every_code) {
  EXPECT_FALSE(std::string(_com_error(IMAPI_E_READONLY).ErrorMessage()).empty());
  EXPECT_EQ(std::string(_com_error(E_FAIL).ErrorMessage()).find('\n'), std::string::npos);
  EXPECT_EQ(std::string(_com_error(static_cast<HRESULT>(0x8FFF1234)).ErrorMessage()),
            "Unknown error 0x8FFF1234");
  EXPECT_EQ(std::string(_com_error(static_cast<HRESULT>(0x80040F05)).ErrorMessage()),
            "IDispatch error #3333");
  EXPECT_EQ(_com_error::WCodeToHRESULT(3333), static_cast<HRESULT>(0x80040F05));
  EXPECT_EQ(_com_error(E_FAIL).WCode(), 0);
}

TEST(com_error, is_raised_with_the_information_of_the_thread) {
  counted object;
  SetErrorInfo(0, static_cast<IErrorInfo*>(&object));
  try {
    _com_issue_errorex(E_ABORT, static_cast<IErrorInfo*>(&object), IID_IErrorInfo);
  } catch (const _com_error& e) {
    EXPECT_EQ(std::wstring(e.Description()), L"what it is");
  }
  EXPECT_EQ(object.references, 0);
  EXPECT_EQ(thrown_by([] { _com_util::CheckError(S_FALSE); }), S_OK);
  EXPECT_EQ(thrown_by([] { _com_util::CheckError(E_NOTIMPL); }), E_NOTIMPL);
}

TEST(propvariant, frees_what_it_owns) {
  PROPVARIANT value;
  PropVariantInit(&value);
  value.vt = VT_LPWSTR;
  value.pwszVal = static_cast<LPWSTR>(CoTaskMemAlloc(8));
  EXPECT_EQ(PropVariantClear(&value), S_OK);
  EXPECT_EQ(value.vt, VT_EMPTY);
  value.vt = VT_VECTOR | VT_BSTR;
  value.cabstr.cElems = 2;
  value.cabstr.pElems = static_cast<BSTR*>(CoTaskMemAlloc(2 * sizeof(BSTR)));
  value.cabstr.pElems[0] = SysAllocString(L"a");
  value.cabstr.pElems[1] = nullptr;
  EXPECT_EQ(PropVariantClear(&value), S_OK);
  EXPECT_EQ(PropVariantClear(nullptr), S_OK);
}
