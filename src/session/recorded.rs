//! Recorded traffic, judged as a run is: its entries are matched to the operations of the pages.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;
use url::Url;

use crate::adopt::{self, Answer};
use crate::base_path;
use crate::case::{Asked, Plan, Selection, recorded, recorded_ids};
use crate::client::{Body, Exchange, Guise, Request, Response, Token};
use crate::config::looks_like_secret;
use crate::contract::{Format, Operation, is_safe};
use crate::digest::Digest;
use crate::media_type::{Accept, Syntax, essence};
use crate::portal::route::{Route, is_login, route};
use crate::recording::{Entry, Recording};
use crate::run::{Ending, Hint, Left, RecordedAnswer, Run, Subject, Traffic, Unused};
use crate::secret::{HIDDEN, Secret, Secrets};
use crate::session::Session;
use crate::session::mask::Mask;
use crate::target::{Credentials, RecordedSecrets, Target};

/// So many answers are judged in all.
const MAX_JUDGED: usize = 2_000;
/// So many answers to one question are judged.
const MAX_AGAIN: usize = 40;
/// So many entries that belong to no operation are named.
const MAX_NAMED: usize = 10;
/// So many steps of a path may stand before those of an operation.
const MAX_PREFIX: usize = 8;
/// So many bytes of credentials are looked for in what is shown.
const MAX_CREDENTIALS: usize = 4 * 1024 * 1024;
/// So many tokens that were sent are looked for in each answer.
const MAX_SENT: usize = 64;
/// Longer paths are none of an API.
const MAX_PATH: usize = 2_000;
/// So many characters of a step of a path are shown of what belongs to no operation; longer ones may be secrets.
const MAX_SHOWN_STEP: usize = 40;
/// So many steps of such a path are shown.
const MAX_SHOWN_STEPS: usize = 12;
/// So many characters of a method are shown.
const MAX_SHOWN_METHOD: usize = 10;
/// The names under which scripts number their requests: those of jQuery and `ExtJS`, and usual ones beside.
const MARKS: [&str; 4] = ["_", "_dc", "_t", "_ts"];
/// Where a portal gives tokens, where no profile says otherwise.
const LOGIN: &str = "api/2.0/authentication";

/// Why recorded traffic cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordedError {
    /// Operations of more than one portal were asked: their URLs, and how often.
    #[error("it holds requests to several portals: {}", told(.0))]
    SeveralPortals(Vec<(String, usize)>),
    /// What is shown could not be held against so many credentials.
    #[error(
        "it holds {0} different credentials, more than can be looked for in what is shown; record less at once"
    )]
    ManyCredentials(usize),
}

fn told(portals: &[(String, usize)]) -> String {
    let portals = portals.iter().take(5);
    let portals: Vec<String> = portals
        .map(|(url, entries)| format!("{url} ({entries})"))
        .collect();
    portals.join(", ")
}

/// An entry that belongs to an operation.
struct Match<'a> {
    entry: &'a Entry,
    operation: usize,
    values: Vec<(String, String)>,
    /// The path below the portal's URL, without a leading slash and a query.
    path: String,
    /// How many writes of other operations the same host was sent before.
    writes_before: usize,
}

/// The entries that belong to operations of one portal, and those that belong to none.
struct Matches<'a> {
    base: Option<Url>,
    own: Vec<Match<'a>>,
    others: Vec<&'a Entry>,
}

