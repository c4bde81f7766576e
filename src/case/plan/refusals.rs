//! What must be refused: wrong tokens, ids that nothing has, wrong ids and bodies; and what refusals are held
//! against.

use crate::case::plan::{Planner, Topic};
use crate::case::request::{Requests, strange_id};
use crate::case::wrong::{WRONG_TOKENS, foreign_manners, in_turn, invalid_ids};
use crate::case::{
    Case, Check, Expected, NotAsked, QuestionIndex, Refusal, Scope, Stranger, WrongBody, WrongId,
    WrongToken,
};
use crate::client::{Repeat, Request, Token, can_send};
use crate::contract::{Format, Operation, Parameter, ParameterIn, ParameterType, replaces};
use crate::profile::UnknownListed;

/// For how many named resources wrong tokens are tried.
const MOST_NAMED: usize = 10;
/// For how many of them in every format; for the others in one of them, in turn.
const IN_ALL_FORMATS: usize = 2;
/// The same for no token in other manners, which are many.
const OTHERWISE_IN_ALL_FORMATS: usize = 1;

/// The status of what a write has made.
const CREATED: u16 = 201;

/// Whether a format has its turn at a place, where each place has one format.
fn has_turn(format: Format, place: usize) -> bool {
    Format::ALL[place % Format::ALL.len()] == format
}

impl<'a> Planner<'a> {
    /// The questions that must be refused.
    pub(super) fn refusals(&mut self, topic: Topic<'a>) {
        self.refusals_of_tokens(topic);
        for parameter in topic.operation.path_parameters() {
            // What only chooses or filters may have any value.
            if parameter.may_be_id() && topic.named(parameter).is_some() {
                self.refusals_of_unknown(topic, parameter);
                // What is no GUID may be a name, which some portals take in its place.
                if parameter.value_type() == ParameterType::Integer {
                    self.refusals_of_invalid(topic, parameter);
                }
            }
        }
        self.refusals_of_bodies(topic);
    }

    /// An id in the path that nothing has.
    fn refusals_of_unknown(&mut self, topic: Topic<'a>, parameter: &'a Parameter) {
        let operation = topic.operation;
        // What is not there yet is made (RFC 9110, 9.3.4), where the document says so.
        if operation.method == "PUT" && operation.success.codes.contains(&CREATED) {
            return;
        }
        let with = |value: &str| {
            topic
                .requests
                .with_path(topic.format, &parameter.name, value)
        };
        let nobody = Refusal::UnknownId {
            parameter: parameter.name.clone(),
        };
        let beside = if operation.writes() {
            self.probe(topic, parameter)
        } else {
            Vec::new()
        };
        let unknown = self.strange(parameter, with);
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
        if operation.body_parameters().next().is_none() {
            self.plan.neutral.push(index);
        }
    }

    /// What is no id, in the path.
    fn refusals_of_invalid(&mut self, topic: Topic<'a>, parameter: &'a Parameter) {
        let operation = topic.operation;
        let with = |value: &str| {
            topic
                .requests
                .with_path(topic.format, &parameter.name, value)
        };
        let ids = topic.requests.values(parameter);
        let id = ids.first().map_or("1", String::as_str);
        let is_bodiless = operation.body_parameters().next().is_none();
        for (kind, mut values) in invalid_ids(id) {
            // A value that somebody names is no wrong one.
            values.retain(|value| !ids.contains(value));
            // A loose reader leaves out the sign: what it then takes away is nobody's to lose.
            if replaces(&operation.method) && id != "1" {
                values.retain(|value| value != "-1");
            }
            if values.is_empty() {
                continue;
            }
            let invalid = Refusal::InvalidId {
                kind,
                parameter: parameter.name.clone(),
            };
            let requests = values.iter().map(|value| (with(value), Vec::new()));
            // What is answered for the number itself tells a loose reader from another resource.
            let is_loose = matches!(kind, WrongId::Loose | WrongId::Text)
                && id.bytes().all(|byte| byte.is_ascii_digit());
            let known = (is_loose && !operation.writes())
                .then(|| self.known.get(&with(id)).copied())
                .flatten();
            let beside: Vec<QuestionIndex> = known.into_iter().collect();
            let subjects = self.refused(topic, invalid, requests.collect(), &beside);
            // The first one of each kind is no id of anything, but for `-1` beside a 1 and loose ones.
            let is_nobodys = kind != WrongId::Loose && values[0] != format!("-{id}");
            if is_nobodys && is_bodiless {
                self.plan.neutral.extend(subjects.first());
            }
        }
    }

