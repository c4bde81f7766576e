//! What an example request shows: the value of each parameter, in the path, the query or the body.
//!
//! Of the places in which a page gives a value, the example request is the most trustworthy: it was
//! written by a program out of one object, where the cells of a table were written by hand.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::contract::notation::braced;
use crate::contract::parameter::scalar;
use crate::contract::{Parameter, ParameterIn, RequestExample, path_variables};
use crate::source::Source;

/// The example request of a page, read for values.
pub(super) struct Samples<'a> {
    template: &'a str,
    request: Option<&'a RequestExample>,
    body: Option<Value>,
}

impl<'a> Samples<'a> {
    /// Those of a page's request, whose path follows a template.
    pub(super) fn new(
        source: &Source,
        template: &'a str,
        request: Option<&'a RequestExample>,
    ) -> Self {
        let body = request.and_then(|request| request.body);
        Self {
            template,
            request,
            body: body.and_then(|body| serde_json::from_str(source.slice(body)).ok()),
        }
    }

    /// The value that the request shows for a parameter of this name.
    pub(super) fn of(&self, name: &str, sent_in: ParameterIn) -> Option<Value> {
        let (path, query) = self.request.map_or(("", ""), |request| {
            request.path.split_once('?').unwrap_or((&request.path, ""))
        });
        match sent_in {
            ParameterIn::Path | ParameterIn::Query => {
                let is_in_path = |name: &str| {
                    let mut variables = path_variables(self.template).into_iter();
                    variables.any(|variable| variable.eq_ignore_ascii_case(name))
                };
                let shown = in_path(path, self.template, name).map(Value::from);
                // A path needs something in the place of a variable.
                let in_query = in_query(query, name).filter(|value| {
                    !is_in_path(name) || value.as_str().is_some_and(|text| !text.is_empty())
                });
                shown.or(in_query)
            }
            ParameterIn::Body => {
                let members = self.body.as_ref()?.as_object()?;
                let mut named = members
                    .iter()
                    .filter(|(other, _)| other.eq_ignore_ascii_case(name));
                let exact = members.get(name);
                exact
                    .or_else(|| named.next().map(|(_, value)| value))
                    .cloned()
            }
        }
    }

    /// Whether an example request is read at a place, which may leave something out there.
    pub(super) fn are_shown(&self, sent_in: ParameterIn) -> bool {
        let is_read =
            |request: &RequestExample| sent_in != ParameterIn::Body || !request.is_body_unread;
        self.request.is_some_and(is_read)
    }

    /// The members of the body and of the query of the request, by their names.
    pub(super) fn names(&self) -> Vec<(String, ParameterIn)> {
        let path = self.request.map_or("", |request| request.path.as_str());
        let query = path.split_once('?').map_or("", |(_, query)| query);
        let of_query = url::form_urlencoded::parse(query.as_bytes());
        let of_query = of_query.map(|(name, _)| (name.into_owned(), ParameterIn::Query));
        let of_body = self.body.iter().filter_map(Value::as_object);
        let of_body = of_body.flat_map(|members| members.keys());
        let of_body = of_body.map(|name| (name.clone(), ParameterIn::Body));
        of_query.chain(of_body).collect()
    }
}

/// The text that stands in a path where the template has a name in braces.
fn in_path(path: &str, template: &str, name: &str) -> Option<String> {
    let path = segments(path);
    let template = segments(template);
    if path.len() != template.len() {
        return None;
    }
    let mut pairs = path.into_iter().zip(template);
    pairs.find_map(|(shown, segment)| {
        let (before, rest) = segment.split_once('{')?;
        let (variable, after) = rest.split_once('}')?;
        if !variable.eq_ignore_ascii_case(name) || after.contains('{') {
            return None;
        }
        let shown = shown.get(before.len()..shown.len().checked_sub(after.len())?)?;
        let shown = unquoted(&decoded(shown));
        // A name that was left in braces, or another notation of them, is no value.
        (!shown.is_empty() && !braced(&shown).contains(['{', '}'])).then_some(shown)
    })
}

fn segments(path: &str) -> Vec<&str> {
    path.trim_matches('/').split('/').collect()
}

/// What stands behind a name in a query: a list where the name is repeated.
fn in_query(query: &str, name: &str) -> Option<Value> {
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let shown = pairs.filter(|(other, _)| other.eq_ignore_ascii_case(name));
    let mut shown: Vec<Value> = shown
        .map(|(_, value)| unquoted(value.trim()).into())
        .collect();
    if shown.len() > 1 {
        return Some(Value::Array(shown));
    }
    shown.pop()
}