impl Session {
    /// Judges recorded traffic: of the portal at a URL, or of the one that was asked in it. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`RecordedError`]: several portals were asked, and none is named.
    pub fn judge(
        &self,
        recording: &Recording,
        file: &Path,
        url: Option<&Url>,
        selection: &Selection,
    ) -> Result<Run, RecordedError> {
        let credentials = &recording.credentials;
        let all = || credentials.sent.iter().chain(&credentials.others);
        if all().map(String::len).sum::<usize>() > MAX_CREDENTIALS {
            return Err(RecordedError::ManyCredentials(all().count()));
        }
        let matches = self.matches(recording, url)?;
        let mut target = self.recorded_target(&matches);
        let sent = credentials.sent.iter().take(MAX_SENT);
        target.recorded = RecordedSecrets {
            sent: sent.map(|one| Secret::new(one)).collect(),
            all: Secrets::of(all().map(String::as_str)),
        };
        let target = Arc::new(target);
        let mut unused: BTreeMap<Unused, usize> = BTreeMap::new();
        if recording.more > 0 {
            unused.insert(Unused::Enough, recording.more);
        }
        if let Some((at, odd)) = recording.odd.first() {
            unused.insert(Unused::Odd(*at, *odd), recording.odd.len());
        }
        let (plan, answers) = self.answers(&matches.own, &mut unused);
        let requests = answers.len();
        let selected = Arc::new(plan).select(selection);
        let others = (!matches.others.is_empty()).then(|| unmatched(&matches.others));
        let unused = (!unused.is_empty()).then(|| Hint::Unused(unused.into_iter().collect()));
        let (started, elapsed) = when(&matches.own);
        let traffic = Traffic {
            entries: recording.entries.len() + recording.more + recording.odd.len(),
            matched: matches.own.len(),
            started,
            elapsed,
            hints: others.into_iter().chain(unused).collect(),
        };
        let answers = self.suite.recorded(&selected, answers, traffic, &target);
        let ending = Ending {
            requests,
            left: Left::default(),
            waivers: &self.waivers,
            today: OffsetDateTime::now_utc().date(),
            subject: Subject {
                is_reference: false,
                recording: Some(file.to_owned()),
                made: BTreeMap::new(),
                ..self.subject.clone()
            },
            required: self.required,
        };
        Ok(self.suite.judge(&target, answers, ending))
    }

    /// The URL of the portal that was asked in recorded traffic; `None` where no entry belongs to an operation.
    ///
    /// # Errors
    ///
    /// [`RecordedError`]: several portals were asked.
    pub fn portal_of(&self, recording: &Recording) -> Result<Option<Url>, RecordedError> {
        let matches = self.matches(recording, None)?;
        Ok(matches.base.filter(|_| !matches.own.is_empty()))
    }

    /// The successes in recorded traffic of one portal, for those who find out how it speaks.
    ///
    /// # Errors
    ///
    /// [`RecordedError`]: several portals were asked, and none is named.
    pub fn successes(
        &self,
        recording: &Recording,
        url: Option<&Url>,
        is_masked: bool,
    ) -> Result<Vec<Answer>, RecordedError> {
        let matches = self.matches(recording, url)?;
        let own = matches.own.iter().filter_map(|one| {
            let (format, response, is_known) = self.judged(one).ok()?;
            let is_success = is_known && (200..300).contains(&response.status);
            let expectation = self.suite.expectations.get(one.operation, format)?;
            let body = one.entry.body.as_deref();
            let operation = &expectation.operation;
            let ids = recorded_ids(&self.suite.profile, operation, &one.values, body);
            is_success.then(|| Answer {
                likeness: Mask::of(expectation, &ids).body(&response.body),
                operation: one.operation,
                format,
                asked: adopt::Asked::by(&one.path, format),
                about: about(one, operation, format),
                exchange: Exchange {
                    request: self.asked_in(one, format, 0, true).request,
                    outcome: Ok(response),
                    retries: 0,
                    elapsed: one.entry.elapsed,
                },
                is_masked: is_masked || one.entry.other_values,
            })
        });
        Ok(own.take(MAX_JUDGED).collect())
    }

