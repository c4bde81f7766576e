//! Which parameter of an operation names what its answers tell of.
//!
//! In comes an operation, out comes what the profile states of its parameters and, where it states nothing,
//! what the page leaves no doubt of. `docs/cases.md` says which cases rest on it.

use std::borrow::Cow;

use serde_json::Value;

use crate::contract::{Format, Operation, Parameter, ParameterIn, ParameterType};
use crate::pointer::below;
use crate::profile::{Described, Identity, Profile};
use crate::shape::text::{is_guid, is_key};
use crate::shape::{self, Kind, Member, Object, Shape, wrapping};

/// A parameter that names a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The parameter's name.
    pub parameter: String,
    /// The member of the answered resource that repeats it; `None` where no answer does.
    pub member: Option<Repeating>,
    /// How that is known.
    pub basis: Basis,
}

/// The member that repeats a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeating {
    /// Its name on the page.
    pub documented: String,
    /// Its name on the wire.
    pub wire: String,
    /// The members of the resource in which it stands, from the outermost on, on the wire; none where the resource
    /// itself has it.
    pub within: Vec<String>,
}

impl Repeating {
    /// Where it stands, as a JSON pointer into the resource.
    #[must_use]
    pub fn place(&self) -> String {
        let steps = self.within.iter().chain([&self.wire]);
        steps.fold(String::new(), |place, name| below(&place, name))
    }

    /// Its name on the wire, where the resource itself has it.
    #[must_use]
    pub fn own(&self) -> Option<&str> {
        self.within.is_empty().then_some(self.wire.as_str())
    }
}

/// How it is known that a parameter names a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The profile states it, in the entry at this place of its list.
    Stated(usize),
    /// It is the last variable of the path and called after what is answered, of which a member has the
    /// same meaning.
    Inferred,
    /// It is an id by its name that the path of a read ends with, and 404 is documented: nothing is known of the answer
    /// but that there is none of an id that nothing has.
    Missed,
}

/// What is documented of the payload of an answer.
struct Payload<'a> {
    shape: Cow<'a, Shape>,
    is_list: bool,
    /// Whether a schema says what it is.
    is_stated: bool,
    /// What the example shows in its members; `Null` where a schema is all that is known.
    shown: Value,
}

/// An object that may be what is answered.
struct Answered<'o> {
    object: &'o Object,
    /// What the member is called that holds it.
    held_as: Option<&'o str>,
    /// Whether a schema says what it is.
    is_stated: bool,
}

/// The methods whose answers are about the resource that the path ends with: what a POST makes is another.
const OF_THE_PATH: [&str; 4] = ["GET", "PUT", "PATCH", "DELETE"];

/// So many objects may stand around what is answered.
const MAX_AROUND: usize = 4;

/// Words for the form of a resource, which say nothing of what it is.
const FORMS: [&str; 13] = [
    "data",
    "detail",
    "details",
    "dto",
    "entity",
    "info",
    "information",
    "item",
    "model",
    "object",
    "response",
    "wraper",
    "wrapper",
];

impl Profile {
    /// The parameters of an operation that name a resource, in the page's order.
    #[must_use]
    pub fn named(&self, operation: &Operation) -> Vec<Named> {
        if operation.parameters.is_empty() {
            return Vec::new();
        }
        let payload = self.payload_of(operation);
        let parameters = operation.parameters.iter();
        let named = parameters.filter_map(|parameter| {
            let stated = self.stated(operation, parameter, payload.as_ref());
            let Some((at, entry)) = stated else {
                let payload = payload.as_ref()?;
                let inferred = self.inferred(operation, parameter, payload);
                return inferred.or_else(|| missed(operation, parameter, payload));
            };
            entry.is.then(|| Named {
                parameter: parameter.name.clone(),
                member: entry
                    .member
                    .as_deref()
                    .map(|member| self.repeating(&[], member)),
                basis: Basis::Stated(at),
            })
        });
        named.collect()
    }

    /// The parameter that names what an operation answers with.
    #[must_use]
    pub fn identity_of(&self, operation: &Operation) -> Option<Named> {
        let mut named = self.named(operation).into_iter();
        named.find(|named| named.member.is_some())
    }

    fn repeating(&self, within: &[&str], documented: &str) -> Repeating {
        Repeating {
            documented: documented.to_owned(),
            wire: self.wire_name(documented),
            within: within.iter().map(|name| self.wire_name(name)).collect(),
        }
    }

