// SPDX-License-Identifier: Apache-2.0
#include "com/object/enum_variant.hpp"
#include "com/object/with_nulls.hpp"
#include "imapi2/fixture.hpp"

#include <functional>
#include <thread>

namespace comeback::imapi2 {
namespace {

using base::errc;
using com::with_nulls;
using optical::media_type;
using testing::ElementsAre;
using testing::HasSubstr;

class data_sink final : public com::vtable_only<DDiscFormat2DataEvents> {
 public:
  using told = std::function<void(IDispatch* writer, IDiscFormat2DataEventArgs& at)>;
  explicit data_sink(told what) : what_(std::move(what)) {}
  HRESULT Update(IDispatch* writer, IDispatch* progress) override {
    const auto at = com::ptr<IDispatch>(progress).as<IDiscFormat2DataEventArgs>();
    EXPECT_TRUE(at);
    if (at) what_(writer, *at);
    return S_OK;
  }

 private:
  told what_;
};

/// A list of blocks as a client may make one.
class listed_range final : public com::automation<IBlockRange> {
 public:
  listed_range(LONG from, LONG to) : from_(from), to_(to) {}
  HRESULT get_StartLba(LONG* out) noexcept override {
    return boundary(out, [&] { return from_; });
  }
  HRESULT get_EndLba(LONG* out) noexcept override {
    return boundary(out, [&] { return to_; });
  }

 private:
  LONG from_, to_;
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
/// A stream that lists blocks, or what it is told to.
class listing_stream final : public com::vtable_only<IBlockRangeList, IStream> {
 public:
  using maker = std::function<HRESULT(SAFEARRAY**)>;
  listing_stream(com::ptr<IStream> bytes, maker list) : bytes_(std::move(bytes)), list_(std::move(list)) {}
  HRESULT get_BlockRanges(SAFEARRAY** out) override { return list_(out); }
  HRESULT Read(void* into, ULONG size, ULONG* read) override { return bytes_->Read(into, size, read); }
  HRESULT Write(const void*, ULONG, ULONG*) override { return STG_E_ACCESSDENIED; }
  HRESULT Seek(LARGE_INTEGER to, DWORD from, ULARGE_INTEGER* at) override {
    return bytes_->Seek(to, from, at);
  }
  HRESULT SetSize(ULARGE_INTEGER) override { return STG_E_ACCESSDENIED; }
  HRESULT CopyTo(IStream*, ULARGE_INTEGER, ULARGE_INTEGER*, ULARGE_INTEGER*) override { return E_NOTIMPL; }
  HRESULT Commit(DWORD) override { return S_OK; }
  HRESULT Revert() override { return S_OK; }
  HRESULT LockRegion(ULARGE_INTEGER, ULARGE_INTEGER, DWORD) override { return STG_E_INVALIDFUNCTION; }
  HRESULT UnlockRegion(ULARGE_INTEGER, ULARGE_INTEGER, DWORD) override { return STG_E_INVALIDFUNCTION; }
  HRESULT Stat(STATSTG* stat, DWORD flag) override { return bytes_->Stat(stat, flag); }
  HRESULT Clone(IStream**) override { return E_NOTIMPL; }

