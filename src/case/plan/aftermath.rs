//! The reads behind writes that tell whether these did what they say.

use percent_encoding::utf8_percent_encode;

use crate::case::plan::Planner;
use crate::case::serialized::ESCAPED;
use crate::case::{Aftermath, Check, NotAsked, Question, QuestionIndex, Scope};
use crate::client::{Repeat, Request};
use crate::contract::{Format, Operation, ParameterIn};

/// A write that must succeed.
#[derive(Clone, Copy)]
struct Write {
    case: usize,
    operation: usize,
    format: Format,
    question: QuestionIndex,
}

impl Planner<'_> {
    /// Puts one read behind each write that makes or deletes what a documented read reads, and between two that change
    /// the same.
    pub(super) fn read_aftermath(&mut self) {
        let writes = self.accepted_writes();
        for write in &writes {
            match self.contract.operations[write.operation].method.as_str() {
                "DELETE" => self.read_deleted(*write),
                "POST" => self.read_made(*write),
                _ => {}
            }
        }
        self.read_between(&writes);
    }

    /// The writes of which one is asked and must succeed.
    fn accepted_writes(&self) -> Vec<Write> {
        let cases = self.plan.cases.iter().enumerate();
        let writes = cases.filter(|(_, case)| {
            case.id.check == Check::Transport
                && case.id.scope == Scope::One
                && case.ignored.is_none()
                && self.contract.operations[case.operation].writes()
        });
        let writes = writes.filter_map(|(at, case)| {
            Some(Write {
                case: at,
                operation: case.operation,
                format: case.id.format,
                question: *case.subjects.first()?,
            })
        });
        writes.collect()
    }

    fn read_deleted(&mut self, write: Write) {
        let operation = &self.contract.operations[write.operation];
        if !operation.path.ends_with('}') || !self.plan.schedule.last.contains(&write.question) {
            return;
        }
        let Some((format, before)) = self.read_of(write) else {
            return;
        };
        let Question {
            request,
            operation: reader,
            ..
        } = self.plan.questions[before].clone();
        let aftermath = Aftermath::Deleted {
            write: write.question,
            before,
        };
        let index = self.add_aftermath(write.case, request, (reader, format), aftermath);
        insert_behind(&mut self.plan.schedule.last, write.question, index);
    }

    /// The read that is asked of what a write's path leads to, and its format: the write's own where it is documented.
    fn read_of(&self, write: Write) -> Option<(Format, QuestionIndex)> {
        let path = &self.contract.operations[write.operation].path;
        let is_read = |other: &Operation| other.method == "GET" && other.path == *path;
        let reader = self.contract.operations.iter().position(is_read)?;
        let requests = self.requests(reader);
        let others = Format::ALL.into_iter();
        let others = others.filter(|format| *format != write.format);
        let mut formats = [write.format].into_iter().chain(others);
        formats.find_map(|format| {
            requests.operation.response(format)?;
            let request = requests.valid(format, Scope::One);
            let read = *self.known.get(&request)?;
            let mut cases = self.plan.cases.iter();
            let is_asked = cases.any(|case| {
                case.operation == reader && case.ignored.is_none() && case.subjects.contains(&read)
            });
            is_asked.then_some((format, read))
        })
    }

    fn read_made(&mut self, write: Write) {
        let Some((reader, format, request, place)) = self.read_of_made(write) else {
            return;
        };
        let aftermath = Aftermath::Made {
            write: write.question,
            place,
        };
        let index = self.add_aftermath(write.case, request, (reader, format), aftermath);
        insert_behind(&mut self.plan.schedule.ordered, write.question, index);
    }

    /// The read of what a write makes: by a path that is the write's own with one variable behind it, which names what
    /// is read; and what stands for the id in it.
    fn read_of_made(&self, write: Write) -> Option<(usize, Format, Request, String)> {
        let operation = &self.contract.operations[write.operation];
        let is_read = |(at, other): &(usize, &Operation)| {
            let rest = other.path.strip_prefix(operation.path.as_str());
            let variable = rest.and_then(|rest| rest.strip_prefix("/{")?.strip_suffix('}'));
            let mut names = self.names[*at].iter();
            other.method == "GET"
                && variable.is_some_and(|variable| {
                    names.any(|one| one.parameter == variable && one.member.is_some())
                })
        };
        let operations = self.contract.operations.iter().enumerate();
        let (reader, read) = operations.clone().find(is_read)?;
        let parameter = read.path_parameters().last()?;
        let requests = self.requests(reader);
        // Of its id alone nobody needs to say a value.
        let is_of_id = |reason: &NotAsked| match reason {
            NotAsked::NeedsValue { parameter: owed }
            | NotAsked::NoValue {
                parameter: owed, ..
            }
            | NotAsked::Unmade {
                parameter: owed, ..
            } => *owed == parameter.name,
            _ => false,
        };
        if parameter.sent_in != ParameterIn::Path
            || self
                .ignored(requests)
                .is_some_and(|reason| !is_of_id(&reason))
        {
            return None;
        }
        let others = Format::ALL.into_iter();
        let others = others.filter(|format| *format != write.format);
        let mut formats = [write.format].into_iter().chain(others);
        let format = formats.find(|format| read.response(*format).is_some())?;
        if !self.may_be_of_one_kind(operation, read, write.format) {
            return None;
        }
        let place = Aftermath::place_of(&parameter.name);
        let escaped = utf8_percent_encode(&place, ESCAPED).to_string();
        let mut request = requests.with_path(format, &parameter.name, &place);
        if request.path.matches(&escaped).count() != 1 {
            return None;
        }
        request.path = request.path.replace(&escaped, &place);
        Some((reader, format, request, place))
    }

    /// Whether a read may tell of what a write answers with: it documents all of that, or the write answers with
    /// nothing.
    fn may_be_of_one_kind(&self, write: &Operation, read: &Operation, format: Format) -> bool {
        let of_write = self.profile.answer(write, format);
        let of_read = self.profile.answer(read, format);
        let (Some(of_write), Some(of_read)) = (of_write, of_read) else {
            return write.documents_no_answer();
        };
        let mut members = of_write.resource().members().iter();
        let is_one = !matches!(of_write.payload().kind, crate::shape::Kind::List(_));
        is_one && members.all(|member| of_read.resource().member(&member.name).is_some())
    }

    /// Puts a read between two writes that change the same: what the second one did nothing to, the first one may have
    /// changed.
    fn read_between(&mut self, writes: &[Write]) {
        let changes = |one: &&Write| {
            let method = self.contract.operations[one.operation].method.as_str();
            matches!(method, "PUT" | "PATCH")
        };
        let changes: Vec<Write> = writes.iter().filter(changes).copied().collect();
        let path = |write: &Write| self.contract.operations[write.operation].path.as_str();
        let mut before: Option<Write> = None;
        let mut ordered = Vec::new();
        for question in &self.plan.schedule.ordered {
            let write = changes.iter().find(|one| one.question == *question);
            if let Some(write) = write {
                let is_other = |before: &Write| {
                    before.question != write.question && path(before) == path(write)
                };
                if before.as_ref().is_some_and(is_other)
                    && let Some((_, read)) = self.read_of(*write)
                {
                    ordered.push(read);
                }
                before = Some(*write);
            }
            ordered.push(*question);
        }
        self.plan.schedule.ordered = ordered;
    }

    /// Adds a read behind the write of a case, which needs it from then on.
    fn add_aftermath(
        &mut self,
        case: usize,
        request: Request,
        (operation, format): (usize, Format),
        aftermath: Aftermath,
    ) -> QuestionIndex {
        self.plan.questions.push(Question {
            request,
            operation,
            format,
            ids: Vec::new(),
            written: Vec::new(),
            manner: None,
            repeat: Repeat::Allowed,
            listing: None,
            strangers: Vec::new(),
            aftermath: Some(aftermath),
        });
        let index = self.plan.questions.len() - 1;
        self.plan.cases[case].beside.push(index);
        index
    }
}

/// Inserts a question behind the last place of another one, where that has one.
fn insert_behind(list: &mut Vec<QuestionIndex>, other: QuestionIndex, question: QuestionIndex) {
    if let Some(at) = list.iter().rposition(|one| *one == other) {
        list.insert(at + 1, question);
    }
}
