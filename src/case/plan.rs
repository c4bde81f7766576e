//! From a contract to questions and cases.

use crate::case::request::Requests;
use crate::case::{Case, CaseId, Check, Expected, Plan, Question, QuestionIndex, Schedule, Scope};
use crate::client::{Request, Token, can_send};
use crate::contract::{Contract, Format, Operation, Parameter, ParameterType};
use crate::profile::{Profile, UnknownListed};
use crate::target::Target;

/// The largest id of the documented servers: no portal has so many resources.
const UNKNOWN_ID: &str = "2147483647";

/// Ids that are wrong in themselves: the word in the case's name, and the values for it.
///
/// Beside a plain wrong one stands one that a loose reader takes for the id given: digits with letters
/// behind them, the sign left out, a number of 64 or more bits cut to 32.
fn invalid_ids(id: &str) -> [(&'static str, Vec<String>); 4] {
    let cut = |bits: u32| Some((1_u128 << bits) + id.parse::<u128>().ok()?);
    let numbers = [cut(32), cut(64)].into_iter().flatten();
    let mut oversized = vec!["99999999999999999999".to_owned()];
    oversized.extend(numbers.map(|number| number.to_string()));
    [
        ("text", vec!["abc".to_owned(), format!("{id}abc")]),
        ("zero", vec!["0".to_owned()]),
        ("negative", vec!["-1".to_owned(), format!("-{id}")]),
        ("oversized", oversized),
    ]
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
/// Operations that write are planned but ignored where the target does not allow writes.
#[must_use]
pub fn plan(contract: &Contract, profile: &Profile, target: &Target) -> Plan {
    let mut planner = Planner {
        contract,
        profile,
        target,
        plan: Plan {
            questions: Vec::new(),
            schedule: Schedule::default(),
            cases: Vec::new(),
        },
    };
    for (index, operation) in contract.operations.iter().enumerate() {
        planner.operation(index, operation);
    }
    planner.plan
}

struct Planner<'a> {
    contract: &'a Contract,
    profile: &'a Profile,
    target: &'a Target,
    plan: Plan,
}

/// One operation in one format.
#[derive(Clone, Copy)]
struct Place<'a> {
    index: usize,
    operation: &'a Operation,
    format: Format,
    requests: Requests<'a>,
}

impl<'a> Planner<'a> {
    fn operation(&mut self, index: usize, operation: &'a Operation) {
        let requests = Requests {
            operation,
            profile: self.profile,
            target: self.target,
        };
        let ignored = (operation.writes() && !self.target.allow_writes)
            .then(|| "it writes to the portal; allow it with --allow-writes".to_owned());
        for format in Format::ALL {
            if operation.response(format).is_none() {
                continue;
            }
            let first = self.plan.cases.len();
            let place = Place {
                index,
                operation,
                format,
                requests,
            };
            self.success(place, Scope::One);
            if let Some(parameter) = several(operation) {
                if requests.values(parameter).len() > 1 {
                    self.success(place, Scope::All);
                } else {
                    self.ignore_all(place, parameter);
                }
            }
            self.unknown_listed(place);
            self.refusals(place);
            for case in &mut self.plan.cases[first..] {
                case.ignored = case.ignored.take().or_else(|| ignored.clone());
            }
        }
    }

    /// The questions that must succeed, and the cases that judge them.
    fn success(&mut self, place: Place<'a>, scope: Scope) {
        let subjects = if place.operation.writes() {
            vec![self.write(place, scope)]
        } else {
            self.reads(place)
        };
        let twin = |planner: &mut Self, format| {
            let place = Place { format, ..place };
            if place.operation.writes() {
                vec![planner.write(place, scope)]
            } else {
                planner.reads(place)
            }
        };
        let has_twin =
            place.format == Format::Xml && place.operation.response(Format::Json).is_some();
        let identity = identity_parameter(self.profile, place.operation);
        for (name, check) in success_checks(place.format) {
            let beside = match check {
                Check::Parity if has_twin => twin(self, Format::Json),
                Check::Parity => continue,
                Check::Asked if identity.is_none() => continue,
                Check::Read => match identity.and_then(|parameter| self.reader(place, parameter)) {
                    Some(reads) => reads,
                    None => continue,
                },
                _ => Vec::new(),
            };
            if check == Check::Snapshot && scope == Scope::All {
                continue;
            }
            self.plan.cases.push(Case {
                id: CaseId::new(&place.operation.id, place.format, name, scope),
                operation: place.index,
                format: place.format,
                check,
                subjects: subjects.clone(),
                beside,
                ignored: None,
            });
        }
    }

