// SPDX-License-Identifier: Apache-2.0
#include "com/object/with_nulls.hpp"
#include "imapi2/fixture.hpp"

namespace comeback::imapi2 {
namespace {

using base::errc;
using com::with_nulls;
using optical::media_type;

class multisessions : public recorder_facade {
 protected:
  static std::vector<com::ptr<IDispatch>> sessions_of(const com::ptr<IDiscFormat2Data>& writer) {
    std::vector<com::ptr<IDispatch>> all;
    for (const auto& one : taken(value_of(writer, &IDiscFormat2Data::get_MultisessionInterfaces))) {
      EXPECT_EQ(one.get().vt, VT_DISPATCH);
      all.emplace_back(one.get().pdispVal);
    }
    return all;
  }
  template <class I>
  static com::ptr<I> only(const com::ptr<IDiscFormat2Data>& writer) {
    const auto all = sessions_of(writer);
    EXPECT_EQ(all.size(), 1u);
    auto found = all.empty() ? com::ptr<I>() : all[0].as<I>();
    EXPECT_TRUE(found);
    return found;
  }
};

TEST_F(multisessions, fit_the_medium) {
  const auto writer = format();
  for (const auto& kind : optical::all_media()) {
    insert(kind.type);
    const auto all = sessions_of(writer);
    const bool sequential = kind.how == optical::writing::sequential,
               random = kind.how == optical::writing::random;
    ASSERT_EQ(all.size(), sequential || random ? 1u : 2u) << kind.name;
    EXPECT_EQ(static_cast<bool>(all[0].as<IMultisessionSequential2>()), !random) << kind.name;
    EXPECT_EQ(static_cast<bool>(all.back().as<IMultisessionRandomWrite>()), !sequential) << kind.name;
    for (const auto& one : all) {
      EXPECT_TRUE(one.as<IMultisession>());
      EXPECT_EQ(value_of(one.as<IMultisession>(), &IMultisession::get_IsSupportedOnCurrentMediaState) ==
                    VARIANT_TRUE,
                sequential || random)
          << kind.name;
    }
  }
}

// One client casts the pointer of the array to IMultisession.
TEST_F(multisessions, are_the_interface_that_the_array_points_to) {
  insert(media_type::cd_r);
  auto all = sessions_of(format());
  auto* const sequential = static_cast<IMultisessionSequential2*>(all.at(0).get());
  EXPECT_EQ(all[0].as<IMultisessionSequential2>().get(), sequential);
  EXPECT_EQ(sequential->put_InUse(VARIANT_TRUE), S_OK);
  EXPECT_EQ(value_of(all[0].as<IMultisession>(), &IMultisession::get_InUse), VARIANT_TRUE);
  insert(media_type::bd_re);
  all = sessions_of(format());
  EXPECT_EQ(all.at(0).as<IMultisessionRandomWrite>().get(),
            static_cast<IMultisessionRandomWrite*>(all[0].get()));
}

TEST_F(multisessions, are_there_without_recorder_and_without_medium) {
  const auto writer = new_format();
  auto all = sessions_of(writer);
  ASSERT_EQ(all.size(), 2u);
  VARIANT_BOOL answer = VARIANT_TRUE;
  for (const auto& one : all) {
    EXPECT_EQ(one.as<IMultisession>()->get_IsSupportedOnCurrentMediaState(&answer),
              E_IMAPI_RECORDER_REQUIRED);
    EXPECT_EQ(answer, VARIANT_FALSE);
    EXPECT_FALSE(value_of(one.as<IMultisession>(), &IMultisession::get_ImportRecorder));
  }
  EXPECT_EQ(all[0].as<IMultisessionSequential>()->get_IsFirstDataSession(&answer), E_IMAPI_RECORDER_REQUIRED);
  EXPECT_EQ(writer->put_Recorder(recorder().get()), S_OK);
  all = sessions_of(writer);
  ASSERT_EQ(all.size(), 2u);
  for (const auto& one : all)
    EXPECT_EQ(one.as<IMultisession>()->get_IsSupportedOnCurrentMediaState(&answer),
              E_IMAPI_RECORDER_MEDIA_NO_MEDIA);
}

TEST_F(multisessions, remember_that_they_are_in_use) {
  insert(media_type::cd_r);
  const auto writer = format();
  EXPECT_EQ(value_of(only<IMultisession>(writer), &IMultisession::get_InUse), VARIANT_FALSE);
  EXPECT_EQ(only<IMultisession>(writer)->put_InUse(1), S_OK);
  EXPECT_EQ(value_of(only<IMultisession>(writer), &IMultisession::get_InUse), VARIANT_TRUE);
  EXPECT_EQ(only<IMultisession>(writer)->put_InUse(VARIANT_FALSE), S_OK);
  EXPECT_EQ(value_of(only<IMultisession>(writer), &IMultisession::get_InUse), VARIANT_FALSE);
}

TEST_F(multisessions, name_their_recorder) {
  insert(media_type::cd_r);
  const auto writer = format();
  const auto mine = com::ptr<IDiscRecorder2>::own(value_of(writer, &IDiscFormat2Data::get_Recorder));
  const auto named = com::ptr<IDiscRecorder2>::own(
      value_of(only<IMultisession>(writer), &IMultisession::get_ImportRecorder));
  EXPECT_EQ(named.get(), mine.get());
}

TEST_F(multisessions, have_the_numbers_of_a_medium_that_is_written_once) {
  insert_written(media_type::dvd_minus_r, 100);
  const auto one = only<IMultisessionSequential2>(format());
  EXPECT_EQ(value_of<IMultisessionSequential2>(one, &IMultisessionSequential2::get_IsFirstDataSession),
            VARIANT_FALSE);
  const auto as_old = one.as<IMultisessionSequential>();
  EXPECT_EQ(value_of(as_old, &IMultisessionSequential::get_StartAddressOfPreviousSession), 0);
  EXPECT_EQ(value_of(as_old, &IMultisessionSequential::get_LastWrittenAddressOfPreviousSession), 99);
  EXPECT_EQ(value_of(as_old, &IMultisessionSequential::get_NextWritableAddress), 112 + 28'672);
  EXPECT_EQ(value_of(as_old, &IMultisessionSequential::get_FreeSectorsOnMedia), 2'298'496 - 112 - 28'672);
  EXPECT_EQ(value_of(one, &IMultisessionSequential2::get_WriteUnitSize), 16);
  insert(media_type::cd_r);
  EXPECT_EQ(value_of(as_old, &IMultisessionSequential::get_IsFirstDataSession), VARIANT_TRUE);
  EXPECT_EQ(value_of(as_old, &IMultisessionSequential::get_StartAddressOfPreviousSession), -1);
  EXPECT_EQ(value_of(as_old, &IMultisessionSequential::get_LastWrittenAddressOfPreviousSession), -1);
  EXPECT_EQ(value_of(as_old, &IMultisessionSequential::get_NextWritableAddress), 0);
  EXPECT_EQ(value_of(one, &IMultisessionSequential2::get_WriteUnitSize), 1);
}

TEST_F(multisessions, have_the_numbers_of_a_medium_that_is_overwritten) {
  insert_written(media_type::bd_re, 64);
  const auto one = only<IMultisessionRandomWrite>(format());
  EXPECT_EQ(value_of(one, &IMultisessionRandomWrite::get_WriteUnitSize), 32);
  EXPECT_EQ(value_of(one, &IMultisessionRandomWrite::get_LastWrittenAddress), 63);
  EXPECT_EQ(value_of(one, &IMultisessionRandomWrite::get_TotalSectorsOnMedia), 12'219'392);
}

TEST_F(multisessions, know_when_they_do_not_fit_any_more) {
  insert(media_type::cd_r);
  const auto sequential = only<IMultisessionSequential2>(format());
  insert(media_type::dvd_plus_rw);
  const auto random = only<IMultisessionRandomWrite>(format());
  VARIANT_BOOL answer = VARIANT_TRUE;
  LONG value = -5;
  EXPECT_EQ(value_of(sequential.as<IMultisession>(), &IMultisession::get_IsSupportedOnCurrentMediaState),
            VARIANT_FALSE);
  EXPECT_EQ(sequential->get_IsFirstDataSession(&answer), E_IMAPI_DF2DATA_INVALID_MEDIA_STATE);
  EXPECT_EQ(sequential->get_StartAddressOfPreviousSession(&value), E_IMAPI_DF2DATA_INVALID_MEDIA_STATE);
  EXPECT_EQ(value, 0);
  EXPECT_EQ(sequential->get_LastWrittenAddressOfPreviousSession(&value), E_IMAPI_DF2DATA_INVALID_MEDIA_STATE);
  EXPECT_EQ(sequential->get_NextWritableAddress(&value), E_IMAPI_DF2DATA_INVALID_MEDIA_STATE);
  EXPECT_EQ(sequential->get_FreeSectorsOnMedia(&value), E_IMAPI_DF2DATA_INVALID_MEDIA_STATE);
  EXPECT_EQ(sequential->get_WriteUnitSize(&value), E_IMAPI_DF2DATA_INVALID_MEDIA_STATE);
  insert_written(media_type::cd_r, 10, 0, true);
  EXPECT_EQ(value_of(random.as<IMultisession>(), &IMultisession::get_IsSupportedOnCurrentMediaState),
            VARIANT_FALSE);
  EXPECT_EQ(random->get_WriteUnitSize(&value), E_IMAPI_DF2DATA_INVALID_MEDIA_STATE);
  EXPECT_EQ(random->get_LastWrittenAddress(&value), E_IMAPI_DF2DATA_INVALID_MEDIA_STATE);
  EXPECT_EQ(random->get_TotalSectorsOnMedia(&value), E_IMAPI_DF2DATA_INVALID_MEDIA_STATE);
  // closed for good
  EXPECT_EQ(value_of(sequential.as<IMultisession>(), &IMultisession::get_IsSupportedOnCurrentMediaState),
            VARIANT_FALSE);
  EXPECT_EQ(sequential->get_NextWritableAddress(&value), E_IMAPI_DF2DATA_INVALID_MEDIA_STATE);
  EXPECT_EQ(sequential->get_StartAddressOfPreviousSession(&value), S_OK);
}

TEST_F(multisessions, pass_on_what_the_device_answers) {
  insert(media_type::cd_r);
  const auto sequential = only<IMultisessionSequential2>(format());
  insert(media_type::dvd_plus_rw);
  const auto random = only<IMultisessionRandomWrite>(format());
  const auto other = recorder();
  VARIANT_BOOL answer = VARIANT_TRUE;
  LONG value = 0;
  const auto expect_all = [&](HRESULT code) {
    EXPECT_EQ(sequential->get_IsSupportedOnCurrentMediaState(&answer), code);
    EXPECT_EQ(sequential->get_IsFirstDataSession(&answer), code);
    EXPECT_EQ(sequential->get_StartAddressOfPreviousSession(&value), code);
    EXPECT_EQ(sequential->get_LastWrittenAddressOfPreviousSession(&value), code);
    EXPECT_EQ(sequential->get_NextWritableAddress(&value), code);
    EXPECT_EQ(sequential->get_FreeSectorsOnMedia(&value), code);
    EXPECT_EQ(sequential->get_WriteUnitSize(&value), code);
    EXPECT_EQ(random->get_IsSupportedOnCurrentMediaState(&answer), code);
    EXPECT_EQ(random->get_WriteUnitSize(&value), code);
    EXPECT_EQ(random->get_LastWrittenAddress(&value), code);
    EXPECT_EQ(random->get_TotalSectorsOnMedia(&value), code);
  };
  for (const HRESULT code :
       {E_IMAPI_RECORDER_COMMAND_TIMEOUT, E_IMAPI_RECORDER_INVALID_RESPONSE_FROM_DEVICE,
        E_IMAPI_RECORDER_MEDIA_UPSIDE_DOWN, E_IMAPI_RECORDER_MEDIA_BECOMING_READY,
        E_IMAPI_RECORDER_MEDIA_NO_MEDIA, E_IMAPI_RECORDER_MEDIA_FORMAT_IN_PROGRESS,
        E_IMAPI_RECORDER_MEDIA_BUSY, E_IMAPI_LOSS_OF_STREAMING, E_IMAPI_RECORDER_MEDIA_INCOMPATIBLE,
        E_IMAPI_RECORDER_DVD_STRUCTURE_NOT_PRESENT, E_IMAPI_RECORDER_NO_SUCH_MODE_PAGE,
        E_IMAPI_RECORDER_INVALID_MODE_PARAMETERS, E_IMAPI_RECORDER_MEDIA_WRITE_PROTECTED,
        E_IMAPI_RECORDER_MEDIA_SPEED_MISMATCH, E_IMAPI_RECORDER_FEATURE_IS_NOT_CURRENT,
        HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE), hr(errc::device_gone)}) {
    first->failing = errc{static_cast<std::uint32_t>(code)};
    expect_all(code);
  }
  first->failing = {};
  ASSERT_EQ(other->AcquireExclusiveAccess(VARIANT_FALSE, words("other")), S_OK);
  expect_all(E_IMAPI_RECORDER_LOCKED);
}

TEST_F(multisessions, need_somewhere_to_put_the_answer) {
  insert(media_type::cd_r);
  const auto sequential = only<IMultisessionSequential2>(format());
  EXPECT_EQ(with_nulls(sequential, &IMultisessionSequential2::get_IsSupportedOnCurrentMediaState), E_POINTER);
  EXPECT_EQ(with_nulls(sequential, &IMultisessionSequential2::get_InUse), E_POINTER);
  EXPECT_EQ(with_nulls(sequential, &IMultisessionSequential2::get_ImportRecorder), E_POINTER);
  EXPECT_EQ(with_nulls(sequential, &IMultisessionSequential2::get_IsFirstDataSession), E_POINTER);
  EXPECT_EQ(with_nulls(sequential, &IMultisessionSequential2::get_StartAddressOfPreviousSession), E_POINTER);
  EXPECT_EQ(with_nulls(sequential, &IMultisessionSequential2::get_LastWrittenAddressOfPreviousSession),
            E_POINTER);
  EXPECT_EQ(with_nulls(sequential, &IMultisessionSequential2::get_NextWritableAddress), E_POINTER);
  EXPECT_EQ(with_nulls(sequential, &IMultisessionSequential2::get_FreeSectorsOnMedia), E_POINTER);
  EXPECT_EQ(with_nulls(sequential, &IMultisessionSequential2::get_WriteUnitSize), E_POINTER);
  insert(media_type::disk);
  const auto random = only<IMultisessionRandomWrite>(format());
  EXPECT_EQ(with_nulls(random, &IMultisessionRandomWrite::get_WriteUnitSize), E_POINTER);
  EXPECT_EQ(with_nulls(random, &IMultisessionRandomWrite::get_LastWrittenAddress), E_POINTER);
  EXPECT_EQ(with_nulls(random, &IMultisessionRandomWrite::get_TotalSectorsOnMedia), E_POINTER);
}

TEST_F(multisessions, late_bound) {
  insert_written(media_type::cd_r, 100);
  const auto one = only<IDispatch>(format());
  com::variant answer;
  EXPECT_EQ(late(one, L"NextWritableAddress", DISPATCH_PROPERTYGET, nullptr, answer.put()), S_OK);
  EXPECT_EQ(answer.get().lVal, 11'500);
  VARIANT yes{};
  yes.vt = VT_BOOL;
  yes.boolVal = VARIANT_TRUE;
  EXPECT_EQ(late(one, L"InUse", DISPATCH_PROPERTYPUT, &yes), S_OK);
  EXPECT_EQ(late(one, L"InUse", DISPATCH_PROPERTYGET, nullptr, answer.put()), S_OK);
  EXPECT_EQ(answer.get().boolVal, VARIANT_TRUE);
}

}  // namespace
}  // namespace comeback::imapi2
