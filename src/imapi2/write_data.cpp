// SPDX-License-Identifier: Apache-2.0
// IDiscFormat2Data::Write, and what it tells.

#include "base/error.hpp"
#include "com/object/boundary.hpp"
#include "imapi2/disc_format_data.hpp"
#include "imapi2/media_stream.hpp"

#include <utility>

namespace comeback::imapi2 {
namespace {

using base::errc;
using base::error;

constexpr com::event updated{&DDiscFormat2DataEvents::Update, 0x200};

/// Between two events of a write that runs (ddiscformat2dataevents-update.md).
constexpr std::chrono::milliseconds apart{500};

/// When an event is due, and what it has to say.
class narrator {
 public:
  using teller = std::function<void(const write_moment&)>;
  narrator(const stop_clock& now, teller tell) : now_(now), tell_(std::move(tell)), begun_(now_()) {}

  void begin(IMAPI_FORMAT2_DATA_WRITE_ACTION action) {
    at_.action = action;
    tell();
  }
  void begin_writing(const burn_plan& plan) {
    at_.start = plan.start.value;
    at_.blocks = plan.blocks.value;
    begin(IMAPI_FORMAT2_DATA_WRITE_ACTION_WRITING_DATA);
  }
  void go_on(const burn_progress& now) {
    at_.done = now.done.value;
    at_.last = static_cast<std::int64_t>(now.last.value);
    if (at_.done == at_.blocks || now_() - told_ >= apart) tell();
  }

 private:
  void tell() {
    told_ = now_();
    at_.elapsed = told_ - begun_;
    tell_(at_);
  }

  const stop_clock& now_;
  teller tell_;
  std::chrono::milliseconds begun_, told_{0};
  write_moment at_;
};

}  // namespace

/// Marks that a write runs, and takes a new stop.
class disc_format_data::running {
 public:
  explicit running(disc_format_data& of) : of_(of) {
    of_.change([&](settings& s) {
      of_.stop_ = std::stop_source();
      of_.writing_ = true;
      now_ = s;
      stop_ = of_.stop_.get_token();
    });
  }
  running(const running&) = delete;
  running& operator=(const running&) = delete;
  ~running() {
    const std::lock_guard lock(of_.mutex_);
    of_.writing_ = false;
  }
  [[nodiscard]] const settings& with() const noexcept { return now_; }
  [[nodiscard]] const std::stop_token& stop() const noexcept { return stop_; }

 private:
  disc_format_data& of_;
  settings now_;
  std::stop_token stop_;
};

void disc_format_data::tell(const write_moment& at) noexcept try {
  updated.raise(point_of<DDiscFormat2DataEvents>(), this, com::make<data_event_args>(at).get());
} catch (const std::bad_alloc&) {  // an event for which there is no memory is lost
}

HRESULT disc_format_data::write(IStream& data) {
  const running run(*this);
  const auto& with = run.with();
  if (!with.recorder.behind) throw error(errc::recorder_required, "No recorder is set. Put Recorder first.");
  if (with.client.empty())
    throw error(errc::data_client_name_invalid, "The client has no name. Put ClientName first.");
  const media_stream stream(data);
  narrator story(on_->now, [this](const write_moment& at) { tell(at); });
  story.begin(IMAPI_FORMAT2_DATA_WRITE_ACTION_VALIDATING_MEDIA);
  const exclusive_writing held(with.recorder.behind, with.client);
  auto& medium = held.medium();
  const auto plan = plan_burn(look_at(medium), stream.blocks(), stream.ranges(), with.how);
  const burn_work work{.read = [&](auto offset, auto into) { stream.read(offset, into); },
                       .report = [&](const burn_progress& now) { story.go_on(now); },
                       .stop = run.stop()};
  story.begin(IMAPI_FORMAT2_DATA_WRITE_ACTION_INITIALIZING_HARDWARE);
  story.begin(IMAPI_FORMAT2_DATA_WRITE_ACTION_CALIBRATING_POWER);
  story.begin_writing(plan);
  record(medium, plan, work);
  story.begin(IMAPI_FORMAT2_DATA_WRITE_ACTION_FINALIZATION);
  end_burn(medium, plan);
  if (with.verify != verification::none) {
    story.begin(IMAPI_FORMAT2_DATA_WRITE_ACTION_VERIFYING);
    verify_burn(medium, plan, work, with.verify);
  }
  story.begin(IMAPI_FORMAT2_DATA_WRITE_ACTION_COMPLETED);
  return adjustment(with.speed, speed_for(medium.facts().type));
}

HRESULT disc_format_data::Write(IStream* data) noexcept {
  HRESULT adjusted = S_OK;
  const HRESULT answer = boundary([&] { adjusted = write(required(data, "stream")); });
  return answer == S_OK ? adjusted : answer;
}

HRESULT disc_format_data::CancelWrite() noexcept {
  return boundary([&] {
    const std::lock_guard lock(mutex_);
    if (!writing_) throw error(errc::data_write_not_in_progress, "No write is running.");
    stop_.request_stop();
  });
}

}  // namespace comeback::imapi2
