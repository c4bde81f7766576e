//! From the example of a page to the shape of every answer of one kind of portal.

use crate::contract::{Format, Operation};
use crate::names::matches;
use crate::profile::{Added, Definition, Described, Note, NotedType, Profile, When};
use crate::shape::{self, Condition, Fraction, Kind, Member, Object, Shape};
use crate::source::Span;

/// What an answer of one operation in one format must look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerShape {
    /// The whole body: the envelope, its payload included.
    pub envelope: Shape,
    /// The name of the member that holds the payload, where the example has it.
    pub payload: Option<String>,
    /// Whether what is documented is the payload alone, without the envelope around it.
    pub is_bare: bool,
}

impl AnswerShape {
    /// The shape of the payload; the whole body where there is no envelope.
    #[must_use]
    pub fn payload(&self) -> &Shape {
        self.payload
            .as_ref()
            .and_then(|name| self.envelope.member(name))
            .map_or(&self.envelope, |member| &member.shape)
    }

    /// The shape of one resource: the payload, or an item of it where it is a list.
    #[must_use]
    pub fn resource(&self) -> &Shape {
        match &self.payload().kind {
            Kind::List(item) => item,
            _ => self.payload(),
        }
    }

    /// The JSON pointer of the payload.
    #[must_use]
    pub fn payload_pointer(&self) -> String {
        self.payload
            .as_ref()
            .map_or(String::new(), |name| format!("/{name}"))
    }
}

impl Profile {
    /// The shape of the answers of an operation in a format; `None` where the page has no example.
    #[must_use]
    pub fn answer(&self, operation: &Operation, format: Format) -> Option<AnswerShape> {
        let example = operation.response(format)?;
        let json = operation
            .response(Format::Json)
            .map(|json| match &json.shape {
                Some(shape) => shape.as_ref().clone(),
                None => shape::json::shape(&operation.source, json.body),
            });
        let documented = match format {
            Format::Json => json?,
            Format::Xml => shape::xml::shape(&operation.source, example.body, json.as_ref()),
        };
        let name = &self.envelope.payload;
        let is_bare = example.shape.is_some()
            && self.envelope.schemas == Described::Payload
            && documented.member(name).is_none();
        let documented = if is_bare {
            wrapped(documented, name, example.media_type)
        } else {
            documented
        };
        let is_meant = |note: &Note| {
            let pattern = note.operation.as_deref();
            pattern.is_none_or(|pattern| matches(pattern, operation.id.as_str()))
        };
        if self.notes.iter().all(is_meant) {
            return Some(AnswerShape {
                is_bare,
                ..self.answer_of(documented, &operation.returns)
            });
        }
        let mut here = self.clone();
        here.notes.retain(is_meant);
        Some(AnswerShape {
            is_bare,
            ..here.answer_of(documented, &operation.returns)
        })
    }

    fn answer_of(&self, documented: Shape, returns: &str) -> AnswerShape {
        let name = &self.envelope.payload;
        let Kind::Object(mut root) = documented.kind.clone() else {
            return AnswerShape {
                envelope: self.wire_shape(documented, ""),
                payload: None,
                is_bare: false,
            };
        };
        let Some(at) = root.members.iter().position(|member| member.name == *name) else {
            return AnswerShape {
                envelope: self.wire_shape(documented, ""),
                payload: None,
                is_bare: false,
            };
        };
        let payload = &mut root.members[at];
        let shape = std::mem::replace(&mut payload.shape, Shape::of(Kind::Unknown));
        payload.shape = match shape.kind {
            Kind::List(item) => Shape::of(Kind::List(Box::new(self.resource(*item, returns)))),
            _ => self.resource(shape, returns),
        };
        for listed in &self.envelope.members {
            let kind = listed.kind.kind();
            // A constant is a number.
            let is_number = matches!(kind, Kind::Integer | Kind::Number);
            let constant = listed.constant.filter(|_| is_number);
            let optional = listed.optional || listed.omitted_at_zero;
            match root
                .members
                .iter_mut()
                .find(|member| member.name == listed.name)
            {
                Some(member) => {
                    member.shape = Shape::of(kind);
                    member.constant = constant;
                    member.optional = optional;
                }
                None => root.members.push(Member {
                    name: listed.name.clone(),
                    documented: listed.name.clone(),
                    shape: Shape::of(kind),
                    optional,
                    when: None,
                    constant,
                    span: Span::default(),
                }),
            }
        }
        root.closed = self.envelope.closed;
        AnswerShape {
            envelope: Shape::of(Kind::Object(root)),
            payload: Some(name.clone()),
            is_bare: false,
        }
    }

    /// The payload, or one item of it, under the name that the page's `Returns` gives it.
    fn resource(&self, documented: Shape, returns: &str) -> Shape {
        let mut shape = self.wire_shape(documented, "");
        if let Kind::Object(object) = &mut shape.kind {
            object.name = object.name.take().or_else(|| resource_name(returns));
        }
        shape
    }

