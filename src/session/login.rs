//! From a user's name and password to a token: one login for a run, never a second one.
//!
//! The portals answer a wrong password with 500 and a second factor with 201 and no token, so a status
//! alone says little; [`LoginError`] says what each answer means and what to do. Of what the portal sent,
//! it repeats the title of a page and the place of a redirect, and no more.

use std::sync::Arc;

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::client::location::place;
use crate::client::page::HtmlPage;
use crate::client::{Body, Client, Exchange, Failure, Repeat, Request, Token};
use crate::config::Scheme;
use crate::run::Obstacle;
use crate::secret::Secret;
use crate::target::{Credentials, Target, Variables};

/// Where portals take logins.
const LOGIN_PATH: &str = "api/2.0/authentication.json";

/// What command lines call the token of a login.
const LOGIN_TOKEN: &str = "LOGIN_TOKEN";

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// No complete answer.
    #[error("{} ({})", .0.kind.words(), .0.message)]
    NoAnswer(Failure),
    /// The portal knows no such user, or not with this password.
    #[error(
        "the portal answered with {status}, as it does for a wrong user name or password, and after too many attempts; check {} and {}, and wait some minutes before the next attempt, as portals count them", .variables.user, .variables.password
    )]
    Refused {
        /// The status code.
        status: u16,
        /// Where user and password were found.
        variables: Variables,
    },
    /// A code is sent to the user's telephone.
    #[error(
        "the account asks for a code by SMS; use an account without a second factor, or give a token"
    )]
    Sms,
    /// A code of an app is asked for.
    #[error(
        "the account asks for the code of an authenticator app; use an account without a second factor, or give a token"
    )]
    App,
    /// A code of an app will be asked for.
    #[error(
        "the account must set up an authenticator app first; use an account without a second factor, or give a token"
    )]
    AppNotSetUp,
    /// Nothing takes logins there.
    #[error(
        "nothing takes logins at this URL: /{LOGIN_PATH} was answered with {status}{page}; check the URL and the path in it, or give a token"
    )]
    NotThere {
        /// The status code.
        status: u16,
        /// The page that came, in words; empty for none.
        page: String,
    },
    /// A page of whatever stands before the portal, or of a portal that does not work.
    #[error(
        "the portal answered with {status}{page}, which stands in the API's place; try again later"
    )]
    Page {
        /// The status code, 500 or above.
        status: u16,
        /// The page that came, in words.
        page: String,
    },
    /// The login is sent elsewhere.
    #[error(
        "the login was redirected ({status}) to {to}; is the URL right? Redirects are not followed"
    )]
    Redirected {
        /// The status code.
        status: u16,
        /// Scheme and host, or the start of a path on the same host.
        to: String,
    },
    /// The portal as a whole does not work.
    #[error("the portal answered with {status}, {meaning}")]
    PortalState {
        /// The status code.
        status: u16,
        /// What the status means of a whole portal.
        meaning: &'static str,
    },
    /// Any other status.
    #[error("the portal answered the login with {status}, which says nothing about the account")]
    Status {
        /// The status code.
        status: u16,
    },
    /// The answer does not hold what it should.
    #[error("the portal's answer to the login {problem}; give a token")]
    Answer {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The token is of no use any more.
    #[error(
        "the token that the login gave had expired already; check the portal's clock and its session lifetime"
    )]
    Expired,
}

impl LoginError {
    /// Whether a token that somebody gives would make the login needless, as the message says in the end.
    #[must_use]
    pub fn asks_for_token(&self) -> bool {
        matches!(
            self,
            Self::Sms | Self::App | Self::AppNotSetUp | Self::NotThere { .. } | Self::Answer { .. }
        )
    }
}

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
        Err(LoginError::NoAnswer(failure)) => Err(Obstacle::of_failure(&failure)),
        Err(error) => Err(Obstacle::Login {
            message: error.to_string(),
            asks_for_token: error.asks_for_token(),
        }),
    }
}