    /// Bodies that cannot be meant.
    fn refusals_of_bodies(&mut self, topic: Topic<'a>) {
        let (operation, format) = (topic.operation, topic.format);
        let mut in_body = operation.body_parameters().peekable();
        if in_body.peek().is_none() {
            return;
        }
        // Where everything may be left out, leaving it out is no mistake.
        let needs_body = in_body.any(Parameter::must_be_given);
        // The body of a GET has no defined meaning (RFC 9110, 9.3.1): whoever needs none may pass over it.
        if !needs_body && operation.method == "GET" {
            return;
        }
        // Which resource is meant, such a body does not say; the path may.
        let mut in_path = operation.path_parameters();
        let is_nobodys = in_path.all(|one| {
            let named = topic.named(one);
            named.is_some_and(|named| named.member.is_none())
                && self.reader_of(topic, one).is_none()
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

    /// What must be refused whatever is answered otherwise: who shows no token or a wrong one, and the second
    /// account.
    pub(super) fn refusals_of_tokens(&mut self, topic: Topic<'a>) {
        if topic.operation.authenticated {
            self.tokens(topic);
            self.other_account(topic);
        }
    }

    /// The refusals of tokens: at first each kind for the first resource, and no token for every named one.
    ///
    /// When others have succeeded, each kind for every named resource: a portal may answer from what it
    /// remembers, and what opens a resource from the start still opens it then.
    fn tokens(&mut self, topic: Topic<'a>) {
        let format = topic.format;
        let named = Self::named(topic);
        let neutral = self.neutral(topic);
        let unrouted = self.unrouted(topic);
        for (kind, tokens) in WRONG_TOKENS {
            // A write that is let in is done, so one place must do.
            if kind == WrongToken::Misplaced && topic.operation.writes() {
                continue;
            }
            if kind == WrongToken::MissingOtherwise {
                // Whether data came is not known where none is documented.
                if topic.operation.documents_no_answer() {
                    continue;
                }
                let heads = self.heads_of_nobody(topic);
                let beside = [neutral.as_slice(), &unrouted, &heads].concat();
                self.otherwise(topic, &named, &beside);
                continue;
            }
            let credentials = &self.target.credentials;
            let can_be_sent = |token: &&Token| can_send(credentials, **token);
            let tokens = tokens.iter().filter(can_be_sent);
            let tokens: Vec<Token> = tokens
                .map(|token| in_turn(credentials, *token, topic.index))
                .collect();
            let (mut at_first, mut later) = (Vec::new(), Vec::new());
            for (place, (request, ids)) in named.iter().enumerate() {
                for (at, token) in tokens.iter().enumerate() {
                    let with = Request {
                        token: *token,
                        ..request.clone()
                    };
                    let is_at_first = place == 0 || *token == Token::None;
                    if is_at_first {
                        at_first.push((with, ids.clone()));
                    } else if place < IN_ALL_FORMATS || has_turn(format, place + at) {
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

    /// No token in other manners: of the first resource in every format, of each further one in one of them, in
    /// turn.
    ///
    /// Where a body names them, half of the manners name all at once and the other half each further one alone,
    /// in turn: such requests are routed alike, whichever they name.
    fn otherwise(
        &mut self,
        topic: Topic<'a>,
        named: &[(Request, Vec<String>)],
        beside: &[QuestionIndex],
    ) {
        let format = topic.format;
        let is_in_path = topic
            .asked_by()
            .is_some_and(|one| one.sent_in == ParameterIn::Path);
        let alone = named.len().saturating_sub(IN_ALL_FORMATS);
        let mut asked = Vec::new();
        let mut manners = Vec::new();
        for (place, (valid, ids)) in named.iter().enumerate() {
            let has_turn = |at: usize| match place.checked_sub(IN_ALL_FORMATS) {
                _ if place < OTHERWISE_IN_ALL_FORMATS => true,
                Some(one) if !is_in_path => {
                    has_turn(format, at) && (at / Format::ALL.len()) % alone == one
                }
                _ => has_turn(format, place + at),
            };
            let all = foreign_manners(topic.requests, format, valid).into_iter();
            for (at, request) in all.enumerate().filter(|(at, _)| has_turn(*at)) {
                asked.push((request, ids.clone()));
                manners.push(at);
            }
        }
        let refusal = Refusal::Token(WrongToken::MissingOtherwise);
        let case = self.plan.cases.len();
        let subjects = self.refused(topic, refusal, asked, beside);
        for (subject, manner) in subjects.into_iter().zip(manners) {
            self.plan.questions[subject].manner = Some(manner);
        }
        // What a write wrote is nobody's to read without a token either, where no page documents the read.
        let read = self
            .read_back_with(topic, None)
            .filter(|_| topic.operation.writes());
        let read = read.map(|read| &self.plan.questions[read]);
        let read = read.filter(|question| question.operation == topic.index);
        let read = read.map(|question| Request {
            token: Token::None,
            ..question.request.clone()
        });
        if let Some(request) = read
            && self.plan.cases.len() > case
        {
            let (index, _) = self.question(topic, request, Vec::new(), Repeat::Allowed);
            self.plan.schedule.after.push(index);
            self.plan.cases[case].subjects.push(index);
        }
    }

    /// What the second account must not see or change, asked for with it; the first one reads the same, so
    /// that it is known what must not be told.
    fn other_account(&mut self, topic: Topic<'a>) {
        let target = self.target;
        let Some(other) = &target.other else {
            return;
        };
        let (requests, format) = (topic.requests, topic.format);
        let mut parameters = topic.operation.parameters.iter();
        let hidden = parameters.find_map(|parameter| {
            let is_named = parameter.sent_in == ParameterIn::Path
                || (parameter.sent_in == ParameterIn::Body && parameter.collection);
            let ids = other.hidden.get(&parameter.name)?;
            is_named.then_some((parameter, ids))
        });
        let Some((parameter, ids)) = hidden else {
            return;
        };
        let is_in_path = parameter.sent_in == ParameterIn::Path;
        let with = |requests: Requests<'a>, id: &str| {
            if requests.operation.method == "GET" || is_in_path {
                requests.with_path(format, &parameter.name, id)
            } else {
                requests.with_values(format, &parameter.name, &[id.to_owned()])
            }
        };
        let ids = || ids.iter().take(MOST_NAMED);
        let asked = ids().map(|id| {
            let request = Request {
                token: Token::Other,
                ..with(requests, id)
            };
            (request, vec![id.clone()])
        });
        let asked: Vec<_> = asked.collect();
        let drops = self.profile.unknown_listed == Some(UnknownListed::Dropped);
        let refusal = Refusal::OtherAccount {
            is_listed: !is_in_path && drops,
        };
        let contract = self.contract;
        let index = self.reader_of(topic, parameter);
        let mut beside = Vec::new();
        if let Some(index) = index
            && contract.operations[index].response(format).is_some()
        {
            let operation = &contract.operations[index];
            let requests = self.requests(index);
            let reads = Topic {
                index,
                operation,
                requests,
                repeat: Repeat::Allowed,
                ..topic
            };
            for id in ids() {
                let request = requests.with_path(format, &parameter.name, id);
                let (read, is_new) =
                    self.question(reads, request, vec![id.clone()], Repeat::Allowed);
                if is_new {
                    self.plan.schedule.free.push(read);
                }
                beside.push(read);
            }
        }
        // Where it is known how a write is read back, what is refused must not be there.
        let written = ids().filter_map(|id| {
            let instead = is_in_path.then_some((parameter.name.as_str(), id.as_str()));
            self.read_back_with(topic, instead)
        });
        beside.extend(written.collect::<Vec<_>>());
        let case = self.plan.cases.len();
        self.refused(topic, refusal, asked, &beside);
        if !can_send(&other.credentials, Token::Valid)
            && let Some(case) = self.plan.cases.get_mut(case)
        {
            let variable = other.credentials.variables.token.clone();
            case.ignored = Some(NotAsked::NoOtherAccount { variable });
        }
    }

    /// The valid requests for the resources that are named, the first of them first; where a body names them,
    /// all at once second, and each further one alone.
    fn named(topic: Topic<'a>) -> Vec<(Request, Vec<String>)> {
        let (requests, format) = (topic.requests, topic.format);
        let Some(parameter) = topic.asked_by() else {
            return vec![(requests.valid(format, Scope::One), Vec::new())];
        };
        let ids = requests.values(parameter);
        if parameter.sent_in == ParameterIn::Path {
            let ids = ids.into_iter().take(MOST_NAMED);
            return ids
                .map(|id| (requests.with_path(format, &parameter.name, &id), vec![id]))
                .collect();
        }
        let one = requests.sent(parameter, Scope::One);
        let is_whole = one.len() == ids.len();
        let mut named = vec![(requests.valid(format, Scope::One), one)];
        if parameter.collection && ids.len() > 1 {
            let alone = ids.iter().take(MOST_NAMED).skip(1).cloned();
            let alone: Vec<_> = alone
                .map(|id| {
                    let ids = vec![id];
                    (requests.with_values(format, &parameter.name, &ids), ids)
                })
                .collect();
            if !is_whole {
                named.push((requests.valid(format, Scope::All), ids));
            }
            named.extend(alone);
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
        self.nobodys(topic, requests)
    }

    /// `HEAD` of what there is not, without a token, beside that of what there is.
    fn heads_of_nobody(&mut self, topic: Topic<'a>) -> Vec<QuestionIndex> {
        let stranger = topic.requests.strange(topic.format, &self.strangers[0]);
        let heads = stranger.filter(|_| !topic.operation.writes());
        let heads = heads.map(|request| Request {
            method: "HEAD".to_owned(),
            token: Token::None,
            ..request
        });
        self.nobodys(topic, heads)
    }

    /// Requests that no operation is meant by, for the words in which a portal says so: a path that there is
    /// none of, and a method that changes nothing.
    fn unrouted(&mut self, topic: Topic<'a>) -> Vec<QuestionIndex> {
        let contract = self.contract;
        let reads = |operation: &Operation| {
            !operation.writes() && operation.response(topic.format).is_some()
        };
        let Some(index) = contract.operations.iter().position(reads) else {
            return Vec::new();
        };
        let requests = self.requests(index);
        let stranger = requests.strange(topic.format, &self.strangers[0]);
        let known = stranger.unwrap_or_else(|| requests.valid(topic.format, Scope::One));
        let extension = requests.ending(topic.format);
        let (path, _) = known.path.split_once('?').unwrap_or((&known.path, ""));
        let stem = path.strip_suffix(extension).unwrap_or(path);
        let stem = stem.trim_end_matches('/');
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
        let topic = if topic.operation.writes_by_get() {
            // What is sent as that operation is held as it is.
            let operation = &contract.operations[index];
            Topic {
                index,
                operation,
                requests,
                ..topic
            }
        } else {
            topic
        };
        self.nobodys(topic, unrouted)
    }

    /// Asks what names no resource, whenever there is time.
    fn nobodys(
        &mut self,
        topic: Topic<'a>,
        requests: impl IntoIterator<Item = Request>,
    ) -> Vec<QuestionIndex> {
        let mut asked = Vec::new();
        for request in requests {
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
    pub(super) fn strange(
        &self,
        parameter: &Parameter,
        with: impl Fn(&str) -> Request,
    ) -> Vec<Stranger> {
        let taken = self.target.values(parameter);
        let ids = self.strangers.iter();
        let ids = ids.map(|id| strange_id(parameter, id, &taken));
        let strangers = ids.map(|id| Stranger {
            request: with(&id),
            id,
        });
        strangers.collect()
    }

    /// The question about the first of these that is nobody's, and whether it is new.
    pub(super) fn strangers(
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
    pub(super) fn probe(&mut self, topic: Topic<'a>, parameter: &Parameter) -> Vec<QuestionIndex> {
        let Some(index) = self.reader_of(topic, parameter) else {
            return Vec::new();
        };
        let operation = &self.contract.operations[index];
        if operation.response(topic.format).is_none() {
            return Vec::new();
        }
        let requests = self.requests(index);
        let with = |id: &str| requests.with_path(topic.format, &parameter.name, id);
        let reads = Topic {
            index,
            operation,
            requests,
            repeat: Repeat::Allowed,
            ..topic
        };
        let (read, is_new) = self.strangers(
            reads,
            self.strange(parameter, with),
            Vec::new(),
            Repeat::Allowed,
        );
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
}