    /// The last entry that is about a parameter of an operation.
    fn stated(
        &self,
        operation: &Operation,
        parameter: &Parameter,
        payload: Option<&Payload<'_>>,
    ) -> Option<(usize, &Identity)> {
        let entries = self.identities.iter().enumerate().rev();
        let mut of_parameter = entries.filter(|(_, entry)| entry.parameter.mean(&parameter.name));
        of_parameter.find(|(_, entry)| match &entry.operation {
            Some(patterns) => patterns.mean(operation.id.as_str()),
            None => payload.is_some_and(|payload| entry.suits(operation, parameter, payload)),
        })
    }

    /// What the page leaves no doubt of.
    ///
    /// Lists are of something in the resource or found by it, what a POST answers is new, texts on pages but for GUIDs
    /// have several spellings, and a variable that is called after something else than the segment before it and the answer
    /// names what the answer belongs to. One that is called as the schema of the answer leaves no doubt either. What stands
    /// alone in an answer, beside words of how it went, is what the answer is about.
    fn inferred(
        &self,
        operation: &Operation,
        parameter: &Parameter,
        payload: &Payload<'_>,
    ) -> Option<Named> {
        let is_whole = OF_THE_PATH.contains(&operation.method.as_str())
            && parameter.sent_in == ParameterIn::Path
            && !parameter.collection
            && !parameter.optional;
        if !is_whole || payload.is_list {
            return None;
        }
        let mut shape = payload.shape.as_ref();
        let mut shown = Some(&payload.shown);
        let mut within: Vec<&str> = Vec::new();
        loop {
            let Kind::Object(object) = &shape.kind else {
                return None;
            };
            if shape.nullable || within.len() > MAX_AROUND {
                return None;
            }
            let answered = Answered {
                object,
                held_as: within.last().copied(),
                is_stated: payload.is_stated,
            };
            if let Some(member) = self.repeats(operation, parameter, &answered) {
                let shown = shown.and_then(|shown| shown.get(&member.documented));
                return is_as_shown(parameter, shown).then(|| Named {
                    parameter: parameter.name.clone(),
                    member: Some(self.repeating(&within, &member.documented)),
                    basis: Basis::Inferred,
                });
            }
            let held = wrapping::held(object)?;
            within.push(&held.documented);
            shown = shown.and_then(|shown| shown.get(&held.documented));
            shape = &held.shape;
        }
    }

    /// The member of an object that means what a parameter at the end of a path does.
    fn repeats<'o>(
        &self,
        operation: &Operation,
        parameter: &Parameter,
        answered: &Answered<'o>,
    ) -> Option<&'o Member> {
        let kind = match parameter.value_type() {
            ParameterType::Integer => Kind::Integer,
            _ if parameter.is_guid() => Kind::Guid,
            _ if is_any_text(parameter) => Kind::Text,
            _ => return None,
        };
        let noun = stem(before_last(&operation.path, &parameter.name)?)?;
        let name = folded(&parameter.name);
        let of_name = name.strip_suffix("id").and_then(stem);
        let is_its_id = name == "id" || of_name.as_ref() == Some(&noun);
        let is_called_so = |noun: &str| answered.is_called(&operation.returns, noun);
        // A schema without a name, where one thing is read by its id.
        let is_nameless = answered.object.name.is_none()
            && answered.is_stated
            && operation.method == "GET"
            && is_its_id;
        // The segment may say how many there are, or who they are, where the variable is called as the answer's schema.
        let (noun, must_be_there) = if is_its_id && is_called_so(&noun) {
            (noun, false)
        } else if is_nameless {
            (noun, true)
        } else {
            let has_name = answered.object.name.is_some() || answered.held_as.is_some();
            (of_name.filter(|own| has_name && is_called_so(own))?, false)
        };
        let mut members = answered.object.members.iter().filter(|member| {
            let member = folded(&member.documented);
            member == "id" || member == format!("{noun}id") || member == name
        });
        let member = members.next()?;
        let is_plain = member.shape.kind == kind
            && !member.shape.nullable
            && members.next().is_none()
            && !(must_be_there && member.optional)
            && !self.is_noted(&member.documented);
        is_plain.then_some(member)
    }

    /// What is documented of the payload of an operation's answers, under documented names.
    fn payload_of<'a>(&self, operation: &'a Operation) -> Option<Payload<'a>> {
        let json = operation.response(Format::Json);
        let example = json.or_else(|| operation.response(Format::Xml))?;
        let documented = match (&example.shape, example.format) {
            (Some(shape), _) => Cow::Borrowed(shape.as_ref()),
            (None, Format::Json) => Cow::Owned(shape::json::shape(&operation.source, example.body)),
            (None, Format::Xml) => {
                Cow::Owned(shape::xml::shape(&operation.source, example.body, None))
            }
        };
        let name = self.envelope.documented_payload();
        let is_stated = example.shape.is_some() && !example.is_of_examples;
        let of_payload = self.envelope.schemas == Described::Payload && example.shape.is_some();
        let is_enveloped = self.is_enveloped(example, &documented);
        if !is_enveloped && !of_payload {
            // What stands without an envelope is its own payload.
            return Some(payload(documented, Value::Null, is_stated));
        }
        let shown = match (&example.shape, example.format) {
            (None, Format::Json) => operation.source.slice(example.body),
            _ => "null",
        };
        let mut shown: Value = serde_json::from_str(shown).unwrap_or_default();
        let shown = shown.get_mut(name).map(Value::take).unwrap_or_default();
        if !is_enveloped {
            return Some(payload(documented, shown, is_stated));
        }
        let shape = match documented {
            Cow::Borrowed(shape) => Cow::Borrowed(&shape.member(name)?.shape),
            Cow::Owned(shape) => Cow::Owned(shape.member(name)?.shape.clone()),
        };
        Some(payload(shape, shown, is_stated))
    }

    /// Whether a note or an own member says more of a member of the resource than the page.
    fn is_noted(&self, documented: &str) -> bool {
        self.notes.iter().any(|note| note.at == documented)
    }
}