    /// The cases that were recorded, with the answers that they judge.
    fn answers(
        &self,
        matches: &[Match<'_>],
        unused: &mut BTreeMap<Unused, usize>,
    ) -> (Plan, Vec<RecordedAnswer>) {
        let first = matches.first().and_then(|one| one.entry.started);
        let is_timed = matches.iter().all(|one| one.entry.started.is_some());
        let first = first.filter(|_| is_timed);
        let (mut asked, mut came) = (Vec::new(), Vec::new());
        let mut epoch = 0;
        for (at, one) in matches.iter().enumerate() {
            let operation = &self.suite.contract.operations[one.operation];
            let is_write = !is_safe(&operation.method);
            epoch += usize::from(is_write);
            match self.judged(one) {
                Ok(_) if asked.len() >= MAX_JUDGED => {
                    *unused.entry(Unused::Enough).or_default() += 1;
                }
                Ok((format, response, is_known)) => {
                    let epoch = epoch + one.writes_before;
                    asked.push(self.asked_in(one, format, epoch, is_known));
                    came.push((at, response));
                }
                Err(why) => *unused.entry(why).or_default() += 1,
            }
            epoch += usize::from(is_write);
        }
        let (mut plan, places) = recorded(&self.suite.contract, &self.suite.profile, &asked);
        if asked.is_empty() {
            // What nothing was recorded of could not be judged: it was not left out.
            plan.cases.iter_mut().for_each(|case| case.ignored = None);
        }
        let mut again: HashMap<usize, usize> = HashMap::new();
        let mut answers = Vec::new();
        let all = asked.into_iter().zip(places).zip(came);
        for ((asked, question), (at, response)) in all {
            let times = again.entry(question).or_default();
            *times += 1;
            if *times > MAX_AGAIN {
                *unused.entry(Unused::Enough).or_default() += 1;
                continue;
            }
            let entry = matches[at].entry;
            let (from, took) = match (entry.started, first) {
                (Some(at), Some(first)) => (micros(at - first), micros(entry.elapsed)),
                _ => (2 * at, 1),
            };
            let exchange = Exchange {
                request: asked.request,
                outcome: Ok(response),
                retries: 0,
                elapsed: entry.elapsed,
            };
            let age = exchange.age();
            let age = age.filter(|_| is_safe(&exchange.request.method));
            let aged = age.map(|age| from.saturating_sub(micros(age)));
            answers.push(RecordedAnswer {
                question,
                exchange,
                from: aged.unwrap_or(from),
                to: from.saturating_add(took),
                other_values: entry.other_values,
            });
            if entry.other_values {
                *unused.entry(Unused::Values).or_default() += 1;
            }
        }
        (plan, answers)
    }

    /// The entries that belong to operations, all of one portal.
    fn matches<'a>(
        &self,
        recording: &'a Recording,
        url: Option<&Url>,
    ) -> Result<Matches<'a>, RecordedError> {
        let mut url = url.cloned();
        if let Some(url) = &mut url {
            base_path::taken_once(url, &self.suite.contract);
        }
        let url = url.as_ref();
        let mut own: Vec<(String, Match<'a>)> = Vec::new();
        let mut others = Vec::new();
        let mut writes: HashMap<String, usize> = HashMap::new();
        for entry in &recording.entries {
            let host = || entry.url.origin().ascii_serialization();
            match self.matched(entry, url) {
                Some((base, mut found)) => {
                    found.writes_before = writes.get(&host()).copied().unwrap_or_default();
                    own.push((base, found));
                }
                None => {
                    // What no page documents may change what the pages are about; logins do not.
                    let path = entry.url.path().to_ascii_lowercase();
                    if !is_safe(&entry.method) && !path.contains(LOGIN) {
                        *writes.entry(host()).or_default() += 1;
                    }
                    others.push(entry);
                }
            }
        }
        // What asks for something else may be there below other paths: it opens no other portal.
        let own: Vec<(bool, String, Match<'_>)> = own
            .into_iter()
            .map(|(base, one)| (!self.wants_other(&one), base, one))
            .collect();
        let first = own.iter().find(|(is_own, ..)| *is_own).or(own.first());
        let asked = first.map(|(_, base, _)| base.clone());
        let (elsewhere, own): (Vec<_>, Vec<_>) = own
            .into_iter()
            .partition(|(is_own, base, _)| !is_own && asked.as_ref() != Some(base));
        others.extend(elsewhere.into_iter().map(|(.., one)| one.entry));
        let mut portals: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, base, _) in &own {
            *portals.entry(base).or_default() += 1;
        }
        if portals.len() > 1 {
            let portals = portals.into_iter();
            let portals = portals.map(|(url, entries)| (url.to_owned(), entries));
            return Err(RecordedError::SeveralPortals(portals.collect()));
        }
        let base = own.first().and_then(|(_, base, _)| Url::parse(base).ok());
        let base = base.or_else(|| {
            others
                .first()
                .and_then(|one: &&Entry| one.url.join("/").ok())
        });
        Ok(Matches {
            base: url.cloned().or(base),
            own: own.into_iter().map(|(.., one)| one).collect(),
            others,
        })
    }

