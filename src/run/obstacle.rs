//! What kept a portal from being judged at all, and what to look at where nearly nothing was right.

use std::time::Duration;

use crate::client::location::place;
use crate::client::page::{HtmlPage, is_blank_page};
use crate::client::{Clue, Exchange, Failure, FailureKind, Token};
use crate::config::Scheme;
use crate::contract::OperationId;
use crate::run::{FailedStep, Halt, NoTestData, NoToken, Unused, sameness};
use crate::target::{SecretSource, Target, TokenFlaw};

/// Why a portal could not be judged at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// No connection can be made.
    Unreachable {
        /// What went wrong.
        message: String,
        /// What that points at.
        clue: Option<Clue>,
    },
    /// TLS fails.
    Tls {
        /// What the libraries say.
        message: String,
        /// What that points at.
        clue: Option<Clue>,
    },
    /// Connections are made, but no request is answered.
    Silent {
        /// What the libraries say of the first.
        message: String,
        /// What that points at.
        clue: Option<Clue>,
    },
    /// Connections are made, but what comes is not HTTP.
    NoHttp {
        /// What is wrong with the first answer.
        message: String,
        /// What that points at.
        clue: Option<Clue>,
    },
    /// Connections are made, but no answer is complete in time.
    Late {
        /// How long was waited for the first.
        message: String,
    },
    /// Every request that must succeed is put off.
    Limited {
        /// 429 or 503.
        status: u16,
    },
    /// Every request that must succeed is sent elsewhere.
    Redirected {
        /// The status of the first.
        status: u16,
        /// Scheme and host, or the start of a path on the same host; `None` where no answer says.
        to: Option<String>,
    },
    /// It was there, and then took no more connections.
    Gone {
        /// How many answers there were.
        answers: usize,
        /// What the libraries say.
        message: String,
    },
    /// This process could open no more connections.
    Descriptors {
        /// How many answers there were.
        answers: usize,
        /// What the system says.
        message: String,
    },
    /// It is still starting.
    NotReady {
        /// How long was waited for it.
        waited: Duration,
        /// What came last.
        last: Unready,
    },
    /// The run had no more time before anything could be asked.
    OutOfTime {
        /// How much it had.
        time: Duration,
        /// What took it.
        stage: Stage,
    },
    /// It answered, and then put off whatever was asked.
    TooFast {
        /// How many answers there were before.
        answers: usize,
        /// How long the run waited for it to take requests again.
        waited: Duration,
    },
    /// Every request, whatever it asks, gets the status of a portal that is closed.
    Closed {
        /// 402 or 503, or what a gateway says in its place.
        status: u16,
    },
    /// Every request is refused as one that should have come by TLS.
    TlsPort {
        /// 400 or 426.
        status: u16,
    },
    /// Every request with the token is refused.
    Credentials {
        /// 401 or 403.
        status: u16,
        /// What may be wrong with them.
        doubt: Doubt,
    },
    /// A page answers in the API's place.
    OnlyHtml {
        /// The title of a page, where one has any.
        title: Option<String>,
    },
    /// A page refuses every request, with and without a token, in the API's place.
    RefusingPage {
        /// 403.
        status: u16,
        /// The title of a page, where one has any.
        title: Option<String>,
    },
    /// What answers in the API's place is called a page, and holds nothing.
    BlankHtml,
    /// One and the same answer comes to whatever is asked, with a token and without.
    OneAnswer {
        /// Its status.
        status: u16,
    },
    /// No documented path is known, whoever asks.
    UnknownPaths {
        /// What the URL ends in, where all documented paths begin with it.
        twice: Option<String>,
    },
    /// No token comes of the login.
    Login(NoToken),
    /// The test data cannot be made.
    TestData(NoTestData),
    /// Nothing that was recorded can be judged.
    NothingRecorded {
        /// How many entries there are.
        entries: usize,
        /// How many of them belong to an operation.
        matched: usize,
    },
}

/// What comes before the questions of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// A portal that is still starting is waited for.
    Ready,
    /// The login.
    Login,
    /// Values are looked up.
    LookUp,
    /// The test data is made.
    SetUp,
}

/// What a portal that is still starting says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unready {
    /// 502, 503 or 504.
    Status(u16),
    /// Nothing.
    Nothing {
        /// What went wrong.
        message: String,
    },
}