    /// Ids that no resource has, among known ones and alone: they are left out, and all else is well.
    fn unknown_listed(&mut self, place: Place<'a>) {
        let Some(UnknownListed::Dropped) = self.profile.unknown_listed else {
            return;
        };
        let identity = identity_parameter(self.profile, place.operation);
        let Some(parameter) = identity.filter(|parameter| parameter.collection) else {
            return;
        };
        let known: Vec<String> = place
            .requests
            .values(parameter)
            .into_iter()
            .take(1)
            .collect();
        let subjects = [known, Vec::new()].map(|ids| {
            let listed = [ids.as_slice(), &[UNKNOWN_ID.to_owned()]].concat();
            let request = place
                .requests
                .with_values(place.format, &parameter.name, &listed);
            let (index, is_new) = self.question(place, request, ids);
            if is_new {
                self.plan.schedule.ordered.push(index);
            }
            index
        });
        self.plan.cases.push(Case {
            id: CaseId::new(
                &place.operation.id,
                place.format,
                "identity::unknown",
                Scope::One,
            ),
            operation: place.index,
            format: place.format,
            check: Check::UnknownListed,
            subjects: subjects.to_vec(),
            beside: Vec::new(),
            ignored: None,
        });
    }

    /// Where only one resource is named, the cases for several say which option they need.
    fn ignore_all(&mut self, place: Place<'a>, parameter: &Parameter) {
        let first = self.plan.cases.len();
        let one: Vec<Case> = self
            .plan
            .cases
            .iter()
            .filter(|case| case.operation == place.index && case.format == place.format)
            .filter(|case| case.check != Check::Snapshot)
            .cloned()
            .collect();
        self.plan.cases.extend(one.into_iter().map(|case| {
            let name = case.id.as_str().splitn(3, "::").nth(2).unwrap_or_default();
            Case {
                id: CaseId::new(&place.operation.id, place.format, name, Scope::All),
                ..case
            }
        }));
        for case in &mut self.plan.cases[first..] {
            case.ignored = Some(format!(
                "it needs two values of {0}: name them with --param {0}={1},...",
                parameter.name,
                self.target
                    .values(&parameter.name, &parameter.example)
                    .join(","),
            ));
        }
    }

    /// Reads of every named resource, once beside everything else and again at rest.
    fn reads(&mut self, place: Place<'a>) -> Vec<QuestionIndex> {
        let mut path = place.operation.path_parameters();
        let identity = path.find(|parameter| self.profile.identity_of(&parameter.name).is_some());
        let questions: Vec<(Request, Vec<String>)> = match identity {
            Some(parameter) => place
                .requests
                .values(parameter)
                .into_iter()
                .map(|id| {
                    let request = place.requests.with_path(place.format, &parameter.name, &id);
                    (request, vec![id])
                })
                .collect(),
            None => vec![(place.requests.valid(place.format, Scope::One), Vec::new())],
        };
        questions
            .into_iter()
            .map(|(request, ids)| {
                let (index, is_new) = self.question(place, request, ids);
                if is_new {
                    self.plan.schedule.free.push(index);
                    for format in QUIET_READS {
                        if format == place.format {
                            self.plan.schedule.quiet.push(index);
                        }
                    }
                }
                index
            })
            .collect()
    }

    /// A write that succeeds, asked three times: the same question must be answered alike.
    fn write(&mut self, place: Place<'a>, scope: Scope) -> QuestionIndex {
        let request = place.requests.valid(place.format, scope);
        let ids = match identity_parameter(self.profile, place.operation) {
            Some(parameter) => {
                let mut values = place.requests.values(parameter);
                if scope == Scope::One {
                    values.truncate(1);
                }
                values
            }
            None => Vec::new(),
        };
        let (index, is_new) = self.question(place, request, ids);
        if is_new {
            self.plan.schedule.ordered.extend([index; 3]);
        }
        index
    }

    /// Reads of the resources that a parameter names, by the operation that reads one, in every format:
    /// a resource that was edited meanwhile was read before in one of them.
    fn reader(&mut self, place: Place<'a>, parameter: &Parameter) -> Option<Vec<QuestionIndex>> {
        let contract = self.contract;
        let operation = contract.reader_of(&parameter.name)?;
        if operation.id == place.operation.id || operation.response(place.format).is_none() {
            return None;
        }
        let index = contract
            .operations
            .iter()
            .position(|other| other.id == operation.id)?;
        let formats = Format::ALL.into_iter();
        let documented = formats.filter(|format| operation.response(*format).is_some());
        let reads = documented.flat_map(|format| {
            self.reads(Place {
                index,
                operation,
                format,
                requests: Requests {
                    operation,
                    ..place.requests
                },
            })
        });
        Some(reads.collect())
    }

