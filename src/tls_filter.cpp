// TLS as the filter of a stream: OpenSSL reads what was fed, and writes what is to be sent.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#if defined(LASTI_WITH_OPENSSL)

#include "tls_filter.hpp"

#include <algorithm>
#include <cstring>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <lasti/exceptions.hpp>

#include "reading_room.hpp"
#include "socket_names.hpp"

namespace lasti {
namespace detail {

namespace {

// ---- what OpenSSL takes for its connection ------------------------------------------------------

int write_sealed(BIO* b, const char* data, int size) {
    stream_filter& to = *static_cast<stream_filter*>(BIO_get_data(b));
    BIO_clear_retry_flags(b);
    const bool fits = fits_memory([&] { to.sealed.append(data, static_cast<std::size_t>(size)); });
    return fits ? size : -1;
}

int read_fed(BIO* b, char* room, int size) {
    stream_filter& from = *static_cast<stream_filter*>(BIO_get_data(b));
    BIO_clear_retry_flags(b);
    if (from.fed_size == 0) {
        BIO_set_retry_read(b);
        return -1;
    }
    const std::size_t n = std::min(from.fed_size, static_cast<std::size_t>(size));
    std::memcpy(room, from.fed, n);
    from.feed(from.fed + n, from.fed_size - n);
    return static_cast<int>(n);
}

long control(BIO*, int what, long, void*) { return what == BIO_CTRL_FLUSH ? 1 : 0; }

int create(BIO* b) {
    BIO_set_init(b, 1);
    return 1;
}

BIO_METHOD* make_kind() {
    BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "stream");
    BIO_meth_set_write(made, write_sealed);
    BIO_meth_set_read(made, read_fed);
    BIO_meth_set_ctrl(made, control);
    BIO_meth_set_create(made, create);
    return made;
}

BIO* make_connection(stream_filter& of) {
    static BIO_METHOD* const kind = make_kind();
    BIO* const made = BIO_new(kind);
    if (made) BIO_set_data(made, &of);
    return made;
}

}  // namespace

// ---- one connection -----------------------------------------------------------------------------

tls_filter::tls_filter(std::shared_ptr<tls_settings> made_by, std::string const& server_hostname,
                       std::string const& peer)
    : settings_(std::move(made_by)), peer_(server_hostname.empty() ? peer : server_hostname),
      ssl_(SSL_new(settings_->context)) {}

tls_filter::~tls_filter() { SSL_free(ssl_); }

error tls_filter::begin(std::string const& server_hostname) {
    BIO* const connection = ssl_ ? make_connection(*this) : nullptr;
    if (!connection) return take_tls_error("TLS with " + peer_);
    SSL_set_bio(ssl_, connection, connection);
    if (!settings_->is_server) {
        SSL_set_connect_state(ssl_);
        return ask_for(server_hostname);
    }
    SSL_set_accept_state(ssl_);
    return error();
}

// Whom we call: it is told, so that a server of many picks its certificate, which must be for that.
error tls_filter::ask_for(std::string const& host) {
    const bool verifies = SSL_get_verify_mode(ssl_) != SSL_VERIFY_NONE;
    if (host.empty()) {
        if (!verifies) return error();
        return error::make(value_error("check_hostname requires server_hostname"));
    }
    if (host[0] == '.' || host.find('\0') != std::string::npos)
        return error::make(
            value_error("server_hostname can not start with a leading dot, nor have a '\\0' in "
                        "it: '" +
                        host + "'"));
    ERR_clear_error();
    const bool is_name = !is_address(host);
    bool fits = !is_name || SSL_set_tlsext_host_name(ssl_, host.c_str()) == 1;
    if (fits && verifies) {
        SSL_set_hostflags(ssl_, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        fits = is_name ? SSL_set1_host(ssl_, host.c_str()) == 1
                       : X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), host.c_str()) == 1;
    }
    return fits ? error() : take_tls_error("server_hostname '" + host + "'");
}

// OpenSSL's list of errors is of the thread: what others leave there is not about us.
int tls_filter::outcome_of(int result) noexcept {
    switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_NONE:
        ERR_clear_error();
        return done;
    case SSL_ERROR_WANT_READ:
        ERR_clear_error();
        return would_block;
    case SSL_ERROR_ZERO_RETURN:
        ERR_clear_error();
        return ended;
    default:
        break;
    }
    const unsigned long last = ERR_peek_last_error();
    const long verified = SSL_get_verify_result(ssl_);
    if (ERR_GET_LIB(last) == ERR_LIB_SSL &&
        ERR_GET_REASON(last) == SSL_R_CERTIFICATE_VERIFY_FAILED && verified != X509_V_OK) {
        ERR_clear_error();
        problem_ = error::make(certificate_verification_error(
            static_cast<int>(verified), "TLS with " + peer_ + ": certificate verify failed"));
    } else {
        problem_ = take_tls_error("TLS with " + peer_);
    }
    return failed;
}

int tls_filter::shake_hands() noexcept {
    ERR_clear_error();
    return outcome_of(SSL_do_handshake(ssl_));
}

int tls_filter::open(char* room, std::size_t size, std::size_t& n) noexcept {
    while (n < size) {
        ERR_clear_error();
        const int got = SSL_read(ssl_, room + n, static_cast<int>(size - n));
        if (got <= 0) return outcome_of(got);
        n += static_cast<std::size_t>(got);
    }
    return done;
}

int tls_filter::seal(const char* data, std::size_t size) noexcept {
    ERR_clear_error();
    const int how = outcome_of(SSL_write(ssl_, data, static_cast<int>(size)));
    if (how == done || how == failed) return how;
    problem_ = error::make(tls_error(0, "TLS with " + peer_));
    return failed;
}

void tls_filter::end() noexcept {
    ERR_clear_error();
    SSL_shutdown(ssl_);
    ERR_clear_error();
}

// ---- what is known of it ------------------------------------------------------------------------

namespace {

/// "CN=example.org,O=…"; empty: it has shown none.
std::string subject_of_peer(SSL* ssl) {
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
    X509* const certificate = SSL_get1_peer_certificate(ssl);
#else
    X509* const certificate = SSL_get_peer_certificate(ssl);
#endif
    if (!certificate) return std::string();
    BIO* const to = BIO_new(BIO_s_mem());
    X509_NAME_print_ex(to, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
    X509_free(certificate);
    char* text = nullptr;
    const long size = BIO_get_mem_data(to, &text);
    const std::string subject(text, static_cast<std::size_t>(size));
    BIO_free(to);
    return subject;
}

}  // namespace

std::string tls_filter::info(std::string const& name) const {
    if (is_shaking) return std::string();
    if (name == "cipher") return SSL_get_cipher_name(ssl_);
    if (name == "ssl_version") return SSL_get_version(ssl_);
    if (name == "peercert") return subject_of_peer(ssl_);
    if (name != "alpn") return std::string();
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_, &chosen, &size);
    return std::string(reinterpret_cast<const char*>(chosen), chosen ? size : 0);
}

}  // namespace detail
}  // namespace lasti

#endif

#endif