/// What may be wrong with refused credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// User or password.
    Account {
        /// Where the user's name was found.
        user: SecretSource,
        /// Where the password was.
        password: SecretSource,
    },
    /// None were sent.
    NoToken {
        /// The environment variable that a token would be taken from.
        variable: String,
    },
    /// They are the token of a login that succeeded.
    LoginToken,
    /// The scheme: the portal asks for another one.
    OtherScheme {
        /// Where the token was found.
        place: SecretSource,
        /// What the portal asks for.
        asked: Scheme,
    },
    /// The token.
    Token {
        /// Where it was found.
        place: SecretSource,
        /// What of it hardly belongs to it.
        flaw: Option<TokenFlaw>,
    },
    /// What the account may do: wrong tokens are refused otherwise.
    Rights {
        /// Where the token was found.
        place: SecretSource,
    },
}

/// What to look at before the findings are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Not one documented path is known.
    UnknownPaths {
        /// What the URL ends in, where all documented paths begin with it.
        twice: Option<String>,
    },
    /// Not one named resource is known: the parameters that name them, with the values that were tried.
    UnknownResources(Vec<(String, Vec<String>)>),
    /// Not everything was asked.
    Halted(Halt),
    /// So many requests were answered only with nothing else under way.
    Crowded(usize),
    /// From some moment on, something else than the API answered.
    Barred {
        /// How many answers there were before.
        answers: usize,
        /// What answered.
        by: Box<Obstacle>,
    },
    /// The answer to a set-up step does not hold what is kept of it.
    Unkept(FailedStep),
    /// Of names in tear-down steps that no list knows, by step: the configuration vouches that they touch nothing of
    /// others.
    Vouched(Vec<(String, Vec<String>)>),
    /// A proxy, as messages call it, got the requests in the portal's place and may be what answered.
    Forwarded(String),
    /// Pages could not be read: why, a line for each.
    Unread(Vec<String>),
    /// References of documented answers lead nowhere, so that anything is taken there: where, a line for each.
    Open(Vec<String>),
    /// The operations that did not answer in time once, and did when they were asked again.
    Woken(Vec<OperationId>),
    /// The operations that answer 403 to whatever they are asked with the right token, while others are answered.
    Forbidden(Vec<OperationId>),
    /// The operations that the second account is refused, and of which nobody says how what they write is read back.
    NotReadBack(Vec<OperationId>),
    /// The operations whose cases made things that stay on the portal, and how many.
    Made(Vec<(OperationId, usize)>),
    /// Files among the pages that hold none, so that nothing was read from them.
    PassedOver(Vec<String>),
    /// Recorded entries that belong to no operation.
    Unmatched {
        /// How many there are.
        entries: usize,
        /// Method and URL without a query of some of them, and how often each was asked.
        named: Vec<(String, usize)>,
        /// How many of those are not named.
        more: usize,
    },
    /// Recorded answers that are not judged: why, and how many.
    Unused(Vec<(Unused, usize)>),
}

impl Obstacle {
    /// Whether it lies in what somebody answered, and not in that no answer came.
    #[must_use]
    pub fn is_an_answer(&self) -> bool {
        matches!(
            self,
            Self::Closed { .. }
                | Self::Credentials { .. }
                | Self::Limited { .. }
                | Self::OnlyHtml { .. }
                | Self::RefusingPage { .. }
                | Self::BlankHtml
                | Self::OneAnswer { .. }
                | Self::UnknownPaths { .. }
                | Self::Redirected { .. }
                | Self::TlsPort { .. }
        )
    }

    /// What a failure to get any answer is of the whole portal.
    #[must_use]
    pub fn of_failure(failure: &Failure) -> Self {
        let (message, clue) = (failure.message.clone(), failure.clue);
        match failure.kind {
            FailureKind::Connect => Self::Unreachable { message, clue },
            FailureKind::Tls => Self::Tls { message, clue },
            FailureKind::Timeout => Self::Late { message },
            FailureKind::Malformed => Self::NoHttp { message, clue },
            FailureKind::Broken | FailureKind::TooLarge | FailureKind::Encoding => {
                Self::Silent { message, clue }
            }
        }
    }
}

