//! From a contract to questions and cases.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::case::early::{before_writes, early};
use crate::case::request::Requests;
use crate::case::wrong::{WRONG_TOKENS, foreign_manners, invalid_ids, strangers};
use crate::case::{
    Case, CaseId, Check, Expected, NotAsked, Plan, Question, QuestionIndex, Refusal, Schedule,
    Scope, Stranger, WrongBody, WrongId, WrongToken,
};
use crate::client::{Repeat, Request, Token, can_send};
use crate::contract::{Contract, Format, Operation, Parameter, ParameterType};
use crate::profile::{Profile, UnknownListed};
use crate::target::Target;

/// The id as an answer repeats it: a whole number has no zeros before it.
fn answered_id(parameter: &Parameter, id: &str) -> String {
    let is_number = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || parameter.value_type() != ParameterType::Integer {
        return id.to_owned();
    }
    match id.trim_start_matches('0') {
        "" => "0".to_owned(),
        digits => digits.to_owned(),
    }
}

/// For how many named resources wrong tokens are tried.
const MOST_NAMED: usize = 10;
/// For how many of them in every format; for the others in one of them, in turn.
const IN_ALL_FORMATS: usize = 2;

/// How often a resource is read when the portal is at rest: the format of each read.
///
/// Reads of one format stand together, so that a portal that alternates between two answers cannot
/// answer alike; the last one tells whether the resource changed while the other format was read.
const QUIET_READS: [Format; 6] = [
    Format::Json,
    Format::Json,
    Format::Xml,
    Format::Xml,
    Format::Xml,
    Format::Json,
];

/// Lays out all questions and cases for a target.
///
/// Operations that write are planned but ignored where the target does not allow writes.
#[must_use]
pub fn plan(contract: &Contract, profile: &Profile, target: &Target) -> Plan {
    let parameters = contract.operations.iter().flat_map(|one| &one.parameters);
    let named: Vec<String> = parameters.flat_map(|one| target.values(one)).collect();
    let mut planner = Planner {
        strangers: strangers(&named),
        contract,
        profile,
        target,
        plan: Plan {
            questions: Vec::new(),
            schedule: Schedule::default(),
            cases: Vec::new(),
            told: Vec::new(),
            neutral: Vec::new(),
        },
    };
    for (index, operation) in contract.operations.iter().enumerate() {
        planner.operation(index, operation);
    }
    planner.tell();
    planner.deepest_first();
    planner.plan.schedule.early = early(&planner.plan);
    let before = before_writes(&planner.plan);
    planner.plan.schedule.ordered.splice(..0, before);
    planner.plan
}

struct Planner<'a> {
    contract: &'a Contract,
    profile: &'a Profile,
    target: &'a Target,
    /// Ids that nothing should have.
    strangers: Vec<String>,
    plan: Plan,
}

/// One operation in one format.
#[derive(Clone, Copy)]
struct Topic<'a> {
    index: usize,
    operation: &'a Operation,
    format: Format,
    requests: Requests<'a>,
    repeat: Repeat,
}

impl Topic<'_> {
    fn id(self, check: Check, scope: Scope) -> CaseId {
        CaseId {
            operation: self.operation.id.clone(),
            format: self.format,
            check,
            scope,
        }
    }

    /// Why a case would send a write again that may not be, where it would. The write itself leaves once:
    /// in the first documented format, with the first of several resources.
    fn again(self, check: &Check, scope: Scope) -> Option<NotAsked> {
        if self.repeat == Repeat::Allowed || matches!(check, Check::Refusal(_)) {
            return None;
        }
        let mut documented = Format::ALL
            .into_iter()
            .filter(|format| self.operation.response(*format).is_some());
        let format = documented.next().unwrap_or(self.format);
        let is_once = format == self.format
            && scope == Scope::One
            && !matches!(check, Check::Repeated | Check::UnknownListed);
        (!is_once).then_some(NotAsked::SentOnce { format })
    }
}