    /// The operation of an entry and the URL of its portal, where there is one.
    fn matched<'a>(&self, entry: &'a Entry, url: Option<&Url>) -> Option<(String, Match<'a>)> {
        let whole = entry.url.path();
        if whole.len() > MAX_PATH {
            return None;
        }
        let origin = entry.url.origin().ascii_serialization();
        let starts: Vec<usize> = match url {
            Some(url) => {
                let prefix = url.path().trim_end_matches('/');
                let is_below = url.origin() == entry.url.origin()
                    && whole
                        .strip_prefix(prefix)
                        .is_some_and(|rest| rest.starts_with('/'));
                is_below.then_some(prefix.len()).into_iter().collect()
            }
            None => {
                let slashes = whole.match_indices('/').map(|(at, _)| at);
                slashes.take(MAX_PREFIX + 1).collect()
            }
        };
        let Session { suite, .. } = self;
        starts.into_iter().find_map(|start| {
            let path = &whole[start..];
            match route(&suite.contract, &entry.method, path, &suite.profile) {
                Route::Operation(operation, values) => Some((
                    format!("{origin}{}", &whole[..start]),
                    Match {
                        entry,
                        operation,
                        values,
                        path: path[1..].to_owned(),
                        writes_before: 0,
                    },
                )),
                _ => None,
            }
        })
    }

    /// The portal that was asked, with the tokens that must not be shown.
    fn recorded_target(&self, matches: &Matches<'_>) -> Target {
        let url = matches.base.clone();
        let mut target = url.map_or_else(Target::in_process, Target::new);
        target.limits = self.target.limits;
        let mut own = matches.own.iter();
        let first = own.find_map(|one| one.entry.credential.as_ref());
        // Who cleans a recording leaves the credentials out: then they are sent as the target says.
        let named = &self.target.credentials;
        target.credentials = Credentials {
            scheme: first.map_or(named.scheme, |(scheme, _)| *scheme),
            token: first.map(|(_, secret)| secret.clone()),
            variables: named.variables.clone(),
            files: named.files.clone(),
            ..Credentials::default()
        };
        target
    }

    /// What of an entry is judged: its format, its answer, and whether what it asks for is there.
    fn judged(&self, one: &Match<'_>) -> Result<(Format, Response, bool), Unused> {
        let operation = &self.suite.contract.operations[one.operation];
        let profile = &self.suite.profile;
        let path = format!("/{}", one.path);
        let of_login = operation.path.trim_matches('/').eq_ignore_ascii_case(LOGIN);
        if of_login || is_login(&path, profile) {
            return Err(Unused::Login);
        }
        if one.entry.is_cached {
            return Err(Unused::Cache);
        }
        if one.entry.is_part {
            return Err(Unused::Part);
        }
        if self.wants_other(one) {
            return Err(Unused::Other);
        }
        let codes = profile.success_codes(operation);
        // What these say is no answer whatever their body was, or one of which none is held against the contract.
        let is_plain = |status: u16| {
            let is_other = (202..300).contains(&status) && !codes.contains(&status);
            status >= 500 || is_other || profile.succeeds_otherwise(operation, status)
        };
        let head = one.entry.head.as_deref();
        let response = match (&one.entry.answer, head) {
            (Ok(response), _) => response,
            (Err(_), Some(head)) if is_plain(head.status) => head,
            (Err(gap), _) => {
                return Err(match one.entry.status {
                    300..400 => Unused::Redirect,
                    400..500 => Unused::Refusal,
                    _ => Unused::Gap(*gap),
                });
            }
        };
        let format = self.format(one, response);
        if self.suite.expectations.get(one.operation, format).is_none() {
            return Err(Unused::Format);
        }
        let is_named = operation.path_parameters().count() == 1;
        match response.status {
            _ if response.limits_pace => Err(Unused::PutOff),
            300..400 => Err(Unused::Redirect),
            404 if is_named && !operation.writes() => Ok((format, response.clone(), false)),
            400..500 => Err(Unused::Refusal),
            _ => Ok((format, response.clone(), true)),
        }
    }

    /// Whether an entry asks for something else than its operation documents: for other formats alone, or for a page for
    /// people that then came.
    fn wants_other(&self, one: &Match<'_>) -> bool {
        let operation = &self.suite.contract.operations[one.operation];
        if operation.documents_no_answer() {
            return false;
        }
        let entry = one.entry;
        let accept = Accept::of(&entry.accept);
        let is_judged = |format: &Format| {
            self.suite
                .expectations
                .get(one.operation, *format)
                .is_some()
        };
        let mut judged = Format::ALL.into_iter().filter(is_judged);
        let is_asked_for = judged.any(|format| {
            // A document may name a label of its own.
            let label = operation.documented_media_type(format);
            let label = label.map(|label| essence(&label));
            let label = label.filter(|label| Syntax::of(label).is_none());
            let mut ranges = entry.accept.split(',');
            accept.admits(format.syntax()) || ranges.any(|range| Some(essence(range)) == label)
        });
        let came = entry.answer.as_ref().ok().or(entry.head.as_deref());
        let mut came = came.into_iter().flat_map(|came| &came.content_types);
        let is_page = came.any(|label| Syntax::of(label) == Some(Syntax::Html));
        let is_page_wanted = accept.names(Syntax::Html) && accept.admits(Syntax::Html);
        !is_asked_for || is_page && is_page_wanted
    }

    /// The format that was asked for: by the ending of the path, else by `Accept`.
    fn format(&self, one: &Match<'_>, response: &Response) -> Format {
        let profile = &self.suite.profile;
        let ending = one.path.rfind('.').map_or("", |at| &one.path[at..]);
        let others = profile.requests.xml_extensions.iter();
        let mut xml = others.map(String::as_str).chain([".xml"]);
        if ending.eq_ignore_ascii_case(".json") {
            return Format::Json;
        }
        if xml.any(|other| other.eq_ignore_ascii_case(ending)) {
            return Format::Xml;
        }
        if !profile.xml.extension.is_empty() {
            return Format::Json;
        }
        admitted(&Accept::of(&one.entry.accept), response)
    }

    /// The request as it may be shown, and what it is about.
    fn asked_in(&self, one: &Match<'_>, format: Format, epoch: usize, is_known: bool) -> Asked {
        let operation = &self.suite.contract.operations[one.operation];
        let profile = &self.suite.profile;
        let body = one.entry.body.as_deref();
        let ids = recorded_ids(profile, operation, &one.values, body);
        let query = one.entry.url.query().unwrap_or_default();
        let shown = shown_query(operation, query);
        let query = without_marks(operation, query);
        let values: Vec<&str> = one.values.iter().map(|(_, value)| value.as_str()).collect();
        Asked {
            request: Request {
                method: operation.method.clone(),
                path: format!("{}{shown}", one.path),
                accept: profile.accept_of(operation, format),
                token: Token::Valid,
                guise: Guise::Plain,
                headers: crate::client::Headers::default(),
                body: body.map(|_| Body {
                    content_type: "application/json".to_owned(),
                    text: "...".to_owned(),
                }),
            },
            operation: one.operation,
            format,
            ids,
            // Whoever asks otherwise may be answered otherwise.
            about: format!("{}?{query} {}", values.join("/"), one.entry.asker),
            epoch,
            is_known,
        }
    }
}

