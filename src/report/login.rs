//! The words for a login that gives no token, and for what to do about it.

use crate::report::words;
use crate::run::{Closure, LoginAnswer, NoToken, SecondFactor};

/// Why there is no token, and what to look at.
pub(super) fn no_token(why: &NoToken) -> String {
    let said = said(why);
    if asks_for_token(why) {
        format!(
            "{said} give a token: put it into an environment variable and name that with --token-env"
        )
    } else {
        said
    }
}

/// Whether a token that somebody gives would make the login needless, as its sentence says in the end.
fn asks_for_token(why: &NoToken) -> bool {
    matches!(
        why,
        NoToken::SecondFactor(_) | NoToken::NotThere { .. } | NoToken::Answer(_)
    )
}

fn said(why: &NoToken) -> String {
    match why {
        NoToken::Refused {
            status,
            user,
            password,
        } => format!(
            "the portal answered with {status}, as it does for a wrong user name or password, and after too many attempts; check {user} and {password}, and wait some minutes before the next attempt, as portals count them"
        ),
        NoToken::SecondFactor(factor) => {
            let asks = match factor {
                SecondFactor::Sms => "asks for a code by SMS",
                SecondFactor::App => "asks for the code of an authenticator app",
                SecondFactor::AppNotSetUp => "must set up an authenticator app first",
            };
            format!("the account {asks}; use an account without a second factor, or")
        }
        NoToken::NotThere { path, status, page } => {
            let page = page.as_ref().map(|page| format!(" and {}", words::page(page)));
            format!(
                "nothing takes logins at this URL: /{path} was answered with {status}{}; check the URL and the path in it, or",
                page.unwrap_or_default()
            )
        }
        NoToken::Page { status, page } => format!(
            "the portal answered with {status} and {}, which stands in the API's place; try again later",
            words::page(page)
        ),
        NoToken::Redirected { status, to } => format!(
            "the login was redirected ({status}) to {}; is the URL right? Redirects are not followed",
            to.as_deref().unwrap_or("nowhere")
        ),
        NoToken::Closed { status, closure } => {
            let meaning = match closure {
                Closure::Unpaid => "as a portal that is not paid for",
                Closure::Address => "as for an address that may not ask; check its IP restrictions",
                Closure::Pace => "as it was asked too often; wait some minutes",
                Closure::Restored => {
                    "as a portal that is being restored, moved or started; try again later"
                }
            };
            format!("the portal answered with {status}, {meaning}")
        }
        NoToken::Status(status) => format!(
            "the portal answered the login with {status}, which says nothing about the account"
        ),
        NoToken::Answer(answer) => {
            let problem = match answer {
                LoginAnswer::NoJson => "is no JSON".to_owned(),
                LoginAnswer::TooLarge(excess) => {
                    format!("has {}; does the URL lead to it?", words::beyond(*excess))
                }
                LoginAnswer::NoToken => "holds no token".to_owned(),
                LoginAnswer::Unsendable => {
                    "holds a token with characters that no header can carry".to_owned()
                }
            };
            format!("the portal's answer to the login {problem};")
        }
        NoToken::Expired => "the token that the login gave had expired already; check the portal's clock and its session lifetime".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::page::HtmlPage;
    use crate::target::SecretSource;

    #[test]
    fn a_login_without_token_is_told_with_what_helps() {
        let how =
            "give a token: put it into an environment variable and name that with --token-env";
        let page = |title: Option<&str>| HtmlPage {
            title: title.map(str::to_owned),
        };
        let refused = NoToken::Refused {
            status: 500,
            user: SecretSource::Variable("OUR_USER".to_owned()),
            password: SecretSource::File("secrets/password".into()),
        };
        assert!(
            no_token(&refused).contains("; check OUR_USER and the file secrets/password, and wait")
        );
        let not_there = |page| NoToken::NotThere {
            path: "api/login",
            status: 404,
            page,
        };
        for (why, expected) in [
            (
                NoToken::SecondFactor(SecondFactor::Sms),
                format!(
                    "the account asks for a code by SMS; use an account without a second factor, or {how}"
                ),
            ),
            (
                not_there(Some(page(Some("Gone")))),
                format!(
                    "nothing takes logins at this URL: /api/login was answered with 404 and an HTML page titled `Gone`; check the URL and the path in it, or {how}"
                ),
            ),
            (
                not_there(None),
                format!(
                    "nothing takes logins at this URL: /api/login was answered with 404; check the URL and the path in it, or {how}"
                ),
            ),
            (
                NoToken::Page {
                    status: 503,
                    page: page(None),
                },
                "the portal answered with 503 and an HTML page, which stands in the API's place; try again later".to_owned(),
            ),
            (
                NoToken::Answer(LoginAnswer::NoToken),
                format!("the portal's answer to the login holds no token; {how}"),
            ),
            (
                NoToken::Closed {
                    status: 402,
                    closure: Closure::Unpaid,
                },
                "the portal answered with 402, as a portal that is not paid for".to_owned(),
            ),
        ] {
            assert_eq!(no_token(&why), expected);
        }
    }
}
