//! What kept a portal from being judged at all, and what to look at where nearly nothing was right.

use crate::check::count;
use crate::client::location::place;
use crate::client::page::HtmlPage;
use crate::client::{Exchange, Failure, FailureKind};
use crate::config::Scheme;
use crate::target::Target;

/// Why a portal could not be judged at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// No connection can be made.
    #[error("cannot reach {url}: {message}")]
    Unreachable {
        /// The portal.
        url: String,
        /// What the libraries say.
        message: String,
    },
    /// TLS fails.
    #[error("no TLS connection to {url}: {message}{advice}")]
    Tls {
        /// The portal.
        url: String,
        /// What the libraries say.
        message: String,
        /// What to look at; may be empty.
        advice: &'static str,
    },
    /// Connections are made, but no request is answered.
    #[error("{url} takes connections and answers no request: {message}{advice}")]
    Silent {
        /// The portal.
        url: String,
        /// What the libraries say of the first.
        message: String,
        /// What to look at; may be empty.
        advice: &'static str,
    },
    /// Connections are made, but no answer is complete in time.
    #[error(
        "{url} takes connections and completes no answer in time: {message}; a slow portal needs a longer --request-timeout"
    )]
    Late {
        /// The portal.
        url: String,
        /// How long was waited for the first.
        message: String,
    },
    /// Every request that must succeed is put off.
    #[error(
        "{url} answers every request with {status}, to come back later: lower --rate-limit or --jobs, or try again later"
    )]
    Limited {
        /// The portal.
        url: String,
        /// 429 or 503.
        status: u16,
    },
    /// Every request that must succeed is sent elsewhere.
    #[error(
        "{url} redirects every request ({status}) to {to}: is the URL right? Redirects are not followed"
    )]
    Redirected {
        /// The portal.
        url: String,
        /// The status of the first.
        status: u16,
        /// Scheme and host, or the start of a path on the same host.
        to: String,
    },
    /// It was there, and then took no more connections.
    #[error("{url} went away after {answers}: {message}")]
    Gone {
        /// The portal.
        url: String,
        /// How many answers there were, in words.
        answers: String,
        /// What the libraries say.
        message: String,
    },
    /// Every request, whatever it asks, gets the status of a portal that is closed.
    #[error("{url} answers every request with {status}: {meaning}")]
    Closed {
        /// The portal.
        url: String,
        /// 402 or 503.
        status: u16,
        /// What the status says of the whole portal.
        meaning: &'static str,
    },
    /// Every request with the token is refused.
    #[error("{url} refuses the credentials: every request was answered with {status}; {advice}")]
    Credentials {
        /// The portal.
        url: String,
        /// 401 or 403.
        status: u16,
        /// What to do.
        advice: String,
    },
    /// A page answers in the API's place.
    #[error(
        "{url} answers every request with an HTML page{title}: not the API's answer; check the URL and what stands before the portal"
    )]
    OnlyHtml {
        /// The portal.
        url: String,
        /// The page's title, in words.
        title: String,
    },
    /// No token comes of the login.
    #[error("cannot log in at {url}: {message}")]
    Login {
        /// The portal.
        url: String,
        /// What went wrong, and what to do.
        message: String,
    },
    /// The test data cannot be made.
    #[error("no test data on {url}: {message}")]
    TestData {
        /// The portal.
        url: String,
        /// What went wrong.
        message: String,
    },
}

impl Obstacle {
    /// What a failure to get any answer is of the whole portal.
    #[must_use]
    pub fn of_failure(failure: &Failure, target: &Target) -> Self {
        of_failure(failure, target)
    }
}

/// What kept the portal from being judged, where something did.
///
/// `all` are all exchanges of a run, `successes` those that must succeed.
pub(super) fn obstacle(
    all: &[&Exchange],
    successes: &[&Exchange],
    target: &Target,
) -> Option<Obstacle> {
    unanswered(all, target)
        .or_else(|| misplaced(successes, target))
        .or_else(|| closed(all, target))
}

/// The portal answered, and then took no more connections.
pub(super) fn gone(all: &[&Exchange], target: &Target) -> Option<Obstacle> {
    let answers = all
        .iter()
        .filter(|exchange| exchange.outcome.is_ok())
        .count();
    let refused = all.iter().find_map(|exchange| {
        let failure = exchange.outcome.as_ref().err()?;
        (failure.kind == FailureKind::Connect).then_some(failure)
    })?;
    Some(Obstacle::Gone {
        url: target.url.to_string(),
        answers: count(answers, "answer"),
        message: refused.message.clone(),
    })
}

/// What a status says where it is the answer to everything, a request without a token included.
fn closed(all: &[&Exchange], target: &Target) -> Option<Obstacle> {
    const MEANINGS: [(u16, &str); 2] = [
        (402, "the portal is not paid for"),
        (
            503,
            "the portal is being started, restored or moved; try again later",
        ),
    ];
    let (status, meaning) = MEANINGS.into_iter().find(|(status, _)| {
        all.iter()
            .all(|exchange| exchange.status() == Some(*status))
    })?;
    Some(Obstacle::Closed {
        url: target.url.to_string(),
        status,
        meaning,
    })
}

