//! From an operation and values for its parameters to a request.

use percent_encoding::utf8_percent_encode;
use serde_json::{Map, Value};

use crate::case::Scope;
use crate::case::resource;
use crate::case::serialized::{self, ESCAPED};
use crate::client::{Body, Guise, Headers, Request, Token};
use crate::contract::{Format, Header, Operation, Parameter, ParameterIn, ParameterType};
use crate::digest::Digest;
use crate::media_type::essence;
use crate::names::folded;
use crate::profile::{BodyForm, Named, Profile};
use crate::shape::text::is_guid;
use crate::target::Target;

/// The media type of a form.
const FORM: &str = "application/x-www-form-urlencoded";

/// An id of nobody as a parameter takes one: a number, within the bounds that are documented where it can be, or a
/// random GUID (RFC 9562, 5.4) that begins with it. None of those that are taken.
pub(super) fn strange_id(parameter: &Parameter, id: &str, taken: &[String]) -> String {
    match id.parse::<u32>() {
        Ok(number) if parameter.is_guid() => format!("{number:08x}-3b1c-4f6e-9d27-6a0c5e8b41d3"),
        Ok(number) => within_bounds(parameter, i64::from(number), taken)
            .map_or_else(|| id.to_owned(), |number| number.to_string()),
        Err(_) => id.to_owned(),
    }
}

/// A number within the documented bounds of a parameter in the place of one that is not: in their upper half, where
/// portals count to last.
fn within_bounds(parameter: &Parameter, number: i64, taken: &[String]) -> Option<i64> {
    let domain = parameter.shape.as_ref()?.domain.as_deref()?;
    let is_within = |number: i64| domain.outside(&Value::from(number)).is_none();
    if is_within(number) {
        return None;
    }
    let least = domain.at_least.unwrap_or(1).max(1);
    let most = domain.at_most.unwrap_or(i64::MAX);
    let middle = least.checked_add(most.checked_sub(least)? / 2)?;
    let span = (most - middle).checked_add(1)?;
    let mut near = (0..=i64::try_from(taken.len()).ok()?)
        .map(|step| middle + number.wrapping_add(step).rem_euclid(span));
    near.find(|one| is_within(*one) && !taken.contains(&one.to_string()))
}

/// Builds the requests of one operation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Requests<'a> {
    pub(super) operation: &'a Operation,
    /// The parameters that name a resource.
    pub(super) named: &'a [Named],
    pub(super) profile: &'a Profile,
    pub(super) target: &'a Target,
}

impl<'a> Requests<'a> {
    /// The request that a client would send.
    pub(super) fn valid(&self, format: Format, scope: Scope) -> Request {
        Request {
            method: self.operation.method.clone(),
            path: self.path(format, None),
            accept: self.profile.accept_of(self.operation, format),
            token: if self.operation.is_public {
                Token::None
            } else {
                Token::Valid
            },
            guise: Guise::Plain,
            headers: self.headers(),
            body: self.body(format, &self.body_about(scope, None)),
        }
    }

    /// The read of a path that is written as documented ones are, with this operation's values, and ends in a slash
    /// where such a read does; another value may stand for one parameter.
    pub(super) fn read_back(
        &self,
        format: Format,
        (path, ends_in_slash): (&str, bool),
        instead: Option<(&str, &str)>,
    ) -> Request {
        let mut read = path.trim_end_matches('/').to_owned();
        for parameter in self.operation.path_parameters() {
            let values = self.values(parameter);
            let value = values.first().map(String::as_str).unwrap_or_default();
            let other = instead.filter(|(name, _)| *name == parameter.name);
            let value = other.map_or(value, |(_, other)| other);
            let value = utf8_percent_encode(value, ESCAPED).to_string();
            read = read.replace(&format!("{{{}}}", parameter.name), &value);
        }
        match self.profile.ending(path, format) {
            "" if ends_in_slash => read.push('/'),
            ending => read.push_str(ending),
        }
        Request {
            method: "GET".to_owned(),
            path: read,
            accept: self.profile.accept(format).to_owned(),
            token: Token::Valid,
            guise: Guise::Plain,
            headers: Headers::default(),
            body: None,
        }
    }

    /// The same with another value for one path parameter, in the body too where that names the same.
    pub(super) fn with_path(&self, format: Format, name: &str, value: &str) -> Request {
        let other = Some((name, value));
        Request {
            path: self.path(format, other),
            body: self.body(format, &self.body_about(Scope::One, other)),
            ..self.valid(format, Scope::One)
        }
    }

