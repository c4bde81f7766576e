//! Which portal is tried, with whose token and which values for the documented parameters.
//!
//! What flags, environment and file say is resolved in `settings`; everything behind works with these types.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::address::{AddressError, leads_away};
use crate::amount::{Rate, RateError};
use crate::config::{Effort, Scheme};
use crate::contract::{Contract, Parameter, ParameterIn};
use crate::header_token::COOKIE;
pub use crate::header_token::{Carried, Documented, HeaderSource, HeaderSources, SecretSource};
use crate::look_up::{LookUps, NoValue};
use crate::names::{self, nearest};
use crate::secret::{Secret, Secrets};
use crate::writes::{Writes, WritesError};

/// A portal and how to speak to it.
#[derive(Debug, Clone)]
pub struct Target {
    /// Where the portal is; a path is a prefix of every request.
    pub url: Url,
    /// Whose account is used.
    pub credentials: Credentials,
    /// A second, lesser account, where there is one.
    pub other: Option<Other>,
    /// Values for the documented parameters, by name; never empty lists.
    pub parameters: BTreeMap<String, Vec<String>>,
    /// What stands in the path where nobody says a value, where the portal takes any.
    pub stand_in: Option<String>,
    /// The reads that find values of other parameters when a run begins.
    pub look_ups: LookUps,
    /// Those whose parameters are made for the run: what they find was there before.
    pub replaced: LookUps,
    /// The parameters of which they found none, and why.
    pub unfound: BTreeMap<String, NoValue>,
    /// Those of which no step of the test data kept one, each with the name of a step that should have.
    pub unmade: BTreeMap<String, String>,
    /// The parameters whose values are made for the run.
    pub made: BTreeSet<String>,
    /// How much is asked.
    pub effort: Effort,
    /// Which requests that may change the portal are sent.
    pub writes: Writes,
    /// Further headers of every request; their values are secrets.
    pub headers: Vec<(String, Secret)>,
    /// Where their values are found, by their names in small letters, where that is known.
    pub header_sources: HeaderSources,
    /// The names of those that say who asks, so that what must be refused goes without them.
    pub withheld: Vec<String>,
    /// What recorded traffic tells of who asked.
    pub recorded: RecordedSecrets,
    /// How long and how much one answer may take.
    pub limits: Limits,
    /// What is trusted under TLS.
    pub tls: Tls,
}

/// What must be shown nowhere of recorded traffic.
#[derive(Debug, Clone, Default)]
pub struct RecordedSecrets {
    /// What was sent to say who asks: no answer may repeat it.
    pub sent: Vec<Secret>,
    /// All of it.
    pub all: Secrets,
}

/// A second, lesser account, and what it must neither see nor change.
#[derive(Debug, Clone, Default)]
pub struct Other {
    /// The account; without a token nothing is asked with it.
    pub credentials: Credentials,
    /// Values of documented parameters, by name; never empty lists.
    pub hidden: BTreeMap<String, Vec<String>>,
}

/// Whose account is used.
#[derive(Debug, Clone, Default)]
pub struct Credentials {
    /// How a request tells who asks.
    pub scheme: Scheme,
    /// The token, without the scheme before it; of a login, the one that it gave. Without it nothing is
    /// sent, but for `Basic`.
    pub token: Option<Secret>,
    /// The user's name, for `Basic` and login.
    pub user: Option<Secret>,
    /// The user's password, for `Basic` and login.
    pub password: Option<Secret>,
    /// Where a shell finds them, for command lines that are shown.
    pub variables: Variables,
    /// The files in which they were found, where they were.
    pub files: Files,
    /// The header that holds the token, where it is given as one.
    pub carried: Option<Carried>,
    /// Where documents say that tokens stand.
    pub documented: Documented,
}

/// The files that hold credentials.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    /// That of the token.
    pub token: Option<PathBuf>,
    /// That of the user's name.
    pub user: Option<PathBuf>,
    /// That of the user's password.
    pub password: Option<PathBuf>,
}