/// In a path a plus sign is one, but the generator of the pages writes blanks so.
fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

/// Some builds of the generator wrote texts as JSON before they were encoded.
fn unquoted(text: &str) -> String {
    serde_json::from_str::<String>(text).unwrap_or_else(|_| text.to_owned())
}

impl Parameter {
    /// The values that are sent where nobody names any, as texts: all of a documented list of texts or
    /// numbers, else one, which may be empty.
    #[must_use]
    pub fn examples(&self) -> Vec<String> {
        let listed = self.documented.as_ref().and_then(Value::as_array);
        let listed: Vec<String> = listed.into_iter().flatten().filter_map(scalar).collect();
        if listed.is_empty() {
            vec![self.example.clone()]
        } else {
            listed
        }
    }

    /// Whether the documented request holds it: the example shows it, or it must be given and the table
    /// says with which value.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.documented.is_some() || (!self.optional && !self.example.is_empty())
    }

    /// Whether a request without it is not as documented.
    #[must_use]
    pub fn must_be_given(&self) -> bool {
        !self.optional && self.is_shown()
    }

    /// Takes what the cell of a list or an object holds in JSON as that value; where the parameter may be missing,
    /// or the example request leaves it out, no more of it than one text, which is not sent unasked.
    pub(super) fn take_json(&mut self, is_left_out: bool) {
        let is_meant = |value: &Value| match value {
            Value::Array(_) => self.collection,
            Value::Object(_) => !self.collection && self.is_of_objects(),
            _ => false,
        };
        let value = serde_json::from_str::<Value>(&self.cell).ok();
        let Some(value) = value.filter(is_meant) else {
            return;
        };
        self.example.clear();
        self.show(value);
        if is_left_out || self.optional {
            self.documented = None;
            self.cell.clone_from(&self.example);
        }
    }

    /// Takes a value that the example request shows in the place of that of the table.
    pub(super) fn show(&mut self, value: Value) {
        let first = match &value {
            Value::Array(items) => items.first(),
            value => Some(value),
        };
        if let Some(text) = first.and_then(scalar) {
            self.example = text;
        }
        if value.is_array() {
            self.collection = true;
        }
        self.documented = Some(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;
    use serde_json::json;

    fn samples(
        path: &str,
        body: &str,
        template: &str,
    ) -> impl Fn(&str, ParameterIn) -> Option<Value> {
        let source = Source::new("page.txt", body);
        let body = Span {
            start: 0,
            end: body.len(),
        };
        let request = RequestExample {
            method: "GET".to_owned(),
            path: path.to_owned(),
            span: body,
            headers: Vec::new(),
            body: Some(body),
            is_body_unread: false,
        };
        let template = template.to_owned();
        move |name, sent_in| Samples::new(&source, &template, Some(&request)).of(name, sent_in)
    }

    #[test]
    fn values_stand_in_the_path_the_query_and_the_body() {
        let of = samples(
            "api/2.0/boat/7/own-Ada/%22some+text%22/{x}?x=&Colour=%22red%22&tags=%5b1%5d&stop=a&stop=b&empty=",
            "{\"names\": [\"a\"], \"Owner\": {\"id\": 1}}",
            "api/2.0/boat/{boatId}/own-{name}/{text}/{x}",
        );
        for (name, sent_in, expected) in [
            ("boatid", ParameterIn::Path, Some(json!("7"))),
            ("name", ParameterIn::Path, Some(json!("Ada"))),
            ("text", ParameterIn::Path, Some(json!("some text"))),
            ("x", ParameterIn::Path, None),
            ("colour", ParameterIn::Path, Some(json!("red"))),
            ("tags", ParameterIn::Query, Some(json!("[1]"))),
            ("size", ParameterIn::Query, None),
            ("stop", ParameterIn::Query, Some(json!(["a", "b"]))),
            ("empty", ParameterIn::Query, Some(json!(""))),
            ("names", ParameterIn::Body, Some(json!(["a"]))),
            ("owner", ParameterIn::Body, Some(json!({"id": 1}))),
            ("colour", ParameterIn::Body, None),
        ] {
            assert_eq!(of(name, sent_in), expected, "{name}");
        }
    }

    #[test]
    fn a_path_of_another_length_shows_nothing() {
        let of = samples("api/boat", "", "api/boat/{id}");
        assert_eq!(of("id", ParameterIn::Path), None);
    }
}