/// The format that `Accept` admits; where it admits both or none, the one that came.
fn admitted(accept: &Accept, response: &Response) -> Format {
    let came = || {
        let mut labels = response.content_types.iter();
        let by_label = labels.find_map(|label| match Syntax::of(label)? {
            Syntax::Json => Some(Format::Json),
            Syntax::Xml => Some(Format::Xml),
            Syntax::Html => None,
        });
        let is_json = || matches!(response.body.trim_ascii_start(), [b'{' | b'[', ..]);
        by_label.or_else(|| is_json().then_some(Format::Json))
    };
    let names = |syntax| accept.names(syntax);
    match (accept.admits(Syntax::Json), accept.admits(Syntax::Xml)) {
        (true, false) => Format::Json,
        (false, true) => Format::Xml,
        _ => came().unwrap_or(
            if names(Syntax::Xml) && !names(Syntax::Json) && !names(Syntax::Html) {
                Format::Xml
            } else {
                Format::Json
            },
        ),
    }
}

/// What was asked, whatever the format: path, query and body.
fn about(one: &Match<'_>, operation: &Operation, format: Format) -> String {
    let path = one.path.strip_suffix(&format!(".{format}"));
    let query = without_marks(operation, one.entry.url.query().unwrap_or_default());
    let body = one.entry.body.as_deref().map(Digest::of_text);
    let body = body.map_or(String::new(), |body| body.to_string());
    format!("{}?{query} {body}", path.unwrap_or(&one.path))
}

