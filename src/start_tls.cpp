// How a stream becomes an encrypted one.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include <lasti/stream_writer.hpp>

#include <sstream>
#include <utility>

#include <lasti/detail/stream_filter.hpp>
#include <lasti/detail/stream_reading.hpp>
#include <lasti/exceptions.hpp>
#include <lasti/tls.hpp>

namespace lasti {
namespace detail {
namespace {

error check_time(delay time, const char* name) {
    if (time.count() > delay::nanoseconds::zero() && !time.is_nan()) return error();
    std::ostringstream text;
    text << name << " should be a positive number, got " << time.in_seconds();
    return error::make(value_error(text.str()));
}

/// The body of start_tls().
struct starting_tls {
    stream_writer writer;
    tls_context context;
    std::string server_hostname;
    delay handshake_timeout;
    delay shutdown_timeout;

    stream_state& stream() const { return *writer.shared_state(); }

    error begin() const {
        error problem = check_time(handshake_timeout, "tls_handshake_timeout");
        if (!problem) problem = check_time(shutdown_timeout, "tls_shutdown_timeout");
        if (problem) return problem;
        std::unique_ptr<stream_filter> made =
            context.make_filter(server_hostname, stream().peer.describe(), problem);
        if (problem) return problem;
        made->shutdown_time = shutdown_timeout;
        return stream().begin_filter(std::move(made), handshake_timeout);
    }

    LASTI_COROUTINE_BODY(void) {
        LASTI_BEGIN;
        if (error problem = begin()) LASTI_RAISE(std::move(problem));
        LASTI_TRY
            LASTI_AWAIT(stream_call<handshake_request>{writer.shared_state()});
            LASTI_EXCEPT_ANY
            stream().abort();
            LASTI_RERAISE;
        LASTI_END_TRY
        LASTI_END;
    }
};

}  // namespace
}  // namespace detail

coroutine<void> stream_writer::start_tls(tls_context context, std::string server_hostname,
                                         delay handshake_timeout, delay shutdown_timeout) const {
    get();
    return detail::starting_tls{*this, std::move(context), std::move(server_hostname),
                                handshake_timeout, shutdown_timeout};
}

}  // namespace lasti

#endif
