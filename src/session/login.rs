//! From a user's name and password to a token: one login for a run, never a second one.
//!
//! The portals answer a wrong password with 500 and a second factor with 201 and no token, so a status
//! alone says little; [`NoToken`] tells what each answer means. Of what the portal sent, it repeats the title
//! of a page and the place of a redirect, and no more.

use std::sync::Arc;

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::budget::json;
use crate::client::location::place;
use crate::client::page::{HtmlPage, html_page};
use crate::client::{Body, Client, Repeat, Request, Response, Token};
use crate::config::Scheme;
use crate::run::{Closure, LoginAnswer, NoToken, Obstacle, SecondFactor};
use crate::secret::Secret;
use crate::target::{Credentials, Target};

/// Where portals take logins.
const LOGIN_PATH: &str = "api/2.0/authentication.json";

/// What command lines call the token of a login.
const LOGIN_TOKEN: &str = "LOGIN_TOKEN";

/// The client of a target that has a token, by a login where that is how to get one.
///
/// # Errors
///
/// [`Obstacle`] where no token comes.
pub async fn logged_in(client: &Client) -> Result<Client, Obstacle> {
    let target = client.target();
    let credentials = &target.credentials;
    let (Scheme::Login, None, Some(user), Some(password)) = (
        credentials.scheme,
        &credentials.token,
        &credentials.user,
        &credentials.password,
    ) else {
        return Ok(client.clone());
    };
    match log_in(client, user, password).await {
        Ok(token) => {
            let mut credentials = Credentials {
                token: Some(token),
                ..credentials.clone()
            };
            // No variable of the user holds it.
            LOGIN_TOKEN.clone_into(&mut credentials.variables.token);
            Ok(client.knowing(Arc::new(Target {
                credentials,
                ..target.clone()
            })))
        }
        Err(obstacle) => Err(obstacle),
    }
}

/// Asks a portal for a token, once.
///
/// # Errors
///
/// [`Obstacle`] where none comes.
pub async fn log_in(client: &Client, user: &Secret, password: &Secret) -> Result<Secret, Obstacle> {
    let body = serde_json::json!({
        "userName": user.reveal(),
        "password": password.reveal(),
    });
    let request = Request {
        method: "POST".to_owned(),
        path: LOGIN_PATH.to_owned(),
        accept: "application/json".to_owned(),
        token: Token::None,
        guise: crate::client::Guise::Plain,
        headers: crate::client::Headers::default(),
        body: Some(Body {
            content_type: "application/json".to_owned(),
            text: body.to_string(),
        }),
    };
    let exchange = client.ask(request, Repeat::Never).await;
    match &exchange.outcome {
        Err(failure) => Err(Obstacle::of_failure(failure)),
        Ok(response) => {
            token_of(response, client.target(), OffsetDateTime::now_utc()).map_err(Obstacle::Login)
        }
    }
}

/// The token of an answer.
fn token_of(response: &Response, target: &Target, now: OffsetDateTime) -> Result<Secret, NoToken> {
    let status = response.status;
    let page = html_page(response).map(|page| HtmlPage {
        title: page.title.map(|title| target.scrub(&title)),
    });
    let credentials = &target.credentials;
    let refused = || NoToken::Refused {
        status,
        user: credentials.user_source(),
        password: credentials.password_source(),
    };
    let closed = |closure| Err(NoToken::Closed { status, closure });
    let body = json::value(&response.body);
    let is_envelope = body.as_ref().is_ok_and(Value::is_object);
    match (status, page) {
        (200..300, None) => {
            let body = body.map_err(|unread| {
                NoToken::Answer(unread.told(LoginAnswer::TooLarge, LoginAnswer::NoJson))
            })?;
            token_in(&body, now)
        }
        (500, _) if is_envelope => Err(refused()),
        (500.., Some(page)) => Err(NoToken::Page { status, page }),
        (401, _) => Err(refused()),
        (402, _) => closed(Closure::Unpaid),
        (403, _) => closed(Closure::Address),
        (429, _) => closed(Closure::Pace),
        (503, None) => closed(Closure::Restored),
        (301 | 302 | 303 | 307 | 308, _) => {
            let to = response.location.as_ref();
            let to = to.and_then(|to| place(to, target));
            Err(NoToken::Redirected { status, to })
        }
        (300..=399 | 404 | 405 | 410, page) | (_, page @ Some(_)) => Err(NoToken::NotThere {
            path: LOGIN_PATH,
            status,
            page,
        }),
        (_, None) => Err(NoToken::Status(status)),
    }
}

