//! The command line that asks the same again.

use crate::client::{Request, credentials_of, curl_argument, curl_query};
use crate::secret::HIDDEN;
use crate::target::Target;

/// A `curl` command line that asks the same again; the token stays in its variable.
#[must_use]
pub fn curl(request: &Request, target: &Target) -> String {
    let mut words = vec!["curl -sS".to_owned()];
    if request.method == "HEAD" {
        words.push("--head".to_owned());
    } else if request.method != "GET" {
        words.push(format!("-X {}", request.method));
    }
    let (credentials, token) = credentials_of(target, request.token);
    words.extend(curl_argument(credentials, token));
    words.push(format!(
        "-H {}",
        quoted(&format!("Accept: {}", request.accept))
    ));
    let url = target.url_of(&request.path);
    for (name, value) in request.guise.headers(&url) {
        words.push(format!("-H {}", quoted(&format!("{name}: {value}"))));
    }
    for (name, value) in request.headers.iter() {
        words.push(format!("-H {}", quoted(&format!("{name}: {value}"))));
    }
    for (name, _) in &target.headers {
        words.push(format!("-H {}", quoted(&format!("{name}: {HIDDEN}"))));
    }
    if let Some(body) = &request.body {
        let header = format!("Content-Type: {}", body.content_type);
        words.push(format!("-H {}", quoted(&header)));
        words.push(format!("--data {}", quoted(&body.text)));
    }
    if target.tls.insecure {
        words.push("--insecure".to_owned());
    }
    let files = [
        ("--cacert", &target.tls.cacert),
        ("--cert", &target.tls.cert),
    ];
    for (flag, file) in files {
        if let Some(file) = file {
            words.push(format!("{flag} {}", quoted(&file.display().to_string())));
        }
    }
    let has_query = request.path.contains('?');
    let query = curl_query(&target.credentials, request.token, has_query);
    words.push(quoted(&url) + &query);
    words.join(" ")
}

/// A word for a POSIX shell.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::client::{Body, Token};
    use crate::secret::Secret;
    use crate::target::{Credentials, Tls};

    #[test]
    fn the_line_asks_the_same_under_the_same_trust() {
        let mut target = Target::new("https://portal.test/office".parse().unwrap());
        let read = Request {
            method: "GET".to_owned(),
            path: "api/2.0/a?b=c".to_owned(),
            accept: "text/xml".to_owned(),
            token: Token::Valid,
            guise: crate::client::Guise::Plain,
            headers: crate::client::Headers::default(),
            body: None,
        };
        let open = Request {
            token: Token::None,
            ..read.clone()
        };
        assert_eq!(
            curl(&open, &target),
            "curl -sS -H 'Accept: text/xml' 'https://portal.test/office/api/2.0/a?b=c'"
        );
        target.credentials = Credentials::raw("geheim");
        target.headers = vec![("X-Key".to_owned(), Secret::new("geheim"))];
        target.tls = Tls {
            insecure: true,
            cacert: Some("ca.pem".into()),
            cert: Some("it's mine.pem".into()),
        };
        let write = Request {
            method: "POST".to_owned(),
            headers: vec![("OCS-APIRequest".to_owned(), "true".to_owned())].into(),
            body: Some(Body {
                content_type: "application/json".to_owned(),
                text: "{}".to_owned(),
            }),
            ..read
        };
        assert_eq!(
            curl(&write, &target),
            "curl -sS -X POST -H \"Authorization: $PORTAL_TOKEN\" -H 'Accept: text/xml' \
             -H 'OCS-APIRequest: true' -H 'X-Key: ***' -H 'Content-Type: application/json' --data '{}' --insecure \
             --cacert 'ca.pem' --cert 'it'\\''s mine.pem' \
             'https://portal.test/office/api/2.0/a?b=c'"
        );
    }
}