/// The environment variables that hold the credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variables {
    /// That of the token.
    pub token: String,
    /// That of the user's name.
    pub user: String,
    /// That of the user's password.
    pub password: String,
}

/// How long and how much one answer may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From the first byte sent to the last byte received.
    pub request_timeout: Duration,
    /// Bytes of one body, after decompression.
    pub max_body_size: usize,
    /// Requests under way at the same time.
    pub jobs: usize,
    /// How many requests may start in how long; a burst of that many passes at once.
    pub rate: Rate,
    /// How long a portal that is still starting is waited for; without it, not at all.
    pub wait_ready: Option<Duration>,
    /// How long a run asks, from its start on.
    pub max_time: Duration,
    /// How long what was written may take to reach all reads; without any time, it is there at once.
    pub late_reads: Duration,
}

/// What is trusted under TLS.
#[derive(Debug, Clone, Default)]
pub struct Tls {
    /// Whether any certificate is taken.
    pub insecure: bool,
    /// A PEM file with certificates to trust beside the system's.
    pub cacert: Option<PathBuf>,
    /// A PEM file with the client's certificate and key.
    pub cert: Option<PathBuf>,
}

/// The cookie in which the portals look for a token.
pub const TOKEN_COOKIE: &str = "asc_auth_key";

/// Where a header of every request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderOrigin {
    /// The URL.
    Url,
    /// The format that a case asks for.
    Format,
    /// What the client can decode.
    Coding,
    /// The request's own framing.
    Framing,
}

