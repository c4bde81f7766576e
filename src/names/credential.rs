//! Names of headers that carry credentials.

/// What the names of headers hold that carry credentials, or what proves that one has them; no other word has
/// these letters but by chance.
const CREDENTIALS: [&str; 18] = [
    "assertion",
    "auth",
    "bearer",
    "cookie",
    "credential",
    "csrf",
    "hmac",
    "jwt",
    "key",
    "macaroon",
    "pass",
    "saml",
    "secret",
    "sessid",
    "session",
    "signature",
    "token",
    "xsrf",
];
/// The same of short words, which stand alone between signs.
const CREDENTIAL_WORDS: [&str; 19] = [
    "2fa", "cred", "creds", "dpop", "hotp", "mfa", "otp", "pin", "psk", "pw", "pwd", "sess", "sid",
    "sig", "sign", "sso", "tfa", "ticket", "totp",
];

/// Words beside which a key or a token opens nothing, but tells requests or places of data apart.
const APART: [&str; 5] = [
    "continuation",
    "idempotency",
    "partition",
    "surrogate",
    "sync",
];

/// Whether a header is named as those that carry credentials.
pub(crate) fn is_credential(name: &str) -> bool {
    let name = name.to_lowercase();
    let words = || name.split(|c: char| !c.is_alphanumeric());
    let tells_apart = words().any(|word| APART.contains(&word));
    let mut words = words().filter(|word| !tells_apart || !matches!(*word, "key" | "token"));
    words.any(|word| {
        CREDENTIAL_WORDS.contains(&word) || CREDENTIALS.iter().any(|part| word.contains(part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_carry_credentials_are_known_by_their_names() {
        for name in [
            "Authorization",
            "X-Csrf-Token",
            "X-CSRFToken",
            "X-Csrf",
            "X-XSRF",
            "X-Signature",
            "X-Hub-Signature-256",
            "Signature-Input",
            "X-Shopify-Hmac-SHA256",
            "X-Api-Sig",
            "X-Sign",
            "X-Session",
            "X-Sess",
            "PHPSESSID",
            "X-Sid",
            "X-Client-Secret",
            "X-JWT",
            "X-JwtAssertion",
            "X-OTP",
            "X-Totp_Code",
            "X-2FA",
            "X.MFA.Code",
            "X-Passphrase",
            "X-Pwd",
            "X-Creds",
            "X-SSO",
            "X-SAML-Response",
            "DPoP",
            "X-Ticket",
            "X-Sync-Auth-Token",
        ] {
            assert!(is_credential(name), "{name}");
        }
        for name in [
            "X-Trace",
            "X-Request-Id",
            "X-Correlation-Id",
            "X-Requested-With",
            "X-Forwarded-For",
            "X-B3-TraceId",
            "traceparent",
            "Accept-Language",
            "User-Agent",
            "Origin",
            "Referer",
            "X-Tenant",
            "X-Design",
            "X-Assigned-To",
            "X-Significant",
            "X-Spin",
            "X-Sidecar",
            "X-Titan",
            "X-Company",
            "X-User",
            "Idempotency-Key",
            "X-Idempotency-Key",
            "X-Ms-Documentdb-Partition-Key",
            "X-Continuation-Token",
            "Surrogate-Key",
            "Sync-Token",
        ] {
            assert!(!is_credential(name), "{name}");
        }
    }
}
