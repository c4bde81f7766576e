//! From a contract to questions and cases.

mod aftermath;
mod effect;
mod refusals;

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::address::leads_away;
use crate::case::early::{before_writes, early, effects_first};
use crate::case::effort;
use crate::case::foreign::foreign;
use crate::case::request::Requests;
use crate::case::twin::twins;
use crate::case::unasked::unasked;
use crate::case::wrong::strangers;
use crate::case::{
    Case, CaseId, Check, NotAsked, Plan, Question, QuestionIndex, Refusal, Schedule, Scope,
};
use crate::client::{Repeat, Request};
use crate::config::Effort;
use crate::contract::{Contract, Format, Operation, Parameter, ParameterIn, ParameterType};
use crate::look_up;
use crate::profile::{Basis, Named, Profile, UnknownListed};
use crate::shape::text::{folded_guid, is_key};
use crate::target::Target;
use crate::writes::{Writes, sweep};

/// The id as answers are compared with it: a whole number has no zeros before it, a GUID no capitals.
fn answered_id(parameter: &Parameter, id: &str) -> String {
    match parameter.value_type() {
        ParameterType::Integer => plain_id(id),
        _ => folded_guid(id.to_owned()),
    }
}

/// The same of an id whose type is not known.
pub(super) fn plain_id(id: &str) -> String {
    let is_number = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    match id.trim_start_matches('0') {
        _ if !is_number => folded_guid(id.to_owned()),
        "" => "0".to_owned(),
        digits => digits.to_owned(),
    }
}

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
/// Operations that write are planned but ignored where the target lets them not out.
#[must_use]
pub fn plan(contract: &Contract, profile: &Profile, target: &Target) -> Plan {
    let operations = contract.operations.iter();
    let names: Vec<Arc<[Named]>> = operations.map(|one| profile.named(one).into()).collect();
    plan_of(contract, profile, &names, target)
}

/// The same, where it is known which parameters of each operation name a resource ([`Profile::named`]).
pub(crate) fn plan_of(
    contract: &Contract,
    profile: &Profile,
    names: &[Arc<[Named]>],
    target: &Target,
) -> Plan {
    let parameters = contract.operations.iter().flat_map(|one| &one.parameters);
    let values: Vec<String> = parameters.flat_map(|one| target.values(one)).collect();
    let mut planner = Planner {
        strangers: strangers(&values),
        names,
        contract,
        profile,
        target,
        known: HashMap::new(),
        plan: Plan {
            questions: Vec::new(),
            schedule: Schedule::default(),
            cases: Vec::new(),
            told: Vec::new(),
            neutral: Vec::new(),
            inferred: inferred(contract, names, target),
            unasked: Vec::new(),
            twins: Vec::new(),
        },
    };
    // What is told once for a run is told of a documented answer, where there is one.
    for is_silent in [false, true] {
        for (index, operation) in contract.operations.iter().enumerate() {
            if operation.documents_no_answer() == is_silent {
                planner.operation(index, operation);
            }
        }
    }
    planner.tell();
    planner.deepest_first();
    planner.plan.schedule.early = early(&planner.plan);
    let before = before_writes(&planner.plan);
    let ordered = effects_first(&planner.plan);
    planner.plan.schedule.ordered = [before, ordered].concat();
    planner.read_aftermath();
    // What --effort leaves out has a reason of its own.
    planner.plan.unasked = unasked(contract, profile, names, target, &planner.plan.questions);
    if target.effort == Effort::Quick {
        effort::lessen(&mut planner.plan, target.credentials.scheme);
    }
    planner.plan.twins = twins(&planner.plan.questions, &planner.plan.cases);
    planner.plan
}

struct Planner<'a> {
    contract: &'a Contract,
    profile: &'a Profile,
    target: &'a Target,
    /// The parameters of each operation that name a resource.
    names: &'a [Arc<[Named]>],
    /// Ids that nothing should have.
    strangers: Vec<String>,
    /// Where each request is asked.
    known: HashMap<Request, QuestionIndex>,
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