/// Why what is given names no target.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// The text is no URL of a portal.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// A parameter is not written as `NAME=VALUE`.
    #[error("`{text}` is no parameter: expected NAME=VALUE, such as contactid=1234,1235")]
    Parameter {
        /// What was given.
        text: String,
    },
    /// No page documents this parameter.
    #[error("no page documents a parameter `{name}`{advice}")]
    UnknownParameter {
        /// What was given.
        name: String,
        /// The nearest documented names.
        advice: String,
    },
    /// A value is not of the documented type.
    #[error("`{value}` is no value for the parameter `{name}`: it is documented as {type_name}")]
    ParameterType {
        /// The parameter.
        name: String,
        /// What was given.
        value: String,
        /// The documented type.
        type_name: String,
    },
    /// A value stands in a path, and would make another path of it.
    #[error(
        "`{value}` is no value for the parameter `{name}`: in a path, it leads to another resource"
    )]
    Elsewhere {
        /// The parameter.
        name: String,
        /// What was given.
        value: String,
    },
    /// A value is given twice.
    #[error("the parameter `{name}` has the value `{value}` twice: give each once")]
    RepeatedValue {
        /// The parameter.
        name: String,
        /// The value.
        value: String,
    },
    /// A header is not written as `Name: value`.
    #[error("a header is not written as `Name: value`")]
    Header,
    /// A header that no user gives.
    #[error("the header `{name}` is not yours to give: {from}")]
    OwnHeader {
        /// The header's name.
        name: String,
        /// Where it comes from.
        from: HeaderOrigin,
    },
    /// A scheme needs what is not given.
    #[error("{scheme} needs {missing}: set {variables}")]
    Missing {
        /// The scheme.
        scheme: &'static str,
        /// What is not given.
        missing: &'static str,
        /// Where it is looked for.
        variables: &'static str,
    },
    /// A token brings the word along that its scheme puts before it.
    #[error(
        "the token itself begins with `Bearer`, which its scheme puts before it: leave the word out"
    )]
    TwiceBearer,
    /// A secret has characters that its place cannot hold.
    #[error("the {what} holds characters that {place} cannot carry")]
    Uncarried {
        /// Which secret.
        what: &'static str,
        /// Where it is sent.
        place: &'static str,
    },
    /// A header that the credentials are sent in.
    #[error(
        "a header `{name}` is given beside the credentials; give the token, and its scheme, as an account"
    )]
    CredentialHeader {
        /// The header's name.
        name: String,
    },
    /// Leave to write is given to nothing that there is.
    #[error(transparent)]
    Writes(#[from] WritesError),
    /// A rate is not written as `500/10s`.
    #[error(transparent)]
    Rate(#[from] RateError),
}

impl Target {
    /// A portal at a URL, with the limits that hold when nothing is said.
    #[must_use]
    pub fn new(url: Url) -> Self {
        Self {
            url,
            credentials: Credentials::default(),
            other: None,
            parameters: BTreeMap::new(),
            stand_in: None,
            look_ups: LookUps::new(),
            replaced: LookUps::new(),
            unfound: BTreeMap::new(),
            unmade: BTreeMap::new(),
            made: BTreeSet::new(),
            effort: Effort::default(),
            writes: Writes::Held,
            headers: Vec::new(),
            header_sources: HeaderSources::new(),
            withheld: Vec::new(),
            recorded: RecordedSecrets::default(),
            limits: Limits::default(),
            tls: Tls::default(),
        }
    }

    /// A portal in this process, whose address is known once it is started.
    #[must_use]
    pub fn in_process() -> Self {
        let url = Url::parse("http://127.0.0.1");
        Self::new(url.unwrap_or_else(|_| unreachable!("a literal URL")))
    }

    /// The full URL of a path, the target's own path kept as a prefix.
    #[must_use]
    pub fn url_of(&self, path: &str) -> String {
        let base = self.url.as_str().trim_end_matches('/');
        format!("{base}/{}", path.trim_start_matches('/'))
    }

    /// The values of a parameter: those given, or the documented ones.
    #[must_use]
    pub fn values(&self, parameter: &Parameter) -> Vec<String> {
        match self.parameters.get(&parameter.name) {
            Some(values) => values.clone(),
            None => {
                let examples = parameter.examples();
                let is_unsaid =
                    parameter.sent_in == ParameterIn::Path && examples.iter().all(String::is_empty);
                let stand_in = self.stand_in.iter().filter(|_| is_unsaid);
                let stand_in: Vec<String> = stand_in.cloned().collect();
                if stand_in.is_empty() {
                    examples
                } else {
                    stand_in
                }
            }
        }
    }

    /// A text in which no secret of this target is left.
    #[must_use]
    pub fn scrub(&self, text: &str) -> String {
        // A short value of another header is a common word, such as `https`.
        let is_secret = |name: &str, value: &Secret| {
            value.reveal().len() >= MIN_HEADER_SECRET || names::is_credential(name)
        };
        let headers = self
            .headers
            .iter()
            .filter(|(name, value)| is_secret(name, value));
        let headers = headers.map(|(_, value)| value);
        let mut text = text.to_owned();
        let other = self.other.iter();
        let other = other.flat_map(|other| other.credentials.secrets());
        for secret in self.credentials.secrets().chain(other).chain(headers) {
            text = secret.scrub(&text);
        }
        self.recorded.all.scrub(&text)
    }
}

impl Default for Variables {
    fn default() -> Self {
        Self {
            token: "PORTAL_TOKEN".to_owned(),
            user: "PORTAL_USER".to_owned(),
            password: "PORTAL_PASSWORD".to_owned(),
        }
    }
}

impl Credentials {
    /// A token that is sent as it is.
    #[must_use]
    pub fn raw(token: &str) -> Self {
        Self {
            token: Some(Secret::new(token)),
            ..Self::default()
        }
    }

    /// Holds what is given against what a scheme needs; without a scheme, a token is sent as it is, and
    /// a user without one logs in.
    ///
    /// # Errors
    ///
    /// [`TargetError::Missing`], [`TargetError::TwiceBearer`] and [`TargetError::Uncarried`].
    pub fn of(
        scheme: Option<Scheme>,
        token: Option<Secret>,
        user: Option<Secret>,
        password: Option<Secret>,
    ) -> Result<Self, TargetError> {
        let given = |secret: Option<Secret>| secret.filter(|secret| !secret.reveal().is_empty());
        let (token, user, password) = (given(token), given(user), given(password));
        let is_asked = scheme.is_some();
        let scheme = scheme.unwrap_or_else(|| {
            let logs_in = token.is_none() && user.is_some() && password.is_some();
            if logs_in { Scheme::Login } else { Scheme::Raw }
        });
        let missing = |scheme, missing, variables| TargetError::Missing {
            scheme,
            missing,
            variables,
        };
        let words = scheme.words();
        let uncarried = |what, place| TargetError::Uncarried { what, place };
        match scheme {
            Scheme::Basic | Scheme::Login => {
                let (Some(user), Some(password)) = (user, password) else {
                    let variables = "PORTAL_USER and PORTAL_PASSWORD";
                    return Err(missing(words, "a user's name and password", variables));
                };
                // RFC 7617, 2.
                if scheme == Scheme::Basic && user.reveal().contains(':') {
                    return Err(uncarried("user's name", "Basic authorization"));
                }
                Ok(Self {
                    scheme,
                    token: None,
                    user: Some(user),
                    password: Some(password),
                    ..Self::default()
                })
            }
            Scheme::Raw | Scheme::Bearer | Scheme::Cookie => {
                if token.is_none() && is_asked {
                    return Err(missing(words, "a token", "PORTAL_TOKEN"));
                }
                if let Some(token) = &token {
                    if !Self::can_carry(token) {
                        return Err(uncarried("token", "a header"));
                    }
                    if scheme == Scheme::Bearer && begins_with_bearer(token.reveal()) {
                        return Err(TargetError::TwiceBearer);
                    }
                    // RFC 6265, 4.1.1.
                    let is_cookie = |c: char| c.is_ascii_graphic() && !"\",;\\".contains(c);
                    if scheme == Scheme::Cookie && !token.reveal().chars().all(is_cookie) {
                        return Err(uncarried("token", "a cookie"));
                    }
                }
                Ok(Self {
                    scheme,
                    token,
                    ..Self::default()
                })
            }
        }
    }

    /// Whether a header can carry a token.
    #[must_use]
    pub fn can_carry(token: &Secret) -> bool {
        http::HeaderValue::try_from(token.reveal()).is_ok()
    }

    /// Whether a request can tell who asks, after a login where one is needed.
    #[must_use]
    pub fn are_given(&self) -> bool {
        self.token.is_some() || self.user.is_some()
    }

    /// What of the token hardly belongs to it.
    #[must_use]
    pub fn token_flaw(&self) -> Option<TokenFlaw> {
        TokenFlaw::of(self.token.as_ref()?.reveal())
    }

    /// Where the token is found.
    #[must_use]
    pub fn token_source(&self) -> SecretSource {
        place(self.files.token.as_ref(), &self.variables.token)
    }

    /// Where the user's name is found.
    #[must_use]
    pub fn user_source(&self) -> SecretSource {
        place(self.files.user.as_ref(), &self.variables.user)
    }

    /// Where the user's password is found.
    #[must_use]
    pub fn password_source(&self) -> SecretSource {
        place(self.files.password.as_ref(), &self.variables.password)
    }

    /// What must be shown nowhere.
    fn secrets(&self) -> impl Iterator<Item = &Secret> {
        // A short value of a cookie is a common word, such as `de`; its header is a secret anyway.
        let is_cookie = self
            .carried
            .as_ref()
            .is_some_and(|one| one.cookie.is_some());
        let is_short = |token: &Secret| token.reveal().len() < MIN_HEADER_SECRET;
        let is_common = self
            .token
            .as_ref()
            .is_some_and(|token| is_cookie && is_short(token));
        let token = if is_common { &None } else { &self.token };
        [token, &self.user, &self.password].into_iter().flatten()
    }
}

/// Whether a token brings the word along that is put before it.
fn begins_with_bearer(token: &str) -> bool {
    let mut words = token.split_whitespace();
    let is_it = words
        .next()
        .is_some_and(|word| word.eq_ignore_ascii_case("bearer"));
    is_it && words.next().is_some()
}

/// What of a token hardly belongs to it, which a shell or a file may have left there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFlaw {
    /// It stands in quotation marks.
    Quoted,
    /// White space stands before or behind it.
    Padded,
    /// It begins with `Bearer`.
    Bearer,
}