impl<'a> Planner<'a> {
    fn operation(&mut self, index: usize, operation: &'a Operation) {
        let requests = Requests {
            operation,
            profile: self.profile,
            target: self.target,
        };
        let ignored = (operation.writes() && !self.target.allow_writes)
            .then_some(NotAsked::Writes)
            .or_else(|| unnamed(requests));
        for format in Format::ALL {
            if operation.response(format).is_none() {
                continue;
            }
            let first = self.plan.cases.len();
            let topic = Topic {
                index,
                operation,
                format,
                requests,
                repeat: if self.profile.is_repeatable(operation) {
                    Repeat::Allowed
                } else {
                    Repeat::Never
                },
            };
            self.success(topic, Scope::One);
            if let Some(parameter) = several(operation) {
                if requests.values(parameter).len() > 1 {
                    self.success(topic, Scope::All);
                } else {
                    self.ignore_all(topic, parameter);
                }
            }
            self.unknown_listed(topic);
            self.refusals(topic);
            for case in &mut self.plan.cases[first..] {
                let reason = || {
                    ignored
                        .clone()
                        .or_else(|| topic.again(&case.id.check, case.id.scope))
                };
                case.ignored = case.ignored.take().or_else(reason);
            }
        }
    }

    /// The questions that must succeed, and the cases that judge them.
    fn success(&mut self, topic: Topic<'a>, scope: Scope) {
        let subjects = if topic.operation.writes() {
            vec![self.write(topic, scope)]
        } else {
            self.reads(topic)
        };
        let twin = |planner: &mut Self, format| {
            let topic = Topic { format, ..topic };
            if topic.operation.writes() {
                vec![planner.write(topic, scope)]
            } else {
                planner.reads(topic)
            }
        };
        let has_twin =
            topic.format == Format::Xml && topic.operation.response(Format::Json).is_some();
        let identity = identity_parameter(self.profile, topic.operation);
        for check in SUCCESS_CHECKS {
            let beside = match check {
                Check::Parity if has_twin => twin(self, Format::Json),
                Check::Parity => continue,
                Check::Asked if identity.is_none() => continue,
                Check::Read => match identity.and_then(|parameter| self.reader(topic, parameter)) {
                    Some(reads) => reads,
                    None => continue,
                },
                _ => Vec::new(),
            };
            if check == Check::Snapshot && scope == Scope::All {
                continue;
            }
            self.plan.cases.push(Case {
                id: topic.id(check, scope),
                operation: topic.index,
                subjects: subjects.clone(),
                beside,
                ignored: None,
            });
        }
    }

    /// Ids that no resource has, among known ones and alone: they are left out, and all else is well.
    fn unknown_listed(&mut self, topic: Topic<'a>) {
        let Some(UnknownListed::Dropped) = self.profile.unknown_listed else {
            return;
        };
        let identity = identity_parameter(self.profile, topic.operation);
        let Some(parameter) = identity.filter(|parameter| parameter.collection) else {
            return;
        };
        let named = topic.requests.values(parameter);
        let known: Vec<String> = named.iter().take(1).cloned().collect();
        let subjects = [known, Vec::new()].map(|ids| {
            let strangers = self.strange(|id| {
                let listed = [ids.as_slice(), &[id.to_owned()]].concat();
                let requests = topic.requests;
                requests.with_values(topic.format, &parameter.name, &listed)
            });
            let ids = ids.iter().map(|id| answered_id(parameter, id)).collect();
            let (index, is_new) = self.strangers(topic, strangers, ids, topic.repeat);
            if is_new && topic.repeat == Repeat::Allowed {
                self.plan.schedule.ordered.push(index);
            }
            index
        });
        let beside = self.probe(topic, parameter);
        self.plan.cases.push(Case {
            id: topic.id(Check::UnknownListed, Scope::One),
            operation: topic.index,
            subjects: subjects.to_vec(),
            beside,
            ignored: None,
        });
    }