impl<'a> Topic<'a> {
    /// The parameter whose value an answer repeats as the id of its resources.
    fn identity(self) -> Option<&'a Parameter> {
        let mut all = self.requests.named.iter();
        let named = all.find(|named| named.member.is_some())?;
        let mut parameters = self.operation.parameters.iter();
        let parameter = parameters.find(|parameter| parameter.name == named.parameter)?;
        names_itself(named, parameter, self.requests.target).then_some(parameter)
    }

    /// The parameter whose values are asked for one after the other: what an answer repeats, else, of a read,
    /// what the profile states to name something in its path.
    fn asked_by(self) -> Option<&'a Parameter> {
        let is_stated = |parameter: &&Parameter| {
            let named = self.named(parameter);
            named.is_some_and(|named| matches!(named.basis, Basis::Stated(_)))
        };
        let path = || self.operation.path_parameters().find(is_stated);
        let is_read = !self.operation.writes();
        self.identity().or_else(|| path().filter(|_| is_read))
    }

    /// The parameter whose values are listed where a write is read back.
    fn read_back_by(self) -> Option<&'a Parameter> {
        let effect = self.requests.profile.effect_of(self.operation)?;
        let mut parameters = self.operation.parameters.iter();
        parameters.find(|parameter| parameter.name == effect.parameter)
    }

    /// Whether those are the ids of the resources that its answer holds.
    fn is_read_back_by_id(self) -> bool {
        let parameter = self.read_back_by();
        let identity = self.identity();
        parameter.is_some_and(|one| identity.is_some_and(|other| one.name == other.name))
    }

    /// What is known of a parameter that names a resource.
    fn named(self, parameter: &Parameter) -> Option<&'a Named> {
        let mut names = self.requests.named.iter();
        names.find(|named| named.parameter == parameter.name)
    }

    /// Whether another parameter of the path was looked up for the first value of this one.
    fn has_parts_of(self, parameter: &Parameter) -> bool {
        let look_ups = &self.requests.target.look_ups;
        let path = self.operation.path_parameters();
        let mut behind = path.skip_while(|one| one.name != parameter.name).skip(1);
        behind.any(|one| look_ups.contains_key(&one.name))
    }

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
        let format = first_format(self.operation).unwrap_or(self.format);
        let is_once = format == self.format
            && scope == Scope::One
            && !matches!(check, Check::Repeated | Check::UnknownListed);
        (!is_once).then_some(NotAsked::SentOnce { format })
    }
}