impl Identity {
    /// Whether an entry that names no operation is about a parameter: one that the path ends with, of what
    /// is answered alone, or a list of ids in the body, of what is answered in a list.
    fn suits(&self, operation: &Operation, parameter: &Parameter, payload: &Payload<'_>) -> bool {
        let Some(member) = &self.member else {
            return parameter.sent_in == ParameterIn::Path;
        };
        let is_there = || payload.shape.member(member).is_some();
        match parameter.sent_in {
            ParameterIn::Query => false,
            ParameterIn::Path => {
                let is_last = before_last(&operation.path, &parameter.name).is_some();
                is_last && operation.method != "POST" && !payload.is_list && is_there()
            }
            ParameterIn::Body => parameter.collection && payload.is_list && is_there(),
        }
    }
}

/// The shape of one resource, and whether there is a list of them.
fn payload(shape: Cow<'_, Shape>, shown: Value, is_stated: bool) -> Payload<'_> {
    let is_list = matches!(shape.kind, Kind::List(_));
    let shape = match shape {
        Cow::Borrowed(Shape {
            kind: Kind::List(item),
            ..
        }) => Cow::Borrowed(item.as_ref()),
        Cow::Owned(Shape {
            kind: Kind::List(item),
            ..
        }) => Cow::Owned(*item),
        shape => shape,
    };
    Payload {
        shape,
        is_list,
        is_stated,
        shown,
    }
}

/// What an id by its name says that the path of a read ends with, where 404 is documented and one object is answered.
fn missed(operation: &Operation, parameter: &Parameter, payload: &Payload<'_>) -> Option<Named> {
    let is_id = folded(&parameter.name).ends_with("id")
        && parameter.may_be_id()
        && !parameter.collection
        && before_last(&operation.path, &parameter.name).is_some();
    let is_one = matches!(payload.shape.kind, Kind::Object(_)) && !payload.is_list;
    let is_missed = operation.method == "GET" && operation.refused.contains(&404);
    (is_id && is_one && is_missed).then(|| Named {
        parameter: parameter.name.clone(),
        member: None,
        basis: Basis::Missed,
    })
}

/// The segment before the last one, where that is this variable and nothing else.
fn before_last<'p>(path: &'p str, variable: &str) -> Option<&'p str> {
    let (before, last) = path.trim_end_matches('/').rsplit_once('/')?;
    let name = last.strip_prefix('{')?.strip_suffix('}')?;
    let segment = before.rsplit('/').next()?;
    let is_word = segment
        .bytes()
        .all(|b| b.is_ascii_alphabetic() || b == b'-' || b == b'_');
    (name == variable && is_word && !segment.is_empty()).then_some(segment)
}