    /// The same with another body, or none.
    pub(super) fn with_body(&self, format: Format, text: Option<&str>) -> Request {
        let valid = self.valid(format, Scope::One);
        Request {
            body: text.map(|text| Body {
                content_type: self.content_type(format),
                text: text.to_owned(),
            }),
            headers: anew(&valid.headers, text.unwrap_or_default()),
            ..valid
        }
    }

    /// The same with these values of a collection in the body.
    pub(super) fn with_values(&self, format: Format, name: &str, values: &[String]) -> Request {
        let mut members = self.body_members(Scope::One);
        if let Some(parameter) = self
            .operation
            .body_parameters()
            .find(|one| one.name == name)
        {
            let items = values.iter().map(|value| body_value(parameter, value));
            members.insert(name.to_owned(), items.collect());
        }
        Request {
            body: self.body(format, &members),
            ..self.valid(format, Scope::One)
        }
    }

    /// The same for resources that there are none of; `None` where it names none.
    pub(super) fn strange(&self, format: Format, id: &str) -> Option<Request> {
        let is_named = |parameter: &&Parameter| {
            parameter.may_be_id()
                && (parameter.sent_in == ParameterIn::Path
                    || self
                        .named
                        .iter()
                        .any(|named| named.parameter == parameter.name))
        };
        let (in_path, in_body): (Vec<&Parameter>, Vec<&Parameter>) = self
            .operation
            .parameters
            .iter()
            .filter(is_named)
            .partition(|parameter| parameter.sent_in == ParameterIn::Path);
        let mut request = match in_body.first() {
            Some(parameter) => {
                let id = strange_id(parameter, id, &self.values(parameter));
                self.with_values(format, &parameter.name, &[id])
            }
            None => self.valid(format, Scope::One),
        };
        if let Some(parameter) = in_path.last() {
            let id = strange_id(parameter, id, &self.values(parameter));
            let other = Some((parameter.name.as_str(), id.as_str()));
            request.path = self.path(format, other);
            if in_body.is_empty() {
                request.body = self.body(format, &self.body_about(Scope::One, other));
            }
        } else if in_body.is_empty() {
            return None;
        }
        Some(request)
    }

    /// The documented headers that each request must have; the target's own go with every request as it is.
    fn headers(&self) -> Headers {
        let is_named = |name: &str| {
            let mut own = self.target.headers.iter();
            own.any(|(own, _)| own.eq_ignore_ascii_case(name))
        };
        let documented = self.operation.headers.iter();
        let documented = documented.filter(|header| !is_named(&header.name));
        documented
            .filter_map(|header| Some((header.name.clone(), header.value.clone()?)))
            .collect()
    }