impl<'a> Planner<'a> {
    /// What builds the requests of the operation at a place of the contract.
    fn requests(&self, index: usize) -> Requests<'a> {
        Requests {
            operation: &self.contract.operations[index],
            named: &self.names[index],
            profile: self.profile,
            target: self.target,
        }
    }

    /// Why requests of an operation that must succeed are not asked, where they are not.
    fn ignored(&self, requests: Requests<'_>) -> Option<NotAsked> {
        held(requests)
            .or_else(|| foreign(requests))
            .or_else(|| unmade(requests))
            .or_else(|| unfound(requests))
            .or_else(|| unnamed(requests))
            .or_else(|| owed(requests))
            .or_else(|| apart(requests))
            .or_else(|| self.taken(requests))
    }

    fn operation(&mut self, index: usize, operation: &'a Operation) {
        let requests = self.requests(index);
        let ignored = self.ignored(requests);
        // What documents no answer must be refused all the same.
        let is_silent = operation.documents_no_answer();
        for format in Format::ALL {
            let is_asked = is_silent && format == Format::Json;
            if operation.response(format).is_none() && !is_asked {
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
            if is_silent {
                if operation.has_no_body {
                    self.bodiless(topic);
                } else {
                    self.plan.cases.push(unanswered(index, operation));
                }
                self.refusals_of_tokens(topic);
            } else {
                self.success(topic, Scope::One);
                if let Some(parameter) = requests.several() {
                    if requests.values(parameter).len() > 1 {
                        self.success(topic, Scope::All);
                    } else {
                        self.ignore_all(topic, parameter);
                    }
                }
                self.unknown_listed(topic);
                self.refusals(topic);
            }
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
        let identity = topic.identity();
        for check in SUCCESS_CHECKS {
            let beside = match check {
                Check::Parity if has_twin => twin(self, Format::Json),
                Check::Parity => continue,
                Check::Asked if identity.is_none() => continue,
                Check::Effect => match self.read_back(topic) {
                    Some(reads) => reads,
                    None => continue,
                },
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

    /// What succeeds without a body, of which the status is judged.
    fn bodiless(&mut self, topic: Topic<'a>) {
        let subjects = if topic.operation.writes() {
            vec![self.write(topic, Scope::One)]
        } else {
            self.reads(topic)
        };
        self.plan.cases.push(Case {
            id: topic.id(Check::Transport, Scope::One),
            operation: topic.index,
            subjects,
            beside: Vec::new(),
            ignored: None,
        });
    }

    /// Ids that no resource has, among known ones and alone: they are left out, and all else is well.
    fn unknown_listed(&mut self, topic: Topic<'a>) {
        let Some(UnknownListed::Dropped) = self.profile.unknown_listed else {
            return;
        };
        let identity = topic.identity();
        let Some(parameter) = identity.filter(|parameter| parameter.collection) else {
            return;
        };
        let named = topic.requests.values(parameter);
        let known: Vec<String> = named.iter().take(1).cloned().collect();
        let subjects = [known, Vec::new()].map(|ids| {
            let strangers = self.strange(parameter, |id| {
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
        let identity = topic.asked_by().or_else(|| self.above(topic));
        let identity = identity.filter(|parameter| parameter.sent_in == ParameterIn::Path);
        let questions: Vec<(Request, Vec<String>)> = match identity {
            Some(parameter) => topic
                .requests
                .values(parameter)
                .into_iter()
                .map(|id| {
                    let request = topic.requests.with_path(topic.format, &parameter.name, &id);
                    (request, vec![answered_id(parameter, &id)])
                })
                // What belongs to the first of them is what was found for the others.
                .take(if topic.has_parts_of(parameter) {
                    1
                } else {
                    usize::MAX
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

    /// The parameter that names what a read's answer belongs to, where several are named: the last one of its path, up
    /// to which another operation reads what it names.
    fn above(&self, topic: Topic<'a>) -> Option<&'a Parameter> {
        let parameter = topic.operation.path_parameters().last()?;
        let several = topic.requests.values(parameter).len() > 1;
        let place = format!("{{{}}}", parameter.name);
        let mut operations = self.contract.operations.iter().zip(self.names);
        let is_read = operations.any(|(other, names)| {
            let mut names = names.iter();
            let rest = topic.operation.path.strip_prefix(other.path.as_str());
            other.reads()
                && other.path.ends_with(&place)
                && rest.is_some_and(|rest| rest.starts_with('/'))
                && names.any(|one| one.parameter == parameter.name && one.member.is_some())
        });
        (several && is_read && !topic.operation.writes()).then_some(parameter)
    }

    /// A write that succeeds, asked three times where it may be repeated: the same question must be
    /// answered alike. What is deleted without leave to repeat it goes last, as nothing reads it after that.
    fn write(&mut self, topic: Topic<'a>, scope: Scope) -> QuestionIndex {
        let request = topic.requests.valid(topic.format, scope);
        let ids = match topic.identity() {
            Some(parameter) => {
                let values = topic.requests.sent(parameter, scope);
                let values = values.iter();
                values.map(|id| answered_id(parameter, id)).collect()
            }
            None => Vec::new(),
        };
        let (index, is_new) = self.question(topic, request, ids, topic.repeat);
        if let Some(parameter) = topic.read_back_by().filter(|_| is_new) {
            let values = topic.requests.sent(parameter, scope);
            let values = values.iter().map(|id| answered_id(parameter, id));
            self.plan.questions[index].written = values.collect();
        }
        let schedule = &mut self.plan.schedule;
        if !is_new || topic.again(&Check::Transport, scope).is_some() {
            return index;
        }
        match (topic.repeat, topic.operation.method.as_str()) {
            (Repeat::Allowed, _) => schedule.ordered.extend([index; 3]),
            (Repeat::Never, "DELETE") => schedule.last.push(index),
            (Repeat::Never, _) if sweep(topic.operation).is_some() => schedule.last.push(index),
            (Repeat::Never, _) => schedule.ordered.push(index),
        }
        index
    }

    /// The parameter whose value is what stands there in the path of another operation, in whatever letter
    /// case: servers look the literal one up first.
    fn taken(&self, requests: Requests<'_>) -> Option<NotAsked> {
        let operation = requests.operation;
        let parameter = operation.path_parameters().next()?;
        let path = operation
            .path_parameters()
            .fold(operation.path.clone(), |path, parameter| {
                let values = requests.values(parameter);
                let value = values.first().map_or("", String::as_str);
                path.replace(&format!("{{{}}}", parameter.name), value)
            });
        let mut others = self.contract.operations.iter();
        let other = others.find(|other| {
            other.method == operation.method
                && other.id != operation.id
                && other.path.eq_ignore_ascii_case(&path)
        })?;
        Some(NotAsked::Taken {
            parameter: parameter.name.clone(),
            by: other.id.clone(),
        })
    }

    /// Reads of the resources that a parameter names, by the operation that reads one, in every format:
    /// a resource that was edited meanwhile was read before in one of them.
    fn reader(&mut self, topic: Topic<'a>, parameter: &Parameter) -> Option<Vec<QuestionIndex>> {
        let index = self.reader_of(topic, parameter)?;
        let operation = &self.contract.operations[index];
        if index == topic.index || operation.response(topic.format).is_none() {
            return None;
        }
        let is_inferred = |named: &Named| matches!(named.basis, Basis::Inferred);
        if topic.named(parameter).is_some_and(is_inferred) && !self.tells_all(operation, topic) {
            return None;
        }
        let formats = Format::ALL.into_iter();
        let documented = formats.filter(|format| operation.response(*format).is_some());
        let reads = documented.flat_map(|format| {
            self.reads(Topic {
                index,
                operation,
                format,
                requests: self.requests(index),
                repeat: Repeat::Allowed,
            })
        });
        Some(reads.collect())
    }

    /// Whether an operation documents every member of what another one answers with: what documents others
    /// may be of another kind.
    fn tells_all(&self, operation: &Operation, topic: Topic<'a>) -> bool {
        let answer = |operation| self.profile.answer(operation, topic.format);
        let (Some(read), Some(answer)) = (answer(operation), answer(topic.operation)) else {
            return false;
        };
        let mut members = answer.resource().members().iter();
        members.all(|member| read.resource().member(&member.name).is_some())
    }

    /// The operation that reads one resource that a parameter names: a GET of the same path, or, where the
    /// profile states that the parameter names it, any whose only path parameter is stated to name one.
    fn reader_of(&self, topic: Topic<'a>, parameter: &Parameter) -> Option<usize> {
        let named = topic.named(parameter)?;
        let is_stated = |named: &Named| matches!(named.basis, Basis::Stated(_));
        let reads = |(at, other): (usize, &Operation)| {
            let mut path = other.path_parameters();
            let is_only =
                path.next().is_some_and(|one| one.name == parameter.name) && path.next().is_none();
            let mut others = self.names[at].iter();
            let there = others.find(|one| one.parameter == parameter.name)?;
            let is_same = other.path == topic.operation.path;
            let is_reader = other.reads()
                && there.member.is_some()
                && (is_same || (is_only && is_stated(there) && is_stated(named)));
            is_reader.then_some((!is_same, at))
        };
        let operations = self.contract.operations.iter().enumerate();
        operations.filter_map(reads).min().map(|(_, at)| at)
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
        // What the second account must not see is told as well.
        let is_other = |case: &&Case| {
            let check = &case.id.check;
            matches!(check, Check::Refusal(Refusal::OtherAccount { .. }))
        };
        let hidden = self.plan.cases.iter().filter(is_other);
        let hidden = hidden.flat_map(|case| case.beside.iter().copied());
        let hidden = hidden.filter(|index| self.plan.questions[*index].listing.is_none());
        let told: BTreeSet<QuestionIndex> = told.into_iter().chain(hidden).collect();
        self.plan.told = told.into_iter().collect();
    }

    /// What stands in something else is deleted before it, and what takes away more than one thing comes after all.
    fn deepest_first(&mut self) {
        let operations = &self.contract.operations;
        let Plan {
            schedule,
            questions,
            ..
        } = &mut self.plan;
        let depth = |index: &QuestionIndex| {
            let path = questions[*index].request.path.split('?').next();
            let path = path.unwrap_or_default().trim_end_matches('/');
            path.matches('/').count()
        };
        schedule.last.sort_by_key(|index| {
            let operation = &operations[questions[*index].operation];
            (sweep(operation), Reverse(depth(index)))
        });
    }

    /// The index of a question, and whether it is new.
    fn question(
        &mut self,
        topic: Topic<'a>,
        request: Request,
        ids: Vec<String>,
        repeat: Repeat,
    ) -> (QuestionIndex, bool) {
        if let Some(index) = self.known.get(&request) {
            return (*index, false);
        }
        let questions = &mut self.plan.questions;
        self.known.insert(request.clone(), questions.len());
        questions.push(Question {
            request,
            operation: topic.index,
            format: topic.format,
            written: if topic.is_read_back_by_id() {
                ids.clone()
            } else {
                Vec::new()
            },
            ids,
            manner: None,
            repeat,
            listing: None,
            strangers: Vec::new(),
            aftermath: None,
        });
        (questions.len() - 1, true)
    }
}

/// The checks of an answer that must succeed.
const SUCCESS_CHECKS: [Check; 9] = [
    Check::Transport,
    Check::Envelope,
    Check::Members,
    Check::Parity,
    Check::Asked,
    Check::Repeated,
    Check::Read,
    Check::Effect,
    Check::Snapshot,
];

/// The first format that an operation documents, in which a write leaves that is sent once.
fn first_format(operation: &Operation) -> Option<Format> {
    let mut all = Format::ALL.into_iter();
    all.find(|format| operation.response(*format).is_some())
}

/// Whether no run asks an operation in a format, whatever it is let to send: a write that may not be repeated
/// leaves once.
pub(crate) fn is_never_asked(operation: &Operation, format: Format, profile: &Profile) -> bool {
    !profile.is_repeatable(operation) && first_format(operation) != Some(format)
}

/// The case of an operation whose success nothing can be held against: it is told, and never asked.
pub(super) fn unanswered(index: usize, operation: &Operation) -> Case {
    Case {
        id: CaseId {
            operation: operation.id.clone(),
            format: Format::Json,
            check: Check::Transport,
            scope: Scope::One,
        },
        operation: index,
        subjects: Vec::new(),
        beside: Vec::new(),
        ignored: Some(if operation.has_no_body {
            NotAsked::NoBody
        } else {
            NotAsked::NoAnswer
        }),
    }
}

/// What nobody stated, by the places of the operations.
fn inferred(contract: &Contract, names: &[Arc<[Named]>], target: &Target) -> Vec<(usize, Named)> {
    let operations = contract.operations.iter().zip(names).enumerate();
    let of_each = operations.flat_map(|(at, (operation, names))| {
        let is_meant = |named: &&Named| {
            let mut parameters = operation.parameters.iter();
            let parameter = parameters.find(|one| one.name == named.parameter);
            !matches!(named.basis, Basis::Stated(_))
                && parameter.is_some_and(|parameter| names_itself(named, parameter, target))
        };
        let inferred = names.iter().filter(is_meant);
        inferred.map(move |named| (at, named.clone()))
    });
    of_each.collect()
}

/// Whether the values of a parameter that names a resource are those which the answer repeats: of texts of which
/// nobody states it, keys alone are.
fn names_itself(named: &Named, parameter: &Parameter, target: &Target) -> bool {
    let are_keys = || target.values(parameter).iter().all(|value| is_key(value));
    named.basis != Basis::Inferred || parameter.may_be_id() || are_keys()
}

/// Why an operation writes and is not let out, where it is not.
fn held(
    Requests {
        operation,
        profile,
        target,
        ..
    }: Requests<'_>,
) -> Option<NotAsked> {
    let is_repeatable = profile.is_repeatable(operation);
    let is_held = operation.writes() && !target.writes.let_out(operation, is_repeatable);
    is_held.then(|| NotAsked::Writes {
        operation: operation.id.clone(),
        is_harmless: Writes::repeatable().let_out(operation, is_repeatable),
    })
}

/// The parameter of which set-up steps kept no value: what others name is not what they were to make.
fn unmade(requests: Requests<'_>) -> Option<NotAsked> {
    let mut parameters = requests.operation.parameters.iter();
    parameters.find_map(|parameter| {
        let step = requests.target.unmade.get(&parameter.name)?;
        Some(NotAsked::Unmade {
            parameter: parameter.name.clone(),
            step: step.clone(),
        })
    })
}

/// The parameter that was looked up in vain: the page's example names nothing that is known to be there.
fn unfound(requests: Requests<'_>) -> Option<NotAsked> {
    let mut parameters = requests.operation.parameters.iter();
    parameters.find_map(|parameter| {
        let is_sent = parameter.sent_in == ParameterIn::Path || parameter.is_shown();
        let why = requests.target.unfound.get(&parameter.name);
        why.filter(|_| is_sent).map(|why| NotAsked::NoValue {
            parameter: parameter.name.clone(),
            why: why.clone(),
        })
    })
}

/// Two parameters of the path whose values were found apart, where what is asked for has to be there: a POST
/// may well put together what was not. What test data keeps was put together there.
fn apart(requests: Requests<'_>) -> Option<NotAsked> {
    let target = requests.target;
    if requests.operation.method == "POST" {
        return None;
    }
    let path = requests.operation.path_parameters();
    let path = path.filter(|one| !requests.is_made(one));
    let path: Vec<&str> = path.map(|one| one.name.as_str()).collect();
    let value = |name: &str| target.parameters.get(name)?.first().cloned();
    let (parameter, other) = look_up::apart(&path, &target.look_ups, value)?;
    Some(NotAsked::Apart {
        parameter: parameter.to_owned(),
        other: other.to_owned(),
    })
}

/// The header or parameter that has to be sent and whose value neither the page nor anybody names: what comes without it
/// is no answer to the documented request. One that leaves it out shows that it need not be sent.
fn owed(requests: Requests<'_>) -> Option<NotAsked> {
    let Requests {
        operation, target, ..
    } = requests;
    // The reference portal asks for nothing that its pages do not show.
    if target.stand_in.is_some() {
        return None;
    }
    if let Some(header) = requests.owed_header() {
        let header = header.to_owned();
        return Some(NotAsked::OwedHeader { header });
    }
    let mut parameters = operation.parameters.iter();
    let owed = parameters.find(|one| {
        let has_value = one.is_shown() || requests.is_named(one) || requests.is_made(one);
        let is_left_out = operation.may_leave_out(one.sent_in);
        one.sent_in != ParameterIn::Path && !one.optional && !has_value && !is_left_out
    });
    owed.map(|parameter| NotAsked::Owed {
        parameter: parameter.name.clone(),
    })
}

/// The parameter of the path that has no value: without one the path leads elsewhere.
fn unnamed(requests: Requests<'_>) -> Option<NotAsked> {
    let mut path = requests.operation.path_parameters();
    let unnamed = path.find(|parameter| {
        let values = requests.values(parameter);
        let is_nothing = values.iter().all(String::is_empty);
        !requests.is_made(parameter) && (is_nothing || values.iter().any(|one| leads_away(one)))
    });
    unnamed.map(|parameter| NotAsked::NeedsValue {
        parameter: parameter.name.clone(),
    })
}