/// What kept the portal from being judged, where something did.
///
/// `all` are the exchanges of a run that ask as pages document it, `successes` those that must succeed.
pub(super) fn obstacle(
    all: &[&Exchange],
    successes: &[&Exchange],
    target: &Target,
) -> Option<Obstacle> {
    // A gateway that says who it is in its status often says no more than a page in its body.
    unanswered(all)
        .or_else(|| tls_port(all, successes, target))
        .or_else(|| refusing_page(all, successes))
        .or_else(|| one_answer(all, successes).filter(|_| all[0].status() == Some(403)))
        .or_else(|| Some(misplaced(successes, target)?.beside(all)))
        .or_else(|| closed(all, successes))
        .or_else(|| only_html(successes))
        .or_else(|| blank_html(all, successes))
        .or_else(|| unknown_paths(all, successes))
        .or_else(|| one_answer(all, successes))
}

/// The portal answered, and then put off whatever was asked.
pub(super) fn too_fast(all: &[&Exchange], waited: Duration) -> Obstacle {
    let is_put_off =
        |exchange: &&&Exchange| matches!(&exchange.outcome, Ok(response) if response.limits_pace);
    let answers = all.iter().filter(|exchange| exchange.outcome.is_ok());
    let put_off = all.iter().filter(is_put_off);
    Obstacle::TooFast {
        answers: answers.count() - put_off.count(),
        waited,
    }
}

/// This process could open no more connections, whatever the portal did.
pub(super) fn descriptors(all: &[&Exchange]) -> Option<Obstacle> {
    let failures = all
        .iter()
        .filter_map(|exchange| exchange.outcome.as_ref().err());
    let mut short = failures.filter(|failure| failure.clue == Some(Clue::Descriptors));
    let message = short.next()?.message.clone();
    let answers = all.iter().filter(|exchange| exchange.outcome.is_ok());
    Some(Obstacle::Descriptors {
        answers: answers.count(),
        message,
    })
}

/// The portal answered, and then took no more connections.
pub(super) fn gone(all: &[&Exchange]) -> Option<Obstacle> {
    let answers = all
        .iter()
        .filter(|exchange| exchange.outcome.is_ok())
        .count();
    let refused = all.iter().find_map(|exchange| {
        let failure = exchange.outcome.as_ref().err()?;
        (failure.kind == FailureKind::Connect).then_some(failure)
    })?;
    Some(Obstacle::Gone {
        answers,
        message: refused.message.clone(),
    })
}

/// What a status says of the whole portal, or of what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Barrier {
    /// It is not paid for.
    Unpaid,
    /// It is being started, or a gateway (RFC 9110, 15.6) or a content delivery network (520 to 526, 530) does
    /// not reach it; which of them answers may change.
    Down,
    /// The network asks for a login (RFC 6585, 6).
    Captive,
    /// A proxy that nobody named asks who is there (RFC 9110, 15.5.8).
    Proxy,
}

impl Barrier {
    pub(super) fn of(status: u16) -> Option<Self> {
        match status {
            402 => Some(Self::Unpaid),
            502..=504 | 520..=526 | 530 => Some(Self::Down),
            511 => Some(Self::Captive),
            407 => Some(Self::Proxy),
            _ => None,
        }
    }
}

/// Such a status is the answer to everything, a request without a token included, or comes with a page to all that
/// must succeed.
fn closed(all: &[&Exchange], successes: &[&Exchange]) -> Option<Obstacle> {
    let status = successes.first().or(all.first())?.status()?;
    let closure = Barrier::of(status)?;
    let says_so = |exchange: &&Exchange| exchange.status().and_then(Barrier::of) == Some(closure);
    let is_closed =
        all.iter().all(says_so) || (successes.iter().all(says_so) && page_of(successes).is_some());
    is_closed.then_some(Obstacle::Closed { status })
}

fn unanswered(all: &[&Exchange]) -> Option<Obstacle> {
    let mut failures = all
        .iter()
        .filter_map(|exchange| exchange.outcome.as_ref().err());
    let first = failures.next()?;
    let is_late = |exchange: &&Exchange| exchange.is_late();
    if !all.iter().all(|exchange| exchange.status().is_none()) && !all.iter().all(is_late) {
        return None;
    }
    Some(Obstacle::of_failure(first))
}

