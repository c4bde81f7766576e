//! From a request to its answer.
//!
//! The order of the stages is fixed: path, method, token, values in the path, those in the query, body,
//! what the path names, resources, text.
//! A [`Change`] in scope comes in at each of them.

mod effect;
mod overwritten;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::Method;
use http::header::AUTHORIZATION;
use http::request::Parts;
use serde_json::{Value, json};

use crate::contract::{Format, Operation, OperationId};
use crate::portal::change::{
    Act, Answers, Door, Keeping, Morsel, Policy, RefusalPart, Turn, Turns, body, markup, spelling,
    tree,
};
use crate::portal::credential::{Keys, is_through};
use crate::portal::engine::overwritten::Overwritten;
use crate::portal::envelope;
use crate::portal::objection::Objection;
use crate::portal::payload;
use crate::portal::refusal::Refusal;
use crate::portal::reply::Reply;
use crate::portal::request;
use crate::portal::route::{self, Route};
use crate::portal::serialized;
use crate::portal::store::{Holdings, Resource, Store, Written};
use crate::portal::xml::Element;
use crate::portal::{Change, Deployment, Logged};
use crate::profile::{Profile, RefusalBody, UnknownListed};
use crate::shape::text::is_guid;

/// When the token of a login expires.
const NEVER: &str = "9999-12-31T23:59:59.0000000Z";

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
}

impl History {
    /// The ids that an operation wrote in a place.
    fn ids_written(&self, operation: &OperationId, place: &[String]) -> Vec<i64> {
        let written = self.written.iter();
        let here = written.filter(|(id, at, _)| id == operation && at == place);
        here.map(|(_, _, id)| *id).collect()
    }
}

/// One request to an operation.
struct Question<'a> {
    operation: &'a Operation,
    kept: &'a Holdings,
    values: Vec<(String, String)>,
    format: Format,
    parts: &'a Parts,
    body: &'a [u8],
}

impl Question<'_> {
    /// The path without an ending that names a format.
    fn place(&self) -> String {
        let path = self.parts.uri.path();
        let ending = format!(".{}", self.format);
        path.strip_suffix(&ending).unwrap_or(path).to_owned()
    }
}