impl TokenFlaw {
    /// The first that a token has.
    fn of(token: &str) -> Option<Self> {
        let inner = token.trim();
        let is_quoted =
            |mark: char| inner.len() > 1 && inner.starts_with(mark) && inner.ends_with(mark);
        if inner != token {
            Some(Self::Padded)
        } else if is_quoted('"') || is_quoted('\'') {
            Some(Self::Quoted)
        } else {
            begins_with_bearer(token).then_some(Self::Bearer)
        }
    }
}

fn place(file: Option<&PathBuf>, variable: &str) -> SecretSource {
    match file {
        Some(path) => SecretSource::File(path.clone()),
        None => SecretSource::Variable(variable.to_owned()),
    }
}

impl fmt::Display for HeaderOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url => "it goes with the URL; give the portal's own name there",
            Self::Format => {
                "each case asks for its own format; a profile says how (json.accept, xml.accept, json.body)"
            }
            Self::Coding => "answers are decoded, and judged, as they are asked for here",
            Self::Framing => "it frames the request and goes with its body",
        })
    }
}

impl Scheme {
    /// The name in options, files and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Bearer => "bearer",
            Self::Cookie => "cookie",
            Self::Basic => "basic",
            Self::Login => "login",
        }
    }

    /// What a message calls it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Raw => "authorization with a raw token",
            Self::Bearer => "authorization with a Bearer token",
            Self::Cookie => "authorization by cookie",
            Self::Basic => "Basic authorization",
            Self::Login => "a login",
        }
    }
}

