//! From a request to its answer.
//!
//! The order of the stages is fixed: path, method, token, values in the path, those in the query, body,
//! what the path names, resources, text.
//! A [`Change`] in scope comes in at each of them.

mod admission;
mod answer;
mod disclosure;
mod effect;
mod overwritten;
mod question;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::Method;
use http::header::AUTHORIZATION;
use http::request::Parts;

use crate::contract::{Format, Operation, OperationId};
use crate::portal::change::{Act, Answers, Door, Keeping, Policy, Turn, Turns, body};
use crate::portal::credential::is_through;
use crate::portal::engine::overwritten::Overwritten;
use crate::portal::engine::question::{Altered, Question};
use crate::portal::objection::Objection;
use crate::portal::refusal::Refusal;
use crate::portal::reply::Reply;
use crate::portal::request;
use crate::portal::route::{self, Route};
use crate::portal::serialized;
use crate::portal::store::{Resource, Store, Written};
use crate::portal::{Deployment, Logged};
use crate::profile::UnknownListed;

/// How long answers wait for others that are to be under way at the same time.
const MEETING: Duration = Duration::from_millis(5);

/// The portal without its connections: answers requests and keeps what they wrote.
#[derive(Debug)]
pub(crate) struct Engine {
    deployment: Deployment,
    store: Store,
    history: Mutex<History>,
    /// How many answers are under way.
    at_once: AtomicUsize,
    /// The operations and formats of which the change has altered an answer.
    shown: Mutex<BTreeSet<(OperationId, Format)>>,
}

/// An answer that is under way, until it is dropped.
#[derive(Debug)]
pub(crate) struct UnderWay<'a>(&'a AtomicUsize);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// What requests leave behind.
#[derive(Debug, Default)]
struct History {
    written: Written,
    log: Vec<Logged>,
    /// What writes sent of the resources that their paths name.
    overwritten: BTreeMap<String, Overwritten>,
    /// How often each question was asked.
    questions: HashMap<String, usize>,
    pauses: u64,
    /// Whether something was written, new or not.
    has_written: bool,
    /// The ids that were asked for and have a resource beside those held.
    inhabited: BTreeSet<i64>,
    /// Whether a write took what was there before it.
    is_alone: bool,
    /// How often what was written was read back.
    read_back: usize,
    /// The places of what was deleted and not read since: it is there again for who asks next, as what pages show is
    /// all that the portal has.
    deleted: BTreeSet<String>,
}

impl History {
    /// The ids that an operation wrote in a place.
    fn ids_written(&self, operation: &OperationId, place: &[String]) -> Vec<i64> {
        let written = self.written.iter();
        let here = written.filter(|(id, at, _)| id == operation && at == place);
        here.map(|(_, _, id)| *id).collect()
    }
}

impl Engine {
    pub(crate) fn new(deployment: Deployment) -> Self {
        Self {
            store: Store::of(&deployment.contract, &deployment.profile),
            deployment,
            history: Mutex::default(),
            at_once: AtomicUsize::new(0),
            shown: Mutex::default(),
        }
    }

