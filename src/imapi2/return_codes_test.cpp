// SPDX-License-Identifier: Apache-2.0
// E_OUTOFMEMORY of every member that makes something; the other codes are beside what they are about.

#include "com/data/limited_memory.hpp"
#include "imapi2/fixture.hpp"

#include <functional>
#include <type_traits>

namespace comeback::imapi2 {
namespace {

using optical::media_type;

template <class Out>
void let_go(Out made) {
  if constexpr (std::is_same_v<Out, BSTR>)
    SysFreeString(made);
  else if constexpr (std::is_same_v<Out, SAFEARRAY*>)
    SafeArrayDestroy(made);
  else if constexpr (std::is_pointer_v<Out>)
    if (made) made->Release();
}

/// A member that gives something: what it made is let go, and nothing may be there where it failed.
template <class On, class I, class Out, class... In>
std::function<HRESULT()> of(On* object, HRESULT (STDMETHODCALLTYPE I::*member)(In..., Out*),
                            std::type_identity_t<In>... given) {
  return [=] {
    Out out{};
    const HRESULT answer = (object->*member)(given..., &out);
    EXPECT_TRUE(SUCCEEDED(answer) || out == Out{});
    let_go(out);
    return answer;
  };
}

/// The first answer that is not E_OUTOFMEMORY, which the call must give at least once.
HRESULT tried_with_more_and_more(const std::function<HRESULT()>& call) {
  for (int granted = 0; granted < 10'000; ++granted) {
    const com::new_limit few(granted);
    if (const HRESULT answer = call(); answer != E_OUTOFMEMORY) return granted > 0 ? answer : E_UNEXPECTED;
  }
  return E_OUTOFMEMORY;
}

class recorder_return_codes : public recorder_facade {};

TEST_F(recorder_return_codes, without_memory) {
  insert_written(media_type::cd_r, 100);
  const auto all = master();
  const auto one = recorder();
  const auto writer = format();
  struct row {
    const char* member;
    std::function<HRESULT()> call;
  };
  const words name("a name that is too long to be kept in place");
  const words id("first");
  const row rows[] = {
      {"get__NewEnum", of(all.get(), &IDiscMaster2::get__NewEnum)},
      {"get_Count", of(all.get(), &IDiscMaster2::get_Count)},
      {"InitializeDiscRecorder", [&] { return one->InitializeDiscRecorder(id); }},
      {"get_ActiveDiscRecorder", of(one.get(), &IDiscRecorder2::get_ActiveDiscRecorder)},
      {"get_VendorId", of(one.get(), &IDiscRecorder2::get_VendorId)},
      {"get_VolumePathNames", of(one.get(), &IDiscRecorder2::get_VolumePathNames)},
      {"get_SupportedFeaturePages", of(one.get(), &IDiscRecorder2::get_SupportedFeaturePages)},
      {"get_CurrentProfiles", of(one.get(), &IDiscRecorder2::get_CurrentProfiles)},
      {"get_SupportedModePages", of(one.get(), &IDiscRecorder2::get_SupportedModePages)},
      {"put_ClientName", [&] { return writer->put_ClientName(name); }},
      {"get_ClientName", of(writer.get(), &IDiscFormat2Data::get_ClientName)},
      {"put_Recorder", [&] { return writer->put_Recorder(one.get()); }},
      {"get_CurrentMediaStatus", of(writer.get(), &IDiscFormat2Data::get_CurrentMediaStatus)},
      {"get_FreeSectorsOnMedia", of(writer.get(), &IDiscFormat2Data::get_FreeSectorsOnMedia)},
      {"get_SupportedMediaTypes", of(writer.get(), &IDiscFormat2::get_SupportedMediaTypes)},
      {"get_SupportedWriteSpeeds", of(writer.get(), &IDiscFormat2Data::get_SupportedWriteSpeeds)},
      {"get_SupportedWriteSpeedDescriptors",
       of(writer.get(), &IDiscFormat2Data::get_SupportedWriteSpeedDescriptors)},
      {"get_MultisessionInterfaces", of(writer.get(), &IDiscFormat2Data::get_MultisessionInterfaces)},
  };
  for (const auto& r : rows) EXPECT_EQ(tried_with_more_and_more(r.call), S_OK) << r.member;
}

// What memory fails leaves the recorder free, and what was recorded as it was.
TEST_F(recorder_return_codes, a_write_without_memory) {
  insert_written(media_type::dvd_plus_rw, 64);
  const auto writer = format();
  EXPECT_EQ(writer->put_ForceOverwrite(VARIANT_TRUE), S_OK);
  const auto stream = stream_of(3, 2);
  EXPECT_EQ(tried_with_more_and_more([&] { return writer->Write(stream.get()); }), S_OK);
  EXPECT_EQ(blocks_at(0, 3), marked(3, 2));
  const auto old = marked(64, 1);
  EXPECT_EQ(blocks_at(3, 61), std::vector<std::byte>(old.begin() + 3 * 2048, old.end()));
  EXPECT_EQ(text(value_of(recorder(), &IDiscRecorder2::get_ExclusiveAccessOwner)), "");
}

}  // namespace
}  // namespace comeback::imapi2