/// A name in small letters, without what joins its words.
fn folded(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// The singular of a word, roughly: both sides are made so.
fn stem(word: &str) -> Option<String> {
    let word = folded(word);
    let stem = match word.strip_suffix("ies") {
        Some(before) if !before.is_empty() => format!("{before}y"),
        _ => word.strip_suffix('s').unwrap_or(&word).to_owned(),
    };
    (stem.len() > 1).then_some(stem)
}

impl Answered<'_> {
    /// Whether it is called by a word and nothing else: by the name of its schema or, of several parts, by the last of
    /// them, by the member that holds it, else by what the page says that it returns.
    fn is_called(&self, returns: &str, noun: &str) -> bool {
        let is_it = |words: &[String]| {
            let words = words.iter().map(String::as_str);
            let words = words.filter(|word| !matches!(*word, "the" | "a" | "an" | "full" | ""));
            // What is called a form may be a resource itself, such as an item.
            let whole: String = words.clone().collect();
            let bare: String = words.filter(|word| !FORMS.contains(word)).collect();
            let is_noun = |word: &str| stem(word).as_deref() == Some(noun);
            is_noun(&whole) || is_noun(&bare)
        };
        let held_so = self.held_as.is_some_and(|name| is_it(&words_of(name)));
        let named_so = match &self.object.name {
            Some(name) => is_it(&words_of(name)) || is_it(&words_of(last_part(name))),
            None if self.held_as.is_some() => false,
            None => is_it(&returns.split_whitespace().map(folded).collect::<Vec<_>>()),
        };
        held_so || named_so
    }
}

/// The last part of a name that says no form, of such as `Shop.Catalog.Product` and `product_detail`.
fn last_part(name: &str) -> &str {
    let mut parts = name.rsplit(|sign: char| !sign.is_alphanumeric());
    let last = parts.find(|part| !part.is_empty() && !FORMS.contains(&folded(part).as_str()));
    last.unwrap_or(name)
}

/// The words of a name in camel case, in small letters.
fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for letter in name.chars() {
        match words.last_mut() {
            Some(word) if !letter.is_uppercase() => word.push(letter),
            _ => words.push(letter.to_lowercase().collect()),
        }
    }
    words.iter().map(|word| folded(word)).collect()
}

/// Whether a schema says of a parameter that it is a text, and not which ones there are.
fn is_any_text(parameter: &Parameter) -> bool {
    let listed = |shape: &Shape| {
        let domain = shape.domain.as_deref();
        domain.is_some_and(|domain| !domain.one_of.is_empty())
    };
    let shape = parameter.shape.as_deref();
    shape.is_some_and(|shape| shape.kind == Kind::Text && !listed(shape))
}