/// A query in which only documented parameters have values: others may be secrets.
fn shown_query(operation: &Operation, query: &str) -> String {
    if query.is_empty() {
        return String::new();
    }
    let part = |part: &str| -> String {
        let (name, _) = part.split_once('=').unwrap_or((part, ""));
        let mut parameters = operation.parameters.iter();
        let is_documented = parameters.any(|one| one.name == name);
        match is_documented {
            true => part.to_owned(),
            false if looks_like_secret(name) || !part.contains('=') => HIDDEN.to_owned(),
            false => format!("{name}={HIDDEN}"),
        }
    };
    let parts: Vec<String> = query.split('&').map(part).collect();
    format!("?{}", parts.join("&"))
}

/// A query without the numbers that scripts add so that no cache answers: what is asked for is the same.
fn without_marks(operation: &Operation, query: &str) -> String {
    let is_mark = |part: &&str| {
        part.split_once('=').is_some_and(|(name, value)| {
            let mut documented = operation.parameters.iter();
            MARKS.contains(&name)
                && value.bytes().all(|byte| byte.is_ascii_digit())
                && documented.all(|one| one.name != name)
        })
    };
    let parts: Vec<&str> = query.split('&').filter(|part| !is_mark(part)).collect();
    parts.join("&")
}

fn micros(time: impl TryInto<Duration>) -> usize {
    let time: Duration = time.try_into().unwrap_or_default();
    usize::try_from(time.as_micros()).unwrap_or(usize::MAX)
}