    /// Applies names and notes to a shape at a documented path, and to all below it.
    fn wire_shape(&self, shape: Shape, path: &str) -> Shape {
        let kind = match shape.kind {
            Kind::Object(object) => Kind::Object(self.wire_object(object, path)),
            Kind::List(item) => Kind::List(Box::new(self.wire_shape(*item, &join(path, "*")))),
            Kind::DateTime(_) if !self.is_date_time_member(path) => Kind::Text,
            kind => kind,
        };
        let noted = self.notes_at(path).find_map(|note| note.kind);
        let nullable = self.notes_at(path).find_map(|note| note.nullable);
        let kind = noted.map_or(kind, NotedType::kind);
        Shape {
            kind: match (kind, self.inference.date_time_fraction_digits) {
                (Kind::DateTime(_), Some(digits)) => Kind::DateTime(Fraction::Digits(digits)),
                (kind, _) => kind,
            },
            nullable: nullable.unwrap_or(shape.nullable),
        }
    }

    fn wire_object(&self, object: Object, path: &str) -> Object {
        let added: Vec<Member> = self
            .added
            .iter()
            .filter(|added| added.within == path)
            .map(|added| self.added_member(added, &object))
            .collect();
        let mut members: Vec<Member> = object
            .members
            .into_iter()
            .chain(added)
            .filter_map(|member| {
                let path = join(path, &member.documented);
                if self.notes_at(&path).any(|note| note.never) {
                    return None;
                }
                let optional = self.notes_at(&path).find_map(|note| note.optional);
                let when = self.notes_at(&path).find_map(|note| note.when.as_ref());
                Some(Member {
                    name: self.wire_name(&member.documented),
                    shape: self.wire_shape(member.shape, &path),
                    optional: optional.unwrap_or(member.optional),
                    when: when.map(|when| self.condition(when)).or(member.when),
                    ..member
                })
            })
            .collect();
        let deciders: Vec<String> = members
            .iter()
            .filter(|member| member.shape.kind == Kind::Boolean)
            .map(|member| member.name.clone())
            .collect();
        for member in &mut members {
            // What nothing documented decides is met nowhere.
            if let Some(when) = &member.when
                && !deciders.contains(&when.member)
            {
                member.when = None;
                member.optional = true;
            }
        }
        Object {
            members,
            closed: object.closed,
            name: self
                .definition_at(path)
                .map(|definition| definition.name.clone())
                .or(object.name),
        }
    }

    /// A member that no page documents, beside the documented ones of an object; as if one did.
    fn added_member(&self, added: &Added, beside: &Object) -> Member {
        let kind = match added.kind {
            Some(kind) => kind.kind(),
            None => Kind::Object(Object {
                members: beside
                    .members
                    .iter()
                    .filter(|member| added.of.contains(&member.documented))
                    .cloned()
                    .collect(),
                ..Object::default()
            }),
        };
        let shape = Shape {
            kind,
            nullable: added.nullable,
        };
        Member {
            name: added.name.clone(),
            documented: added.name.clone(),
            shape,
            optional: added.optional,
            when: added.when.as_ref().map(|when| self.condition(when)),
            constant: None,
            span: Span::default(),
        }
    }

    fn condition(&self, when: &When) -> Condition {
        Condition {
            member: self.wire_name(&when.member),
            is: when.is,
            only: when.only,
        }
    }

    fn is_date_time_member(&self, path: &str) -> bool {
        let name = path.trim_end_matches("/*").rsplit('/').next();
        let names = &self.inference.date_time_members;
        name.is_some_and(|name| names.iter().any(|listed| listed == name))
    }

    /// The notes on a path, the last one first: later notes override earlier ones.
    fn notes_at(&self, path: &str) -> impl Iterator<Item = &Note> {
        self.notes
            .iter()
            .rev()
            .filter(move |note| is_at(path, &note.at))
    }

    fn definition_at(&self, path: &str) -> Option<&Definition> {
        self.definitions
            .iter()
            .rev()
            .find(|definition| definition.of.iter().any(|at| is_at(path, at)))
    }
}

/// A payload as the only member of an envelope.
fn wrapped(payload: Shape, name: &str, span: Span) -> Shape {
    let member = Member {
        name: name.to_owned(),
        documented: name.to_owned(),
        shape: payload,
        optional: false,
        when: None,
        constant: None,
        span,
    };
    Shape::of(Kind::Object(Object {
        members: vec![member],
        ..Object::default()
    }))
}

impl NotedType {
    /// The shape's type that a note gives.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::Text => Kind::Text,
            Self::Integer => Kind::Integer,
            Self::Number => Kind::Number,
            Self::Boolean => Kind::Boolean,
            Self::DateTime => Kind::DateTime(Fraction::Any),
            Self::Guid => Kind::Guid,
            Self::Any => Kind::Mixed,
        }
    }
}