/// Whether the example of the answer repeats the value with which the page asks for it, where both are shown,
/// and that is a value that an id may have.
fn is_as_shown(parameter: &Parameter, shown: Option<&Value>) -> bool {
    let asked = parameter.examples().first().cloned().unwrap_or_default();
    if asked.is_empty() {
        return true;
    }
    if parameter.is_guid() {
        let is_same = shown.is_none_or(|shown| {
            let shown = shown.as_str();
            shown.is_some_and(|shown| shown.eq_ignore_ascii_case(&asked))
        });
        return is_guid(&asked) && is_same;
    }
    if is_any_text(parameter) {
        let is_same = shown.is_none_or(|shown| shown.as_str() == Some(asked.as_str()));
        return is_key(&asked) && is_same;
    }
    let is_same = shown.is_none_or(|shown| match shown {
        Value::Number(number) => number.to_string() == asked,
        _ => false,
    });
    let is_number = asked.bytes().all(|byte| byte.is_ascii_digit());
    is_number && asked.bytes().any(|byte| byte != b'0') && is_same
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::contract::of_sources;
    use crate::profile;
    use crate::source::Source;

    /// The member that is inferred to repeat the variable of `/boats/{boatId}`, of this schema.
    fn inferred(parameter: &str, id: &str) -> Option<String> {
        let text = format!(
            "openapi: 3.1.0\npaths:\n  /boats/{{boatId}}:\n    get:\n      parameters: [{{name: boatId, in: path, \
             required: true, schema: {parameter}}}]\n      responses:\n        '200': {{description: A boat, \
             content: {{application/json: {{schema: {{$ref: '#/components/schemas/Boat'}}}}}}}}\n\
             components: {{schemas: {{Boat: {{type: object, required: [id], properties: {{id: {id}}}}}}}}}\n"
        );
        let contract = of_sources(vec![Source::new("a.yaml", &text)]).unwrap();
        let profile = profile::load("as-documented").unwrap();
        let named = profile.identity_of(&contract.operations[0])?;
        assert_eq!(named.basis, Basis::Inferred);
        named.member.map(|member| member.documented)
    }

    #[test]
    fn numbers_guids_and_texts_name_what_repeats_them_as_the_same_type() {
        let uuid = "{type: string, format: uuid}";
        for (parameter, id) in [
            ("{type: integer}", "{type: integer}"),
            (uuid, uuid),
            ("{type: string}", "{type: string}"),
            (
                "{type: string, example: ord_8fj2}",
                "{type: string, example: ord_8fj2}",
            ),
            (
                "{type: string, format: uuid, example: 0b6c1f7e-1d0a-4c2b-9f7d-2a4b6c8d0e1f}",
                "{type: string, format: uuid, example: 0B6C1F7E-1D0A-4C2B-9F7D-2A4B6C8D0E1F}",
            ),
        ] {
            assert_eq!(
                inferred(parameter, id).as_deref(),
                Some("id"),
                "{parameter}"
            );
        }
        for (parameter, id) in [
            (uuid, "{type: integer}"),
            (uuid, "{type: string}"),
            ("{type: string}", uuid),
            ("{type: string}", "{type: integer}"),
            ("{type: string, enum: [own, all]}", "{type: string}"),
            ("{type: string, example: me}", "{type: string}"),
            (uuid, "{type: [string, 'null'], format: uuid}"),
        ] {
            assert_eq!(inferred(parameter, id), None, "{parameter} {id}");
        }
    }

    /// The member that is inferred to repeat the variable of such a path, where a schema of this name has some members.
    fn of_path(path: &str, variable: &str, schema: &str, members: &str) -> Option<String> {
        let text = format!(
            "openapi: 3.1.0\npaths:\n  {path}:\n    get:\n      parameters: [{{name: {variable}, in: path, \
             required: true, schema: {{type: integer}}, example: 4294967300}}]\n      responses:\n        '200': \
             {{description: One, content: {{application/json: {{schema: {{$ref: '#/components/schemas/{schema}'}}}}}}}}\n\
             components: {{schemas: {{{schema}: {{type: object, properties: {members}}}}}}}\n"
        );
        let contract = of_sources(vec![Source::new("a.yaml", &text)]).unwrap();
        let profile = profile::load("as-documented").unwrap();
        let named = profile.identity_of(&contract.operations[0])?;
        named.member.map(|member| member.documented)
    }

    #[test]
    fn a_resource_may_be_called_as_a_form_is_and_a_variable_as_its_schema() {
        let id = "{id: {type: integer}}";
        for (path, variable, schema, members, expected) in [
            ("/items/{itemId}", "itemId", "Item", id, Some("id")),
            ("/models/{id}", "id", "Model", id, Some("id")),
            ("/data-objects/{id}", "id", "DataObject", id, Some("id")),
            ("/boats/{boatId}", "boatId", "BoatModel", id, Some("id")),
            ("/boats/{boatId}", "boatId", "BoatInfoDto", id, Some("id")),
            ("/crew/{sailorId}", "sailorId", "Sailor", id, Some("id")),
            (
                "/crew/{sailorId}",
                "sailorId",
                "Sailor",
                "{sailorId: {type: integer}}",
                Some("sailorId"),
            ),
            // What belongs to the resource, and a schema of any form.
            ("/boats/{boatId}", "boatId", "Trip", id, None),
            ("/boats/{boatId}", "boatId", "ItemModel", id, None),
            ("/crew/{sailorId}", "sailorId", "Trip", id, None),
            ("/crew/{id}", "id", "Sailor", id, None),
        ] {
            let found = of_path(path, variable, schema, members);
            assert_eq!(found.as_deref(), expected, "{path} {schema}");
        }
    }

    /// Where the member stands that is inferred to repeat the variable of such a path, where one method has this schema.
    fn of_answer(method: &str, path: &str, schema: &str) -> Option<String> {
        let (_, variable) = path.split_once('{').unwrap();
        let variable = variable.trim_end_matches('}');
        let text = format!(
            "openapi: 3.1.0\npaths:\n  {path}:\n    {method}:\n      parameters: [{{name: {variable}, in: path, \
             required: true, schema: {{type: integer}}}}]\n      responses: {{'200': {{description: Fine, content: \
             {{application/json: {{schema: {schema}}}}}}}}}\ncomponents:\n  schemas:\n"
        );
        let called = [
            "Boat",
            "Port.Sea.Boat",
            "API_Entities_Boat",
            "boat_detail",
            "Boat_Job",
            "Job",
        ];
        let object = "{type: object, required: [id], properties: {id: {type: integer}, name: {type: string}}}";
        let schemas = called
            .map(|name| format!("    {name}: {object}\n"))
            .concat();
        let text = text + &schemas;
        let contract = of_sources(vec![Source::new("a.yaml", &text)]).unwrap();
        let profile = profile::load("as-documented").unwrap();
        let named = profile.identity_of(&contract.operations[0])?;
        assert_eq!(named.basis, Basis::Inferred);
        named.member.map(|member| member.place())
    }

    #[test]
    fn what_stands_alone_in_an_answer_is_what_it_is_about() {
        let of = |name: &str| format!("{{$ref: '#/components/schemas/{name}'}}");
        let held = |name: &str, schema: &str| {
            format!(
                "{{type: object, properties: {{success: {{type: boolean}}, {name}: {schema}}}}}"
            )
        };
        let inline = "{type: object, required: [id], properties: {id: {type: integer}, name: {type: string}}}";
        let optional = "{type: object, properties: {id: {type: integer}, name: {type: string}}}";
        let boat = of("Boat");
        let beside =
            format!("{{type: object, properties: {{job: {{type: string}}, boat: {boat}}}}}");
        let (one, job) = ("/boats/{boat_id}", of("Job"));
        for (method, path, schema, expected) in [
            ("get", one, held("boat", &boat), Some("/boat/id")),
            ("put", one, held("data", &boat), Some("/data/id")),
            (
                "get",
                one,
                held("data", &held("boat", inline)),
                Some("/data/boat/id"),
            ),
            ("get", one, held("boat", optional), Some("/boat/id")),
            ("get", one, of("Port.Sea.Boat"), Some("/id")),
            ("get", one, of("API_Entities_Boat"), Some("/id")),
            ("get", one, of("boat_detail"), Some("/id")),
            ("get", one, inline.to_owned(), Some("/id")),
            ("get", "/boats/{id}", inline.to_owned(), Some("/id")),
            ("get", one, held("data", inline), Some("/data/id")),
            // Something else: a job, what is told beside the boat, what may be anything, a list.
            ("delete", one, held("job", &job), None),
            ("get", one, held("data", &job), None),
            ("get", one, of("Boat_Job"), None),
            ("get", one, beside, None),
            ("put", one, inline.to_owned(), None),
            ("get", one, optional.to_owned(), None),
            ("get", one, held("data", optional), None),
            ("get", "/crew/{boat_id}", inline.to_owned(), None),
            ("get", one, format!("{{type: array, items: {boat}}}"), None),
            (
                "get",
                one,
                held("boats", &format!("{{type: array, items: {boat}}}")),
                None,
            ),
        ] {
            let found = of_answer(method, path, &schema);
            assert_eq!(found.as_deref(), expected, "{method} {path} {schema}");
        }
    }

    #[test]
    fn an_id_by_its_name_is_missed_where_that_is_documented() {
        let missed = |variable: &str, method: &str, code: u16, schema: &str| {
            let text = format!(
                "openapi: 3.1.0\npaths:\n  /boats/{{{variable}}}:\n    {method}:\n      parameters: [{{name: {variable}, \
                 in: path, required: true, schema: {{type: integer}}}}]\n      responses: {{'200': {{description: Fine, \
                 content: {{application/json: {{schema: {schema}}}}}}}, '{code}': {{description: No}}}}\n"
            );
            let contract = of_sources(vec![Source::new("a.yaml", &text)]).unwrap();
            let named = |more: &str| {
                let text = format!("extends = \"as-documented\"\nname = \"mine\"\n{more}");
                let profile = profile::parse("mine", &text).unwrap();
                let named = profile.named(&contract.operations[0]);
                named
                    .iter()
                    .any(|one| one.basis == Basis::Missed && one.member.is_none())
            };
            let no =
                "[[identity]]\noperation = \"*\"\nparameter = \"*\"\nis = false\nbecause = \"x\"\n";
            assert!(!named(no));
            named("")
        };
        let object = "{type: object, properties: {name: {type: string}}}";
        let list = "{type: array, items: {type: object}}";
        assert!(missed("boat_id", "get", 404, object));
        for (variable, method, code, schema) in [
            ("boat_id", "get", 400, object),
            ("boat_id", "put", 404, object),
            ("year", "get", 404, object),
            ("boat_id", "get", 404, list),
        ] {
            let found = missed(variable, method, code, schema);
            assert!(!found, "{variable} {method} {code} {schema}");
        }
    }
}