fn unanswered(all: &[&Exchange], target: &Target) -> Option<Obstacle> {
    let mut failures = all
        .iter()
        .filter_map(|exchange| exchange.outcome.as_ref().err());
    let first = failures.next()?;
    let is_late = |exchange: &&Exchange| exchange.is_late();
    if !all.iter().all(|exchange| exchange.status().is_none()) && !all.iter().all(is_late) {
        return None;
    }
    Some(of_failure(first, target))
}

/// What a failure to get any answer is of the whole portal.
pub(super) fn of_failure(failure: &Failure, target: &Target) -> Obstacle {
    let url = target.url.to_string();
    let message = failure.message.clone();
    match failure.kind {
        FailureKind::Connect => Obstacle::Unreachable { url, message },
        FailureKind::Tls => Obstacle::Tls {
            url,
            advice: tls_advice(&message),
            message,
        },
        FailureKind::Timeout => Obstacle::Late { url, message },
        _ => Obstacle::Silent {
            url,
            advice: http_advice(target, &message),
            message,
        },
    }
}

/// What to look at, by the words of the TLS library.
fn tls_advice(message: &str) -> &'static str {
    const ADVICE: [(&str, &str); 6] = [
        (
            "InvalidContentType",
            "; does the port speak plain HTTP? try http://",
        ),
        (
            "NotValidForName",
            "; the certificate is for another name: is the URL's host right?",
        ),
        ("Expired", "; the certificate has to be renewed"),
        ("expired", "; the certificate has to be renewed"),
        (
            "UnknownIssuer",
            "; name the authority that issued it with --cacert FILE",
        ),
        (
            "not valid for name",
            "; the certificate is for another name: is the URL's host right?",
        ),
    ];
    ADVICE
        .iter()
        .find(|(word, _)| message.contains(word))
        .map_or("", |(_, advice)| advice)
}

/// A port that speaks TLS answers plain HTTP with an alert, which is no HTTP.
fn http_advice(target: &Target, message: &str) -> &'static str {
    if target.url.scheme() == "http" && message.contains("HTTP version") {
        "; does the port speak TLS? try https://"
    } else {
        ""
    }
}

/// Something else than the API stands at the URL, or does not let the run through.
fn misplaced(successes: &[&Exchange], target: &Target) -> Option<Obstacle> {
    let first = *successes.first()?;
    let url = target.url.to_string();
    let all = |holds: &dyn Fn(&Exchange) -> bool| successes.iter().all(|exchange| holds(exchange));
    if all(&|exchange| matches!(exchange.status(), Some(401 | 403))) {
        let variables = &target.credentials.variables;
        let advice = match target.credentials.scheme {
            Scheme::Basic => format!("are {} and {} right?", variables.user, variables.password),
            _ if !target.credentials.are_given() => {
                format!("no token was sent: put one into {}", variables.token)
            }
            Scheme::Login => "the login succeeded, but its token opens nothing".to_owned(),
            _ => format!("is the token in {} valid and not expired?", variables.token),
        };
        return Some(Obstacle::Credentials {
            url,
            status: first.status()?,
            advice,
        });
    }
    if all(&|exchange| matches!(&exchange.outcome, Ok(response) if response.limits_pace)) {
        return Some(Obstacle::Limited {
            url,
            status: first.status()?,
        });
    }
    if all(&|exchange| matches!(exchange.status(), Some(301 | 302 | 303 | 307 | 308))) {
        let to = successes.iter().find_map(|exchange| {
            let location = exchange.outcome.as_ref().ok()?.location.as_ref()?;
            place(location, target)
        });
        return Some(Obstacle::Redirected {
            url,
            status: first.status()?,
            to: to.unwrap_or_else(|| "nowhere".to_owned()),
        });
    }
    let pages: Vec<HtmlPage> = successes
        .iter()
        .map_while(|exchange| exchange.html_page())
        .collect();
    if pages.len() == successes.len() {
        let title = pages.into_iter().find_map(|page| page.title);
        let title = title.map_or(String::new(), |title| format!(" titled `{title}`"));
        return Some(Obstacle::OnlyHtml { url, title });
    }
    None
}

/// What to look at before the findings are read, where all that must succeed is not found.
pub(super) fn hint(
    all: &[&Exchange],
    successes: &[&Exchange],
    parameters: &[String],
) -> Option<String> {
    let is_unknown = |exchange: &&Exchange| exchange.status() == Some(404);
    if successes.is_empty() || !successes.iter().all(is_unknown) {
        return None;
    }
    Some(if all.iter().all(is_unknown) {
        "every documented path is unknown here (404): is the URL's path right?".to_owned()
    } else {
        format!(
            "no named resource is known here (404): name some that exist with {}",
            parameters.join(" ")
        )
    })
}