/// The names of what a port speaks that plain HTTP does not reach.
const TLS_NAMES: [&str; 3] = ["https", "ssl", "tls"];

/// A server that was asked in the clear at a port for TLS answers so: everything is refused, as a bad
/// request (RFC 9110, 15.5.1) or as one for another protocol (15.5.22), and the words name what was missed.
fn tls_port(all: &[&Exchange], successes: &[&Exchange], target: &Target) -> Option<Obstacle> {
    let status = successes.first()?.status()?;
    let is_plain = target.url.scheme() == "http" && matches!(status, 400 | 426);
    let says_so = |exchange: &&Exchange| {
        let response = exchange.outcome.as_ref();
        response.is_ok_and(|response| names_tls(&response.body))
    };
    (is_plain
        && all.iter().all(|exchange| exchange.status() == Some(status))
        && successes.iter().all(says_so))
    .then_some(Obstacle::TlsPort { status })
}

/// Whether a text names TLS by a word of its own; addresses and versions of software do not count.
fn names_tls(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body).to_ascii_lowercase();
    let is_part = |c: char| c.is_alphanumeric() || "_/.+".contains(c);
    TLS_NAMES.iter().any(|name| {
        text.match_indices(name).any(|(at, _)| {
            let mut before = text[..at].chars();
            let mut after = text[at + name.len()..].chars();
            let follows = after.next();
            let ends = match follows {
                Some(':') => !after.as_str().starts_with("//"),
                // A sentence ends, or a name goes on.
                Some('.') => after.next().is_none_or(|c| !is_part(c)),
                next => next.is_none_or(|c| !is_part(c)),
            };
            // A tag ends where a text begins.
            ends && before.next_back().is_none_or(|c| !is_part(c) && c != '-')
        })
    })
}

/// The scheme that refusals ask for (RFC 9110, 11.6.1), where it is not the one that was used.
fn other_scheme(refused: &[&Exchange], used: Scheme) -> Option<Scheme> {
    let challenges = refused
        .iter()
        .filter_map(|exchange| exchange.outcome.as_ref().ok())
        .flat_map(|response| &response.head.headers)
        .filter(|(name, _)| name == "www-authenticate");
    // Several may stand in one header, each behind a comma, as their parameters do.
    let words = challenges.flat_map(|(_, value)| value.split(','));
    let mut named = words.filter_map(|part| part.split_whitespace().next());
    let is_bearer = named.any(|scheme| scheme.eq_ignore_ascii_case("bearer"));
    (is_bearer && used != Scheme::Bearer).then_some(Scheme::Bearer)
}

impl Obstacle {
    /// That the credentials are refused, where all that must succeed is answered so.
    #[must_use]
    pub(crate) fn of_credentials(successes: &[&Exchange], target: &Target) -> Option<Self> {
        let found = misplaced(successes, target);
        found.filter(|one| matches!(one, Self::Credentials { .. }))
    }
}

impl Obstacle {
    /// The same beside all that was answered: who is told from nobody (401), and still refused (403), lacks rights
    /// (RFC 9110, 15.5.4).
    fn beside(self, all: &[&Exchange]) -> Self {
        let is_unknown = |exchange: &&Exchange| exchange.status() == Some(401);
        match self {
            Self::Credentials {
                status: 403,
                doubt: Doubt::Token { place, flaw: None },
            } if all.iter().any(is_unknown) => Self::Credentials {
                status: 403,
                doubt: Doubt::Rights { place },
            },
            other => other,
        }
    }
}

