//! The command line that asks the same again.

use crate::client::{
    Request, Token, credentials_of, curl_argument, curl_header, curl_query, given,
};
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
    // A token that is given as a header stands among those below.
    let is_given = request.token == Token::Valid && credentials.carried.is_some();
    words.extend(curl_argument(credentials, token).filter(|_| !is_given));
    words.push(format!(
        "-H {}",
        quoted(&format!("Accept: {}", request.accept))
    ));
    let url = target.url_of(&request.path);
    // Of cookies, what must be refused has some.
    let is_whole = |name: &str| {
        request.token == Token::Valid || !target.withheld.iter().any(|one| one == name)
    };
    for (name, value) in request.guise.headers(&url) {
        words.push(format!("-H {}", quoted(&format!("{name}: {value}"))));
    }
    for (name, value) in request.headers.iter() {
        words.push(format!("-H {}", quoted(&format!("{name}: {value}"))));
    }
    for (name, _) in given(target, request.token) {
        let shown = curl_header(target, name);
        let hidden = || format!("-H {}", quoted(&format!("{name}: {HIDDEN}")));
        words.push(shown.filter(|_| is_whole(name)).unwrap_or_else(hidden));
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
    let query = curl_query(credentials, token, has_query);
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
    use crate::client::Body;
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

    #[test]
    fn a_key_in_a_header_stays_in_its_variable() {
        use crate::target::{HeaderSource, SecretSource};
        let mut target = Target::new("https://portal.test".parse().unwrap());
        let source = |before: &str, place| HeaderSource {
            before: before.to_owned(),
            place,
        };
        let headers = [
            (
                "X-Api-Key",
                "Key $geheim",
                source("Key $", SecretSource::Variable("K".to_owned())),
            ),
            (
                "X-Office",
                "7",
                source("", SecretSource::File("office".into())),
            ),
        ];
        for (name, value, source) in headers {
            target.headers.push((name.to_owned(), Secret::new(value)));
            target
                .header_sources
                .insert(name.to_ascii_lowercase(), source);
        }
        target.find_token(&crate::contract::Contract::default());
        for (token, expected) in [
            (
                Token::Valid,
                r#"-H "X-Api-Key: Key \$$K" -H "X-Office: $(cat 'office')""#,
            ),
            (
                Token::Extended,
                r#"-H "X-Api-Key: Key \$${K}x" -H "X-Office: $(cat 'office')""#,
            ),
            (Token::None, r#"-H "X-Office: $(cat 'office')""#),
        ] {
            let request = Request {
                method: "GET".to_owned(),
                path: "a".to_owned(),
                accept: "b".to_owned(),
                token,
                guise: crate::client::Guise::Plain,
                headers: crate::client::Headers::default(),
                body: None,
            };
            let line = curl(&request, &target).replace(" -H 'Accept: b'", "");
            assert_eq!(line, format!("curl -sS {expected} 'https://portal.test/a'"));
        }
        // Where a shell cannot find the key alone, it is not shown.
        target.header_sources.clear();
        target.credentials = crate::target::Credentials::default();
        target.find_token(&crate::contract::Contract::default());
        let request = Request {
            method: "GET".to_owned(),
            path: "a".to_owned(),
            accept: "b".to_owned(),
            token: Token::Extended,
            guise: crate::client::Guise::Plain,
            headers: crate::client::Headers::default(),
            body: None,
        };
        let line = curl(&request, &target);
        assert!(
            line.contains(r#"-H "X-Api-Key: ***""#) && !line.contains("geheim"),
            "{line}"
        );
    }
}