    /// The operations and formats of which the change has altered an answer so far.
    pub(crate) fn shown(&self) -> MutexGuard<'_, BTreeSet<(OperationId, Format)>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn prefix(&self) -> &str {
        &self.deployment.prefix
    }

    pub(crate) fn log(&self) -> Vec<Logged> {
        self.history().log.clone()
    }

    /// Notes that an answer is under way.
    pub(crate) fn begin(&self) -> UnderWay<'_> {
        self.at_once.fetch_add(1, Ordering::SeqCst);
        UnderWay(&self.at_once)
    }

    /// How long to wait before the next answer: spread evenly up to the longest delay.
    pub(crate) fn pause(&self) -> Duration {
        let change = self.deployment.change.as_ref();
        if change.is_some_and(|change| change.scope.turns == Turns::SideBySide) {
            return MEETING;
        }
        if self.deployment.max_delay.is_zero() {
            return Duration::ZERO;
        }
        let mut history = self.history();
        history.pauses += 1;
        // The fractions of multiples of the golden ratio spread evenly and need no generator.
        let spread = history.pauses.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56;
        let spread = u32::try_from(spread).unwrap_or(0);
        self.deployment.max_delay * spread / 255
    }

    /// Answers one request and logs it.
    pub(crate) fn answer(&self, parts: &Parts, body: &[u8]) -> Reply {
        let mut reply = self.reply(parts, body);
        if parts.method == Method::HEAD {
            reply.body.clear();
        }
        let path = parts.uri.path_and_query();
        self.history().log.push(Logged {
            method: parts.method.to_string(),
            path: path.map_or(String::new(), ToString::to_string),
            status: reply.status,
            changed: reply.changed,
        });
        reply
    }

    fn reply(&self, parts: &Parts, body: &[u8]) -> Reply {
        let deployment = &self.deployment;
        let profile = &deployment.profile;
        let format = route::format(parts.uri.path(), &parts.headers, profile);
        let path = parts.uri.path().strip_prefix(self.prefix()).unwrap_or("");
        if parts.method == Method::OPTIONS && profile.requests.options {
            let methods = (
                "Access-Control-Allow-Methods",
                "GET, POST, PUT, DELETE, OPTIONS",
            );
            let headers = (
                "Access-Control-Allow-Headers",
                "Authorization, Content-Type",
            );
            let mut reply = Reply::empty(200);
            for (name, value) in [methods, headers, ("Access-Control-Max-Age", "1728000")] {
                reply.headers.push((name.to_owned(), value.to_owned()));
            }
            return reply;
        }
        let route = route::route(&deployment.contract, parts.method.as_str(), path, profile);
        let is_documented = matches!(route, Route::Operation(..));
        if parts.method == Method::POST && route::is_login(path, profile) {
            let reply = self.login(parts, body, format, is_documented);
            if let Some(reply) = reply {
                return reply;
            }
        }
        let read = (!is_documented).then(|| self.read_back(parts, path, format));
        if let Some(reply) = read.flatten() {
            return reply;
        }
        match route {
            Route::Operation(at, values) => self.reply_at(at, values, parts, body, format),
            Route::OtherMethod(methods) => {
                let refusal = Refusal::unrouted(Objection::Method, 405, profile);
                let mut reply = self.refuse(&refusal, format);
                reply.headers.push(("Allow".to_owned(), methods.join(", ")));
                reply
            }
            Route::Nowhere => {
                if let Some(reply) = self.reply_to_other(parts, body, path, format) {
                    return reply;
                }
                self.refuse(&Refusal::unrouted(Objection::Path, 404, profile), format)
            }
        }
    }

    /// Answers a request to the operation at a place of the contract.
    fn reply_at(
        &self,
        at: usize,
        values: Vec<(String, String)>,
        parts: &Parts,
        body: &[u8],
        format: Format,
    ) -> Reply {
        let operation = &self.deployment.contract.operations[at];
        self.reply_to(&Question {
            operation,
            kept: self.store.kept(at),
            values: serialized::in_path(operation, values),
            format,
            parts,
            body,
        })
    }

    /// What a portal answers that knows its paths in other spellings, where it is altered to.
    fn reply_to_other(
        &self,
        parts: &Parts,
        body: &[u8],
        path: &str,
        format: Format,
    ) -> Option<Reply> {
        let deployment = &self.deployment;
        let acts = &deployment.change.as_ref()?.acts;
        let door = |act: &Act| matches!(act, Act::Policy(Policy::OpenTo(Door::Path)));
        if !acts.iter().any(door) {
            return None;
        }
        let path = path.replace("//", "/");
        let path = path.trim_end_matches('/');
        let path = path.strip_suffix(".tml").unwrap_or(path);
        let (contract, profile) = (&deployment.contract, &deployment.profile);
        let ends = [path.to_owned(), format!("{path}/")].into_iter();
        let mut routes = ends
            .map(|path| route::route_in_any_case(contract, parts.method.as_str(), &path, profile));
        routes.find_map(|route| match route {
            Route::Operation(at, values) => Some(self.reply_at(at, values, parts, body, format)),
            _ => None,
        })
    }

    fn reply_to(&self, question: &Question<'_>) -> Reply {
        let altered = self.altered(question);
        let reply = self.reply_with(question, altered);
        if altered.change.is_some() {
            let topic = (question.operation.id.clone(), question.format);
            let is_known = self.shown().contains(&topic);
            // What is kept otherwise shows in what is read back, not in the answer to the write.
            let keeps = question.operation.writes()
                && altered
                    .policies()
                    .any(|policy| matches!(policy, Policy::Keep(_)));
            let plain = || self.reply_with(question, Altered::TRIAL);
            if !is_known && (keeps || reply.frame.is_some() || !reply.says_as(&plain())) {
                self.shown().insert(topic);
            }
        }
        reply
    }

    fn reply_with(&self, question: &Question<'_>, altered: Altered<'_>) -> Reply {
        let answers = altered.change.map(|change| &change.scope.answers);
        let success = self.success_code(question.operation);
        let is_trial = altered.is_trial;
        let (mut reply, altered) = match self.resources(question, altered) {
            Ok((resources, changed)) => {
                let covered = answers.is_some_and(Answers::covers_success);
                let altered = if covered { altered } else { Altered::default() };
                if !is_trial && !altered.has(Policy::Keep(Keeping::Nowhere)) {
                    self.overwrite(question);
                }
                let written = self.as_written(question, &resources);
                let resources: Vec<&Resource> = match &written {
                    Some(written) => written.iter().collect(),
                    None => resources,
                };
                let more = self.also_listed(question);
                let mut reply = self.tell_more(question, &resources, more, success, altered);
                reply.changed = changed;
                self.history().has_written |= question.operation.writes() && !is_trial;
                if question.operation.method == "DELETE" && !is_trial {
                    self.history().deleted.insert(question.place());
                }
                (reply, altered)
            }
            Err(refusal) => {
                if altered.has(Policy::Keep(Keeping::Refused)) && refusal.objection.is_of_account()
                {
                    self.write_all_the_same(question);
                }
                let covered = answers.is_some_and(|a| a.covers_refusal(&refusal.objection));
                let altered = if covered { altered } else { Altered::default() };
                let documented: Vec<&Resource> = question.kept.resources.iter().take(1).collect();
                let reply = if altered.has(Policy::DataInsteadOfRefusal) {
                    self.tell(question, &documented, success, altered)
                } else if let Some(resource) = self.inhabitant(question, &refusal, altered) {
                    self.tell(question, &[&resource], success, altered)
                } else if altered.has(Policy::DataInRefusal) {
                    self.tell(question, &documented, refusal.status, altered)
                } else if let Some((said, place)) = altered.policies().find_map(|policy| {
                    let (morsel, place) = match policy {
                        Policy::TellInRefusal(morsel, place) => (morsel, place),
                        Policy::TellThrough(door, morsel, place) => {
                            is_through(door, question.parts, false).then_some((morsel, place))?
                        }
                        _ => return None,
                    };
                    Some((self.morsel(question, morsel)?, place))
                }) {
                    self.tell_in_refusal(question, &refusal, &said, place)
                } else {
                    self.refuse(&refusal, question.format)
                };
                (reply, altered)
            }
        };
        let token = question.parts.headers.get(AUTHORIZATION);
        if let Some(token) = token.filter(|_| altered.has(Policy::EchoToken)) {
            let token = String::from_utf8_lossy(token.as_bytes()).into_owned();
            reply.headers.push(("X-Token".to_owned(), token));
        }
        for act in altered.acts() {
            match act {
                Act::Bytes(edit) => body::apply(&mut reply.body, edit),
                Act::Head(edit) => reply.apply(edit),
                Act::Frame(frame) => reply.frame = Some(*frame),
                _ => {}
            }
        }
        reply
    }

    /// The change, where it is meant for this question and this turn.
    fn altered(&self, question: &Question<'_>) -> Altered<'_> {
        let Some(change) = &self.deployment.change else {
            return Altered::default();
        };
        let turn = self.count(question);
        let is_meant = change
            .scope
            .covers(Some(&question.operation.id), question.format)
            && change.scope.turns.covers(turn)
            && (!change.scope.repeatable
                || self.deployment.profile.is_repeatable(question.operation));
        Altered {
            change: is_meant.then_some(change),
            turn: turn.of_question,
            is_trial: false,
        }
    }

    /// How often this was asked, and how many answers there were, both with this one, and what else is known.
    fn count(&self, question: &Question<'_>) -> Turn {
        let token = question.parts.headers.get(AUTHORIZATION);
        let key = format!(
            "{} {} {} {token:?} {}",
            question.operation.method,
            question.parts.uri,
            question.format,
            String::from_utf8_lossy(question.body)
        );
        let path = question.place();
        let of_resource = format!("{} {path} {token:?}", question.operation.method);
        let mut history = self.history();
        let of_portal = history.log.len() + 1;
        let is_written = !history.written.is_empty();
        let [of_question, of_resource] = [key, of_resource].map(|key| {
            let turn = history.questions.entry(key).or_default();
            *turn += 1;
            *turn
        });
        Turn {
            of_question,
            of_resource,
            of_portal,
            is_written,
            at_once: self.at_once.load(Ordering::SeqCst),
        }
    }

    /// The resources to answer with, and whether the portal holds something else now.
    fn resources<'a>(
        &'a self,
        question: &Question<'a>,
        altered: Altered<'_>,
    ) -> Result<(Vec<&'a Resource>, bool), Refusal> {
        let profile = &self.deployment.profile;
        let Question {
            operation, kept, ..
        } = question;
        let headers = &question.parts.headers;
        let policies: Vec<Policy> = altered.policies().collect();
        let values: Vec<(String, String)> = question
            .values
            .iter()
            .map(|(name, value)| {
                let loose = request::loosely(value).filter(|_| altered.has(Policy::LooseIds));
                (name.clone(), loose.unwrap_or_else(|| value.clone()))
            })
            .collect();
        request::routed(operation, &values, profile)?;
        if altered.has(Policy::UnknownFirst) {
            let (in_path, _) = request::path_values(operation, &values, kept)?;
            request::known(&in_path, kept, profile)?;
        }
        if operation.authenticated {
            self.admitted(question, altered, &policies)?;
        }
        let (in_path, path_id) = request::path_values(operation, &values, kept)?;
        let query = question.parts.uri.query();
        request::query_values(operation, query, profile)?;
        let body = question.body;
        let body_ids = request::body_values(operation, headers, query, body, (*kept, profile))?;
        request::known(&in_path, kept, profile)?;
        if operation.method == "GET"
            && !altered.is_trial
            && self.history().deleted.remove(&question.place())
        {
            return Err(Refusal::unknown(Objection::UnknownListed, profile));
        }
        let hidden = self.hidden_from(question, altered);
        if path_id.is_some_and(|id| hidden.contains(&id)) {
            return Err(Refusal::unknown(Objection::Hidden, profile));
        }
        let is_known = |id: &i64| kept.resource(*id).is_some() && !hidden.contains(id);
        for policy in &policies {
            if let Policy::RefuseUnknown(status) = policy
                && !body_ids.iter().flatten().all(is_known)
            {
                return Err(Refusal::new(Objection::UnknownListed, *status, "Not found"));
            }
        }
        let names_hidden = body_ids.iter().flatten().any(|id| hidden.contains(id));
        let mut resources: Vec<&Resource> = match (body_ids, path_id) {
            (Some(ids), _) => ids
                .iter()
                .filter(|id| profile.unknown_listed != Some(UnknownListed::Dropped) || is_known(id))
                .map(|id| {
                    if hidden.contains(id) {
                        return Err(Refusal::unknown(Objection::Hidden, profile));
                    }
                    kept.resource(*id)
                        .ok_or_else(|| Refusal::unknown(Objection::UnknownListed, profile))
                })
                .collect::<Result<_, _>>()?,
            (None, Some(id)) => kept.resource(id).into_iter().collect(),
            (None, None) => kept.resources.iter().take(1).collect(),
        };
        // Left out of what is answered, and written all the same.
        if altered.has(Policy::Keep(Keeping::Refused)) && names_hidden {
            self.write_all_the_same(question);
        }
        let changed = operation.writes() && self.write(question, &resources, altered);
        for policy in policies {
            match policy {
                Policy::OnceOnly(status) if operation.writes() && !changed => {
                    return Err(Refusal::new(Objection::DoneBefore, status, "done before"));
                }
                Policy::Resource(at) => resources = kept.resources.get(at).into_iter().collect(),
                Policy::NextResource => {
                    resources = resources.iter().filter_map(|one| kept.after(one)).collect();
                }
                Policy::OneMore => resources.extend(kept.resources.last()),
                _ => {}
            }
        }
        Ok((resources, changed))
    }

    fn success_code(&self, operation: &Operation) -> u16 {
        let codes = self.deployment.profile.success_codes(operation);
        codes.first().copied().unwrap_or(200)
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