/// Finds headers that would stand in for the credentials, or against them.
///
/// # Errors
///
/// [`TargetError::CredentialHeader`] for the first.
pub fn check_headers(target: &Target) -> Result<(), TargetError> {
    let is_cookie = target.credentials.scheme == Scheme::Cookie;
    for (name, value) in &target.headers {
        // What stands before a portal may have an account of its own, where the portal takes cookies.
        let collides = if name.eq_ignore_ascii_case("authorization") {
            !is_cookie
        } else {
            name.eq_ignore_ascii_case("cookie") && value.reveal().contains(TOKEN_COOKIE)
        };
        if collides {
            return Err(TargetError::CredentialHeader { name: name.clone() });
        }
    }
    Ok(())
}

/// Reads `NAME=VALUE[,VALUE...]` arguments; several of one name add up.
///
/// # Errors
///
/// [`TargetError::Parameter`] where one is not of this form.
pub fn parse_parameters(
    arguments: &[String],
) -> Result<BTreeMap<String, Vec<String>>, TargetError> {
    let mut parameters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for argument in arguments {
        let (name, values) = argument
            .split_once('=')
            .filter(|(name, values)| !name.is_empty() && !values.is_empty())
            .ok_or_else(|| TargetError::Parameter {
                text: argument.clone(),
            })?;
        let known = parameters.entry(name.to_owned()).or_default();
        // An object is one value.
        if serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(values).is_ok() {
            known.push(values.to_owned());
            continue;
        }
        known.extend(values.split(',').map(|value| value.trim().to_owned()));
    }
    Ok(parameters)
}

