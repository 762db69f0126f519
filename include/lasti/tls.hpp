// tls: connections that nobody else can read or change. Python's ssl.SSLContext, and what asyncio's
// streams take one for.
//
//     lasti::connection_options secure;
//     secure.tls = lasti::tls_context::client();
//     AWAIT_SET(server, lasti::open_connection("www.python.org", 443, secure));
//
//     lasti::server_options encrypted;
//     encrypted.tls = lasti::tls_context::server("certificate.pem", "key.pem");
//     AWAIT_SET(serving, lasti::start_server(answer, "", 443, encrypted));
//
// It stands on OpenSSL. Where lasti was built without (the Meson option `tls`, or the macro
// LASTI_WITH_OPENSSL), tls_context::client() and server() throw a runtime_error that says so, and
// is_available() is false.
#ifndef LASTI_TLS_HPP_INCLUDED
#define LASTI_TLS_HPP_INCLUDED

#include <lasti/detail/needs_io.hpp>
LASTI_SYSTEM_HEADER

#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <lasti/export.hpp>
#include <lasti/os_error.hpp>

namespace lasti {
namespace detail {
class stream_filter;
class tls_settings;
}

/// The errors of OpenSSL, in its words.
LASTI_API std::error_category const& tls_category() noexcept;
/// What can be wrong with a certificate, in OpenSSL's words.
LASTI_API std::error_category const& tls_verification_category() noexcept;

/// What TLS cannot do, or the other side did not do as it should (Python's ssl.SSLError). Its
/// error_number() is no errno, but OpenSSL's.
class LASTI_VISIBLE tls_error : public os_error {
public:
    typedef detail::exception_family<tls_error, os_error> lasti_family;
    tls_error(int number, std::string const& what)
        : os_error(std::error_code(number, tls_category()), what) {}

protected:
    tls_error(std::error_code code, std::string const& what) : os_error(code, what) {}
};

/// The other side is not who it should be (Python's ssl.SSLCertVerificationError). Its
/// error_number() is an X509_V_ERR_… of OpenSSL.
class LASTI_VISIBLE certificate_verification_error : public tls_error {
public:
    typedef detail::exception_family<certificate_verification_error, tls_error> lasti_family;
    certificate_verification_error(int number, std::string const& what)
        : tls_error(std::error_code(number, tls_verification_category()), what) {}
    /// "unable to get local issuer certificate". Python's verify_message.
    std::string verify_message() const { return code().message(); }
};

enum class tls_version { tls1_2, tls1_3 };

/// Who is believed, and by what one proves who one is. Copies of the handle name the same; it may
/// serve any number of connections, on any threads once it is not changed any more.
class LASTI_API tls_context {
public:
    /// None: falsy, and a connection without TLS. Every other use is a type_error.
    tls_context() noexcept {}

    /// Of who calls: TLS 1.2 or newer; the other side must have a certificate, for the host that
    /// was called, of one of the authorities that this system trusts (or SSL_CERT_FILE names).
    /// Python's ssl.create_default_context().
    static tls_context client();
    /// … of the authorities in this PEM file, and no others. Throws os_error if it cannot be read,
    /// tls_error if there are none in it.
    static tls_context client(std::string const& authorities_file);
    /// Of who is called: the certificate, with those that lead to an authority behind it, and its
    /// key; PEM files. Who calls needs no certificate. Throws os_error if one cannot be read,
    /// tls_error if it is no such thing, or the key is of another certificate.
    static tls_context server(std::string const& certificate_file, std::string const& key_file,
                              std::string const& key_password = std::string());
    /// Whether lasti was built with TLS.
    static bool is_available() noexcept;

    explicit operator bool() const noexcept { return static_cast<bool>(state_); }
    bool operator==(tls_context const& other) const noexcept { return state_ == other.state_; }
    bool operator!=(tls_context const& other) const noexcept { return state_ != other.state_; }

    // Each of these holds for handshakes that begin later, and throws tls_error, or os_error if a
    // file cannot be read.

    /// Trusts these authorities, too: a PEM file, and a folder as c_rehash makes them; either may
    /// be empty.
    void load_verify_locations(std::string const& file,
                               std::string const& folder = std::string()) const;
    /// Proves by this certificate who we are; a client, if it is asked.
    void load_cert_chain(std::string const& certificate_file, std::string const& key_file,
                         std::string const& key_password = std::string()) const;
    /// Of a server: who calls must have a certificate of an authority that
    /// load_verify_locations() has named. Python: verify_mode = CERT_REQUIRED.
    void require_client_certificates() const;
    /// Whoever answers is believed to be who was called: what is sent and received, anybody on the
    /// way may read and change. For tests. Python: check_hostname = False, verify_mode = CERT_NONE.
    void accept_any_certificate_which_is_not_secure() const;
    /// What is spoken inside, the preferred one first ("h2", "http/1.1"): the server takes the
    /// first of its own that the client has. get_extra_info("alpn") tells. Throws value_error for
    /// a name that is empty or longer than 255.
    void set_alpn_protocols(std::vector<std::string> const& names) const;
    void set_minimum_version(tls_version version) const;
    void set_maximum_version(tls_version version) const;

    /// Of server().
    bool is_server() const;

    /// For streams. If the name of the host is missing, or cannot be one, `problem` is a
    /// value_error or tls_error, and there is none; `peer` is for reports.
    std::unique_ptr<detail::stream_filter>
    make_filter(std::string const& server_hostname, std::string const& peer, error& problem) const;

private:
    explicit tls_context(std::shared_ptr<detail::tls_settings> state) noexcept
        : state_(std::move(state)) {}
    detail::tls_settings& get() const;

    std::shared_ptr<detail::tls_settings> state_;
};

}  // namespace lasti

#endif