fn token_in(body: &Value, now: OffsetDateTime) -> Result<Secret, NoToken> {
    let answer = body.get("response").unwrap_or(&Value::Null);
    let is_set = |name: &str| {
        answer
            .get(name)
            .is_some_and(|value| *value == Value::Bool(true))
    };
    let token = answer.get("token").and_then(Value::as_str);
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        return Err(if is_set("sms") {
            NoToken::SecondFactor(SecondFactor::Sms)
        } else if is_set("tfa") && answer.get("tfaKey").is_some_and(|key| !key.is_null()) {
            NoToken::SecondFactor(SecondFactor::AppNotSetUp)
        } else if is_set("tfa") {
            NoToken::SecondFactor(SecondFactor::App)
        } else {
            NoToken::Answer(LoginAnswer::NoToken)
        });
    };
    let expires = answer.get("expires").and_then(Value::as_str);
    let expires = expires.and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
    if expires.is_some_and(|expires| expires <= now) {
        return Err(NoToken::Expired);
    }
    let token = Secret::new(token);
    if Credentials::can_carry(&token) {
        Ok(token)
    } else {
        Err(NoToken::Answer(LoginAnswer::Unsendable))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::client::tests_support;
    use crate::target::SecretSource;
    use crate::writes::Writes;

    fn target() -> Target {
        let mut target = Target::new("http://portal.test".parse().unwrap());
        target.credentials.password = Some(Secret::new("geheim"));
        target.credentials.variables.user = "OUR_USER".to_owned();
        target
    }

    fn refused(status: u16) -> NoToken {
        NoToken::Refused {
            status,
            user: SecretSource::Variable("OUR_USER".to_owned()),
            password: SecretSource::Variable("PORTAL_PASSWORD".to_owned()),
        }
    }

    fn answered(status: u16, body: &str) -> Result<Secret, NoToken> {
        let response = Response {
            location: Some("https://elsewhere.test/login?x=geheim".to_owned()),
            limits_pace: false,
            ..tests_support::response(status, body)
        };
        token_of(&response, &target(), datetime!(2026-01-01 00:00 UTC))
    }

    /// A client of a portal that answers every request alike, and logs in.
    fn client(status: u16, body: &str) -> Client {
        let url = tests_support::portal(status, body.to_owned());
        let mut target = Target {
            url: url.parse().unwrap(),
            writes: Writes::All,
            ..target()
        };
        target.credentials.scheme = Scheme::Login;
        target.credentials.user = Some(Secret::new("anna"));
        Client::new(Arc::new(target)).unwrap()
    }

    #[tokio::test]
    async fn a_client_has_the_token_of_its_one_login() {
        let before = client(201, r#"{"response":{"token":"abc"}}"#);
        let after = logged_in(&before).await.unwrap();
        let (target, known) = (after.target(), before.target());
        let token = target.credentials.token.as_ref().map(Secret::reveal);
        assert_eq!(token, Some("abc"));
        assert_eq!(target.credentials.variables.token, LOGIN_TOKEN);
        assert_eq!(target.credentials.variables.user, "OUR_USER");
        assert_eq!((&target.url, target.writes.any()), (&known.url, true));
        assert_eq!(after.sent(), 1);
        // Who has one needs no other.
        let again = logged_in(&after).await.unwrap();
        assert_eq!(again.sent(), 1);
    }

    #[tokio::test]
    async fn a_login_that_gives_no_token_is_an_obstacle() {
        let refused = logged_in(&client(401, "")).await.err();
        assert!(matches!(
            refused,
            Some(Obstacle::Login(NoToken::Refused { status: 401, .. }))
        ));
        let mut gone = target();
        gone.url = "http://127.0.0.1:1".parse().unwrap();
        gone.credentials.scheme = Scheme::Login;
        gone.credentials.user = Some(Secret::new("anna"));
        let gone = logged_in(&Client::new(Arc::new(gone)).unwrap()).await.err();
        assert!(matches!(gone, Some(Obstacle::Unreachable { .. })));
    }

    #[test]
    fn an_app_is_asked_for_only_where_it_is_switched_on() {
        let body = r#"{"response":{"token":null,"tfa":false,"tfaKey":"x"}}"#;
        let expected = NoToken::Answer(LoginAnswer::NoToken);
        assert_eq!(answered(201, body).unwrap_err(), expected);
        let body = r#"{"response":{"token":null,"tfa":true,"tfaKey":null}}"#;
        let expected = NoToken::SecondFactor(SecondFactor::App);
        assert_eq!(answered(201, body).unwrap_err(), expected);
    }

    #[test]
    fn a_token_that_is_still_good_is_taken() {
        for expires in [
            r#""2027-01-01T00:00:00.0000000+03:00""#,
            r#""2027-01-01T00:00:00.0000000Z""#,
            r#""some day""#,
            "null",
        ] {
            let body = format!(r#"{{"response":{{"token":"abc","expires":{expires}}}}}"#);
            assert_eq!(answered(201, &body).unwrap().reveal(), "abc");
            assert_eq!(answered(200, &body).unwrap().reveal(), "abc");
        }
    }

    #[test]
    fn what_is_no_token_is_understood() {
        let error = r#"{"status":1,"statusCode":500,"error":{"message":"geheim"}}"#;
        let page = |title: Option<&str>| HtmlPage {
            title: title.map(str::to_owned),
        };
        for (status, body, expected) in [
            (500, error, refused(500)),
            (401, "Unauthorized", refused(401)),
            (500, "geheim", NoToken::Status(500)),
            (
                201,
                r#"{"response":{"token":null,"sms":true,"phoneNoise":"+4*"}}"#,
                NoToken::SecondFactor(SecondFactor::Sms),
            ),
            (
                201,
                r#"{"response":{"token":null,"tfa":true}}"#,
                NoToken::SecondFactor(SecondFactor::App),
            ),
            (
                201,
                r#"{"response":{"token":null,"tfa":true,"tfaKey":"geheim"}}"#,
                NoToken::SecondFactor(SecondFactor::AppNotSetUp),
            ),
            (
                201,
                r#"{"response":{"token":""}}"#,
                NoToken::Answer(LoginAnswer::NoToken),
            ),
            (
                201,
                r#"{"response":{"token":7}}"#,
                NoToken::Answer(LoginAnswer::NoToken),
            ),
            (201, "[]", NoToken::Answer(LoginAnswer::NoToken)),
            (201, "geheim", NoToken::Answer(LoginAnswer::NoJson)),
            (
                201,
                r#"{"response":{"token":"a\nb"}}"#,
                NoToken::Answer(LoginAnswer::Unsendable),
            ),
            (
                201,
                r#"{"response":{"token":"abc","expires":"2025-12-31T23:59:59.0000000Z"}}"#,
                NoToken::Expired,
            ),
            (
                201,
                r#"{"response":{"token":"abc","expires":"2026-01-01T01:00:00+01:00"}}"#,
                NoToken::Expired,
            ),
            (
                404,
                "",
                NoToken::NotThere {
                    path: LOGIN_PATH,
                    status: 404,
                    page: None,
                },
            ),
            (
                200,
                "<!DOCTYPE html><html><title>geheim</title>",
                NoToken::NotThere {
                    path: LOGIN_PATH,
                    status: 200,
                    page: Some(page(Some("***"))),
                },
            ),
            (
                502,
                "<!DOCTYPE html><html><title>Bad Gateway geheim</title>",
                NoToken::Page {
                    status: 502,
                    page: page(Some("Bad Gateway ***")),
                },
            ),
            (
                503,
                "<html><body>geheim",
                NoToken::Page {
                    status: 503,
                    page: page(None),
                },
            ),
            (
                302,
                "",
                NoToken::Redirected {
                    status: 302,
                    to: Some("https://elsewhere.test".to_owned()),
                },
            ),
        ] {
            let error = answered(status, body).unwrap_err();
            assert_eq!(error, expected, "{status} {body}");
            assert!(!format!("{error:?}").contains("geheim"), "{error:?}");
        }
    }

    #[test]
    fn a_portal_that_takes_no_login_now_says_why() {
        for (status, closure) in [
            (402, Closure::Unpaid),
            (403, Closure::Address),
            (429, Closure::Pace),
            (503, Closure::Restored),
        ] {
            let error = answered(status, "").unwrap_err();
            assert_eq!(error, NoToken::Closed { status, closure });
        }
    }
}