    /// The name of a documented header that each request must have and of which nobody says a value.
    pub(super) fn owed_header(&self) -> Option<&'a str> {
        let mut documented = self.operation.headers.iter();
        let is_owed = |header: &&Header| {
            let mut own = self.target.headers.iter();
            header.value.is_none() && !own.any(|(own, _)| own.eq_ignore_ascii_case(&header.name))
        };
        documented.find(is_owed).map(|header| header.name.as_str())
    }

    /// The ending of a path that asks for a format.
    pub(super) fn ending(&self, format: Format) -> &str {
        self.profile.ending(&self.operation.path, format)
    }

    /// The media type of the documented request, or of a form.
    fn content_type(&self, format: Format) -> String {
        if self.profile.body_form(format) == BodyForm::Form {
            return FORM.to_owned();
        }
        let request = self.operation.request.iter();
        let shown = request
            .flat_map(|request| &request.headers)
            .find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let shown = shown
            .map(|(_, value)| value)
            .or(self.operation.body_type.as_ref());
        shown.map_or_else(|| "application/json".to_owned(), String::clone)
    }

    /// The values of a parameter in the order in which they were named.
    pub(super) fn values(&self, parameter: &Parameter) -> Vec<String> {
        self.target.values(parameter)
    }

    /// Whether the values of a parameter are made for the run.
    pub(super) fn is_made(&self, parameter: &Parameter) -> bool {
        self.target.made.contains(&parameter.name)
    }

    /// The values of a parameter that go with one request.
    pub(super) fn sent(&self, parameter: &Parameter, scope: Scope) -> Vec<String> {
        let mut values = self.values(parameter);
        if scope == Scope::One && self.goes_singly(parameter) {
            values.truncate(1);
        }
        values
    }

    /// Whether a request for one resource has the first value of a parameter alone: of a list, where it names
    /// resources and the write may be repeated for all of them, or where somebody names them. Any other list goes
    /// as it is documented.
    fn goes_singly(&self, parameter: &Parameter) -> bool {
        if !parameter.collection {
            return true;
        }
        let mut named = self.named.iter();
        let is_apart = self.profile.is_repeatable(self.operation) || self.is_named(parameter);
        is_apart && named.any(|named| named.parameter == parameter.name)
    }

    /// The list in the body that is sent for one resource and for several.
    pub(super) fn several(&self) -> Option<&'a Parameter> {
        let named = |parameter: &&Parameter| {
            parameter.collection && !parameter.example.is_empty() && self.goes_singly(parameter)
        };
        self.operation.body_parameters().find(named)
    }

    /// Whether the documented request holds a parameter of the query or the body, or somebody names it.
    pub(super) fn is_sent(&self, parameter: &Parameter) -> bool {
        parameter.is_shown() || self.is_named(parameter)
    }

    pub(super) fn is_named(&self, parameter: &Parameter) -> bool {
        self.target.parameters.contains_key(&parameter.name)
    }

    fn path(&self, format: Format, other: Option<(&str, &str)>) -> String {
        let mut path = self.operation.path_ending_in(self.ending(format));
        let mut query = Vec::new();
        for parameter in &self.operation.parameters {
            let values = match other {
                Some((name, value)) if name == parameter.name => vec![value.to_owned()],
                _ => self.values(parameter),
            };
            match parameter.sent_in {
                ParameterIn::Body => {}
                ParameterIn::Path => {
                    // What names a resource names one.
                    let is_one = self
                        .named
                        .iter()
                        .any(|named| named.parameter == parameter.name);
                    let most = if is_one { 1 } else { values.len() };
                    let value = serialized::in_path(parameter, &values[..most.min(values.len())]);
                    path = path.replace(&format!("{{{}}}", parameter.name), &value);
                }
                ParameterIn::Query if !self.is_sent(parameter) => {}
                ParameterIn::Query => query.extend(serialized::in_query(parameter, &values)),
            }
        }
        if query.is_empty() {
            path
        } else {
            format!("{path}?{}", query.join("&"))
        }
    }

    fn body(&self, format: Format, members: &Map<String, Value>) -> Option<Body> {
        let is_sent = !members.is_empty() || self.operation.needs_body;
        is_sent.then(|| Body {
            content_type: self.content_type(format),
            text: self.written(format, members),
        })
    }

    fn written(&self, format: Format, members: &Map<String, Value>) -> String {
        match self.body_form(format) {
            BodyForm::Documented => Value::Object(members.clone()).to_string(),
            BodyForm::Form => serialized::in_form(self.operation, members),
        }
    }

    /// The members of the documented body with the target's values; another value may stand for one parameter of the
    /// path.
    fn body_about(&self, scope: Scope, other: Option<(&str, &str)>) -> Map<String, Value> {
        let mut members = self.body_members(scope);
        let value = |parameter: &Parameter| match other {
            Some((name, value)) if name == parameter.name => Some(value.to_owned()),
            _ => self.values(parameter).into_iter().next(),
        };
        resource::renamed(self.operation, self.named, value, &mut members);
        members
    }

    /// How bodies are written: as the profile says, else as the document does.
    fn body_form(&self, format: Format) -> BodyForm {
        let documented = self.operation.body_type.as_deref();
        if documented.is_some_and(|one| essence(one) == FORM) {
            return BodyForm::Form;
        }
        self.profile.body_form(format)
    }

    /// The members of the documented body with the target's values.
    fn body_members(&self, scope: Scope) -> Map<String, Value> {
        self.operation
            .body_parameters()
            .filter(|parameter| self.is_sent(parameter))
            .map(|parameter| {
                if let Some(value) = &parameter.documented
                    && !self.is_named(parameter)
                {
                    let is_first = scope == Scope::One && self.goes_singly(parameter);
                    return (parameter.name.clone(), shown(value, is_first));
                }
                let values = self.sent(parameter, scope);
                let mut items = values.iter().map(|value| body_value(parameter, value));
                let value = if parameter.collection {
                    Value::Array(items.collect())
                } else {
                    items.next().unwrap_or(Value::Null)
                };
                (parameter.name.clone(), value)
            })
            .collect()
    }

    /// Bodies in which the first parameter has a value of another type.
    pub(super) fn mistyped_bodies(&self, format: Format) -> Vec<String> {
        let members = self.body_members(Scope::One);
        let Some(parameter) = self.operation.body_parameters().next() else {
            return Vec::new();
        };
        let wrong = Value::from("abc");
        let mut values = vec![wrong.clone()];
        if parameter.collection {
            values.push(Value::Array(vec![wrong]));
        }
        values
            .into_iter()
            .filter(|_| parameter.value_type() != ParameterType::Text)
            .map(|value| {
                let mut members = members.clone();
                members.insert(parameter.name.clone(), value);
                self.written(format, &members)
            })
            .collect()
    }

    /// A body that no JSON parser reads, not even one that stops at the first complete value; `None` for
    /// a form, as every text is one.
    pub(super) fn malformed_body(&self, format: Format) -> Option<String> {
        let name = self.operation.body_parameters().next();
        let name = name.map_or("", |parameter| parameter.name.as_str());
        match self.body_form(format) {
            BodyForm::Documented => Some(format!("{{\"{name}\": [}}")),
            BodyForm::Form => None,
        }
    }

    /// A body without any of the documented members.
    pub(super) fn body_of_nothing(&self, format: Format) -> &'static str {
        match self.body_form(format) {
            BodyForm::Documented => "{}",
            BodyForm::Form => "nothing=",
        }
    }
}