    /// Where only one resource is named, the cases for several say which option they need.
    fn ignore_all(&mut self, topic: Topic<'a>, parameter: &Parameter) {
        let first = self.plan.cases.len();
        let one: Vec<Case> = self
            .plan
            .cases
            .iter()
            .filter(|case| case.operation == topic.index && case.id.format == topic.format)
            .filter(|case| case.id.check != Check::Snapshot)
            .cloned()
            .collect();
        self.plan.cases.extend(one.into_iter().map(|case| Case {
            id: topic.id(case.id.check, Scope::All),
            ..case
        }));
        for case in &mut self.plan.cases[first..] {
            case.ignored = Some(NotAsked::NeedsSeveral {
                parameter: parameter.name.clone(),
                named: topic.requests.values(parameter),
                is_made: topic.requests.is_made(parameter),
            });
        }
    }

    /// Reads of every named resource, twice beside everything else and again at rest.
    fn reads(&mut self, topic: Topic<'a>) -> Vec<QuestionIndex> {
        let mut path = topic.operation.path_parameters();
        let identity = path.find(|parameter| self.profile.identity_of(&parameter.name).is_some());
        let questions: Vec<(Request, Vec<String>)> = match identity {
            Some(parameter) => topic
                .requests
                .values(parameter)
                .into_iter()
                .map(|id| {
                    let request = topic.requests.with_path(topic.format, &parameter.name, &id);
                    (request, vec![answered_id(parameter, &id)])
                })
                .collect(),
            None => vec![(topic.requests.valid(topic.format, Scope::One), Vec::new())],
        };
        questions
            .into_iter()
            .map(|(request, ids)| {
                let (index, is_new) = self.question(topic, request, ids, Repeat::Allowed);
                if is_new {
                    // Beside itself as well: two requests at once must not disturb each other.
                    self.plan.schedule.free.extend([index; 2]);
                    for format in QUIET_READS {
                        if format == topic.format {
                            self.plan.schedule.quiet.push(index);
                        }
                    }
                }
                index
            })
            .collect()
    }

    /// A write that succeeds, asked three times where it may be repeated: the same question must be
    /// answered alike. What is deleted without leave to repeat it goes last, as nothing reads it after that.
    fn write(&mut self, topic: Topic<'a>, scope: Scope) -> QuestionIndex {
        let request = topic.requests.valid(topic.format, scope);
        let ids = match identity_parameter(self.profile, topic.operation) {
            Some(parameter) => {
                let mut values = topic.requests.values(parameter);
                if scope == Scope::One {
                    values.truncate(1);
                }
                let values = values.iter();
                values.map(|id| answered_id(parameter, id)).collect()
            }
            None => Vec::new(),
        };
        let (index, is_new) = self.question(topic, request, ids, topic.repeat);
        let schedule = &mut self.plan.schedule;
        if !is_new || topic.again(&Check::Transport, scope).is_some() {
            return index;
        }
        match (topic.repeat, topic.operation.method.as_str()) {
            (Repeat::Allowed, _) => schedule.ordered.extend([index; 3]),
            (Repeat::Never, "DELETE") => schedule.last.push(index),
            (Repeat::Never, _) => schedule.ordered.push(index),
        }
        index
    }

    /// Reads of the resources that a parameter names, by the operation that reads one, in every format:
    /// a resource that was edited meanwhile was read before in one of them.
    fn reader(&mut self, topic: Topic<'a>, parameter: &Parameter) -> Option<Vec<QuestionIndex>> {
        let contract = self.contract;
        let operation = contract.reader_of(&parameter.name)?;
        if operation.id == topic.operation.id || operation.response(topic.format).is_none() {
            return None;
        }
        let index = contract
            .operations
            .iter()
            .position(|other| other.id == operation.id)?;
        let formats = Format::ALL.into_iter();
        let documented = formats.filter(|format| operation.response(*format).is_some());
        let reads = documented.flat_map(|format| {
            self.reads(Topic {
                index,
                operation,
                format,
                requests: Requests {
                    operation,
                    ..topic.requests
                },
                repeat: Repeat::Allowed,
            })
        });
        Some(reads.collect())
    }

