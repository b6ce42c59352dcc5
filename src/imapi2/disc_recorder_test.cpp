// SPDX-License-Identifier: Apache-2.0
#include "com/object/with_nulls.hpp"
#include "imapi2/fixture.hpp"

#include <functional>
#include <utility>

namespace comeback::imapi2 {
namespace {

using base::errc;
using com::with_nulls;
using optical::media_type;
using testing::ElementsAre;
using testing::IsEmpty;

class disc_masters : public recorder_facade {
 protected:
  std::vector<std::string> walked(const com::ptr<IDiscMaster2>& of) {
    com::ptr<IEnumVARIANT> each;
    EXPECT_EQ(of->get__NewEnum(each.put()), S_OK);
    std::vector<std::string> ids;
    com::variant id;
    while (each->Next(1, id.put(), nullptr) == S_OK) {
      EXPECT_EQ(id.get().vt, VT_BSTR);
      ids.push_back(com::to_utf8(id.get().bstrVal));
    }
    return ids;
  }
};

TEST_F(disc_masters, list_the_recorders) {
  const auto all = master();
  EXPECT_EQ(value_of(all, &IDiscMaster2::get_Count), 2);
  BSTR id = nullptr;
  EXPECT_EQ(all->get_Item(1, &id), S_OK);
  EXPECT_EQ(text(id), "second");
  EXPECT_THAT(walked(all), ElementsAre("first", "second"));
  EXPECT_EQ(value_of(all, &IDiscMaster2::get_IsSupportedEnvironment), VARIANT_TRUE);
}

TEST_F(disc_masters, have_no_item_outside) {
  for (const LONG index : {-1, 2, 1'000'000}) {
    BSTR id = SysAllocString(L"old");
    const BSTR before = id;
    EXPECT_EQ(master()->get_Item(index, &id), E_INVALIDARG) << index;
    EXPECT_EQ(id, nullptr);
    SysFreeString(before);
  }
  BSTR none = nullptr;
  EXPECT_EQ(master()->get_Item(2, &none), E_INVALIDARG);
  EXPECT_THAT(last_description(), testing::HasSubstr("there are 2"));
}

TEST_F(disc_masters, without_recorders) {
  registry->drives.clear();
  EXPECT_EQ(value_of(master(), &IDiscMaster2::get_Count), 0);
  EXPECT_THAT(walked(master()), IsEmpty());
  EXPECT_EQ(value_of(master(), &IDiscMaster2::get_IsSupportedEnvironment), VARIANT_FALSE);
}

TEST_F(disc_masters, need_somewhere_to_put_the_answer) {
  EXPECT_EQ(with_nulls(master(), &IDiscMaster2::get__NewEnum), E_POINTER);
  EXPECT_EQ(with_nulls(master(), &IDiscMaster2::get_Item), E_POINTER);
  EXPECT_EQ(with_nulls(master(), &IDiscMaster2::get_Count), E_POINTER);
  EXPECT_EQ(with_nulls(master(), &IDiscMaster2::get_IsSupportedEnvironment), E_POINTER);
}

class device_sink final : public com::vtable_only<DDiscMaster2Events> {
 public:
  explicit device_sink(std::vector<std::string>& heard) : heard_(heard) {}
  HRESULT NotifyDeviceAdded(IDispatch* from, BSTR id) override { return hear("added ", from, id); }
  HRESULT NotifyDeviceRemoved(IDispatch* from, BSTR id) override { return hear("removed ", from, id); }

