// The settings of TLS, and its errors. Without OpenSSL: that there is none.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include <lasti/tls.hpp>

#include <cerrno>

#include <lasti/detail/stream_filter.hpp>
#include <lasti/exceptions.hpp>

#if defined(LASTI_WITH_OPENSSL)

#include <cstring>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "tls_filter.hpp"

namespace lasti {
namespace {

class tls_errors final : public std::error_category {
public:
    const char* name() const noexcept override { return "tls"; }
    std::string message(int code) const override {
        const char* const words =
            ERR_reason_error_string(static_cast<unsigned long>(static_cast<unsigned>(code)));
        return words ? words : "unknown error " + std::to_string(code);
    }
};

class verification_errors final : public std::error_category {
public:
    const char* name() const noexcept override { return "tls certificate"; }
    std::string message(int code) const override { return X509_verify_cert_error_string(code); }
};

}  // namespace

std::error_category const& tls_category() noexcept {
    static const tls_errors category;
    return category;
}

std::error_category const& tls_verification_category() noexcept {
    static const verification_errors category;
    return category;
}

namespace detail {

error take_tls_error(std::string const& what) {
    const unsigned long last = ERR_peek_last_error();
    ERR_clear_error();
    return error::make(tls_error(static_cast<int>(static_cast<unsigned>(last)), what));
}

namespace {

// A file that is not there is told as any other: as an OSError.
[[noreturn]] void throw_of_file(std::string const& file) {
    const unsigned long first = ERR_peek_error();
    const int number = ERR_GET_REASON(first);
    if (ERR_GET_LIB(first) == ERR_LIB_SYS) {
        ERR_clear_error();
        throw_os_error(number, file);
    }
    take_tls_error(file).rethrow();
    throw_out(runtime_error(file));
}

// OpenSSL would ask at the terminal.
int give_password(char* room, int size, int, void* data) {
    std::string const& password = *static_cast<std::string const*>(data);
    if (password.size() > static_cast<std::size_t>(size)) return -1;
    std::memcpy(room, password.data(), password.size());
    return static_cast<int>(password.size());
}

// Python's: whoever asks for none that we have goes on without.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned offered_size, void* data) {
    std::string const& ours = static_cast<tls_settings const*>(data)->protocols;
    if (ours.empty()) return SSL_TLSEXT_ERR_NOACK;
    unsigned char* taken = nullptr;
    const int how =
        SSL_select_next_proto(&taken, size, reinterpret_cast<const unsigned char*>(ours.data()),
                              static_cast<unsigned>(ours.size()), offered, offered_size);
    *chosen = taken;
    return how == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

SSL_CTX* new_context(bool for_server) {
    ERR_clear_error();
    SSL_CTX* const made = SSL_CTX_new(for_server ? TLS_server_method() : TLS_client_method());
    if (!made) take_tls_error("tls_context").rethrow();
    return made;
}

}  // namespace

// As ssl.create_default_context() of Python 3.13.
tls_settings::tls_settings(bool for_server)
    : is_server(for_server), context(new_context(for_server)) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE);
    // A connection that idles holds no buffers.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_TRUSTED_FIRST |
                                                                 X509_V_FLAG_PARTIAL_CHAIN |
                                                                 X509_V_FLAG_X509_STRICT);
    SSL_CTX_set_verify(context, for_server ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
    static const unsigned char sessions_are_of[] = "lasti";
    if (for_server)
        SSL_CTX_set_session_id_context(context, sessions_are_of, sizeof sessions_are_of - 1);
    if (for_server) SSL_CTX_set_alpn_select_cb(context, choose_protocol, this);
}

}  // namespace detail

// ---- tls_context --------------------------------------------------------------------------------

tls_context tls_context::client() {
    const tls_context made(std::make_shared<detail::tls_settings>(false));
    SSL_CTX_set_default_verify_paths(made.get().context);
    ERR_clear_error();
    return made;
}

tls_context tls_context::client(std::string const& authorities_file) {
    const tls_context made(std::make_shared<detail::tls_settings>(false));
    made.load_verify_locations(authorities_file);
    return made;
}

tls_context tls_context::server(std::string const& certificate_file, std::string const& key_file,
                                std::string const& key_password) {
    const tls_context made(std::make_shared<detail::tls_settings>(true));
    made.load_cert_chain(certificate_file, key_file, key_password);
    return made;
}

bool tls_context::is_available() noexcept { return true; }

void tls_context::load_verify_locations(std::string const& file, std::string const& folder) const {
    SSL_CTX* const context = get().context;
    ERR_clear_error();
    if (SSL_CTX_load_verify_locations(context, file.empty() ? nullptr : file.c_str(),
                                      folder.empty() ? nullptr : folder.c_str()) != 1)
        detail::throw_of_file(file.empty() ? folder : file);
    ERR_clear_error();
}