/// Holds the values of a parameter against the contract.
///
/// # Errors
///
/// [`TargetError`]: a name that no page documents, a value of another type, a value twice.
pub fn check_parameter(
    name: &str,
    values: &[String],
    contract: &Contract,
) -> Result<(), TargetError> {
    let documented = contract
        .operations
        .iter()
        .flat_map(|operation| &operation.parameters)
        .find(|parameter| parameter.name == name)
        .ok_or_else(|| TargetError::UnknownParameter {
            name: name.to_owned(),
            advice: nearest(name, &contract.parameter_names()),
        })?;
    for (at, value) in values.iter().enumerate() {
        if !documented.value_type().accepts(value) {
            return Err(TargetError::ParameterType {
                name: name.to_owned(),
                value: value.clone(),
                type_name: documented.type_name.clone(),
            });
        }
        let is_in_path = documented.sent_in == ParameterIn::Path;
        if is_in_path && (value.is_empty() || leads_away(value)) {
            return Err(TargetError::Elsewhere {
                name: name.to_owned(),
                value: value.clone(),
            });
        }
        if values[..at].contains(value) {
            return Err(TargetError::RepeatedValue {
                name: name.to_owned(),
                value: value.clone(),
            });
        }
    }
    Ok(())
}

/// What every request has anyway, and where it comes from (RFC 9110, 7 and 8; RFC 9112, 6 and 9).
const OWN_HEADERS: [(&str, HeaderOrigin); 13] = [
    ("Host", HeaderOrigin::Url),
    ("Accept", HeaderOrigin::Format),
    ("Content-Type", HeaderOrigin::Format),
    ("Accept-Encoding", HeaderOrigin::Coding),
    ("Content-Encoding", HeaderOrigin::Framing),
    ("Content-Length", HeaderOrigin::Framing),
    ("Transfer-Encoding", HeaderOrigin::Framing),
    ("Trailer", HeaderOrigin::Framing),
    ("TE", HeaderOrigin::Framing),
    ("Connection", HeaderOrigin::Framing),
    ("Keep-Alive", HeaderOrigin::Framing),
    ("Upgrade", HeaderOrigin::Framing),
    ("Expect", HeaderOrigin::Framing),
];

/// Reads a `Name: value` argument.
///
/// # Errors
///
/// [`TargetError::OwnHeader`] where every request has that header anyway; [`TargetError::Header`] where
/// it is not of that form; the text itself is not shown, it may hold a
/// secret.
pub fn parse_header(argument: &str) -> Result<(String, Secret), TargetError> {
    let (name, value) = argument.split_once(':').ok_or(TargetError::Header)?;
    let (name, value) = (name.trim(), value.trim());
    if http::HeaderName::try_from(name).is_err() || http::HeaderValue::try_from(value).is_err() {
        return Err(TargetError::Header);
    }
    let own = OWN_HEADERS.iter();
    if let Some((_, from)) = own.copied().find(|(own, _)| own.eq_ignore_ascii_case(name)) {
        let name = name.to_owned();
        return Err(TargetError::OwnHeader { name, from });
    }
    Ok((name.to_owned(), Secret::new(value)))
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_secs(30),
            max_body_size: 64 * 1024 * 1024,
            jobs: 16,
            rate: Rate {
                requests: 500,
                per: Duration::from_secs(10),
            },
            wait_ready: None,
            max_time: Duration::from_mins(10),
            late_reads: Duration::from_millis(2500),
        }
    }
}

/// From this length on, the value of any header is a secret.
const MIN_HEADER_SECRET: usize = 8;