/// Asks a portal for a token, once.
///
/// # Errors
///
/// [`LoginError`] where none comes.
pub async fn log_in(
    client: &Client,
    user: &Secret,
    password: &Secret,
) -> Result<Secret, LoginError> {
    let body = serde_json::json!({
        "userName": user.reveal(),
        "password": password.reveal(),
    });
    let request = Request {
        method: "POST".to_owned(),
        path: LOGIN_PATH.to_owned(),
        accept: "application/json".to_owned(),
        token: Token::None,
        body: Some(Body {
            content_type: "application/json".to_owned(),
            text: body.to_string(),
        }),
    };
    let exchange = client.ask(request, Repeat::Never).await;
    token_of(&exchange, client.target(), OffsetDateTime::now_utc())
}

/// The token of an answer.
fn token_of(
    exchange: &Exchange,
    target: &Target,
    now: OffsetDateTime,
) -> Result<Secret, LoginError> {
    let response = match &exchange.outcome {
        Ok(response) => response,
        Err(failure) => return Err(LoginError::NoAnswer(failure.clone())),
    };
    let status = response.status;
    let html = exchange.html_page();
    let is_page = html.is_some();
    let page = html.map_or(String::new(), |html| in_words(&html, target));
    let refused = || LoginError::Refused {
        status,
        variables: target.credentials.variables.clone(),
    };
    let body: Option<Value> = serde_json::from_slice(&response.body).ok();
    let is_envelope = body.as_ref().is_some_and(Value::is_object);
    match status {
        200..300 if is_page => {}
        200..300 => {
            let body = body.ok_or(LoginError::Answer {
                problem: "is no JSON",
            })?;
            return token_in(&body, now);
        }
        500 if is_envelope => return Err(refused()),
        500.. if is_page => return Err(LoginError::Page { status, page }),
        401 => return Err(refused()),
        402 => return state(status, "as a portal that is not paid for"),
        403 => {
            return state(
                status,
                "as for an address that may not ask; check its IP restrictions",
            );
        }
        429 => return state(status, "as it was asked too often; wait some minutes"),
        503 => {
            return state(
                status,
                "as a portal that is being restored, moved or started; try again later",
            );
        }
        301 | 302 | 303 | 307 | 308 => {
            let to = response
                .location
                .as_ref()
                .and_then(|to| place(to, target))
                .unwrap_or_else(|| "nowhere".to_owned());
            return Err(LoginError::Redirected { status, to });
        }
        300..=399 | 404 | 405 | 410 => {}
        _ if is_page => {}
        _ => return Err(LoginError::Status { status }),
    }
    Err(LoginError::NotThere { status, page })
}

fn in_words(page: &HtmlPage, target: &Target) -> String {
    format!(" and {}", target.scrub(&page.words()))
}

fn state(status: u16, meaning: &'static str) -> Result<Secret, LoginError> {
    Err(LoginError::PortalState { status, meaning })
}