/// When the first request was sent, and how long it was from then to the last answer.
fn when(matches: &[Match<'_>]) -> (OffsetDateTime, Duration) {
    let started = matches.iter().filter_map(|one| one.entry.started).min();
    let ends = matches.iter().filter_map(|one| {
        let started = one.entry.started?;
        started.checked_add(one.entry.elapsed.try_into().ok()?)
    });
    let elapsed = match (started, ends.max()) {
        (Some(started), Some(end)) => Duration::try_from(end - started).unwrap_or_default(),
        _ => Duration::ZERO,
    };
    (started.unwrap_or_else(OffsetDateTime::now_utc), elapsed)
}

/// The entries that belong to no operation: method, host and path, and how often, the most frequent first.
fn unmatched(entries: &[&Entry]) -> Hint {
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for entry in entries {
        let step = |step: &str| {
            if looks_like_secret(step) || step.len() > MAX_SHOWN_STEP {
                HIDDEN.to_owned()
            } else {
                step.to_owned()
            }
        };
        let path: Vec<String> = entry
            .url
            .path()
            .split('/')
            .take(MAX_SHOWN_STEPS)
            .map(step)
            .collect();
        let origin = entry.url.origin().ascii_serialization();
        let method: String = entry.method.chars().take(MAX_SHOWN_METHOD).collect();
        let name = format!("{method} {origin}{}", path.join("/"));
        *named.entry(name).or_default() += 1;
    }
    let kinds = named.len();
    let mut named: Vec<(String, usize)> = named.into_iter().collect();
    named.sort_by(|(a, one), (b, other)| other.cmp(one).then_with(|| a.cmp(b)));
    named.truncate(MAX_NAMED);
    Hint::Unmatched {
        entries: entries.len(),
        more: kinds - named.len(),
        named,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::client::tests_support;

    #[test]
    fn a_number_that_keeps_caches_away_asks_for_nothing_else() {
        let page = "GET api/2.0/x\n\nParameters\nName Description Type Example\n_t\nsent in query\n\
                    How many\nnumber 10\n\nExample Response\n\napplication/json\n\n{\"status\": 0}\n";
        let source = crate::source::Source::new("page.txt", page);
        let own = crate::contract::of_sources(vec![source]).unwrap();
        let builtin = crate::contract::of_sources(crate::page::builtin()).unwrap();
        let plain = &builtin.operations[0];
        for (query, expected) in [
            ("", ""),
            ("_=1764230000000", ""),
            ("a=1&_dc=17&b=2", "a=1&b=2"),
            ("_=x&_t=1", "_=x"),
            ("page=2", "page=2"),
        ] {
            assert_eq!(without_marks(plain, query), expected, "{query}");
        }
        assert_eq!(without_marks(&own.operations[0], "_t=1&_=2"), "_t=1");
    }

    #[test]
    fn the_format_that_came_is_judged_where_accept_admits_both() {
        let answer = |label: &str, body: &str| Response {
            content_types: vec![label.to_owned()],
            ..tests_support::response(200, body)
        };
        let (json, xml) = ("application/json; charset=utf-8", "text/xml");
        for (accept, label, expected) in [
            ("text/xml;q=0.1, */*", json, Format::Json),
            ("text/xml;q=0.1, */*", xml, Format::Xml),
            ("application/xml, */*", json, Format::Json),
            ("application/json, */*", "application/atom+xml", Format::Xml),
            (
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, */*",
                json,
                Format::Json,
            ),
            (
                "",
                "application/json; profile=\"https://x/no-xml\"",
                Format::Json,
            ),
            // What is not admitted was not asked for, whatever came.
            ("application/json", xml, Format::Json),
            ("application/xml", json, Format::Xml),
            ("application/json;q=0, */*", json, Format::Xml),
            // What came is neither, or has no name.
            ("application/xml, */*", "image/png", Format::Xml),
            (
                "text/html, application/xml;q=0.9, */*;q=0.8",
                "text/html",
                Format::Json,
            ),
            ("*/*", "text/plain", Format::Json),
        ] {
            let format = admitted(&Accept::of(accept), &answer(label, ""));
            assert_eq!(format, expected, "{accept} {label}");
        }
        let unnamed = answer("text/plain", " {\"status\": 0}");
        let accept = Accept::of("application/xml, */*");
        assert_eq!(admitted(&accept, &unnamed), Format::Json);
    }
}