 private:
  HRESULT hear(const char* what, IDispatch* from, BSTR id) {
    EXPECT_TRUE(com::ptr<IDispatch>(from).as<IDiscMaster2>());
    heard_.push_back(what + com::to_utf8(id));
    return S_OK;
  }
  std::vector<std::string>& heard_;
};

TEST_F(disc_masters, tell_what_came_and_went_when_they_are_asked) {
  const auto all = master();
  std::vector<std::string> heard;
  com::ptr<IConnectionPoint> point;
  DWORD cookie = 0;
  ASSERT_EQ(all.as<IConnectionPointContainer>()->FindConnectionPoint(IID_DDiscMaster2Events, point.put()),
            S_OK);
  ASSERT_EQ(point->Advise(com::make<device_sink>(heard).get(), &cookie), S_OK);
  EXPECT_EQ(value_of(all, &IDiscMaster2::get_Count), 2);
  EXPECT_THAT(heard, IsEmpty());
  registry->drives = {second, std::make_shared<fake_drive>("third")};
  EXPECT_EQ(value_of(all, &IDiscMaster2::get_Count), 2);
  EXPECT_THAT(heard, ElementsAre("removed first", "added third"));
  EXPECT_EQ(value_of(all, &IDiscMaster2::get_Count), 2);
  EXPECT_EQ(heard.size(), 2u);
  EXPECT_EQ(point->Unadvise(cookie), S_OK);
}

class disc_recorders : public recorder_facade {
 protected:
  using call = std::function<HRESULT(IDiscRecorder2&)>;
  struct row {
    const char* member;
    call run;
  };
  template <class Out>
  static call getter(HRESULT (STDMETHODCALLTYPE IDiscRecorder2::*get)(Out*)) {
    return [get](IDiscRecorder2& r) {
      Out out{};
      const HRESULT answer = (r.*get)(&out);
      if constexpr (std::is_same_v<Out, BSTR>) SysFreeString(out);
      if constexpr (std::is_same_v<Out, SAFEARRAY*>) SafeArrayDestroy(out);
      return answer;
    };
  }
  /// What asks the device, so that it may fail as the device does.
  static std::vector<row> asking() {
    return {{"EjectMedia", [](auto& r) { return r.EjectMedia(); }},
            {"CloseTray", [](auto& r) { return r.CloseTray(); }},
            {"get_SupportedFeaturePages", getter(&IDiscRecorder2::get_SupportedFeaturePages)},
            {"get_CurrentFeaturePages", getter(&IDiscRecorder2::get_CurrentFeaturePages)},
            {"get_SupportedProfiles", getter(&IDiscRecorder2::get_SupportedProfiles)},
            {"get_CurrentProfiles", getter(&IDiscRecorder2::get_CurrentProfiles)},
            {"get_SupportedModePages", getter(&IDiscRecorder2::get_SupportedModePages)}};
  }
  static std::vector<row> knowing() {
    return {{"ReleaseExclusiveAccess", [](auto& r) { return r.ReleaseExclusiveAccess(); }},
            {"AcquireExclusiveAccess",
             [](auto& r) { return r.AcquireExclusiveAccess(VARIANT_TRUE, words("client")); }},
            {"DisableMcn", [](auto& r) { return r.DisableMcn(); }},
            {"EnableMcn", [](auto& r) { return r.EnableMcn(); }},
            {"get_ActiveDiscRecorder", getter(&IDiscRecorder2::get_ActiveDiscRecorder)},
            {"get_VendorId", getter(&IDiscRecorder2::get_VendorId)},
            {"get_ProductId", getter(&IDiscRecorder2::get_ProductId)},
            {"get_ProductRevision", getter(&IDiscRecorder2::get_ProductRevision)},
            {"get_VolumeName", getter(&IDiscRecorder2::get_VolumeName)},
            {"get_VolumePathNames", getter(&IDiscRecorder2::get_VolumePathNames)},
            {"get_DeviceCanLoadMedia", getter(&IDiscRecorder2::get_DeviceCanLoadMedia)},
            {"get_LegacyDeviceNumber", getter(&IDiscRecorder2::get_LegacyDeviceNumber)},
            {"get_ExclusiveAccessOwner", getter(&IDiscRecorder2::get_ExclusiveAccessOwner)}};
  }
  static std::vector<row> all_members() {
    auto all = asking();
    for (auto& one : knowing()) all.push_back(one);
    return all;
  }
  std::string owner(const com::ptr<IDiscRecorder2>& of) {
    return text(value_of(of, &IDiscRecorder2::get_ExclusiveAccessOwner));
  }
};

TEST_F(disc_recorders, answer_e_fail_until_a_device_was_chosen) {
  const auto none = new_recorder();
  for (const auto& [member, run] : all_members()) EXPECT_EQ(run(*none), E_FAIL) << member;
  EXPECT_THAT(last_description(), testing::HasSubstr("InitializeDiscRecorder"));
}

TEST_F(disc_recorders, take_only_ids_that_there_are) {
  const auto one = new_recorder();
  for (const char* id : {"", "third", "FIRST"})
    EXPECT_EQ(one->InitializeDiscRecorder(words(id)), E_INVALIDARG) << id;
  EXPECT_EQ(one->InitializeDiscRecorder(nullptr), E_INVALIDARG);
  EXPECT_EQ(one->InitializeDiscRecorder(words("second")), S_OK);
  EXPECT_EQ(one->InitializeDiscRecorder(words("third")), E_INVALIDARG);
  EXPECT_EQ(text(value_of(one, &IDiscRecorder2::get_ActiveDiscRecorder)), "second");
}

TEST_F(disc_recorders, know_what_the_drive_is) {
  const auto one = recorder("second");
  EXPECT_EQ(text(value_of(one, &IDiscRecorder2::get_VendorId)), "COMEBACK");
  EXPECT_EQ(text(value_of(one, &IDiscRecorder2::get_ProductId)), "FAKE DRIVE");
  EXPECT_EQ(text(value_of(one, &IDiscRecorder2::get_ProductRevision)), "1.0");
  EXPECT_EQ(text(value_of(one, &IDiscRecorder2::get_VolumeName)), "second");
  EXPECT_EQ(value_of(one, &IDiscRecorder2::get_LegacyDeviceNumber), 1);
  EXPECT_EQ(value_of(one, &IDiscRecorder2::get_DeviceCanLoadMedia), VARIANT_TRUE);
  EXPECT_THAT(taken(value_of(one, &IDiscRecorder2::get_VolumePathNames)), IsEmpty());
}

TEST_F(disc_recorders, list_pages_and_profiles) {
  insert(media_type::dvd_plus_rw);
  const auto one = recorder();
  EXPECT_THAT(numbers_in(value_of(one, &IDiscRecorder2::get_SupportedFeaturePages), VT_I4),
              ElementsAre(0, 1, 3));
  EXPECT_THAT(numbers_in(value_of(one, &IDiscRecorder2::get_CurrentFeaturePages), VT_I4), ElementsAre(0, 1));
  EXPECT_THAT(numbers_in(value_of(one, &IDiscRecorder2::get_SupportedProfiles), VT_I4), ElementsAre(9, 26));
  EXPECT_THAT(numbers_in(value_of(one, &IDiscRecorder2::get_CurrentProfiles), VT_I4),
              ElementsAre(IMAPI_PROFILE_TYPE_DVD_PLUS_RW));
  EXPECT_THAT(numbers_in(value_of(one, &IDiscRecorder2::get_SupportedModePages), VT_I4),
              ElementsAre(1, 5, 42));
  first->closed = false;
  EXPECT_THAT(numbers_in(value_of(one, &IDiscRecorder2::get_CurrentProfiles), VT_I4), IsEmpty());
}

TEST_F(disc_recorders, hold_the_drive_as_often_as_they_acquired_it) {
  const auto mine = recorder(), other = recorder();
  EXPECT_EQ(owner(mine), "");
  EXPECT_EQ(mine->AcquireExclusiveAccess(VARIANT_FALSE, words("mine")), S_OK);
  EXPECT_EQ(mine->AcquireExclusiveAccess(VARIANT_TRUE, words("mine")), S_OK);
  EXPECT_EQ(owner(other), "mine");
  EXPECT_EQ(other->AcquireExclusiveAccess(VARIANT_TRUE, words("other")), E_IMAPI_RECORDER_LOCKED);
  EXPECT_THAT(last_description(), testing::HasSubstr("mine"));
  EXPECT_EQ(mine->ReleaseExclusiveAccess(), S_OK);
  EXPECT_EQ(owner(other), "mine");
  EXPECT_EQ(mine->ReleaseExclusiveAccess(), S_OK);
  EXPECT_EQ(owner(other), "");
  EXPECT_EQ(other->AcquireExclusiveAccess(VARIANT_FALSE, words("other")), S_OK);
  EXPECT_EQ(owner(mine), "other");
}

TEST_F(disc_recorders, release_only_what_they_acquired) {
  const auto mine = recorder(), other = recorder();
  EXPECT_EQ(mine->ReleaseExclusiveAccess(), E_FAIL);
  EXPECT_EQ(other->AcquireExclusiveAccess(VARIANT_FALSE, words("other")), S_OK);
  EXPECT_EQ(mine->ReleaseExclusiveAccess(), E_IMAPI_RECORDER_LOCKED);
  EXPECT_EQ(owner(mine), "other");
}

TEST_F(disc_recorders, need_the_name_of_the_client) {
  EXPECT_EQ(recorder()->AcquireExclusiveAccess(VARIANT_TRUE, nullptr), E_INVALIDARG);
  EXPECT_EQ(recorder()->AcquireExclusiveAccess(VARIANT_TRUE, words("")), E_INVALIDARG);
  EXPECT_EQ(owner(recorder()), "");
}

TEST_F(disc_recorders, let_the_drive_go_with_their_last_reference) {
  auto mine = recorder();
  EXPECT_EQ(mine->AcquireExclusiveAccess(VARIANT_FALSE, words("mine")), S_OK);
  mine = nullptr;
  EXPECT_EQ(owner(recorder()), "");
}

TEST_F(disc_recorders, refuse_what_asks_a_drive_that_another_client_has) {
  insert(media_type::cd_r);
  const auto mine = recorder(), other = recorder();
  EXPECT_EQ(mine->AcquireExclusiveAccess(VARIANT_FALSE, words("mine")), S_OK);
  for (const auto& [member, run] : asking()) EXPECT_EQ(run(*other), E_IMAPI_RECORDER_LOCKED) << member;
  for (const auto& [member, run] : asking()) EXPECT_EQ(run(*mine), S_OK) << member;
  EXPECT_EQ(recorder()->get_ActiveDiscRecorder(nullptr), E_POINTER);
  EXPECT_EQ(text(value_of(other, &IDiscRecorder2::get_VendorId)), "COMEBACK");
}

TEST_F(disc_recorders, move_the_tray) {
  insert(media_type::cd_r);
  const auto one = recorder();
  EXPECT_EQ(one->EjectMedia(), S_OK);
  EXPECT_FALSE(first->closed);
  EXPECT_EQ(one->CloseTray(), S_OK);
  EXPECT_TRUE(first->closed);
}

TEST_F(disc_recorders, pass_on_what_the_device_answers) {
  const auto one = recorder();
  for (const HRESULT answer :
       {E_IMAPI_RECORDER_COMMAND_TIMEOUT, E_IMAPI_RECORDER_INVALID_RESPONSE_FROM_DEVICE,
        E_IMAPI_RECORDER_MEDIA_UPSIDE_DOWN, E_IMAPI_RECORDER_MEDIA_BECOMING_READY,
        E_IMAPI_RECORDER_MEDIA_NO_MEDIA, E_IMAPI_RECORDER_MEDIA_FORMAT_IN_PROGRESS,
        E_IMAPI_RECORDER_MEDIA_BUSY, E_IMAPI_LOSS_OF_STREAMING, E_IMAPI_RECORDER_MEDIA_INCOMPATIBLE,
        E_IMAPI_RECORDER_DVD_STRUCTURE_NOT_PRESENT, E_IMAPI_RECORDER_NO_SUCH_MODE_PAGE,
        E_IMAPI_RECORDER_INVALID_MODE_PARAMETERS, E_IMAPI_RECORDER_MEDIA_WRITE_PROTECTED,
        E_IMAPI_RECORDER_MEDIA_SPEED_MISMATCH, E_IMAPI_RECORDER_NO_SUCH_FEATURE,
        E_IMAPI_RECORDER_FEATURE_IS_NOT_CURRENT, E_IMAPI_RECORDER_GET_CONFIGURATION_NOT_SUPPORTED,
        HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE)}) {
    first->failing = errc{static_cast<std::uint32_t>(answer)};
    for (const auto& [member, run] : asking()) EXPECT_EQ(run(*one), answer) << member;
  }
  first->failing = errc{static_cast<std::uint32_t>(E_ACCESSDENIED)};
  EXPECT_EQ(one->AcquireExclusiveAccess(VARIANT_FALSE, words("client")), E_ACCESSDENIED);
}

TEST_F(disc_recorders, whose_device_was_removed) {
  const auto one = recorder();
  registry->drives = {second};
  for (const auto& [member, run] : all_members()) EXPECT_EQ(run(*one), hr(errc::device_gone)) << member;
  EXPECT_EQ(one->InitializeDiscRecorder(words("first")), E_INVALIDARG);
  EXPECT_EQ(one->InitializeDiscRecorder(words("second")), S_OK);
  EXPECT_EQ(text(value_of(one, &IDiscRecorder2::get_ActiveDiscRecorder)), "second");
}

TEST_F(disc_recorders, count_notifications_without_going_below_none) {
  const auto one = recorder();
  EXPECT_EQ(one->EnableMcn(), S_OK);
  EXPECT_EQ(one->DisableMcn(), S_OK);
  EXPECT_EQ(one->DisableMcn(), S_OK);
  EXPECT_EQ(one->EnableMcn(), S_OK);
  EXPECT_EQ(one->EnableMcn(), S_OK);
}

TEST_F(disc_recorders, need_somewhere_to_put_the_answer) {
  const auto one = recorder();
  EXPECT_EQ(with_nulls(one, &IDiscRecorder2::get_ActiveDiscRecorder), E_POINTER);
  EXPECT_EQ(with_nulls(one, &IDiscRecorder2::get_VendorId), E_POINTER);
  EXPECT_EQ(with_nulls(one, &IDiscRecorder2::get_ProductId), E_POINTER);
  EXPECT_EQ(with_nulls(one, &IDiscRecorder2::get_ProductRevision), E_POINTER);
  EXPECT_EQ(with_nulls(one, &IDiscRecorder2::get_VolumeName), E_POINTER);
  EXPECT_EQ(with_nulls(one, &IDiscRecorder2::get_VolumePathNames), E_POINTER);
  EXPECT_EQ(with_nulls(one, &IDiscRecorder2::get_DeviceCanLoadMedia), E_POINTER);
  EXPECT_EQ(with_nulls(one, &IDiscRecorder2::get_LegacyDeviceNumber), E_POINTER);
  EXPECT_EQ(with_nulls(one, &IDiscRecorder2::get_SupportedFeaturePages), E_POINTER);
  EXPECT_EQ(with_nulls(one, &IDiscRecorder2::get_CurrentFeaturePages), E_POINTER);
  EXPECT_EQ(with_nulls(one, &IDiscRecorder2::get_SupportedProfiles), E_POINTER);
  EXPECT_EQ(with_nulls(one, &IDiscRecorder2::get_CurrentProfiles), E_POINTER);
  EXPECT_EQ(with_nulls(one, &IDiscRecorder2::get_SupportedModePages), E_POINTER);
  EXPECT_EQ(with_nulls(one, &IDiscRecorder2::get_ExclusiveAccessOwner), E_POINTER);
}

TEST_F(disc_recorders, late_bound) {
  const auto one = new_recorder();
  const words id("second");
  VARIANT argument{};
  argument.vt = VT_BSTR;
  argument.bstrVal = id;
  EXPECT_EQ(late(one, L"InitializeDiscRecorder", DISPATCH_METHOD, &argument), S_OK);
  com::variant answer;
  EXPECT_EQ(late(one, L"ProductId", DISPATCH_PROPERTYGET, nullptr, answer.put()), S_OK);
  EXPECT_EQ(com::to_utf8(answer.get().bstrVal), "FAKE DRIVE");
  EXPECT_EQ(late(one, L"SupportedProfiles", DISPATCH_PROPERTYGET, nullptr, answer.put()), S_OK);
  EXPECT_EQ(answer.get().vt, VT_ARRAY | VT_VARIANT);
}

}  // namespace
}  // namespace comeback::imapi2