fn token_in(body: &Value, now: OffsetDateTime) -> Result<Secret, LoginError> {
    let answer = body.get("response").unwrap_or(&Value::Null);
    let is_set = |name: &str| {
        answer
            .get(name)
            .is_some_and(|value| *value == Value::Bool(true))
    };
    let token = answer.get("token").and_then(Value::as_str);
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        return Err(if is_set("sms") {
            LoginError::Sms
        } else if is_set("tfa") && answer.get("tfaKey").is_some_and(|key| !key.is_null()) {
            LoginError::AppNotSetUp
        } else if is_set("tfa") {
            LoginError::App
        } else {
            LoginError::Answer {
                problem: "holds no token",
            }
        });
    };
    let expires = answer.get("expires").and_then(Value::as_str);
    let expires = expires.and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
    if expires.is_some_and(|expires| expires <= now) {
        return Err(LoginError::Expired);
    }
    let token = Secret::new(token);
    if Credentials::can_carry(&token) {
        Ok(token)
    } else {
        Err(LoginError::Answer {
            problem: "holds a token with characters that no header can carry",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use time::macros::datetime;

    use super::*;
    use crate::client::{FailureKind, Response};

    fn target() -> Target {
        let mut target = Target::new("http://portal.test".parse().unwrap());
        target.credentials.password = Some(Secret::new("geheim"));
        target.credentials.variables.user = "OUR_USER".to_owned();
        target
    }

    fn refused(status: u16) -> LoginError {
        LoginError::Refused {
            status,
            variables: target().credentials.variables,
        }
    }

    fn answered(status: u16, body: &str) -> Result<Secret, LoginError> {
        let request = Request {
            method: "POST".to_owned(),
            path: LOGIN_PATH.to_owned(),
            accept: String::new(),
            token: Token::None,
            body: None,
        };
        let exchange = Exchange {
            request,
            outcome: Ok(Response {
                status,
                content_types: Vec::new(),
                body: body.as_bytes().to_vec(),
                keeps_open: true,
                location: Some("https://elsewhere.test/login?x=geheim".to_owned()),
                limits_pace: false,
            }),
            retries: 0,
            elapsed: Duration::ZERO,
        };
        token_of(&exchange, &target(), datetime!(2026-01-01 00:00 UTC))
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
        let answer = |problem| LoginError::Answer { problem };
        for (status, body, expected) in [
            (500, error, refused(500)),
            (401, "Unauthorized", refused(401)),
            (500, "geheim", LoginError::Status { status: 500 }),
            (
                201,
                r#"{"response":{"token":null,"sms":true,"phoneNoise":"+4*"}}"#,
                LoginError::Sms,
            ),
            (
                201,
                r#"{"response":{"token":null,"tfa":true}}"#,
                LoginError::App,
            ),
            (
                201,
                r#"{"response":{"token":null,"tfa":true,"tfaKey":"geheim"}}"#,
                LoginError::AppNotSetUp,
            ),
            (
                201,
                r#"{"response":{"token":""}}"#,
                answer("holds no token"),
            ),
            (201, r#"{"response":{"token":7}}"#, answer("holds no token")),
            (201, "[]", answer("holds no token")),
            (201, "geheim", answer("is no JSON")),
            (
                201,
                r#"{"response":{"token":"a\nb"}}"#,
                answer("holds a token with characters that no header can carry"),
            ),
            (
                201,
                r#"{"response":{"token":"abc","expires":"2025-12-31T23:59:59.0000000Z"}}"#,
                LoginError::Expired,
            ),
            (
                404,
                "",
                LoginError::NotThere {
                    status: 404,
                    page: String::new(),
                },
            ),
            (
                200,
                "<!DOCTYPE html><html><title>geheim</title>",
                LoginError::NotThere {
                    status: 200,
                    page: " and an HTML page titled `***`".to_owned(),
                },
            ),
            (
                502,
                "<!DOCTYPE html><html><title>Bad Gateway geheim</title>",
                LoginError::Page {
                    status: 502,
                    page: " and an HTML page titled `Bad Gateway ***`".to_owned(),
                },
            ),
            (
                503,
                "<html><body>geheim",
                LoginError::Page {
                    status: 503,
                    page: " and an HTML page".to_owned(),
                },
            ),
            (
                302,
                "",
                LoginError::Redirected {
                    status: 302,
                    to: "https://elsewhere.test".to_owned(),
                },
            ),
        ] {
            let error = answered(status, body).unwrap_err();
            assert_eq!(error, expected, "{status} {body}");
            assert!(!error.to_string().contains("geheim"), "{error}");
            let advises = error.to_string().ends_with("give a token");
            assert_eq!(error.asks_for_token(), advises, "{error}");
        }
        for status in [402, 403, 429, 503] {
            let error = answered(status, "").unwrap_err();
            assert!(matches!(error, LoginError::PortalState { .. }), "{error}");
        }
    }

    #[test]
    fn advice_names_what_the_target_uses() {
        let advice = refused(500).to_string();
        assert!(
            advice.contains("check OUR_USER and PORTAL_PASSWORD"),
            "{advice}"
        );
    }

    #[test]
    fn no_answer_is_told_as_such() {
        let exchange = Exchange {
            request: Request {
                method: "POST".to_owned(),
                path: LOGIN_PATH.to_owned(),
                accept: String::new(),
                token: Token::None,
                body: None,
            },
            outcome: Err(Failure {
                kind: FailureKind::Timeout,
                status: None,
                message: "30 s".to_owned(),
                clue: None,
            }),
            retries: 0,
            elapsed: Duration::ZERO,
        };
        let now = OffsetDateTime::now_utc();
        let error = token_of(&exchange, &target(), now).unwrap_err().to_string();
        assert!(error.starts_with("no complete answer in time"), "{error}");
    }
}
