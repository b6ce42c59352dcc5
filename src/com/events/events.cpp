// SPDX-License-Identifier: Apache-2.0
#include "com/events/events.hpp"

#include "com/object/boundary.hpp"

#include <algorithm>

namespace comeback::com {
namespace {

constexpr LCID user_default = 0x0400;

/// The caller's error information, out of the sinks' reach.
class error_info_keeper {
 public:
  error_info_keeper() noexcept { GetErrorInfo(0, kept_.put()); }
  error_info_keeper(const error_info_keeper&) = delete;
  error_info_keeper& operator=(const error_info_keeper&) = delete;
  ~error_info_keeper() { SetErrorInfo(0, kept_.get()); }

 private:
  ptr<IErrorInfo> kept_;
};

}  // namespace

void detail::tell_sinks(connection_point& at, sink_call call, const void* with) noexcept {
  if (!at.has_sinks()) return;
  const error_info_keeper keep;
  const ptr<connection_point> alive(&at);
  connections sinks;
  (void)boundary([&] { sinks = at.sinks(); });
  for (const auto& each : sinks)
    if (at.is_connected(each->cookie)) (void)boundary([&] { (void)call(with, *each); });
}

HRESULT invoke_sink(IDispatch& sink, DISPID id, std::span<VARIANT> arguments) {
  std::ranges::reverse(arguments);
  DISPPARAMS params{};
  params.rgvarg = arguments.data();
  params.cArgs = static_cast<UINT>(arguments.size());
  return sink.Invoke(id, IID_NULL, user_default, DISPATCH_METHOD, &params, nullptr, nullptr, nullptr);
}

}  // namespace comeback::com
