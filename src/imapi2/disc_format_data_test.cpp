// SPDX-License-Identifier: Apache-2.0
// What the writer knows and takes; writing itself is write_data_test.cpp.

#include "com/object/with_nulls.hpp"
#include "imapi2/fixture.hpp"

#include <functional>

namespace comeback::imapi2 {
namespace {

using base::errc;
using com::with_nulls;
using optical::media_type;
using testing::ElementsAre;

using format_type = IDiscFormat2Data;

class data_formats : public recorder_facade {
 protected:
  struct row {
    const char* member;
    std::function<HRESULT(format_type&)> run;
  };
  template <class Out>
  static std::function<HRESULT(format_type&)> getter(HRESULT (STDMETHODCALLTYPE format_type::*get)(Out*)) {
    return [get](format_type& f) {
      Out out{};
      const HRESULT answer = (f.*get)(&out);
      if constexpr (std::is_same_v<Out, SAFEARRAY*>) SafeArrayDestroy(out);
      return answer;
    };
  }
  /// What looks at the medium.
  static std::vector<row> looking() {
    return {{"get_MediaPhysicallyBlank", getter<VARIANT_BOOL>(&format_type::get_MediaPhysicallyBlank)},
            {"get_MediaHeuristicallyBlank", getter<VARIANT_BOOL>(&format_type::get_MediaHeuristicallyBlank)},
            {"get_CurrentMediaStatus", getter(&format_type::get_CurrentMediaStatus)},
            {"get_WriteProtectStatus", getter(&format_type::get_WriteProtectStatus)},
            {"get_TotalSectorsOnMedia", getter(&format_type::get_TotalSectorsOnMedia)},
            {"get_FreeSectorsOnMedia", getter(&format_type::get_FreeSectorsOnMedia)},
            {"get_NextWritableAddress", getter(&format_type::get_NextWritableAddress)},
            {"get_StartAddressOfPreviousSession", getter(&format_type::get_StartAddressOfPreviousSession)},
            {"get_LastWrittenAddressOfPreviousSession",
             getter(&format_type::get_LastWrittenAddressOfPreviousSession)},
            {"get_CurrentPhysicalMediaType", getter(&format_type::get_CurrentPhysicalMediaType)},
            {"get_CurrentWriteSpeed", getter(&format_type::get_CurrentWriteSpeed)},
            {"get_CurrentRotationTypeIsPureCAV", getter(&format_type::get_CurrentRotationTypeIsPureCAV)},
            {"get_SupportedWriteSpeeds", getter(&format_type::get_SupportedWriteSpeeds)},
            {"get_SupportedWriteSpeedDescriptors", getter(&format_type::get_SupportedWriteSpeedDescriptors)},
            {"SetWriteSpeed", [](auto& f) { return f.SetWriteSpeed(-1, VARIANT_FALSE); }}};
  }
};

TEST_F(data_formats, need_a_recorder_for_what_looks_at_the_medium) {
  const auto none = new_format();
  for (const auto& [member, run] : looking()) EXPECT_EQ(run(*none), E_IMAPI_RECORDER_REQUIRED) << member;
  EXPECT_EQ(none->Write(stream_of(1, 1).get()), E_IMAPI_RECORDER_REQUIRED);
  EXPECT_FALSE(value_of(none, &format_type::get_Recorder));
}

TEST_F(data_formats, say_that_the_drive_is_empty) {
  const auto one = format();
  for (const auto& [member, run] : looking()) EXPECT_EQ(run(*one), E_IMAPI_RECORDER_MEDIA_NO_MEDIA) << member;
  EXPECT_EQ(one->Write(stream_of(1, 1).get()), E_IMAPI_RECORDER_MEDIA_NO_MEDIA);
  VARIANT_BOOL answer = VARIANT_TRUE;
  EXPECT_EQ(one->IsCurrentMediaSupported(recorder().get(), &answer), E_IMAPI_RECORDER_MEDIA_NO_MEDIA);
  EXPECT_EQ(answer, VARIANT_FALSE);
}

TEST_F(data_formats, say_that_another_client_has_the_drive) {
  insert(media_type::cd_r);
  const auto one = format();
  const auto other = recorder();
  ASSERT_EQ(other->AcquireExclusiveAccess(VARIANT_FALSE, words("other")), S_OK);
  for (const auto& [member, run] : looking()) EXPECT_EQ(run(*one), E_IMAPI_RECORDER_LOCKED) << member;
  EXPECT_EQ(one->Write(stream_of(1, 1).get()), E_IMAPI_RECORDER_LOCKED);
  VARIANT_BOOL answer = VARIANT_TRUE;
  EXPECT_EQ(one->IsCurrentMediaSupported(recorder().get(), &answer), E_IMAPI_RECORDER_LOCKED);
  EXPECT_EQ(one->put_Recorder(other.get()), S_OK);  // the one that has it may
  for (const auto& [member, run] : looking()) EXPECT_EQ(run(*one), S_OK) << member;
}

TEST_F(data_formats, pass_on_what_the_device_answers) {
  insert(media_type::cd_r);
  const auto one = format();
  for (const HRESULT answer :
       {E_IMAPI_RECORDER_COMMAND_TIMEOUT, E_IMAPI_RECORDER_INVALID_RESPONSE_FROM_DEVICE,
        E_IMAPI_RECORDER_MEDIA_UPSIDE_DOWN, E_IMAPI_RECORDER_MEDIA_BECOMING_READY,
        E_IMAPI_RECORDER_MEDIA_FORMAT_IN_PROGRESS, E_IMAPI_RECORDER_MEDIA_BUSY, E_IMAPI_LOSS_OF_STREAMING,
        E_IMAPI_RECORDER_MEDIA_INCOMPATIBLE, E_IMAPI_RECORDER_DVD_STRUCTURE_NOT_PRESENT,
        E_IMAPI_RECORDER_NO_SUCH_MODE_PAGE, E_IMAPI_RECORDER_INVALID_MODE_PARAMETERS,
        E_IMAPI_RECORDER_MEDIA_WRITE_PROTECTED, E_IMAPI_RECORDER_MEDIA_SPEED_MISMATCH,
        E_IMAPI_RECORDER_FEATURE_IS_NOT_CURRENT, E_IMAPI_UNEXPECTED_RESPONSE_FROM_DEVICE,
        HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE)}) {
    first->failing = errc{static_cast<std::uint32_t>(answer)};
    for (const auto& [member, run] : looking()) EXPECT_EQ(run(*one), answer) << member;
    EXPECT_EQ(one->Write(stream_of(1, 1).get()), answer);
  }
}

TEST_F(data_formats, support_recorders_that_write) {
  const auto one = new_format();
  VARIANT_BOOL answer = VARIANT_FALSE;
  EXPECT_EQ(one->IsRecorderSupported(recorder().get(), &answer), S_OK);
  EXPECT_EQ(answer, VARIANT_TRUE);
  EXPECT_EQ(one->IsRecorderSupported(new_recorder().get(), &answer), S_OK);
  EXPECT_EQ(answer, VARIANT_FALSE);
  EXPECT_EQ(one->put_Recorder(new_recorder().get()), E_IMAPI_DF2DATA_RECORDER_NOT_SUPPORTED);
  first->media.front() = media_type::dvd_rom;
  EXPECT_EQ(one->IsRecorderSupported(recorder().get(), &answer), S_OK);
  EXPECT_EQ(answer, VARIANT_FALSE);
  EXPECT_EQ(one->IsCurrentMediaSupported(recorder().get(), &answer), S_OK);
  EXPECT_EQ(answer, VARIANT_FALSE);
  EXPECT_EQ(one->put_Recorder(recorder().get()), E_IMAPI_DF2DATA_RECORDER_NOT_SUPPORTED);
  EXPECT_FALSE(value_of(one, &format_type::get_Recorder));
}

TEST_F(data_formats, support_media_that_can_be_written) {
  const auto one = new_format();
  for (const auto& kind : optical::all_media()) {
    insert(kind.type);
    VARIANT_BOOL answer = -2;
    EXPECT_EQ(one->IsCurrentMediaSupported(recorder().get(), &answer), S_OK);
    EXPECT_EQ(answer == VARIANT_TRUE, kind.how != optical::writing::none) << kind.name;
  }
  EXPECT_THAT(numbers_in(value_of(one, &format_type::get_SupportedMediaTypes), VT_I4),
              ElementsAre(2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 18, 19));
}

TEST_F(data_formats, keep_their_recorder) {
  const auto one = new_format();
  const auto chosen = recorder();
  EXPECT_EQ(one->put_Recorder(chosen.get()), S_OK);
  EXPECT_EQ(com::ptr<IDiscRecorder2>::own(value_of(one, &format_type::get_Recorder)).get(), chosen.get());
  EXPECT_EQ(one->put_Recorder(nullptr), S_OK);
  EXPECT_FALSE(value_of(one, &format_type::get_Recorder));
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
/// A client's own recorder, which knows nothing but its id.
class own_recorder final : public com::automation<IDiscRecorder2> {
 public:
  explicit own_recorder(const char* id) : id_(id) {}
  HRESULT get_ActiveDiscRecorder(BSTR* out) noexcept override {
    return boundary(out, [&] { return std::string(id_); });
  }

 private:
  const char* id_;
};
#pragma GCC diagnostic pop

TEST_F(data_formats, take_a_recorder_of_the_client_by_its_id) {
  insert(media_type::cd_r);
  const auto one = new_format();
  EXPECT_EQ(one->put_Recorder(com::make<own_recorder>("first").get()), S_OK);
  EXPECT_EQ(value_of(one, &format_type::get_CurrentPhysicalMediaType), IMAPI_MEDIA_TYPE_CDR);
  EXPECT_EQ(one->put_Recorder(com::make<own_recorder>("nowhere").get()),
            E_IMAPI_DF2DATA_RECORDER_NOT_SUPPORTED);
}

TEST_F(data_formats, know_the_medium) {
  insert_written(media_type::cd_r, 100);
  const auto one = format();
  EXPECT_EQ(value_of(one, &format_type::get_CurrentPhysicalMediaType), IMAPI_MEDIA_TYPE_CDR);
  EXPECT_EQ(value_of(one, &format_type::get_CurrentMediaStatus), IMAPI_FORMAT2_DATA_MEDIA_STATE_APPENDABLE);
  EXPECT_EQ(value_of(one, &format_type::get_WriteProtectStatus), 0);
  EXPECT_EQ(value_of(one, &format_type::get_TotalSectorsOnMedia), 332'800);
  EXPECT_EQ(value_of(one, &format_type::get_FreeSectorsOnMedia), 332'800 - 100 - 11'400 - 150);
  EXPECT_EQ(value_of(one, &format_type::get_NextWritableAddress), 11'500);
  EXPECT_EQ(value_of(one, &format_type::get_StartAddressOfPreviousSession), 0);
  EXPECT_EQ(value_of(one, &format_type::get_LastWrittenAddressOfPreviousSession), 99);
  EXPECT_EQ(value_of<format_type>(one, &format_type::get_MediaPhysicallyBlank), VARIANT_FALSE);
  EXPECT_EQ(value_of<format_type>(one, &format_type::get_MediaHeuristicallyBlank), VARIANT_FALSE);
  insert(media_type::dvd_plus_rw);
  EXPECT_EQ(value_of(one, &format_type::get_CurrentPhysicalMediaType), IMAPI_MEDIA_TYPE_DVDPLUSRW);
  EXPECT_EQ(value_of(one, &format_type::get_StartAddressOfPreviousSession), -1);
  EXPECT_EQ(value_of(one, &format_type::get_LastWrittenAddressOfPreviousSession), -1);
  EXPECT_EQ(value_of(one, &format_type::get_NextWritableAddress), 0);
  EXPECT_EQ(value_of<format_type>(one, &format_type::get_MediaPhysicallyBlank), VARIANT_TRUE);
  EXPECT_EQ(value_of<format_type>(one, &format_type::get_MediaHeuristicallyBlank), VARIANT_TRUE);
}

TEST_F(data_formats, have_no_numbers_where_nothing_can_be_written) {
  insert_written(media_type::dvd_minus_r, 16, 0, true);
  const auto one = format();
  LONG value = -5;
  EXPECT_EQ(one->get_FreeSectorsOnMedia(&value), E_IMAPI_DF2DATA_INVALID_MEDIA_STATE);
  EXPECT_EQ(value, 0);
  EXPECT_EQ(one->get_NextWritableAddress(&value), E_IMAPI_DF2DATA_INVALID_MEDIA_STATE);
  insert(media_type::dvd_rom);
  EXPECT_EQ(one->get_TotalSectorsOnMedia(&value), E_IMAPI_DF2DATA_INVALID_MEDIA_STATE);
  EXPECT_EQ(one->get_StartAddressOfPreviousSession(&value), E_IMAPI_DF2DATA_INVALID_MEDIA_STATE);
  EXPECT_EQ(one->get_LastWrittenAddressOfPreviousSession(&value), E_IMAPI_DF2DATA_INVALID_MEDIA_STATE);
}

TEST_F(data_formats, keep_what_was_set) {
  struct flag {
    const char* name;
    HRESULT (STDMETHODCALLTYPE format_type::*put)(VARIANT_BOOL);
    HRESULT (STDMETHODCALLTYPE format_type::*get)(VARIANT_BOOL*);
  };
  const auto one = new_format();
  for (const auto& f :
       {flag{"BufferUnderrunFreeDisabled", &format_type::put_BufferUnderrunFreeDisabled,
             &format_type::get_BufferUnderrunFreeDisabled},
        flag{"PostgapAlreadyInImage", &format_type::put_PostgapAlreadyInImage,
             &format_type::get_PostgapAlreadyInImage},
        flag{"ForceMediaToBeClosed", &format_type::put_ForceMediaToBeClosed,
             &format_type::get_ForceMediaToBeClosed},
        flag{"DisableConsumerDvdCompatibilityMode", &format_type::put_DisableConsumerDvdCompatibilityMode,
             &format_type::get_DisableConsumerDvdCompatibilityMode},
        flag{"ForceOverwrite", &format_type::put_ForceOverwrite, &format_type::get_ForceOverwrite}}) {
    EXPECT_EQ(value_of(one, f.get), VARIANT_FALSE) << f.name;
    EXPECT_EQ((one.get()->*f.put)(1), S_OK) << f.name;
    EXPECT_EQ(value_of(one, f.get), VARIANT_TRUE) << f.name;
    EXPECT_EQ((one.get()->*f.put)(VARIANT_FALSE), S_OK) << f.name;
    EXPECT_EQ(value_of(one, f.get), VARIANT_FALSE) << f.name;
    EXPECT_EQ((one.get()->*f.get)(nullptr), E_POINTER) << f.name;
  }
}

TEST_F(data_formats, have_a_client_with_a_name) {
  const auto one = new_format();
  EXPECT_EQ(text(value_of(one, &format_type::get_ClientName)), "");
  EXPECT_EQ(one->put_ClientName(words("Ünïcödé")), S_OK);
  EXPECT_EQ(one->put_ClientName(nullptr), E_IMAPI_DF2DATA_CLIENT_NAME_IS_NOT_VALID);
  EXPECT_EQ(one->put_ClientName(words("")), E_IMAPI_DF2DATA_CLIENT_NAME_IS_NOT_VALID);
  EXPECT_EQ(text(value_of(one, &format_type::get_ClientName)), "Ünïcödé");
}

TEST_F(data_formats, tell_which_speed_was_adjusted) {
  insert(media_type::cd_r);
  const auto one = format();
  EXPECT_EQ(value_of(one, &format_type::get_RequestedWriteSpeed), -1);
  EXPECT_EQ(value_of(one, &format_type::get_RequestedRotationTypeIsPureCAV), VARIANT_FALSE);
  const auto speeds = numbers_in(value_of(one, &format_type::get_SupportedWriteSpeeds), VT_UI4);
  ASSERT_THAT(speeds, ElementsAre(52 * 75));
  EXPECT_EQ(one->SetWriteSpeed(-1, VARIANT_FALSE), S_OK);
  EXPECT_EQ(one->SetWriteSpeed(speeds[0], VARIANT_FALSE), S_OK);
  EXPECT_EQ(one->SetWriteSpeed(speeds[0], VARIANT_TRUE), S_IMAPI_ROTATIONADJUSTED);
  EXPECT_EQ(one->SetWriteSpeed(75, VARIANT_FALSE), S_IMAPI_SPEEDADJUSTED);
  EXPECT_EQ(one->SetWriteSpeed(75, VARIANT_TRUE), S_IMAPI_BOTHADJUSTED);
  EXPECT_EQ(one->SetWriteSpeed(0, VARIANT_FALSE), E_INVALIDARG);
  EXPECT_EQ(one->SetWriteSpeed(-2, VARIANT_FALSE), E_INVALIDARG);
  EXPECT_EQ(value_of(one, &format_type::get_RequestedWriteSpeed), 75);
  EXPECT_EQ(value_of(one, &format_type::get_RequestedRotationTypeIsPureCAV), VARIANT_TRUE);
  EXPECT_EQ(value_of(one, &format_type::get_CurrentWriteSpeed), speeds[0]);
  EXPECT_EQ(value_of(one, &format_type::get_CurrentRotationTypeIsPureCAV), VARIANT_FALSE);
}

TEST_F(data_formats, describe_the_speed_of_the_medium) {
  const auto one = format();
  for (const auto& [type, speed] :
       {std::pair{media_type::cd_rw, 3900}, std::pair{media_type::dvd_plus_rw, 16'320},
        std::pair{media_type::bd_re, 35'120}, std::pair{media_type::hd_dvd_r, 9136},
        std::pair{media_type::disk, 16'320}}) {
    insert(type);
    const auto all = taken(value_of(one, &format_type::get_SupportedWriteSpeedDescriptors));
    ASSERT_EQ(all.size(), 1u);
    ASSERT_EQ(all[0].get().vt, VT_DISPATCH);
    const auto described = com::ptr<IDispatch>(all[0].get().pdispVal).as<IWriteSpeedDescriptor>();
    ASSERT_TRUE(described);
    EXPECT_EQ(value_of(described, &IWriteSpeedDescriptor::get_MediaType), static_cast<int>(type));
    EXPECT_EQ(value_of(described, &IWriteSpeedDescriptor::get_WriteSpeed), speed);
    EXPECT_EQ(value_of(described, &IWriteSpeedDescriptor::get_RotationTypeIsPureCAV), VARIANT_FALSE);
    EXPECT_EQ(with_nulls(described, &IWriteSpeedDescriptor::get_MediaType), E_POINTER);
    EXPECT_EQ(with_nulls(described, &IWriteSpeedDescriptor::get_WriteSpeed), E_POINTER);
    EXPECT_EQ(with_nulls(described, &IWriteSpeedDescriptor::get_RotationTypeIsPureCAV), E_POINTER);
  }
}

TEST_F(data_formats, verify_as_they_are_told) {
  const auto one = new_format().as<IBurnVerification>();
  ASSERT_TRUE(one);
  EXPECT_EQ(value_of(one, &IBurnVerification::get_BurnVerificationLevel), IMAPI_BURN_VERIFICATION_NONE);
  EXPECT_EQ(one->put_BurnVerificationLevel(IMAPI_BURN_VERIFICATION_FULL), S_OK);
  EXPECT_EQ(one->put_BurnVerificationLevel(static_cast<IMAPI_BURN_VERIFICATION_LEVEL>(3)), E_INVALIDARG);
  EXPECT_EQ(one->put_BurnVerificationLevel(static_cast<IMAPI_BURN_VERIFICATION_LEVEL>(-1)), E_INVALIDARG);
  EXPECT_EQ(value_of(one, &IBurnVerification::get_BurnVerificationLevel), IMAPI_BURN_VERIFICATION_FULL);
  EXPECT_EQ(one->get_BurnVerificationLevel(nullptr), E_POINTER);
}

TEST_F(data_formats, need_somewhere_to_put_the_answer) {
  insert(media_type::cd_r);
  const auto one = format();
  VARIANT_BOOL answer = VARIANT_FALSE;
  EXPECT_EQ(one->IsRecorderSupported(recorder().get(), nullptr), E_POINTER);
  EXPECT_EQ(one->IsRecorderSupported(nullptr, &answer), E_POINTER);
  EXPECT_EQ(one->IsCurrentMediaSupported(recorder().get(), nullptr), E_POINTER);
  EXPECT_EQ(one->IsCurrentMediaSupported(nullptr, &answer), E_POINTER);
  EXPECT_EQ(with_nulls(one, &format_type::get_MediaPhysicallyBlank), E_POINTER);
  EXPECT_EQ(with_nulls(one, &format_type::get_MediaHeuristicallyBlank), E_POINTER);
  EXPECT_EQ(with_nulls(one, &format_type::get_SupportedMediaTypes), E_POINTER);
  EXPECT_EQ(with_nulls(one, &format_type::get_Recorder), E_POINTER);
  EXPECT_EQ(with_nulls(one, &format_type::get_CurrentMediaStatus), E_POINTER);
  EXPECT_EQ(with_nulls(one, &format_type::get_WriteProtectStatus), E_POINTER);
  EXPECT_EQ(with_nulls(one, &format_type::get_TotalSectorsOnMedia), E_POINTER);
  EXPECT_EQ(with_nulls(one, &format_type::get_FreeSectorsOnMedia), E_POINTER);
  EXPECT_EQ(with_nulls(one, &format_type::get_NextWritableAddress), E_POINTER);
  EXPECT_EQ(with_nulls(one, &format_type::get_StartAddressOfPreviousSession), E_POINTER);
  EXPECT_EQ(with_nulls(one, &format_type::get_LastWrittenAddressOfPreviousSession), E_POINTER);
  EXPECT_EQ(with_nulls(one, &format_type::get_CurrentPhysicalMediaType), E_POINTER);
  EXPECT_EQ(with_nulls(one, &format_type::get_ClientName), E_POINTER);
  EXPECT_EQ(with_nulls(one, &format_type::get_RequestedWriteSpeed), E_POINTER);
  EXPECT_EQ(with_nulls(one, &format_type::get_RequestedRotationTypeIsPureCAV), E_POINTER);
  EXPECT_EQ(with_nulls(one, &format_type::get_CurrentWriteSpeed), E_POINTER);
  EXPECT_EQ(with_nulls(one, &format_type::get_CurrentRotationTypeIsPureCAV), E_POINTER);
  EXPECT_EQ(with_nulls(one, &format_type::get_SupportedWriteSpeeds), E_POINTER);
  EXPECT_EQ(with_nulls(one, &format_type::get_SupportedWriteSpeedDescriptors), E_POINTER);
  EXPECT_EQ(with_nulls(one, &format_type::get_MultisessionInterfaces), E_POINTER);
  EXPECT_EQ(one->Write(nullptr), E_POINTER);
}

}  // namespace
}  // namespace comeback::imapi2