    /// The questions that must be refused.
    fn refusals(&mut self, topic: Topic<'a>) {
        let format = topic.format;
        if topic.operation.authenticated {
            self.tokens(topic);
        }
        let operation = topic.operation;
        for parameter in operation.path_parameters() {
            if parameter.value_type() != ParameterType::Integer {
                continue;
            }
            let with = |value: &str| topic.requests.with_path(format, &parameter.name, value);
            let nobody = Refusal::UnknownId {
                parameter: parameter.name.clone(),
            };
            let ids = topic.requests.values(parameter);
            let id = ids.first().map_or("1", String::as_str);
            let is_bodiless = operation.body_parameters().next().is_none();
            let beside = if operation.writes() {
                self.probe(topic, parameter)
            } else {
                Vec::new()
            };
            let unknown = self.strange(with);
            let (index, is_new) = self.strangers(topic, unknown, Vec::new(), Repeat::Allowed);
            if is_new {
                self.plan.schedule.free.push(index);
            }
            self.plan.cases.push(Case {
                id: topic.id(Check::Refusal(nobody), Scope::One),
                operation: topic.index,
                subjects: vec![index],
                beside,
                ignored: None,
            });
            if is_bodiless {
                self.plan.neutral.push(index);
            }
            for (kind, values) in invalid_ids(id) {
                let invalid = Refusal::InvalidId {
                    kind,
                    parameter: parameter.name.clone(),
                };
                let requests = values.iter().map(|value| with(value)).collect();
                let subjects = self.refusal(topic, invalid, requests);
                // The first one of each kind is no id of anything, but for `-1` beside a 1 and loose ones.
                let is_nobodys = kind != WrongId::Loose && values[0] != format!("-{id}");
                if is_nobodys && is_bodiless {
                    self.plan.neutral.extend(subjects.first());
                }
            }
        }
        let mut in_body = operation.body_parameters().peekable();
        if in_body.peek().is_none() {
            return;
        }
        // Where everything may be left out, leaving it out is no mistake.
        let needs_body = in_body.any(Parameter::must_be_given);
        // Which resource is meant, such a body does not say; the path may.
        let mut in_path = operation.path_parameters();
        let is_nobodys = !in_path.any(|one| {
            let identity = self.profile.identity_of(&one.name);
            identity.is_some() || self.contract.reader_of(&one.name).is_some()
        });
        let with = |text: Option<&str>| topic.requests.with_body(format, text);
        let malformed = topic.requests.malformed_body(format);
        let mistyped = topic.requests.mistyped_bodies(format);
        let nothing = topic.requests.body_of_nothing(format);
        let all = |texts: &[String]| texts.iter().map(|text| with(Some(text))).collect();
        for (kind, requests) in [
            (WrongBody::Malformed, all(malformed.as_slice())),
            (WrongBody::Empty, vec![with(Some(""))]),
            (WrongBody::Mistyped, all(&mistyped)),
            (WrongBody::Missing, vec![with(None), with(Some(nothing))]),
        ] {
            let is_wrong = needs_body || matches!(kind, WrongBody::Malformed | WrongBody::Mistyped);
            if is_wrong {
                let subjects = self.refusal(topic, Refusal::Body(kind), requests);
                if is_nobodys {
                    self.plan.neutral.extend(subjects);
                }
            }
        }
    }