/// Whether a documented path is the one of a note, or ends with it.
pub(super) fn is_at(path: &str, at: &str) -> bool {
    path.strip_suffix(at)
        .is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

pub(super) fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}/{name}")
    }
}

/// `Contact` from `Contact` or `List of contacts`; `None` where the words name no type.
fn resource_name(returns: &str) -> Option<String> {
    let (word, is_list) = match returns.strip_prefix("List of ") {
        Some(rest) => (rest, true),
        None => (returns, false),
    };
    if word.is_empty() || !word.chars().all(char::is_alphanumeric) {
        return None;
    }
    let singular = if is_list {
        word.strip_suffix('s').unwrap_or(word)
    } else {
        word
    };
    let mut letters = singular.chars();
    let first = letters.next()?;
    Some(first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{contract, profile, source::Source};

    fn answer(response: &str, returns: &str) -> AnswerShape {
        let text = format!(
            "GET api/2.0/x\nReturns\n{returns}\nExample Response\napplication/json\n{response}\n"
        );
        let contract = contract::of_sources(vec![Source::new("page.txt", &text)]).unwrap();
        let profile = profile::load("as-documented").unwrap();
        profile
            .answer(&contract.operations[0], Format::Json)
            .unwrap()
    }

    #[test]
    fn a_date_is_a_date_only_by_the_members_name() {
        let date = "2020-12-08T17:37:04Z";
        let answer = answer(
            &format!(r#"{{"status": 0, "response": {{"Created": "{date}", "Label": "{date}"}}}}"#),
            "Thing",
        );
        let kind = |name: &str| answer.payload().member(name).unwrap().shape.kind.clone();
        assert_eq!(kind("Created"), Kind::DateTime(Fraction::Any));
        assert_eq!(kind("Label"), Kind::Text);
    }

    #[test]
    fn the_envelope_is_closed_and_its_status_constant() {
        let answer = answer(r#"{"status": 0, "response": []}"#, "List of things");
        let Kind::Object(root) = &answer.envelope.kind else {
            panic!("no object")
        };
        assert!(root.closed);
        assert_eq!(root.members[0].constant, Some(0));
    }

    /// The resource of a page, under a profile that extends the built-in one.
    fn noted(page: &str, notes: &str) -> Shape {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        let text = format!("extends = \"as-documented\"\nname = \"mine\"\n{notes}");
        std::fs::write(&path, text).unwrap();
        let profile = profile::load(path.to_str().unwrap()).unwrap();
        let text = format!(
            "{page}\nReturns\nThing\nExample Response\napplication/json\n{{\"status\": 0, \"response\": \
             {{\"IsOpen\": true, \"Guests\": [], \"Host\": {{\"Guests\": [1]}}}}}}\n"
        );
        let contract = contract::of_sources(vec![Source::new("page.txt", &text)]).unwrap();
        let operation = &contract.operations[0];
        let answer = profile.answer(operation, Format::Json).unwrap();
        answer.resource().clone()
    }

    #[test]
    fn a_note_may_hold_in_the_answers_of_some_operations_alone() {
        let notes = "[[note]]\nat = \"Guests\"\noperation = \"post-thing*\"\noptional = true\nbecause = \"x\"\n";
        let optional = |page| noted(page, notes).member("Guests").unwrap().optional;
        assert!(optional("POST api/2.0/thing/new"));
        assert!(!optional("GET api/2.0/thing"));
    }

    #[test]
    fn a_note_may_depend_on_a_flag_beside_it_and_on_none_elsewhere() {
        let notes = "[[note]]\nat = \"Guests\"\nbecause = \"x\"\n\
                     when = { member = \"IsOpen\", is = false, only = true }\n";
        let thing = noted("GET api/2.0/thing", notes);
        let guests = thing.member("Guests").unwrap();
        let when = guests.when.as_ref().unwrap();
        assert_eq!(
            (when.member.as_str(), when.is, when.only),
            ("IsOpen", false, true)
        );
        assert!(!guests.optional);
        // No flag stands beside the guests of the host.
        let host = &thing.member("Host").unwrap().shape;
        let guests = host.member("Guests").unwrap();
        assert_eq!((guests.when.as_ref(), guests.optional), (None, true));
    }

    #[test]
    fn an_example_without_envelope_is_its_own_payload() {
        let answer = answer(r#"{"Path": "x"}"#, "Portal");
        assert_eq!(answer.payload, None);
        assert_eq!(answer.payload().members().len(), 1);
    }

    #[test]
    fn the_resource_is_named_by_what_is_returned() {
        assert_eq!(resource_name("List of contacts").unwrap(), "Contact");
        assert_eq!(resource_name("Contact").unwrap(), "Contact");
        assert_eq!(resource_name("The portal's own words"), None);
    }
}