impl Target {
    /// Takes a header that is given for the token, where there is no other token: the one in which documents ask for
    /// a key, else the first that is named as credentials are.
    ///
    /// Beside a token, a header is withheld from what must be refused where documents have it open something alone.
    pub fn find_token(&mut self, contract: &Contract) {
        let documented = Documented::of(contract);
        let is_account = self.credentials.are_given();
        let is_opening = |name: &str| {
            let name = name.to_ascii_lowercase();
            documented.opening.contains(&name)
                || (!is_account
                    && (documented.headers.contains(&name) || names::is_credential(&name)))
        };
        let names = self.headers.iter().map(|(name, _)| name);
        self.withheld = names.filter(|name| is_opening(name)).cloned().collect();
        if !is_account && let Some(name) = self.key_header(&documented) {
            self.take_token(&name, &documented);
        }
        self.credentials.documented = documented.clone();
        if let Some(other) = &mut self.other {
            if other.credentials.token.is_some() && other.credentials.is_raw() {
                other
                    .credentials
                    .carried
                    .clone_from(&self.credentials.carried);
                if let Some(carried) = &mut other.credentials.carried {
                    carried.is_found = true;
                }
            }
            other.credentials.documented = documented;
        }
    }

    /// The name of the header that is taken for the token.
    fn key_header(&self, documented: &Documented) -> Option<String> {
        let withheld = || self.withheld.iter();
        let is_documented = |name: &&String| {
            let is_cookie = name.eq_ignore_ascii_case(COOKIE) && !documented.cookies.is_empty();
            is_cookie || documented.headers.contains(&name.to_ascii_lowercase())
        };
        withheld()
            .find(is_documented)
            .or(withheld().next())
            .cloned()
    }

    /// Takes what a header holds for the token.
    fn take_token(&mut self, name: &str, documented: &Documented) {
        let Some((_, value)) = self.headers.iter().find(|(own, _)| own == name) else {
            return;
        };
        let source = self.header_sources.get(&name.to_ascii_lowercase());
        let Some((carried, token)) = Carried::of(name, value.reveal(), source, documented) else {
            return;
        };
        if let Some(source) = source.filter(|_| carried.is_found) {
            let credentials = &mut self.credentials;
            match &source.place {
                SecretSource::Variable(name) => credentials.variables.token.clone_from(name),
                SecretSource::File(path) => credentials.files.token = Some(path.clone()),
            }
        }
        self.credentials.token = Some(Secret::new(&token));
        self.credentials.carried = Some(carried);
    }
}

