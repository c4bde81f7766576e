//! Which portal is tried, with whose token and which values for the documented parameters.
//!
//! What flags, environment and file say is resolved in `settings`; everything behind works with these types.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::address::AddressError;
use crate::amount::{Rate, RateError};
use crate::config::{Effort, Scheme};
use crate::contract::{Contract, Parameter, ParameterIn};
use crate::credentials::MIN_SECRET;
pub use crate::credentials::{
    Credentials, CredentialsError, Files, TOKEN_COOKIE, TokenFlaw, Variables,
};
use crate::header_token::COOKIE;
pub use crate::header_token::{Carried, Documented, HeaderSource, HeaderSources, SecretSource};
use crate::look_up::{LookUps, NoValue};
use crate::names;
use crate::parameter_value::ParameterError;
use crate::request_header::HeaderError;
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

/// Why what is given names no target.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// The text is no URL of a portal.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// A value of a documented parameter is none.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// What is given is no header.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// What is given is no account.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
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
            value.reveal().len() >= MIN_SECRET || names::is_credential(name)
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
        // Documents say where it stands.
        if let Some(name) = &documented.query_key
            && self.credentials.carried.is_none()
            && self.credentials.scheme == Scheme::Raw
            && self.credentials.token.is_some()
        {
            self.credentials.carried = Some(Carried::in_query(name));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::parse_url;
    use crate::contract::of_sources;
    use crate::source::Source;

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
    fn a_token_stands_in_the_query_where_documents_ask_for_it_nowhere_else() {
        let document = |security: &str| {
            let text = format!(
                "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      security: {security}\n      responses: {{}}\n  /open:\n    \
                 get:\n      security: []\n      responses: {{}}\ncomponents:\n  securitySchemes:\n    query: {{type: \
                 apiKey, in: query, name: api_key}}\n    key: {{type: apiKey, in: header, name: X-Harbour}}\n    bearer: \
                 {{type: http, scheme: bearer}}\n"
            );
            of_sources(vec![Source::new("a.yaml", &text)]).unwrap()
        };
        for (security, token, scheme, expected) in [
            ("[{query: []}]", Some("tok"), Scheme::Raw, Some("api_key")),
            (
                "[{key: []}, {query: []}]",
                Some("tok"),
                Scheme::Raw,
                Some("api_key"),
            ),
            ("[{query: []}]", None, Scheme::Raw, None),
            ("[{query: []}]", Some("tok"), Scheme::Bearer, None),
            ("[{query: [], key: []}]", Some("tok"), Scheme::Raw, None),
            (
                "[{bearer: []}, {query: []}]",
                Some("tok"),
                Scheme::Raw,
                None,
            ),
            ("[{bearer: []}]", Some("tok"), Scheme::Raw, None),
        ] {
            let mut target = Target::new("http://portal.test".parse().unwrap());
            target.credentials.token = token.map(Secret::new);
            target.credentials.scheme = scheme;
            target.find_token(&document(security));
            let carried = target.credentials.carried.as_ref();
            let name = carried
                .filter(|one| one.in_query)
                .map(|one| one.header.as_str());
            assert_eq!(name, expected, "{security}");
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