 private:
  com::ptr<IStream> bytes_;
  maker list_;
};
#pragma GCC diagnostic pop

class data_writes : public recorder_facade {
 protected:
  static com::ptr<IStream> listing(std::size_t blocks, std::uint8_t mark,
                                   std::vector<std::pair<LONG, LONG>> ranges) {
    return com::make<listing_stream>(stream_of(blocks, mark), [ranges = std::move(ranges)](SAFEARRAY** out) {
      *out = com::array_of(ranges, [](const auto& r) {
               return com::dispatch_variant(com::make<listed_range>(r.first, r.second).get());
             }).detach();
      return S_OK;
    });
  }
  static DWORD listen(const com::ptr<IDiscFormat2Data>& writer, data_sink::told what) {
    DWORD cookie = 0;
    com::ptr<IConnectionPoint> point;
    EXPECT_EQ(
        writer.as<IConnectionPointContainer>()->FindConnectionPoint(IID_DDiscFormat2DataEvents, point.put()),
        S_OK);
    EXPECT_EQ(point->Advise(com::make<data_sink>(std::move(what)).get(), &cookie), S_OK);
    return cookie;
  }
  static LONG get(IDiscFormat2DataEventArgs& at,
                  HRESULT (STDMETHODCALLTYPE IDiscFormat2DataEventArgs::*member)(LONG*)) {
    LONG value = -77;
    EXPECT_EQ((at.*member)(&value), S_OK);
    return value;
  }
  static IMAPI_FORMAT2_DATA_WRITE_ACTION action(IDiscFormat2DataEventArgs& at) {
    auto value = IMAPI_FORMAT2_DATA_WRITE_ACTION_FORMATTING_MEDIA;
    EXPECT_EQ(at.get_CurrentAction(&value), S_OK);
    return value;
  }
};

TEST_F(data_writes, add_sessions_to_a_medium_that_is_written_once) {
  insert(media_type::cd_r);
  const auto writer = format();
  EXPECT_EQ(writer->Write(stream_of(300, 1).get()), S_OK);
  EXPECT_EQ(writer->Write(stream_of(700, 2).get()), S_OK);
  EXPECT_EQ(medium()->sessions().size(), 2u);
  EXPECT_EQ(blocks_at(0, 300), marked(300, 1));
  EXPECT_EQ(blocks_at(11'850, 700), marked(700, 2));
  EXPECT_EQ(value_of(writer, &IDiscFormat2Data::get_StartAddressOfPreviousSession), 11'850);
  EXPECT_EQ(text(value_of(recorder(), &IDiscRecorder2::get_ExclusiveAccessOwner)), "");
}

TEST_F(data_writes, close_the_medium_when_they_are_told) {
  insert(media_type::dvd_minus_r);
  const auto writer = format();
  EXPECT_EQ(writer->put_ForceMediaToBeClosed(VARIANT_TRUE), S_OK);
  EXPECT_EQ(writer->Write(stream_of(16, 1).get()), S_OK);
  EXPECT_EQ(value_of(writer, &IDiscFormat2Data::get_CurrentMediaStatus),
            IMAPI_FORMAT2_DATA_MEDIA_STATE_FINALIZED);
  EXPECT_EQ(writer->Write(stream_of(16, 2).get()), E_IMAPI_DF2DATA_INVALID_MEDIA_STATE);
  EXPECT_EQ(blocks_at(0, 17), marked(16, 1));
}

TEST_F(data_writes, overwrite_only_when_they_are_told) {
  insert_written(media_type::dvd_plus_rw, 64);
  const auto writer = format();
  EXPECT_EQ(writer->Write(stream_of(20, 2).get()), E_IMAPI_DF2DATA_MEDIA_NOT_BLANK);
  EXPECT_THAT(last_description(), HasSubstr("ForceOverwrite"));
  EXPECT_EQ(blocks_at(0, 64), marked(64, 1));
  EXPECT_EQ(writer->put_ForceOverwrite(VARIANT_TRUE), S_OK);
  EXPECT_EQ(writer->Write(stream_of(20, 2).get()), S_OK);
  EXPECT_EQ(blocks_at(0, 20), marked(20, 2));
  EXPECT_EQ(blocks_at(20, 44).size(), 44 * disk::block_size);
}

TEST_F(data_writes, record_the_listed_blocks_alone) {
  insert_written(media_type::dvd_plus_rw, 64);
  EXPECT_EQ(format()->Write(listing(128, 2, {{96, 127}, {32, 47}}).get()), S_OK);
  auto expected = marked(64, 1);
  expected.resize(128 * disk::block_size);
  const auto new_bytes = marked(128, 2);
  for (const auto& [from, to] : {std::pair{32, 48}, std::pair{96, 128}})
    std::copy(new_bytes.begin() + from * 2048, new_bytes.begin() + to * 2048, expected.begin() + from * 2048);
  EXPECT_EQ(blocks_at(0, 128), expected);
}

TEST_F(data_writes, refuse_lists_that_are_none) {
  insert(media_type::dvd_plus_rw);
  const auto writer = format();
  const auto with = [&](listing_stream::maker list) {
    return writer->Write(com::make<listing_stream>(stream_of(16, 1), std::move(list)).get());
  };
  const auto vector_of = [](VARTYPE type, ULONG count) {
    return [=](SAFEARRAY** out) { return *out = SafeArrayCreateVector(type, 0, count), S_OK; };
  };
  EXPECT_EQ(with([](SAFEARRAY**) { return E_FAIL; }), E_IMAPI_DF2DATA_STREAM_NOT_SUPPORTED);
  EXPECT_EQ(with([](SAFEARRAY** out) { return *out = nullptr, S_OK; }), E_IMAPI_DF2DATA_STREAM_NOT_SUPPORTED);
  EXPECT_EQ(with(vector_of(VT_I4, 2)), E_IMAPI_DF2DATA_STREAM_NOT_SUPPORTED);
  EXPECT_EQ(with(vector_of(VT_VARIANT, 2)), E_IMAPI_DF2DATA_STREAM_NOT_SUPPORTED);
  EXPECT_EQ(with([](SAFEARRAY** out) {
              SAFEARRAYBOUND two[] = {{1, 0}, {1, 0}};
              return *out = SafeArrayCreate(VT_VARIANT, 2, two), S_OK;
            }),
            E_IMAPI_DF2DATA_STREAM_NOT_SUPPORTED);
  for (const auto& range : {std::pair{5, 4}, std::pair{-1, 4}, std::pair{0, 16}, std::pair{16, 16}})
    EXPECT_EQ(writer->Write(listing(16, 1, {range}).get()), E_IMAPI_DF2DATA_STREAM_NOT_SUPPORTED)
        << range.first;
  EXPECT_EQ(value_of<IDiscFormat2Data>(writer, &IDiscFormat2Data::get_MediaPhysicallyBlank), VARIANT_TRUE);
}

TEST_F(data_writes, refuse_streams_that_are_no_blocks) {
  insert(media_type::cd_r);
  const auto writer = format();
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{2047}, std::size_t{2049}})
    EXPECT_EQ(writer->Write(stream_of(std::make_shared<test_bytes>(std::vector<std::byte>(size))).get()),
              E_IMAPI_DF2DATA_STREAM_NOT_SUPPORTED)
        << size;
  EXPECT_EQ(value_of<IDiscFormat2Data>(writer, &IDiscFormat2Data::get_MediaPhysicallyBlank), VARIANT_TRUE);
}

TEST_F(data_writes, refuse_what_does_not_fit) {
  insert(media_type::cd_r, 1000);
  const auto writer = format();
  EXPECT_EQ(writer->Write(stream_of(851, 1).get()), E_IMAPI_DF2DATA_STREAM_TOO_LARGE_FOR_CURRENT_MEDIA);
  EXPECT_EQ(writer->Write(stream_of(850, 1).get()), S_OK);
}

TEST_F(data_writes, refuse_media_that_are_only_read) {
  insert(media_type::dvd_rom);
  const HRESULT answer = format()->Write(stream_of(16, 1).get());
  EXPECT_TRUE(answer == E_IMAPI_DF2DATA_MEDIA_IS_NOT_SUPPORTED ||
              answer == E_IMAPI_RECORDER_MEDIA_WRITE_PROTECTED)
      << std::hex << answer;
}

TEST_F(data_writes, need_the_name_of_a_client) {
  insert(media_type::cd_r);
  const auto writer = new_format();
  EXPECT_EQ(writer->put_Recorder(recorder().get()), S_OK);
  EXPECT_EQ(writer->Write(stream_of(1, 1).get()), E_IMAPI_DF2DATA_CLIENT_NAME_IS_NOT_VALID);
}

TEST_F(data_writes, may_be_made_by_who_has_the_drive) {
  insert(media_type::cd_r);
  const auto mine = recorder();
  const auto writer = format();
  EXPECT_EQ(writer->put_Recorder(mine.get()), S_OK);
  EXPECT_EQ(mine->AcquireExclusiveAccess(VARIANT_TRUE, words("mine")), S_OK);
  EXPECT_EQ(writer->Write(stream_of(1, 1).get()), S_OK);
  EXPECT_EQ(format()->Write(stream_of(1, 1).get()), E_IMAPI_RECORDER_LOCKED);
  EXPECT_EQ(mine->ReleaseExclusiveAccess(), S_OK);
  EXPECT_EQ(format()->Write(stream_of(1, 1).get()), S_OK);
}

TEST_F(data_writes, end_where_the_stream_breaks) {
  insert(media_type::cd_r);
  const auto writer = format();
  auto broken = std::make_shared<test_bytes>(marked(700, 1));
  broken->breaks_at = 300 * disk::block_size;
  EXPECT_EQ(writer->Write(stream_of(broken).get()), hr(errc::io_error));
  EXPECT_EQ(value_of(writer, &IDiscFormat2Data::get_CurrentMediaStatus),
            IMAPI_FORMAT2_DATA_MEDIA_STATE_NON_EMPTY_SESSION);
  EXPECT_EQ(writer->Write(stream_of(1, 1).get()), E_IMAPI_DF2DATA_INVALID_MEDIA_STATE);
  EXPECT_THAT(last_description(), HasSubstr("cut off"));
  insert(media_type::cd_r);
  auto early = std::make_shared<test_bytes>(marked(10, 1));
  early->told_more = disk::block_size;
  EXPECT_EQ(writer->Write(stream_of(early).get()), E_IMAPI_DF2DATA_STREAM_NOT_SUPPORTED);
  EXPECT_EQ(value_of<IDiscFormat2Data>(writer, &IDiscFormat2Data::get_MediaPhysicallyBlank), VARIANT_TRUE);
  EXPECT_EQ(text(value_of(recorder(), &IDiscRecorder2::get_ExclusiveAccessOwner)), "");
}

TEST_F(data_writes, tell_what_was_adjusted) {
  insert(media_type::bd_re);
  const auto writer = format();
  EXPECT_EQ(writer->SetWriteSpeed(1, VARIANT_TRUE), S_IMAPI_BOTHADJUSTED);
  EXPECT_EQ(writer->Write(stream_of(1, 1).get()), S_IMAPI_BOTHADJUSTED);
  EXPECT_EQ(writer->put_ForceOverwrite(VARIANT_TRUE), S_OK);
  EXPECT_EQ(writer->SetWriteSpeed(1, VARIANT_FALSE), S_IMAPI_SPEEDADJUSTED);
  EXPECT_EQ(writer->Write(stream_of(1, 1).get()), S_IMAPI_SPEEDADJUSTED);
  EXPECT_EQ(writer->SetWriteSpeed(-1, VARIANT_TRUE), S_IMAPI_ROTATIONADJUSTED);
  EXPECT_EQ(writer->Write(stream_of(1, 1).get()), S_IMAPI_ROTATIONADJUSTED);
}

TEST_F(data_writes, tell_what_they_do) {
  insert_written(media_type::cd_r, 100);
  const auto writer = format();
  EXPECT_EQ(writer.as<IBurnVerification>()->put_BurnVerificationLevel(IMAPI_BURN_VERIFICATION_QUICK), S_OK);
  std::vector<int> actions;
  listen(writer, [&](IDispatch* from, IDiscFormat2DataEventArgs& at) {
    EXPECT_EQ(com::ptr<IDispatch>(from).as<IDiscFormat2Data>().get(), writer.get());
    if (actions.empty() || actions.back() != action(at)) actions.push_back(action(at));
  });
  EXPECT_EQ(writer->Write(stream_of(300, 1).get()), S_OK);
  EXPECT_THAT(actions, ElementsAre(0, 2, 3, 4, 5, 7, 6));
}

TEST_F(data_writes, tell_how_far_they_are_twice_a_second) {
  using args = IDiscFormat2DataEventArgs;
  insert_written(media_type::bd_r, 32);
  const auto writer = format();
  on->now = [&] { return now += std::chrono::milliseconds(200); };
  std::vector<std::string> heard;
  listen(writer, [&](IDispatch*, args& at) {
    if (action(at) != IMAPI_FORMAT2_DATA_WRITE_ACTION_WRITING_DATA) return;
    EXPECT_EQ(get(at, &args::get_StartLba), 32);
    EXPECT_EQ(get(at, &args::get_SectorCount), 2560);
    EXPECT_EQ(get(at, &args::get_LastReadLba), get(at, &args::get_LastWrittenLba));
    EXPECT_EQ(get(at, &args::get_TotalSystemBuffer), 256 * 2048);
    EXPECT_EQ(get(at, &args::get_UsedSystemBuffer) + get(at, &args::get_FreeSystemBuffer), 256 * 2048);
    EXPECT_EQ(get(at, &args::get_ElapsedTime) + get(at, &args::get_RemainingTime),
              get(at, &args::get_TotalTime));
    heard.push_back(std::to_string(get(at, &args::get_LastWrittenLba)) + " " +
                    std::to_string(get(at, &args::get_ElapsedTime)) + "/" +
                    std::to_string(get(at, &args::get_TotalTime)));
  });
  EXPECT_EQ(writer->Write(stream_of(2560, 1).get()), S_OK);
  EXPECT_THAT(heard, ElementsAre("-1 0/0", "799 1/5", "1567 2/4", "2335 3/3", "2591 3/3"));
}

TEST_F(data_writes, hand_over_arguments_that_stay) {
  insert(media_type::cd_r);
  const auto writer = format();
  com::ptr<IDiscFormat2DataEventArgs> kept;
  listen(writer, [&](IDispatch*, IDiscFormat2DataEventArgs& at) {
    if (!kept) kept = com::ptr<IDiscFormat2DataEventArgs>(&at);
  });
  EXPECT_EQ(writer->Write(stream_of(3, 1).get()), S_OK);
  using args = IDiscFormat2DataEventArgs;
  EXPECT_EQ(action(*kept), IMAPI_FORMAT2_DATA_WRITE_ACTION_VALIDATING_MEDIA);
  EXPECT_EQ(with_nulls(kept, &args::get_StartLba), E_POINTER);
  EXPECT_EQ(with_nulls(kept, &args::get_SectorCount), E_POINTER);
  EXPECT_EQ(with_nulls(kept, &args::get_LastReadLba), E_POINTER);
  EXPECT_EQ(with_nulls(kept, &args::get_LastWrittenLba), E_POINTER);
  EXPECT_EQ(with_nulls(kept, &args::get_TotalSystemBuffer), E_POINTER);
  EXPECT_EQ(with_nulls(kept, &args::get_UsedSystemBuffer), E_POINTER);
  EXPECT_EQ(with_nulls(kept, &args::get_FreeSystemBuffer), E_POINTER);
  EXPECT_EQ(with_nulls(kept, &args::get_ElapsedTime), E_POINTER);
  EXPECT_EQ(with_nulls(kept, &args::get_RemainingTime), E_POINTER);
  EXPECT_EQ(with_nulls(kept, &args::get_TotalTime), E_POINTER);
  EXPECT_EQ(with_nulls(kept, &args::get_CurrentAction), E_POINTER);
}

TEST_F(data_writes, end_when_a_sink_cancels_them) {
  insert(media_type::dvd_plus_rw);
  const auto writer = format();
  EXPECT_EQ(writer->CancelWrite(), E_IMAPI_DF2DATA_WRITE_NOT_IN_PROGRESS);
  listen(writer, [&](IDispatch* from, IDiscFormat2DataEventArgs& at) {
    if (action(at) != IMAPI_FORMAT2_DATA_WRITE_ACTION_WRITING_DATA) return;
    EXPECT_EQ(com::ptr<IDispatch>(from).as<IDiscFormat2Data>()->CancelWrite(), S_OK);
  });
  EXPECT_EQ(writer->Write(stream_of(2560, 1).get()), E_IMAPI_REQUEST_CANCELLED);
  EXPECT_EQ(writer->CancelWrite(), E_IMAPI_DF2DATA_WRITE_NOT_IN_PROGRESS);
  EXPECT_EQ(text(value_of(recorder(), &IDiscRecorder2::get_ExclusiveAccessOwner)), "");
}

TEST_F(data_writes, end_when_another_thread_cancels_them) {
  insert(media_type::dvd_plus_rw);
  const auto writer = format();
  std::thread other;
  listen(writer, [&](IDispatch*, IDiscFormat2DataEventArgs& at) {
    if (action(at) != IMAPI_FORMAT2_DATA_WRITE_ACTION_CALIBRATING_POWER) return;
    other = std::thread([&] { EXPECT_EQ(writer->CancelWrite(), S_OK); });
    other.join();
  });
  EXPECT_EQ(writer->Write(stream_of(2560, 1).get()), E_IMAPI_REQUEST_CANCELLED);
}

TEST_F(data_writes, take_no_settings_and_no_second_write_meanwhile) {
  insert(media_type::cd_r);
  const auto writer = format();
  int looked = 0;
  listen(writer, [&](IDispatch*, IDiscFormat2DataEventArgs& at) {
    if (action(at) != IMAPI_FORMAT2_DATA_WRITE_ACTION_CALIBRATING_POWER) return;
    ++looked;
    constexpr HRESULT busy = E_IMAPI_DF2DATA_WRITE_IN_PROGRESS;
    EXPECT_EQ(writer->Write(stream_of(1, 1).get()), busy);
    EXPECT_EQ(writer->put_Recorder(nullptr), busy);
    EXPECT_EQ(writer->put_Recorder(recorder().get()), busy);
    EXPECT_EQ(writer->put_ClientName(words("x")), busy);
    EXPECT_EQ(writer->put_BufferUnderrunFreeDisabled(VARIANT_TRUE), busy);
    EXPECT_EQ(writer->put_PostgapAlreadyInImage(VARIANT_TRUE), busy);
    EXPECT_EQ(writer->put_ForceMediaToBeClosed(VARIANT_TRUE), busy);
    EXPECT_EQ(writer->put_DisableConsumerDvdCompatibilityMode(VARIANT_TRUE), busy);
    EXPECT_EQ(writer->put_ForceOverwrite(VARIANT_TRUE), busy);
    EXPECT_EQ(writer->SetWriteSpeed(-1, VARIANT_FALSE), busy);
    EXPECT_EQ(writer.as<IBurnVerification>()->put_BurnVerificationLevel(IMAPI_BURN_VERIFICATION_FULL), busy);
    EXPECT_EQ(text(value_of(writer, &IDiscFormat2Data::get_ClientName)), "test");
    const auto used = com::ptr<IDiscRecorder2>::own(value_of(writer, &IDiscFormat2Data::get_Recorder));
    EXPECT_EQ(used->EjectMedia(), E_IMAPI_RECORDER_MEDIA_BUSY);
    EXPECT_EQ(text(value_of(recorder(), &IDiscRecorder2::get_ExclusiveAccessOwner)), "test");
    EXPECT_EQ(recorder()->EjectMedia(), E_IMAPI_RECORDER_LOCKED);
  });
  EXPECT_EQ(writer->Write(stream_of(1, 1).get()), S_OK);
  EXPECT_EQ(looked, 1);
  EXPECT_EQ(writer->put_Recorder(nullptr), S_OK);
}

TEST_F(data_writes, outlive_a_client_that_lets_go_of_everything) {
  insert(media_type::cd_r);
  auto writer = format();
  auto* const called = writer.get();
  listen(writer, [&](IDispatch*, IDiscFormat2DataEventArgs&) { writer = nullptr; });
  called->AddRef();
  EXPECT_EQ(called->Write(stream_of(3, 1).get()), S_OK);
  called->Release();
  EXPECT_EQ(blocks_at(0, 3), marked(3, 1));
}

TEST_F(data_writes, verify_what_they_wrote) {
  insert(media_type::dvd_plus_rw);
  const auto writer = format();
  EXPECT_EQ(writer.as<IBurnVerification>()->put_BurnVerificationLevel(IMAPI_BURN_VERIFICATION_FULL), S_OK);
  EXPECT_EQ(writer->Write(stream_of(600, 1).get()), S_OK);
  // the medium changes behind the back of the drive
  insert(media_type::dvd_plus_rw);
  listen(writer, [&](IDispatch*, IDiscFormat2DataEventArgs& at) {
    if (action(at) != IMAPI_FORMAT2_DATA_WRITE_ACTION_VERIFYING) return;
    std::fstream file(first->image, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(599 * 2048 + 1);
    file.put('!');
  });
  EXPECT_EQ(writer->Write(stream_of(600, 1).get()), E_IMAPI_BURN_VERIFICATION_FAILED);
}

TEST_F(data_writes, late_bound) {
  insert(media_type::cd_r);
  const auto writer = new_format();
  const auto chosen = recorder();
  const words name("script");
  const auto stream = stream_of(3, 1);
  VARIANT value{};
  value.vt = VT_DISPATCH;
  value.pdispVal = chosen.get();
  EXPECT_EQ(late(writer, L"Recorder", DISPATCH_PROPERTYPUT, &value), S_OK);
  value.vt = VT_BSTR;
  value.bstrVal = name;
  EXPECT_EQ(late(writer, L"ClientName", DISPATCH_PROPERTYPUT, &value), S_OK);
  value.vt = VT_UNKNOWN;
  value.punkVal = stream.get();
  EXPECT_EQ(late(writer, L"Write", DISPATCH_METHOD, &value), S_OK);
  EXPECT_EQ(blocks_at(0, 3), marked(3, 1));
  com::variant answer;
  EXPECT_EQ(late(writer, L"MultisessionInterfaces", DISPATCH_PROPERTYGET, nullptr, answer.put()), S_OK);
  EXPECT_EQ(answer.get().vt, VT_ARRAY | VT_VARIANT);
}

}  // namespace
}  // namespace comeback::imapi2