void tls_context::load_cert_chain(std::string const& certificate_file, std::string const& key_file,
                                  std::string const& key_password) const {
    SSL_CTX* const context = get().context;
    SSL_CTX_set_default_passwd_cb(context, detail::give_password);
    SSL_CTX_set_default_passwd_cb_userdata(context, const_cast<std::string*>(&key_password));
    ERR_clear_error();
    const bool has_certificate =
        SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) == 1;
    const bool has_key = has_certificate && SSL_CTX_use_PrivateKey_file(context, key_file.c_str(),
                                                                        SSL_FILETYPE_PEM) == 1;
    SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
    SSL_CTX_set_default_passwd_cb(context, nullptr);
    if (!has_certificate) detail::throw_of_file(certificate_file);
    if (!has_key || SSL_CTX_check_private_key(context) != 1) detail::throw_of_file(key_file);
    ERR_clear_error();
}

void tls_context::require_client_certificates() const {
    if (!is_server())
        detail::throw_out(value_error("require_client_certificates: of a client's tls_context"));
    SSL_CTX_set_verify(get().context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

void tls_context::accept_any_certificate_which_is_not_secure() const {
    SSL_CTX_set_verify(get().context, SSL_VERIFY_NONE, nullptr);
}

void tls_context::set_alpn_protocols(std::vector<std::string> const& names) const {
    std::string all;
    for (std::string const& name : names) {
        if (name.empty() || name.size() > 255)
            detail::throw_out(
                value_error("ALPN protocols must be 1 to 255 bytes long, got '" + name + "'"));
        all += static_cast<char>(name.size());
        all += name;
    }
    detail::tls_settings& settings = get();
    settings.protocols = all;
    if (SSL_CTX_set_alpn_protos(settings.context,
                                reinterpret_cast<const unsigned char*>(all.data()),
                                static_cast<unsigned>(all.size())) != 0)
        detail::take_tls_error("set_alpn_protocols").rethrow();
}

namespace {

int number_of(tls_version version) {
    return version == tls_version::tls1_2 ? TLS1_2_VERSION : TLS1_3_VERSION;
}

}  // namespace

void tls_context::set_minimum_version(tls_version version) const {
    SSL_CTX_set_min_proto_version(get().context, number_of(version));
}

void tls_context::set_maximum_version(tls_version version) const {
    SSL_CTX_set_max_proto_version(get().context, number_of(version));
}

bool tls_context::is_server() const { return get().is_server; }

std::unique_ptr<detail::stream_filter> tls_context::make_filter(std::string const& server_hostname,
                                                                std::string const& peer,
                                                                error& problem) const {
    get();
    std::unique_ptr<detail::tls_filter> made(new detail::tls_filter(state_, server_hostname, peer));
    problem = made->begin(server_hostname);
    if (problem) made.reset();
    return std::unique_ptr<detail::stream_filter>(std::move(made));
}

#else

namespace lasti {
namespace {

class no_errors final : public std::error_category {
public:
    const char* name() const noexcept override { return "tls"; }
    std::string message(int code) const override { return "error " + std::to_string(code); }
};

[[noreturn]] void refuse() {
    detail::throw_out(
        runtime_error("lasti was built without TLS: build it with OpenSSL, by the "
                      "Meson option -Dtls=enabled or with LASTI_WITH_OPENSSL defined"));
}

}  // namespace

std::error_category const& tls_category() noexcept {
    static const no_errors category;
    return category;
}
std::error_category const& tls_verification_category() noexcept { return tls_category(); }

namespace detail {
class tls_settings {};
}  // namespace detail

bool tls_context::is_available() noexcept { return false; }
tls_context tls_context::client() { refuse(); }
tls_context tls_context::client(std::string const&) { refuse(); }
tls_context tls_context::server(std::string const&, std::string const&, std::string const&) {
    refuse();
}
void tls_context::load_verify_locations(std::string const&, std::string const&) const { refuse(); }
void tls_context::load_cert_chain(std::string const&, std::string const&,
                                  std::string const&) const {
    refuse();
}
void tls_context::require_client_certificates() const { refuse(); }
void tls_context::accept_any_certificate_which_is_not_secure() const { refuse(); }
void tls_context::set_alpn_protocols(std::vector<std::string> const&) const { refuse(); }
void tls_context::set_minimum_version(tls_version) const { refuse(); }
void tls_context::set_maximum_version(tls_version) const { refuse(); }
bool tls_context::is_server() const { refuse(); }
std::unique_ptr<detail::stream_filter> tls_context::make_filter(std::string const&,
                                                                std::string const&, error&) const {
    refuse();
}

#endif

detail::tls_settings& tls_context::get() const {
    if (!state_)
        detail::throw_out(type_error("this tls_context is empty: it was made by neither client() "
                                     "nor server()"));
    return *state_;
}

}  // namespace lasti

#endif