/// What is done to one answer.
#[derive(Clone, Copy, Default)]
struct Altered<'a> {
    change: Option<&'a Change>,
    /// How often the question was asked, this time included.
    turn: usize,
    /// Whether nothing is kept: the answer is held against another one and not sent.
    is_trial: bool,
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
        match route::route_in_any_case(contract, parts.method.as_str(), path, profile) {
            Route::Operation(at, values) => Some(self.reply_at(at, values, parts, body, format)),
            _ => None,
        }
    }

    /// Something of the resource that a question names, the last of several.
    fn morsel(&self, question: &Question<'_>, morsel: Morsel) -> Option<String> {
        let (profile, kept) = (&self.deployment.profile, question.kept);
        let id = named(question, profile).last().copied()?;
        let Some(resource) = kept.resource(id) else {
            return (morsel == Morsel::Absence).then(|| "nobody".to_owned());
        };
        if morsel == Morsel::Chance {
            // The fractions of multiples of the golden ratio spread evenly and need no generator.
            let spread = (self.history().log.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            return Some(((spread >> 32) % 10).to_string());
        }
        if morsel == Morsel::State {
            let is_first = kept.resources.first().is_some_and(|first| first.id == id);
            return Some(if is_first { "private" } else { "public" }.to_owned());
        }
        let mut pending = vec![&resource.value];
        while let Some(value) = pending.pop() {
            match (value, morsel) {
                (Value::Array(items), _) => pending.extend(items),
                (Value::Object(members), _) => pending.extend(members.values()),
                (Value::String(text), Morsel::Word) => {
                    let is_word = text.len() > 4 && text.bytes().all(|b| b.is_ascii_alphabetic());
                    if is_word {
                        return Some(text.clone());
                    }
                }
                (Value::String(text), Morsel::Part) => {
                    let last = text.rsplit_once(' ').map(|(_, last)| last);
                    let is_word = |last: &&str| {
                        last.len() > 4 && last.bytes().all(|b| b.is_ascii_alphabetic())
                    };
                    if let Some(last) = last.filter(is_word) {
                        return Some(last.to_owned());
                    }
                }
                (Value::String(text), Morsel::Initials) if text.contains(' ') => {
                    let words = text.split(' ');
                    let initials: String = words.filter_map(|word| word.chars().next()).collect();
                    let is_short = initials.len() == 2;
                    if is_short && initials.bytes().all(|b| b.is_ascii_alphabetic()) {
                        return Some(initials);
                    }
                }
                (Value::String(text), Morsel::Guid | Morsel::Digits)
                    if is_guid(text)
                        && text
                            .contains(|c: char| c.is_ascii_hexdigit() && c != '0' && c != 'f') =>
                {
                    let is_joined = morsel == Morsel::Digits;
                    return Some(text.replace('-', if is_joined { "" } else { "-" }));
                }
                (Value::Number(number), Morsel::Number) => {
                    let number = number
                        .as_i64()
                        .filter(|number| *number > 1 && *number != id);
                    if let Some(number) = number {
                        return Some(number.to_string());
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// A refusal that tells something of the resource that was asked for.
    fn tell_in_refusal(
        &self,
        question: &Question<'_>,
        refusal: &Refusal,
        said: &str,
        place: RefusalPart,
    ) -> Reply {
        let mut refusal = refusal.clone();
        if place == RefusalPart::Message {
            refusal.message = format!("{}: {said}", refusal.message);
        }
        let mut reply = self.refuse(&refusal, question.format);
        match place {
            RefusalPart::Message => {}
            RefusalPart::Header => reply.headers.push(("X-About".to_owned(), said.to_owned())),
            RefusalPart::Reason => reply.reason = Some(format!("No {said}")),
            RefusalPart::Challenge => {
                let challenge = ("WWW-Authenticate".to_owned(), "Portal".to_owned());
                reply.headers.push(challenge);
            }
        }
        reply
    }

    /// The token for the name and the password of the account. Where pages document the same path, only what
    /// the account asks is a login.
    fn login(
        &self,
        parts: &Parts,
        body: &[u8],
        format: Format,
        is_documented: bool,
    ) -> Option<Reply> {
        let (deployment, profile) = (&self.deployment, &self.deployment.profile);
        let given = match payload::labelled(&parts.headers, body) {
            Ok(given) => given,
            Err(_) if is_documented => return None,
            Err(refusal) => return Some(self.refuse(&refusal, format)),
        };
        let says = |wanted: &str, value: &str| {
            let mut named = given
                .iter()
                .filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
            named.next().is_some_and(|(_, given)| given == value)
        };
        let account = &deployment.account;
        let is_account = says("userName", &account.user);
        if is_account && says("password", &account.password) {
            let codes = profile.success_codes_of("POST");
            let status = codes.first().copied().unwrap_or(201);
            let payload = json!({"token": deployment.token, "expires": NEVER});
            return Some(self.written(&envelope::of(profile, status, payload), status, format));
        }
        let refused = || {
            let status = profile.requests.login_refused.unwrap_or(401);
            let message = "User authentication failed";
            let refusal = Refusal::new(Objection::WrongToken, status, message);
            self.refuse(&refusal, format)
        };
        (is_account || !is_documented).then(refused)
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

    /// The resource of an id that none is held of, where the portal has one all the same.
    fn inhabitant(
        &self,
        question: &Question<'_>,
        refusal: &Refusal,
        altered: Altered<'_>,
    ) -> Option<Resource> {
        let most = altered.policies().find_map(|policy| match policy {
            Policy::Inhabited(most) => Some(most),
            _ => None,
        })?;
        if !matches!(refusal.objection, Objection::UnknownId(_)) {
            return None;
        }
        let id = *named(question, &self.deployment.profile).last()?;
        let first = question.kept.resources.first()?;
        let inhabited = &mut self.history().inhabited;
        if inhabited.len() < most {
            inhabited.insert(id);
        }
        let mut value = first.value.clone();
        for member in value.as_object_mut()?.values_mut() {
            if member.as_i64() == Some(first.id) {
                *member = id.into();
            }
        }
        inhabited.contains(&id).then_some(Resource { id, value })
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

    /// Whether who asks may.
    fn admitted(
        &self,
        question: &Question<'_>,
        altered: Altered<'_>,
        policies: &[Policy],
    ) -> Result<(), Refusal> {
        let profile = &self.deployment.profile;
        let (headers, kept) = (&question.parts.headers, question.kept);
        let keys = Keys {
            token: &self.deployment.token,
            account: &self.deployment.account,
            policies,
        };
        let has_written = self.history().has_written;
        let is_others = || {
            let first = kept.resources.first().map(|first| first.id);
            let named = named(question, profile);
            named.iter().any(|id| Some(*id) != first)
        };
        let is_let_in = altered.has(Policy::AnyTokenOfOthers)
            && headers.contains_key(AUTHORIZATION)
            && is_others();
        if !is_let_in
            && !self.is_lesser(question)
            && !keys.is_open(
                question.parts,
                self.is_spelled_otherwise(question),
                has_written,
            )
        {
            keys.open(headers, profile)?;
        }
        Ok(())
    }

    /// Whether the second account asks.
    fn is_lesser(&self, question: &Question<'_>) -> bool {
        let given = question.parts.headers.get(AUTHORIZATION);
        let lesser = self.deployment.lesser.as_ref();
        lesser.is_some_and(|lesser| {
            given.is_some_and(|given| given.as_bytes() == lesser.token.as_bytes())
        })
    }

    /// The ids of resources that are hidden from who asks: from the second account some, unless it is shown them.
    fn hidden_from(&self, question: &Question<'_>, altered: Altered<'_>) -> &[i64] {
        let is_lesser = self.is_lesser(question) && !altered.has(Policy::ShowLesser);
        let lesser = self.deployment.lesser.as_ref().filter(|_| is_lesser);
        lesser.map_or(&[], |lesser| lesser.hidden.as_slice())
    }

    /// Whether the path is none of the contract's as it stands.
    fn is_spelled_otherwise(&self, question: &Question<'_>) -> bool {
        let (parts, deployment) = (question.parts, &self.deployment);
        let path = parts.uri.path().strip_prefix(self.prefix()).unwrap_or("");
        let method = parts.method.as_str();
        let route = route::route(&deployment.contract, method, path, &deployment.profile);
        !matches!(route, Route::Operation(..))
    }

    /// Resources as an answer.
    fn tell(
        &self,
        question: &Question<'_>,
        resources: &[&Resource],
        status: u16,
        altered: Altered<'_>,
    ) -> Reply {
        self.tell_more(question, resources, Vec::new(), status, altered)
    }

    /// The same with more items, where the answer is a list.
    fn tell_more(
        &self,
        question: &Question<'_>,
        resources: &[&Resource],
        more: Vec<Value>,
        status: u16,
        altered: Altered<'_>,
    ) -> Reply {
        let profile = &self.deployment.profile;
        // These have no content (RFC 9110, 15.3.5 and 15.3.6).
        if matches!(status, 204 | 205) && question.operation.has_no_body {
            return Reply::empty(status);
        }
        let values = resources.iter().map(|resource| resource.value.clone());
        let values = values.chain(more);
        let payload = if question.kept.is_list {
            values.collect()
        } else {
            values.into_iter().next().unwrap_or(Value::Null)
        };
        let mut answer = if question.kept.is_bare {
            payload
        } else {
            envelope::of(profile, status, payload)
        };
        let name = profile.envelope.payload.as_str();
        let name = (!question.kept.is_bare).then_some(name);
        let is_list = question.kept.is_list;
        for act in altered.acts() {
            if let Act::Tree(selector, edit) = act
                && let Some(steps) = selector.steps_from_answer(name, is_list)
            {
                tree::apply(&mut answer, &steps, edit, altered.turn);
            }
        }
        let body = match question.format {
            Format::Json => spelling::write(&answer, altered.spelling()),
            Format::Xml => {
                let name_of_root = profile.root(question.operation);
                let booleans = profile.booleans(question.operation);
                let list = profile.root_list(question.operation);
                let item = list.map(|list| list.item.unwrap_or_else(|| "item".to_owned()));
                let mut root = Element::of(&name_of_root, &answer, &booleans);
                if let Some(item) = item {
                    root.call_items(&item);
                }
                for act in altered.acts() {
                    if let Act::Markup(edit) = act {
                        markup::apply(&mut root, edit, name, is_list);
                    }
                }
                root.write()
            }
        };
        match profile.own_media_type(question.operation, question.format) {
            Some(own) => Reply::of_media_type(status, &own, body),
            None => Reply::of(status, question.format, body),
        }
    }

    fn refuse(&self, refusal: &Refusal, format: Format) -> Reply {
        let profile = &self.deployment.profile;
        match refusal.written {
            RefusalBody::Envelope => {
                self.written(&refusal.envelope(profile), refusal.status, format)
            }
            RefusalBody::Page => Reply::page(refusal.status, refusal.page()),
            RefusalBody::Text => Reply::page(refusal.status, refusal.message.clone()),
        }
    }

    /// An answer that nothing alters.
    fn written(&self, answer: &Value, status: u16, format: Format) -> Reply {
        let xml = &self.deployment.profile.xml;
        let body = match format {
            Format::Json => spelling::write(answer, None),
            Format::Xml => Element::of(&xml.root, answer, &xml.booleans()).write(),
        };
        Reply::of(status, format, body)
    }

    fn success_code(&self, operation: &Operation) -> u16 {
        let codes = self.deployment.profile.success_codes(operation);
        codes.first().copied().unwrap_or(200)
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The ids of the resources that a question names.
fn named(question: &Question<'_>, profile: &Profile) -> Vec<i64> {
    let path_id = request::path_values(question.operation, &question.values, question.kept);
    let path_id = path_id.ok().and_then(|(_, id)| id);
    let (headers, query) = (&question.parts.headers, question.parts.uri.query());
    let held = (question.kept, profile);
    let body_ids = request::body_values(question.operation, headers, query, question.body, held);
    let ids = body_ids.ok().flatten();
    ids.unwrap_or_else(|| path_id.into_iter().collect())
}

impl<'a> Altered<'a> {
    const TRIAL: Self = Self {
        change: None,
        turn: 0,
        is_trial: true,
    };

    fn acts(self) -> &'a [Act] {
        self.change.map_or(&[], |change| &change.acts)
    }

    fn policies(self) -> impl Iterator<Item = Policy> {
        self.acts().iter().filter_map(|act| match act {
            Act::Policy(policy) => Some(*policy),
            _ => None,
        })
    }

    fn has(self, policy: Policy) -> bool {
        self.policies().any(|other| other == policy)
    }

    fn spelling(self) -> Option<spelling::Spelling> {
        self.acts().iter().find_map(|act| match act {
            Act::Spelling(spelling) => Some(*spelling),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests;
