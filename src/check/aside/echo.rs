//! Answers that repeat the credential of who asked.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

use crate::check::aside::Aside;
use crate::check::escape::{Escapes, unescaped};
use crate::check::{AnswerPart, Name, Observed, Promise, Rule};
use crate::client::Response;
use crate::config::Scheme;
use crate::secret::Secret;
use crate::target::Credentials;

/// Shorter credentials than this may stand in an answer by chance, in bytes.
const MIN_CREDENTIAL: usize = 12;

/// Credentials that no answer may repeat, however it spells them.
#[derive(Debug)]
pub struct Echo(Vec<Secret>);

impl Echo {
    /// Takes what a request with these credentials sends.
    #[must_use]
    pub fn of(credentials: &Credentials) -> Self {
        let sent = match credentials.scheme {
            Scheme::Basic => match (&credentials.user, &credentials.password) {
                (Some(user), Some(password)) => {
                    let pair = format!("{}:{}", user.reveal(), password.reveal());
                    Some(STANDARD.encode(pair))
                }
                _ => None,
            },
            _ => credentials
                .token
                .as_ref()
                .map(|own| own.reveal().to_owned()),
        };
        let sent = sent.filter(|sent| sent.len() >= MIN_CREDENTIAL);
        Self(sent.iter().map(|sent| Secret::new(sent)).collect())
    }

    /// The same with what others were seen to send.
    #[must_use]
    pub fn with(mut self, sent: &[Secret]) -> Self {
        let telling = sent.iter();
        let telling = telling.filter(|one| one.reveal().len() >= MIN_CREDENTIAL);
        self.0.extend(telling.cloned());
        self
    }

    /// Where an answer repeats it. A cookie is how a portal hands a session on, and no repetition.
    #[must_use]
    pub fn in_answer(&self, response: &Response) -> Vec<Aside> {
        let has = |text: &str| self.0.iter().any(|own| repeats(text, own.reveal()));
        let mut places = Vec::new();
        if has(&response.head.reason) {
            places.push(AnswerPart::Reason);
        }
        for (name, value) in &response.head.headers {
            if name != "set-cookie" && has(value) {
                places.push(AnswerPart::Header(Name::of(name)));
            }
        }
        if has(&String::from_utf8_lossy(&response.body)) {
            places.push(AnswerPart::Body);
        }
        let asides = places.into_iter().map(|place| Aside {
            rule: Rule::EchoedToken,
            expected: Promise::NoCredential,
            actual: Observed::Credential(place),
        });
        asides.collect()
    }
}

/// Whether a text holds a credential as it stands, with its escapes undone, or with those of URLs undone
/// as well.
fn repeats(text: &str, own: &str) -> bool {
    if text.contains(own) {
        return true;
    }
    let has = |text: &str| {
        let decoded = text.contains('%').then(|| percent_decode_str(text));
        decoded.is_some_and(|decoded| decoded.decode_utf8_lossy().contains(own))
    };
    if text.contains(['\\', '&']) {
        let plain = unescaped(text, Escapes::Any);
        return plain.contains(own) || has(&plain);
    }
    has(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::tests_support::response;

    fn places(credentials: &Credentials, response: &Response) -> Vec<AnswerPart> {
        let found = Echo::of(credentials).in_answer(response);
        let place = |aside: Aside| match aside.actual {
            Observed::Credential(place) => place,
            other => unreachable!("{other:?}"),
        };
        found.into_iter().map(place).collect()
    }

    #[test]
    fn a_token_is_found_wherever_and_however_it_is_repeated() {
        let credentials = Credentials::raw("abc/def+ghi=jkl");
        for body in [
            "{\"token\": \"abc/def+ghi=jkl\"}",
            "{\"token\": \"abc\\/def+ghi=jkl\"}",
            "see ?key=abc%2Fdef%2Bghi%3Djkl",
            "see ?key=abc%2fdef%2Bghi=jkl",
            "see ?key=%61bc/def+ghi%3Djkl",
            "{\"next\": \"\\/x?key=abc%2Fdef%2Bghi=jkl\"}",
            "{\"next\": \"abc\\u002Fdef\\u002bghi=jkl\"}",
            "<next>abc&#47;def&#x2B;ghi=jkl</next>",
            "<next>?a=1&amp;key=abc%2Fdef+ghi=jkl</next>",
        ] {
            let found = places(&credentials, &response(200, body));
            assert_eq!(found, [AnswerPart::Body], "{body}");
            let mut answer = response(200, "{}");
            answer.head.headers = vec![("link".to_owned(), body.to_owned())];
            let header = AnswerPart::Header(Name::of("link"));
            assert_eq!(places(&credentials, &answer), [header], "{body}");
        }
        for body in [
            "abc%2Fdef%2Bghi",
            "abc%252Fdef%252Bghi%253Djkl",
            "100 % & \\",
        ] {
            assert_eq!(places(&credentials, &response(200, body)), [], "{body}");
        }
        let mut answer = response(200, "{}");
        let value = "abc/def+ghi=jkl";
        answer.head.headers = vec![
            ("set-cookie".to_owned(), format!("asc_auth_key={value}")),
            ("x-token".to_owned(), value.to_owned()),
        ];
        answer.head.reason = format!("OK {value}");
        let header = AnswerPart::Header(Name::of("x-token"));
        assert_eq!(places(&credentials, &answer), [AnswerPart::Reason, header]);
        assert_eq!(places(&credentials, &response(200, "abc/def")), []);
    }

    #[test]
    fn what_may_stand_there_by_chance_is_not_looked_for() {
        for (sent, expected) in [
            ("contact", &[][..]),
            ("contact-123", &[]),
            ("contact-1234", &[AnswerPart::Body]),
        ] {
            let answer = response(200, sent);
            assert_eq!(places(&Credentials::raw(sent), &answer), expected, "{sent}");
            let of_others = Echo::of(&Credentials::default()).with(&[Secret::new(sent)]);
            let found = of_others.in_answer(&answer).len();
            assert_eq!(found, expected.len(), "{sent}");
        }
        let basic = Credentials {
            scheme: Scheme::Basic,
            user: Some(Secret::new("anna@example.com")),
            password: Some(Secret::new("password")),
            ..Credentials::default()
        };
        let name = response(200, "anna@example.com has a password");
        assert_eq!(places(&basic, &name), []);
        let sent = STANDARD.encode("anna@example.com:password");
        assert_eq!(places(&basic, &response(200, &sent)), [AnswerPart::Body]);
    }
}