    /// The questions that must be refused.
    fn refusals(&mut self, place: Place<'a>) {
        let format = place.format;
        if place.operation.authenticated {
            let credentials = &self.target.credentials;
            for (name, tokens) in TOKEN_REFUSALS {
                let requests = tokens
                    .iter()
                    .filter(|token| can_send(credentials, **token))
                    .map(|token| Request {
                        token: *token,
                        ..place.requests.valid(format, Scope::One)
                    })
                    .collect();
                self.refusal(place, name, Expected::Unauthenticated, requests);
            }
        }
        let operation = place.operation;
        for parameter in operation.path_parameters() {
            if parameter.value_type() != ParameterType::Integer {
                continue;
            }
            let with = |value: &str| place.requests.with_path(format, &parameter.name, value);
            let name = format!("unknown-{}", parameter.name);
            self.refusal(place, &name, Expected::Unknown, vec![with(UNKNOWN_ID)]);
            let ids = place.requests.values(parameter);
            let id = ids.first().map_or("1", String::as_str);
            for (word, values) in invalid_ids(id) {
                let name = format!("{word}-{}", parameter.name);
                let requests = values.iter().map(|value| with(value)).collect();
                self.refusal(place, &name, Expected::Invalid, requests);
            }
        }
        if operation.body_parameters().next().is_none() {
            return;
        }
        let with = |text: Option<&str>| place.requests.with_body(format, text);
        let malformed = place.requests.malformed_body(format);
        let mistyped = place.requests.mistyped_bodies(format);
        let nothing = place.requests.body_of_nothing(format);
        let all = |texts: &[String]| texts.iter().map(|text| with(Some(text))).collect();
        for (name, requests) in [
            ("malformed-body", all(malformed.as_slice())),
            ("empty-body", vec![with(Some(""))]),
            ("mistyped-body", all(&mistyped)),
            ("missing-body", vec![with(None), with(Some(nothing))]),
        ] {
            self.refusal(place, name, Expected::Invalid, requests);
        }
    }

    fn refusal(
        &mut self,
        place: Place<'a>,
        name: &str,
        expected: Expected,
        requests: Vec<Request>,
    ) {
        if requests.is_empty() {
            return;
        }
        // A wrong body for an existing resource could be taken for a write, so it waits its turn.
        let ordered = place.operation.writes() && expected == Expected::Invalid;
        let subjects = requests
            .into_iter()
            .map(|request| {
                let (index, is_new) = self.question(place, request, Vec::new());
                if is_new && ordered {
                    self.plan.schedule.ordered.push(index);
                } else if is_new {
                    self.plan.schedule.free.push(index);
                }
                index
            })
            .collect();
        self.plan.cases.push(Case {
            id: CaseId::new(
                &place.operation.id,
                place.format,
                &format!("refusal::{name}"),
                Scope::One,
            ),
            operation: place.index,
            format: place.format,
            check: Check::Refusal(expected),
            subjects,
            beside: self.leak_sources(place),
            ignored: None,
        });
    }

    /// Answers whose texts must not stand in a refusal: the reads of the same format.
    fn leak_sources(&self, place: Place<'a>) -> Vec<QuestionIndex> {
        (0..self.plan.questions.len())
            .filter(|index| {
                let question = &self.plan.questions[*index];
                question.format == place.format && !question.ids.is_empty()
            })
            .collect()
    }

    /// The place of a question, and whether it is new.
    fn question(
        &mut self,
        place: Place<'a>,
        request: Request,
        ids: Vec<String>,
    ) -> (QuestionIndex, bool) {
        let questions = &mut self.plan.questions;
        if let Some(index) = questions.iter().position(|known| known.request == request) {
            return (index, false);
        }
        questions.push(Question {
            request,
            operation: place.index,
            format: place.format,
            ids,
        });
        (questions.len() - 1, true)
    }
}

/// Tokens that must be refused: the word in the case's name, and what is sent.
const TOKEN_REFUSALS: [(&str, &[Token]); 4] = [
    ("no-token", &[Token::None]),
    ("empty-token", &[Token::Empty]),
    (
        "wrong-token",
        &[
            Token::Unknown,
            Token::UnknownBearer,
            Token::Extended,
            Token::Halved,
            Token::Recased,
        ],
    ),
    ("malformed-token", &[Token::Malformed, Token::Bare]),
];

/// The checks of an answer that must succeed, by the names that cases carry.
fn success_checks(format: Format) -> [(&'static str, Check); 8] {
    let members = match format {
        Format::Json => "schema",
        Format::Xml => "shape",
    };
    [
        ("transport", Check::Transport),
        ("envelope", Check::Envelope),
        (members, Check::Members),
        ("parity", Check::Parity),
        ("identity::asked", Check::Asked),
        ("identity::repeated", Check::Repeated),
        ("identity::read", Check::Read),
        ("snapshot", Check::Snapshot),
    ]
}

/// The parameter whose value an answer repeats as the id of its resources.
fn identity_parameter<'a>(profile: &Profile, operation: &'a Operation) -> Option<&'a Parameter> {
    operation
        .parameters
        .iter()
        .find(|parameter| profile.identity_of(&parameter.name).is_some())
}

/// The collection that may name several resources at once.
fn several(operation: &Operation) -> Option<&Parameter> {
    operation
        .body_parameters()
        .find(|parameter| parameter.collection)
}
