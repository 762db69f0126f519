// What src/tls.cpp and src/tls_filter.cpp share: the settings of a tls_context, the filter of a
// stream, and OpenSSL's errors. Only with OpenSSL.
#ifndef LASTI_SRC_TLS_FILTER_HPP_INCLUDED
#define LASTI_SRC_TLS_FILTER_HPP_INCLUDED

#include <memory>
#include <string>

#include <openssl/ssl.h>

#include <lasti/detail/stream_filter.hpp>
#include <lasti/error.hpp>
#include <lasti/tls.hpp>

namespace lasti {
namespace detail {

class tls_settings {
public:
    explicit tls_settings(bool for_server);
    tls_settings(tls_settings const&) = delete;
    tls_settings& operator=(tls_settings const&) = delete;
    ~tls_settings() { SSL_CTX_free(context); }

    bool const is_server;
    SSL_CTX* const context;
    std::string protocols;  // for ALPN, each with its length in front
};

/// What OpenSSL complains of; its list of errors is empty afterwards.
error take_tls_error(std::string const& what);

class tls_filter final : public stream_filter {
public:
    tls_filter(std::shared_ptr<tls_settings> made_by, std::string const& server_hostname,
               std::string const& peer);
    ~tls_filter() override;

    /// Why it can't be used, if it can't; before all else.
    error begin(std::string const& server_hostname);
    int shake_hands() noexcept override;
    int open(char* room, std::size_t size, std::size_t& n) noexcept override;
    int seal(const char* data, std::size_t size) noexcept override;
    void end() noexcept override;
    error problem() const override { return problem_; }
    std::string info(std::string const& name) const override;

private:
    error ask_for(std::string const& server_hostname);
    int outcome_of(int result) noexcept;

    std::shared_ptr<tls_settings> const settings_;  // OpenSSL's callbacks look there
    std::string const peer_;
    SSL* const ssl_;
    error problem_;
};

}  // namespace detail
}  // namespace lasti

#endif