/// Something else than the API stands at the URL, or does not let the run through.
fn misplaced(successes: &[&Exchange], target: &Target) -> Option<Obstacle> {
    let first = *successes.first()?;
    let all = |holds: &dyn Fn(&Exchange) -> bool| successes.iter().all(|exchange| holds(exchange));
    // What needs no token says nothing of one.
    let mut asked = successes.iter();
    let is_shown = asked.any(|exchange| exchange.request.token != Token::None);
    if is_shown && all(&|exchange| matches!(exchange.status(), Some(401 | 403))) {
        let credentials = &target.credentials;
        let doubt = match credentials.scheme {
            Scheme::Basic => Doubt::Account {
                user: credentials.user_source(),
                password: credentials.password_source(),
            },
            _ if !credentials.are_given() => Doubt::NoToken {
                variable: credentials.variables.token.clone(),
            },
            Scheme::Login => Doubt::LoginToken,
            scheme => {
                let place = credentials.token_source();
                match other_scheme(successes, scheme) {
                    Some(asked) => Doubt::OtherScheme { place, asked },
                    None => Doubt::Token {
                        place,
                        flaw: credentials.token_flaw(),
                    },
                }
            }
        };
        return Some(Obstacle::Credentials {
            status: first.status()?,
            doubt,
        });
    }
    if all(&|exchange| matches!(&exchange.outcome, Ok(response) if response.limits_pace)) {
        return Some(Obstacle::Limited {
            status: first.status()?,
        });
    }
    if all(&|exchange| exchange.status().is_some_and(leads_elsewhere)) {
        let to = successes.iter().find_map(|exchange| {
            let location = exchange.outcome.as_ref().ok()?.location.as_ref()?;
            place(location, target)
        });
        return Some(Obstacle::Redirected {
            status: first.status()?,
            to,
        });
    }
    None
}

/// Whether a status sends whoever asks to another place (RFC 9110, 15.4).
pub(super) fn leads_elsewhere(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// Pages refuse whatever is asked, so that nothing shows that an API looked at the token.
fn refusing_page(all: &[&Exchange], successes: &[&Exchange]) -> Option<Obstacle> {
    let status = 403;
    let is_refused = |exchange: &&Exchange| exchange.status() == Some(status);
    let page = page_of(successes).filter(|_| all.iter().all(is_refused));
    page.map(|HtmlPage { title }| Obstacle::RefusingPage { status, title })
}

fn one_answer(all: &[&Exchange], successes: &[&Exchange]) -> Option<Obstacle> {
    sameness::status(all, successes).map(|status| Obstacle::OneAnswer { status })
}

/// Nothing is the answer to whatever is asked, and it is called a page.
fn blank_html(all: &[&Exchange], successes: &[&Exchange]) -> Option<Obstacle> {
    successes.first()?;
    let is_blank = |exchange: &&Exchange| exchange.outcome.as_ref().is_ok_and(is_blank_page);
    all.iter().all(is_blank).then_some(Obstacle::BlankHtml)
}

/// Pages for people are the answer to all that must succeed.
fn only_html(successes: &[&Exchange]) -> Option<Obstacle> {
    page_of(successes).map(|HtmlPage { title }| Obstacle::OnlyHtml { title })
}

/// The first of these answers that has a title, else the first, where all of them are pages for people.
fn page_of(successes: &[&Exchange]) -> Option<HtmlPage> {
    let pages: Option<Vec<HtmlPage>> = successes
        .iter()
        .map(|exchange| exchange.html_page())
        .collect();
    let pages = pages?;
    let titled = pages.iter().find(|page| page.title.is_some());
    titled.or_else(|| pages.first()).cloned()
}

/// The same 404 is the answer to whatever is asked, with a token that opens and with others: no API looked at it.
fn unknown_paths(all: &[&Exchange], successes: &[&Exchange]) -> Option<Obstacle> {
    let is_known = |exchange: &&Exchange| exchange.request.token.opens();
    let is_asked_by_both = successes.iter().any(is_known) && !all.iter().all(is_known);
    let first = all.first()?.outcome.as_ref().ok()?;
    let is_alike = |exchange: &&Exchange| {
        let response = exchange.outcome.as_ref();
        response.is_ok_and(|response| {
            response.status == 404 && response.content_types == first.content_types
        })
    };
    (is_asked_by_both && all.iter().all(is_alike)).then_some(Obstacle::UnknownPaths { twice: None })
}

/// What to look at before the findings are read, where all that must succeed is not found.
///
/// `named` are the parameters that name resources, with the values that were tried.
pub(super) fn hint(
    all: &[&Exchange],
    successes: &[&Exchange],
    named: impl FnOnce() -> Vec<(String, Vec<String>)>,
) -> Option<Hint> {
    let is_unknown = |exchange: &&Exchange| exchange.status() == Some(404);
    if successes.is_empty() || !successes.iter().all(is_unknown) {
        return None;
    }
    Some(if all.iter().all(is_unknown) {
        Hint::UnknownPaths { twice: None }
    } else {
        Hint::UnknownResources(named())
    })
}