    /// The refusals of tokens: at first each kind for the first resource, and no token for every named one.
    ///
    /// When others have succeeded, each kind for every named resource: a portal may answer from what it
    /// remembers, and what opens a resource from the start still opens it then.
    fn tokens(&mut self, topic: Topic<'a>) {
        let format = topic.format;
        let named = self.named(topic);
        let neutral = self.neutral(topic);
        let unrouted = self.unrouted(topic);
        for (kind, tokens) in WRONG_TOKENS {
            // A write that is let in is done, so one place must do.
            if kind == WrongToken::Misplaced && topic.operation.writes() {
                continue;
            }
            if kind == WrongToken::MissingOtherwise {
                let manners = foreign_manners(topic.requests, format).into_iter();
                let manners = manners.map(|request| (request, Vec::new())).collect();
                let beside = [neutral.as_slice(), &unrouted].concat();
                self.refused(topic, Refusal::Token(kind), manners, &beside);
                continue;
            }
            let credentials = &self.target.credentials;
            let can_be_sent = |token: &&Token| can_send(credentials, **token);
            let tokens: Vec<Token> = tokens.iter().filter(can_be_sent).copied().collect();
            let (mut at_first, mut later) = (Vec::new(), Vec::new());
            for (place, (request, ids)) in named.iter().enumerate() {
                for (at, token) in tokens.iter().enumerate() {
                    let with = Request {
                        token: *token,
                        ..request.clone()
                    };
                    let is_at_first = place == 0 || *token == Token::None;
                    let has_turn = Format::ALL[(place + at) % Format::ALL.len()] == format;
                    if is_at_first {
                        at_first.push((with, ids.clone()));
                    } else if place < IN_ALL_FORMATS || has_turn {
                        later.push((with, ids.clone()));
                    }
                }
            }
            if kind == WrongToken::Missing && topic.operation.body_parameters().next().is_some() {
                let bare = Request {
                    token: Token::None,
                    ..topic.requests.with_body(format, None)
                };
                at_first.push((bare, Vec::new()));
            }
            if kind == WrongToken::Misplaced {
                at_first.truncate(tokens.len());
                later.clear();
            }
            let case = self.plan.cases.len();
            let mut subjects = self.refused(topic, Refusal::Token(kind), at_first, &neutral);
            if subjects.is_empty() || kind == WrongToken::Misplaced {
                continue;
            }
            for (request, ids) in later {
                subjects.push(self.question(topic, request, ids, Repeat::Allowed).0);
            }
            self.plan.schedule.after.extend(&subjects);
            self.plan.cases[case].subjects = subjects;
        }
    }

    /// The valid requests for the resources that are named, the first of them first.
    fn named(&self, topic: Topic<'a>) -> Vec<(Request, Vec<String>)> {
        let (requests, format) = (topic.requests, topic.format);
        let Some(parameter) = identity_parameter(self.profile, topic.operation) else {
            return vec![(requests.valid(format, Scope::One), Vec::new())];
        };
        let ids = requests.values(parameter);
        if topic.operation.is_in_path(parameter) {
            let ids = ids.into_iter().take(MOST_NAMED);
            return ids
                .map(|id| (requests.with_path(format, &parameter.name, &id), vec![id]))
                .collect();
        }
        let mut named = vec![(requests.valid(format, Scope::One), ids[..1].to_vec())];
        if parameter.collection && ids.len() > 1 {
            named.push((requests.valid(format, Scope::All), ids));
        }
        named
    }

    /// Requests that name no resource and nobody, for the words that refusals have anyway.
    fn neutral(&mut self, topic: Topic<'a>) -> Vec<QuestionIndex> {
        let stranger = topic.requests.strange(topic.format, &self.strangers[0]);
        let tokens = [Token::None, Token::Unknown].into_iter();
        let tokens = tokens.filter(|token| can_send(&self.target.credentials, *token));
        let requests: Vec<Request> = stranger
            .into_iter()
            .flat_map(|request| {
                tokens.clone().map(move |token| Request {
                    token,
                    ..request.clone()
                })
            })
            .collect();
        let mut neutral = Vec::new();
        for request in requests {
            let (index, is_new) = self.question(topic, request, Vec::new(), Repeat::Allowed);
            if is_new {
                self.plan.schedule.free.push(index);
                self.plan.neutral.push(index);
            }
            neutral.push(index);
        }
        neutral
    }