/// Headers of another request: a key of one that must not be done twice is another one too, as a portal answers what
/// it answered to the first request of a key.
fn anew(headers: &Headers, text: &str) -> Headers {
    let headers = headers.iter().map(|(name, value)| {
        let is_key = folded(name).ends_with("idempotencykey");
        let value = if is_key {
            other_key(value, text)
        } else {
            value.clone()
        };
        (name.clone(), value)
    });
    headers.collect()
}

/// A key in the form of a documented one that is another one for each text: digits stay digits, letters letters, and
/// what tells the kind of a GUID stays as it is.
fn other_key(key: &str, text: &str) -> String {
    let digest = Digest::of_text(&format!("{key} {text}")).to_string();
    let digest = digest.strip_prefix("sha256:").unwrap_or(&digest);
    let is_guid = is_guid(key);
    let mut nibbles = digest.chars().filter_map(|c| c.to_digit(16)).cycle();
    let mut next = |from: char, most: u32| {
        let nibble = nibbles.next().unwrap_or_default() % most;
        char::from_u32(u32::from(from) + nibble).unwrap_or(from)
    };
    let other = key.char_indices().map(|(at, c)| match c {
        _ if is_guid && matches!(at, 14 | 19) => c,
        '0'..='9' => next('0', 10),
        'a'..='z' => next('a', 6),
        'A'..='Z' => next('A', 6),
        _ => c,
    });
    let other: String = other.collect();
    if key.len() < SHORT_KEY {
        format!("{other}-{}", digest.get(..SHORT_KEY).unwrap_or_default())
    } else {
        other
    }
}

/// Below so many bytes, two keys of one form may be the same.
const SHORT_KEY: usize = 8;

/// A documented value, of a list the first item or all.
fn shown(value: &Value, is_first: bool) -> Value {
    match value {
        Value::Array(items) if is_first => items.iter().take(1).cloned().collect(),
        value => value.clone(),
    }
}

/// A value of a parameter in a body, of a list one of its items: what its text is in JSON where that is an object or a
/// list, and the parameter is none of texts.
fn body_value(parameter: &Parameter, text: &str) -> Value {
    let read = || serde_json::from_str::<Value>(text).ok();
    let read = parameter.may_hold_others().then(read).flatten();
    read.filter(|value| value.is_object() || value.is_array())
        .unwrap_or_else(|| json_value(text, parameter.value_type()))
}

fn json_value(text: &str, value_type: ParameterType) -> Value {
    let value = match value_type {
        ParameterType::Integer => text.parse::<i64>().ok().map(Value::from),
        ParameterType::Number => text.parse::<f64>().ok().map(Value::from),
        ParameterType::Boolean => text.parse::<bool>().ok().map(Value::from),
        ParameterType::Text => None,
    };
    value.unwrap_or_else(|| Value::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_must_not_be_used_twice_is_another_one_for_another_body() {
        let guid = "0f8fad5b-d9cb-469f-a165-70867728950e";
        let other = other_key(guid, "{}");
        assert!(is_guid(&other) && other != guid, "{other}");
        assert_eq!((&other[14..15], &other[19..20]), ("4", "a"));
        assert_ne!(other, other_key(guid, "{"));
        assert_eq!(other, other_key(guid, "{}"));
        assert_eq!(other_key("k1", "a").len(), 11);
        let headers: Headers = [("X-Idempotency-Key", guid), ("X-Trace", guid)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        let changed = anew(&headers, "{}");
        assert_eq!(changed[0].1, other);
        assert_eq!(changed[1].1, guid);
    }
}
