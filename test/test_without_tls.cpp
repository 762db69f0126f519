// What a program sees of TLS where lasti was built without; and that it is there where it was built with.
#include <lasti/tls.hpp>

#include <doctest/doctest.h>

#include <string>

#include <lasti/exceptions.hpp>

#include "support/trace.hpp"

TEST_SUITE_BEGIN("without_tls");

TEST_CASE("who asks for TLS where there is none is told how to get it") {
    const lasti::tls_context none;
    CHECK_FALSE(none);
    CHECK_THROWS_AS(none.require_client_certificates(), std::exception);
    if (lasti::tls_context::is_available()) {
        CHECK(lasti::tls_context::client());
        return;
    }
    CHECK_THROWS_AS(lasti::tls_context::client(), lasti::runtime_error);
    CHECK_THROWS_AS(lasti::tls_context::client("authority.pem"), lasti::runtime_error);
    CHECK_THROWS_AS(lasti::tls_context::server("server.pem", "server.key"), lasti::runtime_error);
    const std::string told = thrown_by([] { lasti::tls_context::client(); }).what();
    CHECK(told.find("-Dtls=enabled") != std::string::npos);
}

TEST_CASE("its errors are os_errors, in words") {
    const lasti::tls_error wrong(1, "TLS with localhost");
    const lasti::certificate_verification_error unknown(20, "TLS with localhost: certificate verify failed");
    lasti::os_error const& seen = unknown;
    CHECK(seen.error_number() == 20);
    CHECK(std::string(seen.what()) == "TLS with localhost: certificate verify failed: " + unknown.verify_message());
    CHECK(std::string(wrong.what()).find("TLS with localhost: ") == 0);
    CHECK((wrong.code().category() == lasti::tls_category()));
}

TEST_SUITE_END();
