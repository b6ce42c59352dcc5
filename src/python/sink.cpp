// SPDX-License-Identifier: Apache-2.0
#include "python/sink.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <utility>

#include <cxxabi.h>
#include <objbase.h>
#include <olectl.h>

namespace comeback::python {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_wait = 2s;  // for a handler that never ends, when the interpreter does

// Which events are on their way into Python. Once closed none begins: a thread that asks for the GIL while
// the interpreter ends would never come back. Never destroyed, for such threads may still come.
class gate {
 public:
  bool enter() {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    ++inside_;
    return true;
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    --inside_;
    left_.notify_all();
  }
  void close() {
    std::unique_lock lock(mutex_);
    closed_ = true;
    left_.wait_for(lock, longest_wait, [&] { return inside_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable left_;
  int inside_ = 0;
  bool closed_ = false;
};

gate& process_gate() {
  static auto* made = new gate;
  return *made;
}

py::tuple values_of(const DISPPARAMS& params) {
  py::tuple values(params.cArgs);
  for (UINT i = 0; i < params.cArgs; ++i) values[i] = from_variant(params.rgvarg[params.cArgs - 1 - i]);
  return values;
}

// What was raised is told to sys.unraisablehook.
void report() {
  const auto where =
      py::reinterpret_steal<py::object>(PyUnicode_InternFromString("an event of a COM object"));
  or_never([&] { PyErr_WriteUnraisable(where.ptr()); });
}

// What the source is told: a com_error's own code, E_FAIL for anything else that was raised.
HRESULT code_of(const py::error_already_set& raised) {
  if (!py::hasattr(raised.value(), "hresult")) return E_FAIL;
  const py::object code = raised.value().attr("hresult");
  if (!PyLong_Check(code.ptr())) return E_FAIL;
  const auto hr = static_cast<HRESULT>(PyLong_AsLongLong(code.ptr()));
  PyErr_Clear();
  return FAILED(hr) ? hr : E_FAIL;
}

IID iid_of(const std::wstring& text) {
  IID iid{};
  check(IIDFromString(text.c_str(), &iid));
  return iid;
}

}  // namespace

// Interfaces have no destructor at all; Release is the only way to delete.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

// Only IDispatch: a sink that does not claim the interface is called by Invoke alone.
class connection::sink final : public IDispatch {  // NOLINT(cppcoreguidelines-virtual-class-destructor)
 public:
  explicit sink(py::object handler) : handler_(std::move(handler)) {}
  sink(const sink&) = delete;
  sink& operator=(const sink&) = delete;

  HRESULT STDMETHODCALLTYPE QueryInterface(const IID& iid, void** out) noexcept override {
    if (!out) return E_POINTER;
    const bool known = IsEqualGUID(iid, IID_IUnknown) || IsEqualGUID(iid, IID_IDispatch);
    *out = known ? static_cast<IDispatch*>(this) : nullptr;
    if (!known) return E_NOINTERFACE;
    AddRef();
    return S_OK;
  }
  ULONG STDMETHODCALLTYPE AddRef() noexcept override { return ++count_; }
  ULONG STDMETHODCALLTYPE Release() noexcept override {
    const ULONG left = --count_;
    if (left == 0) delete this;
    return left;
  }
  HRESULT STDMETHODCALLTYPE GetTypeInfoCount(UINT* count) noexcept override {
    return count ? (*count = 0, S_OK) : E_POINTER;
  }
  HRESULT STDMETHODCALLTYPE GetTypeInfo(UINT, LCID, ITypeInfo** info) noexcept override {
    if (info) *info = nullptr;
    return DISP_E_BADINDEX;
  }
  HRESULT STDMETHODCALLTYPE GetIDsOfNames(REFIID, LPOLESTR*, UINT, LCID, DISPID*) noexcept override {
    return DISP_E_UNKNOWNNAME;
  }
  HRESULT STDMETHODCALLTYPE Invoke(DISPID id, REFIID, LCID, WORD, DISPPARAMS* params, VARIANT* result,
                                   EXCEPINFO*, UINT*) noexcept override {
    if (!params) return E_POINTER;
    if (!process_gate().enter()) return RPC_E_DISCONNECTED;
    const HRESULT hr = or_never([&] { return call(id, *params, result); });
    process_gate().leave();
    return hr;
  }
  /// With the GIL: afterwards no event finds a handler, and the last Release needs no interpreter.
  void disconnect() noexcept { handler_ = py::object(); }
  [[nodiscard]] PyObject* handler() const noexcept { return handler_.ptr(); }

 private:
  ~sink() = default;

  HRESULT call(DISPID id, const DISPPARAMS& params, VARIANT* result) {
    const py::gil_scoped_acquire locked;
    try {
      try {
        return answered(id, params, result);
      } catch (py::error_already_set& e) {
        const HRESULT hr = code_of(e);
        e.restore();
        report();
        return hr;
      } catch (const com_failure& failure) {
        failure.raise();
        report();
        return failure.code();
      } catch (const py::builtin_exception& raised) {
        raised.set_error();
        report();
        return E_FAIL;
      }
    } catch (const abi::__forced_unwind&) {
      throw;
    } catch (...) {
      return E_FAIL;
    }
  }
  HRESULT answered(DISPID id, const DISPPARAMS& params, VARIANT* result) {
    const py::object handler = handler_;  // it may be disconnected while it runs
    if (!handler) return RPC_E_DISCONNECTED;
    const py::object answer = call_python(handler, py::make_tuple(id, values_of(params)));
    limits within;
    if (result && !answer.is_none()) to_variant(answer, *result, within);
    return S_OK;
  }

  std::atomic<ULONG> count_{1};
  py::object handler_;
};

#pragma GCC diagnostic pop

connection::connection(const unknown& source, const std::wstring& iid, py::object handler)
    : sink_(new sink(std::move(handler))) {
  const auto container = source.object.query<IConnectionPointContainer>();
  HRESULT hr = container ? S_OK : E_NOINTERFACE;
  if (SUCCEEDED(hr)) hr = container->FindConnectionPoint(iid_of(iid), point_.put());
  if (SUCCEEDED(hr)) hr = without_gil([&] { return point_->Advise(sink_, &cookie_); });
  if (SUCCEEDED(hr)) return;
  std::exchange(sink_, nullptr)->Release();
  throw com_failure(hr);
}

connection::~connection() { close(); }

PyObject* connection::handler() const noexcept { return sink_ ? sink_->handler() : nullptr; }

void connection::close() noexcept {
  sink* const gone = std::exchange(sink_, nullptr);
  if (!gone) return;
  gone->disconnect();
  without_gil([&] {
    (void)point_->Unadvise(cookie_);
    gone->Release();
  });
  point_.reset();
}

void close_all_sinks() noexcept {
  without_gil([] { process_gate().close(); });
}

}  // namespace comeback::python