    /// Requests that no operation is meant by, for the words in which a portal says so: a path that there is
    /// none of, and a method that changes nothing.
    fn unrouted(&mut self, topic: Topic<'a>) -> Vec<QuestionIndex> {
        let contract = self.contract;
        let reads = |operation: &&Operation| {
            !operation.writes() && operation.response(topic.format).is_some()
        };
        let Some(operation) = contract.operations.iter().find(reads) else {
            return Vec::new();
        };
        let requests = Requests {
            operation,
            ..topic.requests
        };
        let stranger = requests.strange(topic.format, &self.strangers[0]);
        let known = stranger.unwrap_or_else(|| requests.valid(topic.format, Scope::One));
        let extension = requests.extension(topic.format);
        let (path, _) = known.path.split_once('?').unwrap_or((&known.path, ""));
        let stem = path.strip_suffix(extension).unwrap_or(path);
        let nowhere = Request {
            path: format!("{stem}/nothing/of/that/kind{extension}"),
            ..known.clone()
        };
        let unrouted = [
            Request {
                token: Token::None,
                ..nowhere.clone()
            },
            nowhere,
            Request {
                method: "OPTIONS".to_owned(),
                token: Token::None,
                ..known
            },
        ];
        let mut asked = Vec::new();
        for request in unrouted {
            let (index, is_new) = self.question(topic, request, Vec::new(), Repeat::Allowed);
            if is_new {
                self.plan.schedule.free.push(index);
                self.plan.neutral.push(index);
            }
            asked.push(index);
        }
        asked
    }

    /// Requests about ids that nothing should have.
    fn strange(&self, with: impl Fn(&str) -> Request) -> Vec<Stranger> {
        let strangers = self.strangers.iter().map(|id| Stranger {
            id: id.clone(),
            request: with(id),
        });
        strangers.collect()
    }

    /// The question about the first of these that is nobody's, and whether it is new.
    fn strangers(
        &mut self,
        topic: Topic<'a>,
        strangers: Vec<Stranger>,
        ids: Vec<String>,
        repeat: Repeat,
    ) -> (QuestionIndex, bool) {
        let request = strangers[0].request.clone();
        let (index, is_new) = self.question(topic, request, ids, repeat);
        self.plan.questions[index].strangers = strangers;
        (index, is_new)
    }

    /// The read that tells whether an id is nobody's, where there is one: no write should try that.
    fn probe(&mut self, topic: Topic<'a>, parameter: &Parameter) -> Vec<QuestionIndex> {
        let contract = self.contract;
        let is_it = |other: &Operation| {
            let reader = contract.reader_of(&parameter.name);
            reader.is_some_and(|reader| reader.id == other.id)
        };
        let operations = contract.operations.iter();
        let Some(index) = operations.clone().position(is_it) else {
            return Vec::new();
        };
        let operation = &contract.operations[index];
        if operation.response(topic.format).is_none() {
            return Vec::new();
        }
        let requests = Requests {
            operation,
            ..topic.requests
        };
        let with = |id: &str| requests.with_path(topic.format, &parameter.name, id);
        let reads = Topic {
            index,
            operation,
            requests,
            repeat: Repeat::Allowed,
            ..topic
        };
        let (read, is_new) = self.strangers(reads, self.strange(with), Vec::new(), Repeat::Allowed);
        if is_new {
            self.plan.schedule.free.push(read);
        }
        vec![read]
    }

    fn refusal(
        &mut self,
        topic: Topic<'a>,
        refusal: Refusal,
        requests: Vec<Request>,
    ) -> Vec<QuestionIndex> {
        let requests = requests.into_iter().map(|request| (request, Vec::new()));
        self.refused(topic, refusal, requests.collect(), &[])
    }