impl Credentials {
    /// Whether a token is sent as it is.
    fn is_raw(&self) -> bool {
        self.scheme == Scheme::Raw
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::parse_url;
    use crate::contract::of_sources;
    use crate::source::Source;

    #[test]
    fn a_token_that_brings_its_scheme_along_is_refused_where_the_scheme_is_put_before_it() {
        let of = |scheme, token: &str| {
            Credentials::of(Some(scheme), Some(Secret::new(token)), None, None)
        };
        let twice = of(Scheme::Bearer, "bearer  geheim").unwrap_err();
        assert!(matches!(twice, TargetError::TwiceBearer));
        assert!(!twice.to_string().contains("geheim"), "{twice}");
        assert!(of(Scheme::Bearer, "Bearerhood").is_ok());
        assert!(of(Scheme::Raw, "Bearer geheim").is_ok(), "sent as it is");
    }

    #[test]
    fn a_path_of_the_url_is_a_prefix() {
        let target = Target::new(parse_url("https://host:8443/portal/a/").unwrap());
        assert_eq!(
            target.url_of("api/2.0/x"),
            "https://host:8443/portal/a/api/2.0/x"
        );
    }

    /// A target with some headers, under a document with these requirements.
    fn target(security: &str, token: Option<&str>, headers: &[(&str, &str)]) -> Target {
        let text = format!(
            "openapi: 3.1.0\nsecurity: {security}\npaths:\n  /a:\n    get: {{responses: {{'200': {{description: A}}}}}}\n\
             components:\n  securitySchemes:\n    key: {{type: apiKey, in: header, name: X-Harbour}}\n    \
             sid: {{type: apiKey, in: cookie, name: boat}}\n    bearer: {{type: http, scheme: bearer}}\n"
        );
        let contract = of_sources(vec![Source::new("a.yaml", &text)]).unwrap();
        let mut target = Target::new("http://portal.test".parse().unwrap());
        target.credentials.token = token.map(Secret::new);
        target.headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Secret::new(value)))
            .collect();
        target.find_token(&contract);
        target
    }

    /// The header that holds the token, the token, and the headers that are withheld.
    fn found(
        security: &str,
        token: Option<&str>,
        headers: &[(&str, &str)],
    ) -> (String, String, Vec<String>) {
        let target = target(security, token, headers);
        let credentials = &target.credentials;
        let header = credentials.carried.as_ref().map(|one| one.header.clone());
        let token = credentials.token.as_ref().map(Secret::reveal);
        (
            header.unwrap_or_default(),
            token.unwrap_or_default().to_owned(),
            target.withheld.clone(),
        )
    }

    #[test]
    fn a_key_in_a_header_is_the_token_where_there_is_no_other() {
        let harbour = ("X-Harbour", "tok-1");
        let api_key = ("X-Api-Key", "tok-2");
        let name = ("Api-Username", "anna");
        for (security, token, headers, expected) in [
            // A document names it, or its own name says it.
            (
                "[{key: []}]",
                None,
                &[name, harbour][..],
                ("X-Harbour", "tok-1", &["X-Harbour"][..]),
            ),
            (
                "[{bearer: []}]",
                None,
                &[name, api_key],
                ("X-Api-Key", "tok-2", &["X-Api-Key"]),
            ),
            (
                "[{key: []}]",
                None,
                &[api_key, harbour],
                ("X-Harbour", "tok-1", &["X-Api-Key", "X-Harbour"]),
            ),
            ("[{bearer: []}]", None, &[name], ("", "", &[])),
            // Beside a token, what a document has open something alone.
            (
                "[{key: []}, {bearer: []}]",
                Some("own"),
                &[harbour],
                ("", "own", &["X-Harbour"]),
            ),
            (
                "[{key: [], bearer: []}]",
                Some("own"),
                &[harbour],
                ("", "own", &[]),
            ),
            ("[{bearer: []}]", Some("own"), &[api_key], ("", "own", &[])),
        ] {
            let (header, token, withheld) = found(security, token, headers);
            let shown = (
                header.as_str(),
                token.as_str(),
                withheld.iter().map(String::as_str).collect::<Vec<_>>(),
            );
            assert_eq!(
                shown,
                (expected.0, expected.1, expected.2.to_vec()),
                "{security} {headers:?}"
            );
        }
    }

    #[test]
    fn of_cookies_the_documented_one_is_the_token_and_the_others_stay() {
        let of = |security: &str, value: &str| {
            let carried = target(security, None, &[("Cookie", value)]).credentials;
            let others = carried.carried.as_ref().and_then(|one| one.others.as_ref());
            let others = others.map(|others| others.reveal().to_owned());
            let cookie = carried.carried.as_ref().and_then(|one| one.cookie.clone());
            (
                cookie.unwrap(),
                carried.token.unwrap().reveal().to_owned(),
                others,
            )
        };
        let expected = |cookie: &str, token: &str, others: Option<&str>| {
            (
                cookie.to_owned(),
                token.to_owned(),
                others.map(str::to_owned),
            )
        };
        let all = "lang=de; boat=t=1; session=2";
        let stay = Some("lang=de; session=2");
        assert_eq!(of("[{sid: []}]", all), expected("boat", "t=1", stay));
        assert_eq!(of("[{bearer: []}]", all), expected("session", "2", None));
        assert_eq!(of("[{bearer: []}]", "a=1; b=2"), expected("a", "1", None));
        assert_eq!(of("[{bearer: []}]", "a=1; b=22"), expected("b", "22", None));
        assert_eq!(of("[{sid: []}]", "boat=7"), expected("boat", "7", None));
    }
}