    /// Questions that must be refused, each with the ids that it names, and the case that judges them.
    fn refused(
        &mut self,
        topic: Topic<'a>,
        refusal: Refusal,
        requests: Vec<(Request, Vec<String>)>,
        beside: &[QuestionIndex],
    ) -> Vec<QuestionIndex> {
        if requests.is_empty() {
            return Vec::new();
        }
        // A wrong body for an existing resource could be taken for a write, so it waits its turn.
        let is_wrong = matches!(refusal.expected(), Expected::Invalid | Expected::Loose);
        let ordered = topic.operation.writes() && is_wrong;
        let subjects: Vec<QuestionIndex> = requests
            .into_iter()
            .map(|(request, ids)| {
                // What must be refused does nothing, however often it is sent.
                let repeat = Repeat::Allowed;
                let (index, is_new) = self.question(topic, request, ids, repeat);
                if is_new && ordered {
                    self.plan.schedule.ordered.push(index);
                } else if is_new {
                    self.plan.schedule.free.push(index);
                }
                index
            })
            .collect();
        self.plan.cases.push(Case {
            id: topic.id(Check::Refusal(refusal), Scope::One),
            operation: topic.index,
            subjects: subjects.clone(),
            beside: beside.to_vec(),
            ignored: None,
        });
        subjects
    }

    /// Notes the questions that tell the portal's data: all reads, and writes that answer with resources.
    fn tell(&mut self) {
        let cases = self.plan.cases.iter();
        let successes = cases.filter(|case| !matches!(case.id.check, Check::Refusal(_)));
        let told: BTreeSet<QuestionIndex> = successes
            .flat_map(|case| case.subjects.iter().copied())
            .filter(|index| {
                let question = &self.plan.questions[*index];
                let operation = &self.contract.operations[question.operation];
                !operation.writes() || !question.ids.is_empty()
            })
            .collect();
        self.plan.told = told.into_iter().collect();
    }

    /// What stands in something else is deleted before it.
    fn deepest_first(&mut self) {
        let Plan {
            schedule,
            questions,
            ..
        } = &mut self.plan;
        let depth = |index: &QuestionIndex| questions[*index].request.path.matches('/').count();
        schedule.last.sort_by_key(|index| Reverse(depth(index)));
    }

    /// The index of a question, and whether it is new.
    fn question(
        &mut self,
        topic: Topic<'a>,
        request: Request,
        ids: Vec<String>,
        repeat: Repeat,
    ) -> (QuestionIndex, bool) {
        let questions = &mut self.plan.questions;
        if let Some(index) = questions.iter().position(|known| known.request == request) {
            return (index, false);
        }
        questions.push(Question {
            request,
            operation: topic.index,
            format: topic.format,
            ids,
            repeat,
            strangers: Vec::new(),
        });
        (questions.len() - 1, true)
    }
}

/// The checks of an answer that must succeed.
const SUCCESS_CHECKS: [Check; 8] = [
    Check::Transport,
    Check::Envelope,
    Check::Members,
    Check::Parity,
    Check::Asked,
    Check::Repeated,
    Check::Read,
    Check::Snapshot,
];

/// The parameter whose value an answer repeats as the id of its resources.
fn identity_parameter<'a>(profile: &Profile, operation: &'a Operation) -> Option<&'a Parameter> {
    operation
        .parameters
        .iter()
        .find(|parameter| profile.identity_of(&parameter.name).is_some())
}

/// The collection that may name several resources at once; one of objects names none.
fn several(operation: &Operation) -> Option<&Parameter> {
    let named = |parameter: &&Parameter| parameter.collection && !parameter.example.is_empty();
    operation.body_parameters().find(named)
}

/// The parameter of the path that has no value: without one the path leads elsewhere.
fn unnamed(requests: Requests<'_>) -> Option<NotAsked> {
    let mut path = requests.operation.path_parameters();
    let unnamed = path.find(|parameter| {
        let values = requests.values(parameter);
        !requests.is_made(parameter) && values.iter().all(String::is_empty)
    });
    unnamed.map(|parameter| NotAsked::NeedsValue {
        parameter: parameter.name.clone(),
    })
}
